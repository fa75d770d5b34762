package org.elanus.core.index.scalar;

/** Sorts pairs of a key and a number by key, stable: byte by byte, the lowest first, bytes that are all equal left out. */
final class PairSort {

    private static final int FEW = 48;

    private long[] keys;
    private int[] values;
    private long[] otherKeys = new long[0];
    private int[] otherValues = new int[0];

    PairSort(long[] keys, int[] values) {
        this.keys = keys;
        this.values = values;
    }

    /** The arrays that hold the result; sorting exchanges them. */
    long[] keys() {
        return keys;
    }

    int[] values() {
        return values;
    }

    /** Sorts all of the first so many pairs. @param signed whether keys below zero come first */
    void sort(int size, boolean signed) {
        if (size <= FEW) {
            insert(0, size, signed);
            return;
        }
        if (otherKeys.length < size) {
            otherKeys = new long[keys.length];
            otherValues = new int[keys.length];
        }
        long flip = signed ? Long.MIN_VALUE : 0;
        int[][] counts = new int[8][257];
        for (int i = 0; i < size; i++) {
            long key = keys[i] ^ flip;
            for (int b = 0; b < 8; b++) {
                counts[b][(int) (key >>> b * 8 & 0xff) + 1]++;
            }
        }
        for (int b = 0; b < 8; b++) {
            int[] count = counts[b];
            if (count[(int) ((keys[0] ^ flip) >>> b * 8 & 0xff) + 1] == size) {
                continue;
            }
            for (int i = 0; i < 256; i++) {
                count[i + 1] += count[i];
            }
            for (int i = 0; i < size; i++) {
                int to = count[(int) ((keys[i] ^ flip) >>> b * 8 & 0xff)]++;
                otherKeys[to] = keys[i];
                otherValues[to] = values[i];
            }
            exchange();
        }
    }

    private void exchange() {
        long[] swappedKeys = keys;
        int[] swappedValues = values;
        keys = otherKeys;
        values = otherValues;
        otherKeys = swappedKeys;
        otherValues = swappedValues;
    }

    private void insert(int from, int to, boolean signed) {
        long flip = signed ? 0 : Long.MIN_VALUE;
        for (int i = from + 1; i < to; i++) {
            long key = keys[i];
            int value = values[i];
            int at = i;
            while (at > from && (keys[at - 1] ^ flip) > (key ^ flip)) {
                keys[at] = keys[at - 1];
                values[at] = values[at - 1];
                at--;
            }
            keys[at] = key;
            values[at] = value;
        }
    }
}
