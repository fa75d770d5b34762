package org.elanus.spi.database;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Values of fixed width: scalars (BOOL is a byte 0 or 1) and dense vectors.
 *
 * @param width bytes of one value
 * @param data at least {@code rows * width} bytes
 */
public record FixedColumn(
        DataType type,
        int rows,
        int width,
        MemorySegment data,
        @Nullable MemorySegment validity) implements Column {

    /** How multi-byte values are read and written. */
    public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public FixedColumn {
        if (data.byteSize() < (long) rows * width) {
            throw new IllegalArgumentException(
                    rows + " rows of " + width + " bytes do not fit into " + data.byteSize() + " bytes");
        }
    }

    public boolean getBoolean(int row) {
        return data.get(ValueLayout.JAVA_BYTE, row) != 0;
    }

    /** The value of a BOOL (0 or 1) or an integer type. */
    public long getLong(int row) {
        return switch (type) {
            case BOOL, INT8 -> data.get(ValueLayout.JAVA_BYTE, row);
            case INT16 -> data.get(SHORT, 2L * row);
            case INT32 -> data.get(INT, 4L * row);
            case INT64, TIMESTAMPTZ -> data.get(LONG, 8L * row);
            default -> throw new IllegalStateException(type + " is not an integer");
        };
    }

    /** The value of any numeric type. */
    public double getDouble(int row) {
        return switch (type) {
            case FLOAT -> data.get(FLOAT, 4L * row);
            case DOUBLE -> data.get(DOUBLE, 8L * row);
            default -> getLong(row);
        };
    }

    /** The bytes of one value, such as a vector. */
    public MemorySegment slice(int row) {
        return data.asSlice((long) row * width, width);
    }

    @Override
    public long payloadBytes() {
        return (long) rows * width;
    }
}
