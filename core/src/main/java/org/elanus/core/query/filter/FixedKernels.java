package org.elanus.core.query.filter;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.FixedColumn;

/** Kernels over columns of fixed width compared with constants: one tight loop a type. */
final class FixedKernels {

    private FixedKernels() {}

    /** Goes through the words of a block; the loop over a word's rows is the subclass's. */
    private abstract static class ByWord extends Kernel {

        final FixedColumn column;
        final MemorySegment data;

        ByWord(FixedColumn column) {
            this.column = column;
            data = column.data();
        }

        /** The bits of the rows that pass; those of inactive rows and of nulls are ignored. */
        abstract long word(int row, int rows);

        @Override
        void evaluate(int firstRow, int rows, long[] active, long[] matched, long[] unknown) {
            int words = words(rows);
            for (int w = 0; w < words; w++) {
                int row = w * Long.SIZE;
                matched[w] = active[w] == 0 ? 0 : word(firstRow + row, Math.min(Long.SIZE, rows - row));
            }
            separateNulls(column.validity(), firstRow, words, active, matched, unknown);
        }
    }

    /** BOOL. */
    static final class BooleanIs extends ByWord {

        private final int value;

        BooleanIs(FixedColumn column, boolean value) {
            super(column);
            this.value = value ? 1 : 0;
        }

        @Override
        long word(int row, int rows) {
            long bits = 0;
            for (int i = 0; i < rows; i++) {
                int found = data.get(ValueLayout.JAVA_BYTE, row + i) != 0 ? 1 : 0;
                bits |= (found == value ? 1L : 0L) << i;
            }
            return bits;
        }
    }

    /** An integer between two bounds; the bounds lie within the column's type. */
    static Kernel integerRange(FixedColumn column, long low, long high) {
        long min = column.width() == Long.BYTES ? Long.MIN_VALUE : -(1L << column.width() * 8 - 1);
        long from = Math.max(low, min);
        long to = Math.min(high, ~min);
        return from > to ? new NoneOf(column) : new IntegerRange(column, from, to);
    }

    /** False, or unknown where the column is null. */
    static final class NoneOf extends Kernel {

        private final Column column;

        NoneOf(Column column) {
            this.column = column;
        }

        @Override
        void evaluate(int firstRow, int rows, long[] active, long[] matched, long[] unknown) {
            java.util.Arrays.fill(matched, 0, words(rows), 0);
            separateNulls(column.validity(), firstRow, words(rows), active, matched, unknown);
        }
    }

    private static final class IntegerRange extends ByWord {

        private final long low;
        /** Values lie between the bounds when their distance from low, taken without sign, is at most this. */
        private final long span;

        IntegerRange(FixedColumn column, long low, long high) {
            super(column);
            this.low = low;
            span = high - low;
        }

        @Override
        long word(int row, int rows) {
            return switch (column.width()) {
                case 1 -> bytes(row, rows);
                case 2 -> shorts(row, rows);
                case 4 -> ints(row, rows);
                default -> longs(row, rows);
            };
        }

        private long bytes(int row, int rows) {
            int from = (int) low;
            int to = from + (int) span;
            long bits = 0;
            for (int i = 0; i < rows; i++) {
                int value = data.get(ValueLayout.JAVA_BYTE, row + i);
                bits |= ((value >= from ? 1L : 0L) & (value <= to ? 1L : 0L)) << i;
            }
            return bits;
        }

        private long shorts(int row, int rows) {
            int from = (int) low;
            int to = from + (int) span;
            long bits = 0;
            for (int i = 0; i < rows; i++) {
                int value = data.get(FixedColumn.SHORT, (row + i) * 2L);
                bits |= ((value >= from ? 1L : 0L) & (value <= to ? 1L : 0L)) << i;
            }
            return bits;
        }

        private long ints(int row, int rows) {
            int from = (int) low;
            int width = (int) span + Integer.MIN_VALUE;
            long bits = 0;
            for (int i = 0; i < rows; i++) {
                int value = data.get(FixedColumn.INT, (row + i) * 4L);
                bits |= (value - from + Integer.MIN_VALUE <= width ? 1L : 0L) << i;
            }
            return bits;
        }

        private long longs(int row, int rows) {
            long from = low;
            long width = span + Long.MIN_VALUE;
            long bits = 0;
            for (int i = 0; i < rows; i++) {
                long value = data.get(FixedColumn.LONG, (row + i) * 8L);
                bits |= (value - from + Long.MIN_VALUE <= width ? 1L : 0L) << i;
            }
            return bits;
        }
    }

    /** FLOAT or DOUBLE between two bounds. */
    static final class FloatingRange extends ByWord {

        private final double low;
        private final double high;

        FloatingRange(FixedColumn column, double low, double high) {
            super(column);
            this.low = low;
            this.high = high;
        }

        // Both comparisons are always made: a branch on the first would often be mispredicted.
        @Override
        long word(int row, int rows) {
            long bits = 0;
            if (column.width() == Float.BYTES) {
                for (int i = 0; i < rows; i++) {
                    double value = data.get(FixedColumn.FLOAT, (row + i) * 4L);
                    bits |= ((value >= low ? 1L : 0L) & (value <= high ? 1L : 0L)) << i;
                }
                return bits;
            }
            for (int i = 0; i < rows; i++) {
                double value = data.get(FixedColumn.DOUBLE, (row + i) * 8L);
                bits |= ((value >= low ? 1L : 0L) & (value <= high ? 1L : 0L)) << i;
            }
            return bits;
        }
    }

    /** A number in a set. */
    static final class NumberIn extends ByWord {

        private final NumberSet values;

        NumberIn(FixedColumn column, NumberSet values) {
            super(column);
            this.values = values;
        }

        @Override
        long word(int row, int rows) {
            long bits = 0;
            switch (column.type()) {
                case INT8 -> {
                    for (int i = 0; i < rows; i++) {
                        bits |= bit(data.get(ValueLayout.JAVA_BYTE, row + i)) << i;
                    }
                }
                case INT16 -> {
                    for (int i = 0; i < rows; i++) {
                        bits |= bit(data.get(FixedColumn.SHORT, (row + i) * 2L)) << i;
                    }
                }
                case INT32 -> {
                    for (int i = 0; i < rows; i++) {
                        bits |= bit(data.get(FixedColumn.INT, (row + i) * 4L)) << i;
                    }
                }
                case INT64, TIMESTAMPTZ -> {
                    for (int i = 0; i < rows; i++) {
                        bits |= bit(data.get(FixedColumn.LONG, (row + i) * 8L)) << i;
                    }
                }
                case FLOAT -> {
                    for (int i = 0; i < rows; i++) {
                        bits |= bit(NumberSet.bitsOf(data.get(FixedColumn.FLOAT, (row + i) * 4L))) << i;
                    }
                }
                case DOUBLE -> {
                    for (int i = 0; i < rows; i++) {
                        bits |= bit(NumberSet.bitsOf(data.get(FixedColumn.DOUBLE, (row + i) * 8L))) << i;
                    }
                }
                default -> throw new IllegalStateException(column.type() + " is not a number");
            }
            return bits;
        }

        private long bit(long value) {
            return values.contains(value) ? 1 : 0;
        }
    }

    /** Two BOOL columns. */
    static final class BooleanComparison extends Kernel {

        private final boolean equal;
        private final FixedColumn left;
        private final FixedColumn right;

        BooleanComparison(boolean equal, FixedColumn left, FixedColumn right) {
            this.equal = equal;
            this.left = left;
            this.right = right;
        }

        @Override
        void evaluate(int firstRow, int rows, long[] active, long[] matched, long[] unknown) {
            for (int w = 0; w < words(rows); w++) {
                int row = firstRow + w * Long.SIZE;
                long bits = 0;
                for (int i = 0; i < Math.min(Long.SIZE, rows - w * Long.SIZE); i++) {
                    bits |= (left.getBoolean(row + i) == right.getBoolean(row + i) == equal ? 1L : 0L) << i;
                }
                long valid = validWord(left, firstRow, w) & validWord(right, firstRow, w);
                matched[w] = bits & active[w] & valid;
                unknown[w] = active[w] & ~valid;
            }
        }
    }

    /** Never unknown. */
    static final class IsNull extends Kernel {

        private final Column column;

        IsNull(Column column) {
            this.column = column;
        }

        @Override
        void evaluate(int firstRow, int rows, long[] active, long[] matched, long[] unknown) {
            for (int w = 0; w < words(rows); w++) {
                matched[w] = active[w] & ~validWord(column, firstRow, w);
                unknown[w] = 0;
            }
        }
    }
}
