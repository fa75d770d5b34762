package org.elanus.spi.wal;

import java.util.List;
import org.elanus.spi.PluginImplements;

/**
 * Opens channels. Owns the connections that they share. Safe for use by many threads and for many channels at once.
 * Closing it closes every handle it gave out; a handle does not outlive it. A connection that is lost is made again by
 * itself: an opener is never of no use because a broker was away.
 */
@PluginImplements
public interface WalOpener extends AutoCloseable {

    /**
     * Opens a channel for appending and reading; the channel is created when it does not exist. One appending handle
     * per channel and opener: a second one is refused, as is a term lower than one that this opener saw before. The term
     * may stay the same when a channel is opened again.
     *
     * @throws org.elanus.spi.error.ElanusException FENCED for a term that is too low; ALREADY_IN_USE when a handle is
     *     open here, or another process holds an exclusive channel; NOT_READY when the log cannot be reached and TIMEOUT
     *     when it does not answer (both retryable, the message names the address); CORRUPT naming file and position when
     *     the log is damaged elsewhere than at its torn end; CLOSED
     */
    Wal open(ChannelInfo channel);

    /**
     * Opens a channel for reading only, beside an appending handle here or in another process. A channel that does not
     * exist (yet) is empty.
     *
     * @throws org.elanus.spi.error.ElanusException NOT_READY or TIMEOUT, here or from the first poll, when the log cannot
     *     be reached; CLOSED
     */
    WalReader openReader(String channel);

    /**
     * Orders two ids of one channel of this implementation as their records stand in the log. Works on ids of any opener
     * and life, and does not ask the log.
     *
     * @throws org.elanus.spi.error.ElanusException INVALID_ARGUMENT for an id of another implementation
     */
    int compare(MessageId left, MessageId right);

    /** How each channel stands that is open or was opened for appending. Cheap: asks nobody. */
    default List<WalStatus> status() {
        return List.of();
    }

    /** Calling it again has no effect. */
    @Override
    void close();
}
