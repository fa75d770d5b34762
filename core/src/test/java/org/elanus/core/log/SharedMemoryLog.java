package org.elanus.core.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;

/** Several channels in memory that outlive the engine. */
public final class SharedMemoryLog implements WalOpener {

    private final Map<String, MemoryLog> channels = new ConcurrentHashMap<>();

    public WalCapabilities capabilities() {
        return new WalCapabilities(true, true, true, 1 << 20);
    }

    /** Loses everything. */
    public void forget() {
        channels.clear();
    }

    private MemoryLog channel(String name) {
        return channels.computeIfAbsent(name, channel -> new MemoryLog());
    }

    @Override
    public Wal open(ChannelInfo channel) {
        return channel(channel.name()).open(channel);
    }

    @Override
    public WalReader openReader(String channel) {
        return channel(channel).openReader(channel);
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return new MemoryLog().compare(left, right);
    }

    @Override
    public void close() {}
}
