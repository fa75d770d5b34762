package org.elanus.spi.wal;

import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * What a log implementation promises. The conformance kit checks each promise.
 *
 * @param exclusive the operating system keeps every other process from writing the channel while a {@link Wal} is open,
 *     so that a durable append may be acknowledged without reading it back
 * @param fencing opening with a higher term makes appends through older handles, in whatever process, fail with FENCED
 * @param truncation {@link Wal#truncate} frees space
 * @param maxRecordBytes the largest payload that {@link Wal#append} takes, in bytes
 */
public record WalCapabilities(boolean exclusive, boolean fencing, boolean truncation, int maxRecordBytes) {

    /** The smallest limit that an implementation may declare. */
    public static final int SMALLEST_MAX_RECORD_BYTES = 64 << 10;

    public WalCapabilities {
        if (maxRecordBytes < SMALLEST_MAX_RECORD_BYTES) {
            throw new IllegalArgumentException(
                    "maxRecordBytes must be at least " + SMALLEST_MAX_RECORD_BYTES + ", not " + maxRecordBytes);
        }
    }

    /** @throws ElanusException ARGUMENT_TOO_LARGE naming the limit when the record's payload is over it */
    public void requireFit(WalRecord record) {
        long length = record.byteSize();
        if (length > maxRecordBytes) {
            throw new ElanusException(
                    StandardErrorCode.ARGUMENT_TOO_LARGE,
                    "a log record of %d bytes is over the limit of %d bytes".formatted(length, maxRecordBytes));
        }
    }
}
