package org.elanus.core.query.filter;

/** Compares two numeric operands row by row; whole numbers with doubles exactly. */
final class NumberComparisonKernel extends Kernel {

    private final Relation relation;
    private final NumberSource left;
    private final NumberSource right;
    private final long[] valid = new long[BLOCK_WORDS];

    NumberComparisonKernel(Relation relation, NumberSource left, NumberSource right) {
        this.relation = relation;
        this.left = left;
        this.right = right;
    }

    @Override
    void evaluate(int firstRow, int rows, long[] active, long[] matched, long[] unknown) {
        int words = words(rows);
        System.arraycopy(active, 0, valid, 0, words);
        left.load(firstRow, rows, valid);
        right.load(firstRow, rows, valid);
        for (int w = 0; w < words; w++) {
            int from = w * Long.SIZE;
            long bits = valid[w] == 0 ? 0 : word(from, Math.min(Long.SIZE, rows - from));
            matched[w] = bits & valid[w];
            unknown[w] = active[w] & ~valid[w];
        }
    }

    private long word(int from, int rows) {
        long bits = 0;
        if (left.whole && right.whole) {
            for (int i = 0; i < rows; i++) {
                boolean holds = relation.holds(Long.compare(left.longs[from + i], right.longs[from + i]));
                bits |= (holds ? 1L : 0L) << i;
            }
        } else if (left.whole) {
            for (int i = 0; i < rows; i++) {
                boolean holds = Numbers.holds(relation, left.longs[from + i], right.doubles[from + i]);
                bits |= (holds ? 1L : 0L) << i;
            }
        } else if (right.whole) {
            Relation flipped = relation.flipped();
            for (int i = 0; i < rows; i++) {
                boolean holds = Numbers.holds(flipped, right.longs[from + i], left.doubles[from + i]);
                bits |= (holds ? 1L : 0L) << i;
            }
        } else {
            for (int i = 0; i < rows; i++) {
                boolean holds = Numbers.holds(relation, left.doubles[from + i], right.doubles[from + i]);
                bits |= (holds ? 1L : 0L) << i;
            }
        }
        return bits;
    }
}
