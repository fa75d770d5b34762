package org.elanus.core.query.filter;

/** Exact comparison of 64-bit integers with doubles. */
final class Numbers {

    private static final double TWO_63 = 0x1p63;

    private Numbers() {}

    /** Whether the double is a whole number that fits into 64 bits. */
    static boolean isLong(double value) {
        return value >= -TWO_63 && value < TWO_63 && value == Math.rint(value);
    }

    /** The sign of left minus right without rounding; right is a number. */
    static int compare(long left, double right) {
        if (right >= TWO_63) {
            return -1;
        }
        if (right < -TWO_63) {
            return 1;
        }
        long whole = (long) right;
        if (left != whole) {
            return left < whole ? -1 : 1;
        }
        return Double.compare(0, right - whole + 0.0);
    }

    /** Whether the relation holds; NaN is unequal to everything. */
    static boolean holds(Relation relation, long left, double right) {
        return Double.isNaN(right) ? relation == Relation.NOT_EQUAL : relation.holds(compare(left, right));
    }

    static boolean holds(Relation relation, double left, double right) {
        return switch (relation) {
            case EQUAL -> left == right;
            case NOT_EQUAL -> left != right;
            case LESS -> left < right;
            case LESS_EQUAL -> left <= right;
            case GREATER -> left > right;
            case GREATER_EQUAL -> left >= right;
        };
    }

    /** Whether the relation holds between two Longs or Doubles. */
    static boolean holds(Relation relation, Number left, Number right) {
        if (left instanceof Long a) {
            return right instanceof Long b
                    ? relation.holds(Long.compare(a, b))
                    : holds(relation, a.longValue(), right.doubleValue());
        }
        return right instanceof Long b
                ? holds(relation.flipped(), b.longValue(), left.doubleValue())
                : holds(relation, left.doubleValue(), right.doubleValue());
    }
}
