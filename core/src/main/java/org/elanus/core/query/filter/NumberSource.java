package org.elanus.core.query.filter;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.elanus.core.query.filter.Operand.Arithmetic;
import org.elanus.core.query.filter.Operand.Constant;
import org.elanus.core.query.filter.Operand.FieldValue;
import org.elanus.core.segment.RowChunk;
import org.elanus.spi.database.FixedColumn;

/** Values of a numeric operand for a block of rows, as longs when it is whole, else as doubles. For one thread. */
abstract class NumberSource {

    /** Filled when {@link #whole}. */
    final long[] longs;
    /** Filled otherwise. */
    final double[] doubles;

    final boolean whole;

    private NumberSource(boolean whole, Scratch scratch) {
        this.whole = whole;
        longs = whole ? scratch.longs() : Scratch.NO_LONGS;
        doubles = whole ? Scratch.NO_DOUBLES : scratch.doubles();
    }

    /** @param scratch lends the blocks; what else it lent must not be in use at the same time */
    static NumberSource of(Operand operand, RowChunk chunk, Scratch scratch) {
        return switch (operand) {
            case Constant(Long value) -> new Fixed(value, scratch);
            case Constant(Double value) -> new Fixed(value, scratch);
            case FieldValue value ->
                new Field((FixedColumn) chunk.column(value.field().name()), scratch);
            case Arithmetic(var operator, var left, var right, int depth, boolean dynamic, boolean integer) -> {
                NumberSource a = of(left, chunk, scratch);
                NumberSource b = of(right, chunk, scratch);
                yield integer
                        ? new WholeArithmetic(operator, a, b, scratch)
                        : new FloatingArithmetic(operator, a, b, scratch);
            }
            default -> throw new IllegalStateException("not a number");
        };
    }

    /**
     * Computes the values of a block.
     *
     * @param valid the bits of rows that have no value are cleared
     */
    abstract void load(int firstRow, int rows, long[] valid);

    double asDouble(int row) {
        return whole ? longs[row] : doubles[row];
    }

    /** A constant. */
    private static final class Fixed extends NumberSource {

        private final long number;
        private final double real;

        Fixed(long value, Scratch scratch) {
            super(true, scratch);
            number = value;
            real = 0;
        }

        Fixed(double value, Scratch scratch) {
            super(false, scratch);
            number = 0;
            real = value;
        }

        @Override
        void load(int firstRow, int rows, long[] valid) {
            Arrays.fill(longs, 0, whole ? rows : 0, number);
            Arrays.fill(doubles, 0, whole ? 0 : rows, real);
        }
    }

    private static final class Field extends NumberSource {

        private final FixedColumn column;

        Field(FixedColumn column, Scratch scratch) {
            super(column.type().isInteger(), scratch);
            this.column = column;
        }

        @Override
        void load(int firstRow, int rows, long[] valid) {
            MemorySegment data = column.data();
            long at = firstRow;
            switch (column.type()) {
                case INT8 -> {
                    for (int i = 0; i < rows; i++) {
                        longs[i] = data.get(ValueLayout.JAVA_BYTE, at + i);
                    }
                }
                case INT16 -> {
                    for (int i = 0; i < rows; i++) {
                        longs[i] = data.get(FixedColumn.SHORT, (at + i) * 2);
                    }
                }
                case INT32 -> {
                    for (int i = 0; i < rows; i++) {
                        longs[i] = data.get(FixedColumn.INT, (at + i) * 4);
                    }
                }
                case INT64, TIMESTAMPTZ -> MemorySegment.copy(data, FixedColumn.LONG, at * 8, longs, 0, rows);
                case FLOAT -> {
                    for (int i = 0; i < rows; i++) {
                        doubles[i] = data.get(FixedColumn.FLOAT, (at + i) * 4);
                    }
                }
                case DOUBLE -> MemorySegment.copy(data, FixedColumn.DOUBLE, at * 8, doubles, 0, rows);
                default -> throw new IllegalStateException(column.type() + " is not a number");
            }
            for (int w = 0; w < Kernel.words(rows); w++) {
                valid[w] &= Kernel.validWord(column, firstRow, w);
            }
        }
    }

    /** In 64 bits; a row whose result does not fit, or that divides by zero, has no value. */
    private static final class WholeArithmetic extends NumberSource {

        private final ArithmeticOperator operator;
        private final NumberSource left;
        private final NumberSource right;

        WholeArithmetic(ArithmeticOperator operator, NumberSource left, NumberSource right, Scratch scratch) {
            super(true, scratch);
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        void load(int firstRow, int rows, long[] valid) {
            left.load(firstRow, rows, valid);
            right.load(firstRow, rows, valid);
            long[] a = left.longs;
            long[] b = right.longs;
            switch (operator) {
                case ADD -> {
                    for (int i = 0; i < rows; i++) {
                        long result = a[i] + b[i];
                        longs[i] = result;
                        invalidate(valid, i, ((a[i] ^ result) & (b[i] ^ result)) < 0);
                    }
                }
                case SUBTRACT -> {
                    for (int i = 0; i < rows; i++) {
                        long result = a[i] - b[i];
                        longs[i] = result;
                        invalidate(valid, i, ((a[i] ^ b[i]) & (a[i] ^ result)) < 0);
                    }
                }
                case MULTIPLY -> {
                    for (int i = 0; i < rows; i++) {
                        longs[i] = a[i] * b[i];
                        invalidate(valid, i, Math.multiplyHigh(a[i], b[i]) != longs[i] >> 63);
                    }
                }
                case DIVIDE -> {
                    for (int i = 0; i < rows; i++) {
                        boolean wrong = b[i] == 0 || a[i] == Long.MIN_VALUE && b[i] == -1;
                        longs[i] = wrong ? 0 : a[i] / b[i];
                        invalidate(valid, i, wrong);
                    }
                }
                case MODULO -> {
                    for (int i = 0; i < rows; i++) {
                        longs[i] = b[i] == 0 ? 0 : a[i] % b[i];
                        invalidate(valid, i, b[i] == 0);
                    }
                }
            }
        }

        private static void invalidate(long[] valid, int row, boolean wrong) {
            valid[row >>> 6] &= ~((wrong ? 1L : 0L) << row);
        }
    }

    /** In doubles; division of a number by zero has no value. */
    private static final class FloatingArithmetic extends NumberSource {

        private final ArithmeticOperator operator;
        private final NumberSource left;
        private final NumberSource right;

        FloatingArithmetic(ArithmeticOperator operator, NumberSource left, NumberSource right, Scratch scratch) {
            super(false, scratch);
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        void load(int firstRow, int rows, long[] valid) {
            left.load(firstRow, rows, valid);
            right.load(firstRow, rows, valid);
            for (int i = 0; i < rows; i++) {
                double b = right.asDouble(i);
                doubles[i] = operator.apply(left.asDouble(i), b);
                if (b == 0 && operator == ArithmeticOperator.DIVIDE) {
                    valid[i >>> 6] &= ~(1L << i);
                }
            }
        }
    }

    /** Blocks of numbers that the kernels of one filter share, since only one of them works at a time. */
    static final class Scratch {

        private static final long[] NO_LONGS = {};
        private static final double[] NO_DOUBLES = {};

        private final List<long[]> longs = new ArrayList<>();
        private final List<double[]> doubles = new ArrayList<>();
        private int usedLongs;
        private int usedDoubles;

        /** Takes everything back that was lent. */
        Scratch reset() {
            usedLongs = 0;
            usedDoubles = 0;
            return this;
        }

        private long[] longs() {
            if (usedLongs == longs.size()) {
                longs.add(new long[Kernel.BLOCK_ROWS]);
            }
            return longs.get(usedLongs++);
        }

        private double[] doubles() {
            if (usedDoubles == doubles.size()) {
                doubles.add(new double[Kernel.BLOCK_ROWS]);
            }
            return doubles.get(usedDoubles++);
        }
    }
}
