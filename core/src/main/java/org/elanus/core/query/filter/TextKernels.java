package org.elanus.core.query.filter;

import java.lang.foreign.MemorySegment;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;

/** Kernels over VARCHAR columns: they look at active rows only. */
final class TextKernels {

    private TextKernels() {}

    /** Visits the active rows that have values. */
    private abstract static class ByRow extends Kernel {

        final VariableColumn column;
        final MemorySegment bytes;

        ByRow(VariableColumn column) {
            this.column = column;
            bytes = column.bytes();
        }

        abstract boolean matches(int start, int length);

        @Override
        void evaluate(int firstRow, int rows, long[] active, long[] matched, long[] unknown) {
            MemorySegment offsets = column.offsets();
            for (int w = 0; w < words(rows); w++) {
                long valid = validWord(column, firstRow, w);
                long found = 0;
                for (long left = active[w] & valid; left != 0; left &= left - 1) {
                    int bit = Long.numberOfTrailingZeros(left);
                    long place = (firstRow + w * (long) Long.SIZE + bit) * Integer.BYTES;
                    int start = offsets.get(FixedColumn.INT, place);
                    int end = offsets.get(FixedColumn.INT, place + Integer.BYTES);
                    if (matches(start, end - start)) {
                        found |= 1L << bit;
                    }
                }
                matched[w] = found;
                unknown[w] = active[w] & ~valid;
            }
        }
    }

    static final class TextRelation extends ByRow {

        private final Relation relation;
        private final byte[] value;

        TextRelation(VariableColumn column, Relation relation, byte[] value) {
            super(column);
            this.relation = relation;
            this.value = value;
        }

        @Override
        boolean matches(int start, int length) {
            if (relation.isEquality()) {
                return Utf8.equal(bytes, start, length, value) == (relation == Relation.EQUAL);
            }
            return relation.holds(Utf8.compare(bytes, start, length, value));
        }
    }

    static final class TextIn extends ByRow {

        private final TextSet values;

        TextIn(VariableColumn column, TextSet values) {
            super(column);
            this.values = values;
        }

        @Override
        boolean matches(int start, int length) {
            return values.contains(bytes, start, length);
        }
    }

    static final class TextLike extends ByRow {

        private final LikePattern pattern;

        TextLike(VariableColumn column, LikePattern pattern) {
            super(column);
            this.pattern = pattern;
        }

        @Override
        boolean matches(int start, int length) {
            return pattern.matches(bytes, start, length);
        }
    }

    /** Two columns. */
    static final class TextComparison extends Kernel {

        private final Relation relation;
        private final VariableColumn left;
        private final VariableColumn right;

        TextComparison(Relation relation, VariableColumn left, VariableColumn right) {
            this.relation = relation;
            this.left = left;
            this.right = right;
        }

        @Override
        void evaluate(int firstRow, int rows, long[] active, long[] matched, long[] unknown) {
            for (int w = 0; w < words(rows); w++) {
                long valid = validWord(left, firstRow, w) & validWord(right, firstRow, w);
                long found = 0;
                for (long open = active[w] & valid; open != 0; open &= open - 1) {
                    int bit = Long.numberOfTrailingZeros(open);
                    int row = firstRow + w * Long.SIZE + bit;
                    int comparison = Utf8.compare(
                            left.bytes(),
                            left.start(row),
                            left.length(row),
                            right.bytes(),
                            right.start(row),
                            right.length(row));
                    if (relation.holds(comparison)) {
                        found |= 1L << bit;
                    }
                }
                matched[w] = found;
                unknown[w] = active[w] & ~valid;
            }
        }
    }
}
