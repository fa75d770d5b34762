package org.elanus.core.log;

import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.MemoryAccountant;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;

/**
 * What a channel is made of. All parts stay the caller's.
 *
 * @param channel its name in the log
 * @param node names this process to those who take the channel over
 * @param committedSequence records up to it are known to have been in the log
 * @param memory that the write-ahead cache takes its memory from
 * @param applier is handed every record that counts
 */
public record ChannelParts(
        WalOpener opener,
        WalCapabilities capabilities,
        String channel,
        String node,
        ChannelStore store,
        long committedSequence,
        HybridClock stamps,
        Clock clock,
        Threads threads,
        LogSettings settings,
        MemoryAccountant memory,
        ChannelLog.Applier applier) {

    /** The same channel, without what other databases claimed in it. */
    ChannelParts ownRecords() {
        return new ChannelParts(
                new OwnRecords(opener, store.database()),
                capabilities,
                channel,
                node,
                store,
                committedSequence,
                stamps,
                clock,
                threads,
                settings,
                memory,
                applier);
    }

    /** Of a channel whose cache is bounded by the settings alone. */
    public ChannelParts(
            WalOpener opener,
            WalCapabilities capabilities,
            String channel,
            String node,
            ChannelStore store,
            long committedSequence,
            HybridClock stamps,
            Clock clock,
            Threads threads,
            LogSettings settings,
            ChannelLog.Applier applier) {
        this(
                opener,
                capabilities,
                channel,
                node,
                store,
                committedSequence,
                stamps,
                clock,
                threads,
                settings,
                new MemoryAccountant(Long.MAX_VALUE),
                applier);
    }
}
