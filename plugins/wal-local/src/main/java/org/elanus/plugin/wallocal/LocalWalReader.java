package org.elanus.plugin.wallocal;

import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;
import org.elanus.spi.wal.skeleton.Lifetime;

/** Reads a channel, whether it is open for appending in this process or not. */
final class LocalWalReader implements WalReader {

    private final ChannelLog log;
    private final Lifetime lifetime;

    LocalWalReader(ChannelLog log, Lifetime lifetime) {
        this.log = log;
        this.lifetime = lifetime;
    }

    @Override
    public String channel() {
        return log.name();
    }

    @Override
    public WalScanner scan(DeliverPolicy from) {
        lifetime.requireOpen();
        return LocalWalScanner.begin(log, from, lifetime);
    }

    @Override
    public void close() {
        lifetime.close();
    }
}
