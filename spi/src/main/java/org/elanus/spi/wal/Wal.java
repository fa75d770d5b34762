package org.elanus.spi.wal;

import java.util.concurrent.CompletionStage;
import org.elanus.spi.PluginImplements;

/**
 * One channel open for appending. Safe for use by many threads. Belongs to its opener; closing it leaves the opener's
 * connections open, waits for what was appended before (in bounded time where a broker does not answer: what is still
 * unknown then fails with TIMEOUT), and frees the channel for the next {@link WalOpener#open}.
 *
 * <p>Order: of two appends of which one call returned before the other began, the first stands earlier in the log. A
 * stage completes when its record is durable and every earlier record of this handle is; its callbacks are short and do
 * not block. After one append failed, every later one fails too, because what follows a hole would be read as whole:
 * close the handle and open the channel again.
 *
 * <p>A failed append may be in the log or not, whole or not at all, in its place in the order; reading tells. Two codes
 * of a failed append are retryable, through a new handle: NOT_READY (the log could not be reached) and TIMEOUT (it did
 * not answer in time).
 */
@PluginImplements
public interface Wal extends WalReader {

    /** Channel and term that this handle was opened with. */
    ChannelInfo info();

    /**
     * Appends a record. Blocks while too many bytes are under way (back-pressure); completion, failure and closing
     * release those who wait.
     *
     * @return completes with the id, or exceptionally with an {@link org.elanus.spi.error.ElanusException}: FENCED
     *     (permanent: another owner opened the channel), NOT_READY or TIMEOUT (retryable), DISK_FULL, IO_FAILURE, CLOSED
     * @throws org.elanus.spi.error.ElanusException ARGUMENT_TOO_LARGE naming the limit when the payload is over
     *     {@link WalCapabilities#maxRecordBytes()}; CANCELLED when the thread was interrupted while it waited. Nothing
     *     was appended then and the handle works on
     */
    CompletionStage<MessageId> append(WalRecord record);

    /**
     * Allows the log to forget every record up to and including the id. Advisory: space may be freed later, or never
     * when truncation is not among the capabilities. A scan from the earliest record may then begin later.
     *
     * @throws org.elanus.spi.error.ElanusException INVALID_ARGUMENT for an id of another implementation; CLOSED;
     *     NOT_READY, TIMEOUT or IO_FAILURE, after which it may be called again
     */
    void truncate(MessageId upTo);
}
