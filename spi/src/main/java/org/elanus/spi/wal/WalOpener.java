package org.elanus.spi.wal;

import org.elanus.spi.PluginImplements;

/**
 * Opens channels. Owns the connections that they share. Safe for use by many threads and for many channels at once.
 * Closing it closes every handle it gave out.
 */
@PluginImplements
public interface WalOpener extends AutoCloseable {

    /**
     * Opens a channel for appending and reading; the channel is created when it does not exist. One appending handle
     * per channel and opener: a second one is refused, as is a term lower than one seen before.
     *
     * @throws org.elanus.spi.error.ElanusException FENCED for a term that is too low, ALREADY_IN_USE when another
     *     process holds an exclusive channel, CORRUPT naming file and position when the log is damaged elsewhere than
     *     at its torn end
     */
    Wal open(ChannelInfo channel);

    /** Opens a channel for reading only, beside an appending handle here or in another process. */
    WalReader openReader(String channel);

    /** Orders two ids of one channel of this implementation as their records stand in the log. */
    int compare(MessageId left, MessageId right);

    /** Calling it again has no effect. */
    @Override
    void close();
}
