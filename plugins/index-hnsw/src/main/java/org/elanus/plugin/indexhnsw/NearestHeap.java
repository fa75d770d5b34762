package org.elanus.plugin.indexhnsw;

/** The nearest of many keys, in no order until {@link #sort}: a heap with the farthest on top. */
final class NearestHeap {

    private long[] keys = new long[64];
    private int capacity;
    private int size;

    void reset(int newCapacity) {
        if (keys.length < newCapacity) {
            keys = new long[Math.max(newCapacity, keys.length * 2)];
        }
        capacity = newCapacity;
        size = 0;
    }

    int size() {
        return size;
    }

    long get(int position) {
        return keys[position];
    }

    /** What a key must be below to be taken in. */
    long bound() {
        return size < capacity ? Long.MAX_VALUE : keys[0];
    }

    /** Takes a key in that is below {@link #bound}. */
    void add(long key) {
        if (size < capacity) {
            int i = size++;
            while (i > 0 && keys[i - 1 >>> 1] < key) {
                keys[i] = keys[i - 1 >>> 1];
                i = i - 1 >>> 1;
            }
            keys[i] = key;
        } else {
            sink(key, size);
        }
    }

    /** Puts the nearest first. Nothing can be added any more. */
    void sort() {
        for (int end = size - 1; end > 0; end--) {
            long last = keys[end];
            keys[end] = keys[0];
            sink(last, end);
        }
    }

    /** Replaces the top among the first keys. */
    private void sink(long key, int end) {
        int i = 0;
        while (true) {
            int child = 2 * i + 1;
            if (child >= end) {
                break;
            }
            if (child + 1 < end && keys[child + 1] > keys[child]) {
                child++;
            }
            if (keys[child] <= key) {
                break;
            }
            keys[i] = keys[child];
            i = child;
        }
        keys[i] = key;
    }
}
