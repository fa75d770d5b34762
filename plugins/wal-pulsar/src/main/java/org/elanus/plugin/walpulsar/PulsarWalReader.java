package org.elanus.plugin.walpulsar;

import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;
import org.elanus.spi.wal.skeleton.Lifetime;

/** Reads one channel. */
final class PulsarWalReader implements WalReader {

    private final String channel;
    private final String where;
    private final PulsarSettings settings;
    private final ChannelTopic topic;
    private final ClientThreads clientThreads;
    private final Lifetime lifetime;

    PulsarWalReader(
            String channel,
            String where,
            PulsarSettings settings,
            ChannelTopic topic,
            ClientThreads clientThreads,
            Lifetime lifetime) {
        this.channel = channel;
        this.where = where;
        this.settings = settings;
        this.topic = topic;
        this.clientThreads = clientThreads;
        this.lifetime = lifetime;
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public WalScanner scan(DeliverPolicy from) {
        Lifetime inner = lifetime.inner("a scanner of " + where);
        try {
            PulsarWalScanner scanner = new PulsarWalScanner(where, settings, topic, inner);
            clientThreads.run(where, () -> scanner.begin(from));
            inner.releasing(scanner::release);
            scanner.start();
            return scanner;
        } catch (Throwable e) {
            inner.close();
            throw e;
        }
    }

    @Override
    public void close() {
        lifetime.close();
    }
}
