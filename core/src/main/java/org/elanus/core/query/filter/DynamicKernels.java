package org.elanus.core.query.filter;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Kernels over JSON and arrays: they read active rows only, one by one. */
final class DynamicKernels {

    private DynamicKernels() {}

    /** Visits the active rows. */
    abstract static class ByRow extends Kernel {

        static final int FALSE = 0;
        static final int TRUE = 1;
        static final int UNKNOWN = 2;

        abstract int decide(int row);

        @Override
        final void evaluate(int firstRow, int rows, long[] active, long[] matched, long[] unknown) {
            for (int w = 0; w < words(rows); w++) {
                long isTrue = 0;
                long isUnknown = 0;
                for (long left = active[w]; left != 0; left &= left - 1) {
                    int bit = Long.numberOfTrailingZeros(left);
                    int outcome = decide(firstRow + w * Long.SIZE + bit);
                    isTrue |= (long) (outcome & TRUE) << bit;
                    isUnknown |= (long) (outcome >>> 1) << bit;
                }
                matched[w] = isTrue;
                unknown[w] = isUnknown;
            }
        }

        static int outcome(boolean value) {
            return value ? TRUE : FALSE;
        }
    }

    static final class Comparison extends ByRow {

        private final Relation relation;
        private final DynamicSource left;
        private final DynamicSource right;
        private final DynamicValue leftValue = new DynamicValue();
        private final DynamicValue rightValue = new DynamicValue();

        Comparison(Relation relation, DynamicSource left, DynamicSource right) {
            this.relation = relation;
            this.left = left;
            this.right = right;
        }

        @Override
        int decide(int row) {
            left.load(row, leftValue);
            if (leftValue.kind == DynamicValue.Kind.MISSING) {
                return UNKNOWN;
            }
            right.load(row, rightValue);
            return rightValue.kind == DynamicValue.Kind.MISSING
                    ? UNKNOWN
                    : outcome(DynamicValue.holds(relation, leftValue, rightValue));
        }
    }

    static final class In extends ByRow {

        private final DynamicSource source;
        private final ConstantSet values;
        private final DynamicValue value = new DynamicValue();

        In(DynamicSource source, ConstantSet values) {
            this.source = source;
            this.values = values;
        }

        @Override
        int decide(int row) {
            source.load(row, value);
            return value.kind == DynamicValue.Kind.MISSING ? UNKNOWN : outcome(value.isIn(values));
        }
    }

    static final class Like extends ByRow {

        private final DynamicSource source;
        private final LikePattern pattern;
        private final DynamicValue value = new DynamicValue();

        Like(DynamicSource source, LikePattern pattern) {
            this.source = source;
            this.pattern = pattern;
        }

        @Override
        int decide(int row) {
            source.load(row, value);
            if (value.kind == DynamicValue.Kind.MISSING) {
                return UNKNOWN;
            }
            if (value.kind != DynamicValue.Kind.TEXT) {
                return FALSE;
            }
            byte[] bytes = Utf8.encode(value.text);
            return outcome(pattern.matches(MemorySegment.ofArray(bytes), 0, bytes.length));
        }
    }

    static final class Contains extends ByRow {

        private final ElementSource source;
        private final ConstantSet[] wanted;
        private final boolean[] found;
        private final Elements elements = new Elements();

        Contains(ElementSource source, List<ConstantSet> wanted) {
            this.source = source;
            this.wanted = wanted.toArray(ConstantSet[]::new);
            found = new boolean[wanted.size()];
        }

        @Override
        int decide(int row) {
            source.load(row, elements);
            if (elements.isMissing()) {
                return UNKNOWN;
            }
            // The sets are disjoint, so each needs an element of its own.
            if (!elements.isArray() || elements.size() < wanted.length) {
                return FALSE;
            }
            Arrays.fill(found, false);
            int open = wanted.length;
            for (int e = 0; e < elements.size() && open > 0; e++) {
                DynamicValue element = elements.get(e);
                for (int i = 0; i < wanted.length; i++) {
                    if (!found[i] && element.isIn(wanted[i])) {
                        found[i] = true;
                        open--;
                    }
                }
            }
            return outcome(open == 0);
        }
    }

    static final class Condition extends ByRow {

        private final DynamicSource source;
        private final DynamicValue value = new DynamicValue();

        Condition(DynamicSource source) {
            this.source = source;
        }

        @Override
        int decide(int row) {
            source.load(row, value);
            return switch (value.kind) {
                case BOOLEAN -> outcome(value.bool);
                case ABSENT -> FALSE;
                default -> UNKNOWN;
            };
        }
    }

    static final class IsMissing extends ByRow {

        private final DynamicSource source;
        private final DynamicValue value = new DynamicValue();

        IsMissing(DynamicSource source) {
            this.source = source;
        }

        @Override
        int decide(int row) {
            source.load(row, value);
            return outcome(value.isNothing());
        }
    }
}
