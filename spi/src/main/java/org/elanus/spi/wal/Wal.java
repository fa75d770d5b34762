package org.elanus.spi.wal;

import java.util.concurrent.CompletionStage;
import org.elanus.spi.PluginImplements;

/**
 * One channel open for appending. Safe for use by many threads.
 *
 * <p>Order: of two appends of which one call returned before the other began, the first stands earlier in the log. A
 * stage completes when its record is durable and every earlier record of this handle is; its callbacks are short and do
 * not block. After one append failed, every later one fails too, because what follows a hole would be read as whole.
 */
@PluginImplements
public interface Wal extends WalReader {

    /** Channel and term that this handle was opened with. */
    ChannelInfo info();

    /**
     * Appends a record. Blocks while too many bytes are under way (back-pressure).
     *
     * @return completes with the id, or exceptionally with an {@link org.elanus.spi.error.ElanusException}: FENCED
     *     (permanent), DISK_FULL, IO_FAILURE, CLOSED
     * @throws org.elanus.spi.error.ElanusException ARGUMENT_TOO_LARGE naming the limit when the payload is over
     *     {@link WalCapabilities#maxRecordBytes()}
     */
    CompletionStage<MessageId> append(WalRecord record);

    /**
     * Allows the log to forget every record up to and including the id. Advisory: space may be freed later, or never
     * when truncation is not among the capabilities. A scan from the earliest record may then begin later.
     */
    void truncate(MessageId upTo);
}
