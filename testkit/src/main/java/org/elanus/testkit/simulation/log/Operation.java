package org.elanus.testkit.simulation.log;

import java.lang.foreign.MemorySegment;
import org.elanus.core.log.DataRecord;
import org.elanus.core.log.LogPosition;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.jspecify.annotations.Nullable;

/** One append of a schedule, whose whole content follows from its number. For one thread at a time. */
final class Operation {

    private static final long MIX = 0x9E3779B97F4A7C15L;

    final long number;
    final int rows;
    final String by;
    /** What its process sees. */
    final LogView view;
    /** When it began, in events of the history. */
    final long invokedAt;
    /** The highest sequence that was acknowledged by then. */
    final long behind;

    /** Where it stands; null while it is not acknowledged. */
    @Nullable
    LogPosition acknowledged;

    Operation(long number, int rows, String by, LogView view, long invokedAt, long behind) {
        this.number = number;
        this.rows = rows;
        this.by = by;
        this.view = view;
        this.invokedAt = invokedAt;
        this.behind = behind;
    }

    DataRecord record() {
        MemorySegment keys = MemorySegment.ofArray(new byte[8 * rows]);
        for (int row = 0; row < rows; row++) {
            keys.set(FixedColumn.LONG, 8L * row, key(row));
        }
        return new DataRecord(
                number,
                (int) (number % 7),
                (int) (number % 5),
                number * MIX,
                new FixedColumn(DataType.INT64, rows, 8, keys, null),
                Math.abs(number * MIX >> 1),
                null);
    }

    private long key(int row) {
        return (number + 1) * MIX + row;
    }

    /** Whether a record is this operation's, whole and nothing else. */
    boolean isWhole(DataRecord record) {
        Column keys = record.deletedKeys();
        if (!(keys instanceof FixedColumn column)
                || column.rows() != rows
                || record.rows() != null
                || record.shard() != (int) (number % 7)
                || record.schemaVersion() != (int) (number % 5)
                || record.partitionId() != number * MIX
                || record.deleteBefore() != Math.abs(number * MIX >> 1)) {
            return false;
        }
        for (int row = 0; row < rows; row++) {
            if (column.getLong(row) != key(row)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "operation " + number + " of " + by;
    }
}
