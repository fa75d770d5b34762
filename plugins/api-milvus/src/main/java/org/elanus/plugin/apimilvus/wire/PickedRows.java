package org.elanus.plugin.apimilvus.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/** Makes a column of some rows of another one, in any order. */
public final class PickedRows {

    /** Picks a null. */
    public static final int NONE = -1;

    private PickedRows() {}

    /** @param rows of the source, or {@link #NONE} */
    public static Column of(Column source, int[] rows) {
        return switch (source) {
            case FixedColumn fixed -> fixed(fixed, rows);
            case VariableColumn variable -> variable(variable, rows);
        };
    }

    private static FixedColumn fixed(FixedColumn source, int[] rows) {
        int width = source.width();
        MemorySegment data = MemorySegment.ofArray(new byte[Math.multiplyExact(rows.length, width)]);
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] != NONE) {
                MemorySegment.copy(source.data(), (long) rows[i] * width, data, (long) i * width, width);
            }
        }
        return new FixedColumn(source.type(), rows.length, width, data, validity(source, rows));
    }

    private static VariableColumn variable(VariableColumn source, int[] rows) {
        long total = 0;
        for (int row : rows) {
            total += row == NONE ? 0 : source.length(row);
        }
        if (total > Integer.MAX_VALUE - 8) {
            throw ElanusException.invalid(
                    "%d rows of stored values have %d bytes, which is too much", rows.length, total);
        }
        MemorySegment offsets = MemorySegment.ofArray(new byte[Math.multiplyExact(rows.length + 1, 4)]);
        MemorySegment bytes = MemorySegment.ofArray(new byte[(int) total]);
        int position = 0;
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] != NONE) {
                int length = source.length(rows[i]);
                MemorySegment.copy(source.bytes(), source.start(rows[i]), bytes, position, length);
                position += length;
            }
            offsets.set(FixedColumn.INT, 4L * (i + 1), position);
        }
        return new VariableColumn(source.type(), rows.length, offsets, bytes, validity(source, rows));
    }

    private static @Nullable MemorySegment validity(Column source, int[] rows) {
        byte[] bits = new byte[(rows.length + 7) / 8];
        boolean nulls = false;
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] == NONE || source.isNull(rows[i])) {
                nulls = true;
            } else {
                bits[i >>> 3] |= (byte) (1 << (i & 7));
            }
        }
        return nulls ? MemorySegment.ofArray(bits) : null;
    }

    /** The values of a column of variable width, one array each; null at a null. */
    public static byte @Nullable [] bytes(VariableColumn column, int row) {
        return row == NONE || column.isNull(row) ? null : column.slice(row).toArray(ValueLayout.JAVA_BYTE);
    }
}
