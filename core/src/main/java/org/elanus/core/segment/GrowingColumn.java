package org.elanus.core.segment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.jspecify.annotations.Nullable;

/**
 * The values of one field in a chunk of a growing segment. Written by one thread; a reader that knows of n rows, by
 * reading the segment's published count, sees the first n values.
 */
abstract sealed class GrowingColumn {

    final DataType type;
    private final Arena arena;
    private final int capacity;
    private volatile @Nullable MemorySegment validity;

    private GrowingColumn(DataType type, Arena arena, int capacity) {
        this.type = type;
        this.arena = arena;
        this.capacity = capacity;
    }

    static GrowingColumn make(FieldSchema field, Arena arena, int capacity) {
        return field.type().isVariableWidth()
                ? new Variable(field.type(), arena, capacity)
                : new Fixed(field.type(), field.width(), arena, capacity);
    }

    /** Bytes that {@link #make} takes, and those that validity takes later. */
    static long bytes(FieldSchema field, int capacity) {
        return (field.type().isVariableWidth() ? 4L * (capacity + 1) : (long) field.width() * capacity)
                + (field.nullable() ? capacity / 8 : 0);
    }

    /** Makes room for what {@link #append} will add. @return bytes that were added */
    abstract long reserve(Column source, int from, int count, int row);

    /** Bytes that {@link #reserve} would add. */
    abstract long needed(Column source, int from, int count, int row);

    /** Copies {@code count} values, from {@code from} on, to the rows from {@code row} on. */
    abstract void append(Column source, int from, int count, int row);

    /** The first rows as a column. */
    abstract Column view(int rows);

    final void appendValidity(Column source, int from, int count, int row) {
        MemorySegment bits = validity;
        if (bits == null) {
            if (source.validity() == null) {
                return;
            }
            bits = arena.allocate(capacity / 8, 8);
            for (int i = 0; i < row; i++) {
                setValid(bits, i);
            }
            validity = bits;
        }
        for (int i = 0; i < count; i++) {
            if (!source.isNull(from + i)) {
                setValid(bits, row + i);
            }
        }
    }

    final @Nullable MemorySegment validity() {
        return validity;
    }

    private static void setValid(MemorySegment bits, int row) {
        byte old = bits.get(ValueLayout.JAVA_BYTE, row >>> 3);
        bits.set(ValueLayout.JAVA_BYTE, row >>> 3, (byte) (old | 1 << (row & 7)));
    }

    /** Values of one width, off heap, aligned to cache lines. */
    static final class Fixed extends GrowingColumn {

        private final int width;
        private final MemorySegment data;

        Fixed(DataType type, int width, Arena arena, int capacity) {
            super(type, arena, capacity);
            this.width = width;
            this.data = arena.allocate((long) width * capacity, 64);
        }

        @Override
        long reserve(Column source, int from, int count, int row) {
            return 0;
        }

        @Override
        long needed(Column source, int from, int count, int row) {
            return 0;
        }

        @Override
        void append(Column source, int from, int count, int row) {
            MemorySegment.copy(
                    ((FixedColumn) source).data(), (long) from * width, data, (long) row * width, (long) count * width);
            appendValidity(source, from, count, row);
        }

        @Override
        Column view(int rows) {
            return new FixedColumn(type, rows, width, data.asSlice(0, (long) rows * width), validity());
        }
    }

    /** Values of any width: offsets off heap, bytes in an array that is replaced by a larger one when full. */
    static final class Variable extends GrowingColumn {

        private final MemorySegment offsets;
        private volatile byte[] bytes = new byte[0];

        Variable(DataType type, Arena arena, int capacity) {
            super(type, arena, capacity);
            this.offsets = arena.allocate(4L * (capacity + 1), 64);
        }

        @Override
        long reserve(Column source, int from, int count, int row) {
            long more = needed(source, from, count, row);
            if (more > 0) {
                bytes = Arrays.copyOf(bytes, Math.toIntExact(bytes.length + more));
            }
            return more;
        }

        @Override
        long needed(Column source, int from, int count, int row) {
            VariableColumn values = (VariableColumn) source;
            long used = offsets.get(FixedColumn.INT, 4L * row);
            long wanted = used + values.start(from + count) - values.start(from);
            long present = bytes.length;
            return wanted <= present ? 0 : Math.max(wanted, Math.min(present * 2, Integer.MAX_VALUE - 8)) - present;
        }

        @Override
        void append(Column source, int from, int count, int row) {
            VariableColumn values = (VariableColumn) source;
            int start = values.start(from);
            int used = offsets.get(FixedColumn.INT, 4L * row);
            MemorySegment.copy(
                    values.bytes(), start, MemorySegment.ofArray(bytes), used, values.start(from + count) - start);
            for (int i = 1; i <= count; i++) {
                offsets.set(FixedColumn.INT, 4L * (row + i), used + values.start(from + i) - start);
            }
            appendValidity(source, from, count, row);
        }

        @Override
        Column view(int rows) {
            return new VariableColumn(
                    type, rows, offsets.asSlice(0, 4L * (rows + 1)), MemorySegment.ofArray(bytes), validity());
        }
    }
}
