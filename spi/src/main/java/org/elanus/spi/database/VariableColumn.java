package org.elanus.spi.database;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Values of variable width: VARCHAR, JSON and GEOMETRY in UTF-8, ARRAY (laid out as {@link ArrayValues} says), sparse vectors. At
 * most 2 GiB.
 *
 * @param offsets {@code rows + 1} ints; value r is {@code bytes[offsets[r] .. offsets[r + 1])}
 */
public record VariableColumn(
        DataType type,
        int rows,
        MemorySegment offsets,
        MemorySegment bytes,
        @Nullable MemorySegment validity) implements Column {

    public VariableColumn {
        if (offsets.byteSize() < 4L * (rows + 1)) {
            throw new IllegalArgumentException(
                    rows + " rows need " + (rows + 1) + " offsets, not " + offsets.byteSize() / 4);
        }
    }

    public int start(int row) {
        return offsets.get(FixedColumn.INT, 4L * row);
    }

    public int length(int row) {
        return offsets.get(FixedColumn.INT, 4L * row + 4) - start(row);
    }

    public MemorySegment slice(int row) {
        return bytes.asSlice(start(row), length(row));
    }

    public byte[] getBytes(int row) {
        return slice(row).toArray(ValueLayout.JAVA_BYTE);
    }

    public String getString(int row) {
        return new String(getBytes(row), StandardCharsets.UTF_8);
    }

    @Override
    public long payloadBytes() {
        return 4L * (rows + 1) + (rows == 0 ? 0 : (long) start(rows) - start(0));
    }
}
