package org.elanus.spi.wal;

import org.elanus.spi.PluginImplements;

/**
 * Reads one channel. Safe for use by many threads. Closing it closes its scanners and wakes those that wait. Does not
 * outlive its opener.
 */
@PluginImplements
public interface WalReader extends AutoCloseable {

    /** The channel's name. */
    String channel();

    /**
     * A new scanner; the caller closes it.
     *
     * @throws org.elanus.spi.error.ElanusException INVALID_ARGUMENT for an id of another implementation and, here or from
     *     the first poll, for a position that was truncated away; NOT_READY or TIMEOUT when the log cannot be reached;
     *     CLOSED
     */
    WalScanner scan(DeliverPolicy from);

    /** Calling it again has no effect. */
    @Override
    void close();
}
