package org.elanus.core.query.filter;

import java.util.Arrays;

/** A set of 64-bit numbers: sorted, with a hash table in front once it is large. Immutable. */
final class NumberSet {

    private static final int SMALL = 8;

    private final long[] sorted;
    /** Open addressing, at most half full; a slot holds the number, EMPTY marks a free one. Empty when small. */
    private final long[] table;

    private final int shift;
    private final boolean hasEmpty;

    private static final long EMPTY = 0x7f4a_7c15_9e37_79b9L;

    /** @param values in any order, repeated or not; taken over */
    NumberSet(long[] values) {
        Arrays.sort(values);
        int size = 0;
        for (int i = 0; i < values.length; i++) {
            if (i == 0 || values[i] != values[i - 1]) {
                values[size++] = values[i];
            }
        }
        sorted = size == values.length ? values : Arrays.copyOf(values, size);
        hasEmpty = Arrays.binarySearch(sorted, EMPTY) >= 0;
        if (size <= SMALL) {
            table = new long[0];
            shift = 0;
            return;
        }
        int bits = 64 - Long.numberOfLeadingZeros(size * 2L - 1);
        shift = 64 - bits;
        table = new long[1 << bits];
        Arrays.fill(table, EMPTY);
        for (long value : sorted) {
            if (value != EMPTY) {
                int slot = slot(value);
                while (table[slot] != EMPTY) {
                    slot = slot + 1 & table.length - 1;
                }
                table[slot] = value;
            }
        }
    }

    private int slot(long value) {
        return (int) ((value ^ value >>> 32) * 0x9e37_79b9_7f4a_7c15L >>> shift);
    }

    boolean contains(long value) {
        if (table.length == 0) {
            for (long member : sorted) {
                if (member == value) {
                    return true;
                }
            }
            return false;
        }
        if (value == EMPTY) {
            return hasEmpty;
        }
        int slot = slot(value);
        while (table[slot] != EMPTY) {
            if (table[slot] == value) {
                return true;
            }
            slot = slot + 1 & table.length - 1;
        }
        return false;
    }

    int size() {
        return sorted.length;
    }

    /** Ascending; only read. */
    long[] sorted() {
        return sorted;
    }

    /** A double's place in a set: equal numbers have equal bits. */
    static long bitsOf(double value) {
        return Double.doubleToLongBits(value == 0 ? 0.0 : value);
    }
}
