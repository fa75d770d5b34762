package org.elanus.core.index.scalar;

import java.util.Arrays;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Pairs of a value's key and a row that has it, gathered in the order of rows, then sorted by key. For one thread. */
final class TermRows {

    private static final int MAX = Integer.MAX_VALUE - 64;

    private long[] keys;
    private int[] rows;
    private int size;

    TermRows(int expected) {
        keys = new long[Math.max(16, expected)];
        rows = new int[keys.length];
    }

    void add(long key, int row) {
        if (size == keys.length) {
            if (size == MAX) {
                throw new ElanusException(
                        StandardErrorCode.UNSUPPORTED, "the arrays of a segment have too many elements to be indexed");
            }
            int grown = (int) Math.min(MAX, size * 2L);
            keys = Arrays.copyOf(keys, grown);
            rows = Arrays.copyOf(rows, grown);
        }
        keys[size] = key;
        rows[size++] = row;
    }

    int size() {
        return size;
    }

    long key(int i) {
        return keys[i];
    }

    int[] rows() {
        return rows;
    }

    /** Replaces each key. @param replacement by the key */
    void rank(int[] replacement) {
        for (int i = 0; i < size; i++) {
            keys[i] = replacement[(int) keys[i]];
        }
    }

    /** Sorts by key, rows ascending within a key, each pair once. */
    void sort() {
        PairSort pairs = new PairSort(keys, rows);
        pairs.sort(size, true);
        keys = pairs.keys();
        rows = pairs.values();
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (kept == 0 || keys[i] != keys[kept - 1] || rows[i] != rows[kept - 1]) {
                keys[kept] = keys[i];
                rows[kept++] = rows[i];
            }
        }
        size = kept;
    }

    /** Where each distinct key begins, and the end. Sorted before. */
    int[] starts() {
        int[] starts = new int[Math.min(size, 64) + 1];
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (i == 0 || keys[i] != keys[i - 1]) {
                if (count + 1 >= starts.length) {
                    starts = Arrays.copyOf(starts, (int) Math.min(MAX, starts.length * 2L));
                }
                starts[count++] = i;
            }
        }
        starts[count] = size;
        return Arrays.copyOf(starts, count + 1);
    }
}
