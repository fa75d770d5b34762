package org.elanus.core.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.List;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;

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

    /** Hides the same versions there, as one step. Only by the applier thread. @return how many rows this call hid */
    public int applyTo(SealedSegment segment) {
        return applyAll(List.of(this), segment);
    }

    /**
     * Hides the versions of several segments, whose times may interleave, in one that holds the rows of all of them;
     * as one step. Only by the applier thread.
     *
     * @return how many rows this call hid
     */
    public static int applyAll(List<Tombstones> all, SealedSegment segment) {
        return segment.hide(all);
    }

    /** Collects tombstones of the rows of a segment. */
    static Tombstones of(DeleteLog.State now, DeleteLog.State then, int thenCount, RowReader rows) {
        int[] fresh = new int[now.size()];
        int count = 0;
        if (now.generation() == then.generation()) {
            for (int i = thenCount; i < now.size(); i++) {
                fresh[count++] = i;
            }
        } else {
            BitSet known = new BitSet();
            for (int i = 0; i < thenCount; i++) {
                known.set(then.rows()[i]);
            }
            for (int i = 0; i < now.size(); i++) {
                if (!known.get(now.rows()[i])) {
                    fresh[count++] = i;
                }
            }
        }
        long[] written = new long[count];
        long[] deleted = new long[count];
        int[] which = new int[count];
        for (int i = 0; i < count; i++) {
            which[i] = now.rows()[fresh[i]];
            written[i] = rows.timestamp(which[i]);
            deleted[i] = now.timestamps()[fresh[i]];
        }
        return new Tombstones(rows.keys(which), written, deleted);
    }

    /** What tombstones are made of. */
    interface RowReader {

        long timestamp(int row);

        /** The column that holds a row's key, in which the row is {@code row - firstRowOf(row)}. */
        Column keyColumn(int row);

        int firstRowOf(int row);

        /** A copy of the keys of some rows. */
        default Column keys(int[] rows) {
            if (rows.length == 0 || keyColumn(rows[0]) instanceof FixedColumn) {
                MemorySegment data = MemorySegment.ofArray(new byte[rows.length * 8]);
                for (int i = 0; i < rows.length; i++) {
                    FixedColumn source = (FixedColumn) keyColumn(rows[i]);
                    data.set(FixedColumn.LONG, 8L * i, source.getLong(rows[i] - firstRowOf(rows[i])));
                }
                return new FixedColumn(DataType.INT64, rows.length, 8, data, null);
            }
            byte[][] values = new byte[rows.length][];
            for (int i = 0; i < rows.length; i++) {
                VariableColumn source = (VariableColumn) keyColumn(rows[i]);
                values[i] = source.slice(rows[i] - firstRowOf(rows[i])).toArray(ValueLayout.JAVA_BYTE);
            }
            return Columns.bytes(DataType.VARCHAR, List.of(values));
        }
    }
}
