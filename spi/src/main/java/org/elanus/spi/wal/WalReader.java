package org.elanus.spi.wal;

import org.elanus.spi.PluginImplements;

/** Reads one channel. Safe for use by many threads. Closing it closes its scanners and wakes those that wait. */
@PluginImplements
public interface WalReader extends AutoCloseable {

    /** The channel's name. */
    String channel();

    /** A new scanner; the caller closes it. */
    WalScanner scan(DeliverPolicy from);

    /** Calling it again has no effect. */
    @Override
    void close();
}
