package org.elanus.core.index;

import java.util.Arrays;
import org.elanus.spi.index.Hits;

/**
 * Keeps the best rows. Score and row are packed into one long that orders by score, and among equal scores by row,
 * lowest first; the smallest of those that are kept lies on top of a heap. For one thread.
 */
final class TopRows {

    private long[] heap = new long[16];
    private int size;
    private int limit;
    private boolean negated;
    /** Keys below it cannot enter; equal ones may by their row. */
    private float threshold;

    void begin(int k, boolean largerIsNearer) {
        size = 0;
        limit = k;
        negated = !largerIsNearer;
        threshold = Float.NEGATIVE_INFINITY;
    }

    void offer(int row, float score) {
        float key = negated ? -score : score;
        // Also false for NaN, which can only come of infinite or broken input and is never a hit.
        if (key >= threshold) {
            push(row, key);
        }
    }

    void drainTo(Hits hits) {
        Arrays.sort(heap, 0, size);
        for (int i = size - 1; i >= 0; i--) {
            float key = unsort((int) (heap[i] >> 32));
            hits.add(~(int) heap[i], negated ? 0.0f - key : key);
        }
        size = 0;
    }

    private void push(int row, float key) {
        long packed = (long) sort(key) << 32 | ~row & 0xffffffffL;
        if (size < limit) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, (int) Math.min(limit, size * 2L));
            }
            up(size++, packed);
        } else {
            if (packed <= heap[0]) {
                return;
            }
            down(packed);
        }
        if (size == limit) {
            threshold = unsort((int) (heap[0] >> 32));
        }
    }

    private void up(int from, long value) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (heap[parent] <= value) {
                break;
            }
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = value;
    }

    private void down(long value) {
        int at = 0;
        int half = size >>> 1;
        while (at < half) {
            int child = 2 * at + 1;
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= value) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = value;
    }

    /** An int that orders as the float does; both zeros are one. */
    private static int sort(float key) {
        int bits = Float.floatToRawIntBits(key + 0.0f);
        return bits ^ (bits >> 31 & 0x7fffffff);
    }

    private static float unsort(int sorted) {
        return Float.intBitsToFloat(sorted ^ (sorted >> 31 & 0x7fffffff));
    }
}
