package org.elanus.core.query.filter;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Constants of mixed types, as a list for JSON values may hold. Immutable. */
final class ConstantSet {

    private final NumberSet integers;
    private final NumberSet doubles;
    private final Set<String> texts = new HashSet<>();
    private final boolean hasTrue;
    private final boolean hasFalse;

    /** @param constants Long, Double, Boolean or String */
    ConstantSet(List<?> constants) {
        long[] whole = new long[constants.size()];
        long[] other = new long[constants.size()];
        int wholes = 0;
        int others = 0;
        for (Object constant : constants) {
            switch (constant) {
                case Long number -> whole[wholes++] = number;
                case Double number -> {
                    if (Numbers.isLong(number)) {
                        whole[wholes++] = (long) (double) number;
                    } else if (!number.isNaN()) {
                        other[others++] = NumberSet.bitsOf(number);
                    }
                }
                case String text -> texts.add(text);
                case Boolean bool -> {}
                default -> throw new IllegalStateException("no constant: " + constant.getClass());
            }
        }
        integers = new NumberSet(java.util.Arrays.copyOf(whole, wholes));
        doubles = new NumberSet(java.util.Arrays.copyOf(other, others));
        hasTrue = constants.contains(Boolean.TRUE);
        hasFalse = constants.contains(Boolean.FALSE);
    }

    /** Whole numbers, those among the doubles included. */
    NumberSet integers() {
        return integers;
    }

    /** The bits of the other numbers. */
    NumberSet doubles() {
        return doubles;
    }

    Set<String> texts() {
        return texts;
    }

    boolean hasTrue() {
        return hasTrue;
    }

    boolean hasFalse() {
        return hasFalse;
    }

    boolean contains(long value) {
        return integers.contains(value);
    }

    boolean contains(double value) {
        return Numbers.isLong(value) ? integers.contains((long) value) : doubles.contains(NumberSet.bitsOf(value));
    }

    boolean contains(String value) {
        return texts.contains(value);
    }

    boolean contains(boolean value) {
        return value ? hasTrue : hasFalse;
    }
}
