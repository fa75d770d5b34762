package org.elanus.plugin.indexhnsw;

import java.util.Arrays;

/**
 * The nearest candidates of a walk, as one ascending array of keys. A key holds the distance above the identity, so one
 * comparison of longs orders by distance, and in its lowest bit whether the candidate was expanded.
 */
final class CandidatePool {

    private static final int EXPANDED = 1;

    /** From {@code size} on {@link Long#MAX_VALUE}. */
    private long[] keys = new long[0];

    private int capacity;
    private int size;
    private int cursor;

    /** A key whose order is that of the distance; negative distances included, NaN last. */
    static long key(float distance, int id) {
        int bits = Float.floatToIntBits(distance);
        int ordered = bits ^ (bits >> 31 & 0x7fffffff);
        return (long) ordered << 32 | (id & 0xffffffffL) << 1;
    }

    static int id(long key) {
        return (int) key >>> 1;
    }

    static float distance(long key) {
        int ordered = (int) (key >> 32);
        return Float.intBitsToFloat(ordered ^ (ordered >> 31 & 0x7fffffff));
    }

    /** Empties the pool and makes room for so many candidates. */
    void reset(int newCapacity) {
        // The counting of keys reads whole groups of eight.
        int length = (newCapacity + 8 & ~7) + 8;
        if (keys.length < length) {
            keys = new long[length];
            Arrays.fill(keys, Long.MAX_VALUE);
        } else {
            Arrays.fill(keys, 0, size, Long.MAX_VALUE);
        }
        capacity = newCapacity;
        size = 0;
        cursor = 0;
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size == capacity;
    }

    long get(int position) {
        return keys[position];
    }

    /** What a key must be below to be taken in. */
    long bound() {
        return keys[capacity - 1];
    }

    /** What a distance must be below to have a chance of being taken in. */
    float boundDistance() {
        return size < capacity ? Float.POSITIVE_INFINITY : distance(keys[capacity - 1]);
    }

    /** Takes a key in that is below {@link #bound}; the last one falls out of a full pool. */
    void insert(long key) {
        int position = Kernels.countBelow(keys, size, key);
        int kept = Math.min(size, capacity - 1);
        System.arraycopy(keys, position, keys, position + 1, kept - position);
        keys[position] = key;
        size = kept + 1;
        cursor = Math.min(cursor, position);
    }

    /** The nearest candidate that was not expanded yet, now marked as expanded; -1 when there is none. */
    int expandNext() {
        int i = cursor;
        while (i < size && (keys[i] & EXPANDED) != 0) {
            i++;
        }
        cursor = i;
        if (i == size) {
            return -1;
        }
        long key = keys[i];
        keys[i] = key | EXPANDED;
        cursor = i + 1;
        return id(key);
    }
}
