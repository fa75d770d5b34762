package org.elanus.core.segment;

import org.elanus.spi.database.Column;

/**
 * Deletes of single rows, ordered by time, to be applied to another segment that holds the same rows.
 *
 * @param keys the primary key of each row
 * @param rowTimestamps when each row was written
 * @param timestamps when each row was deleted
 */
public record Tombstones(Column keys, long[] rowTimestamps, long[] timestamps) {

    public int count() {
        return timestamps.length;
    }

    /** Hides the same versions there. Only by the applier thread. @return how many rows this call hid */
    public int applyTo(Segment segment) {
        throw new UnsupportedOperationException();
    }
}
