package org.elanus.plugin.indexhnsw;

/**
 * Distances without the Vector API, for JVMs that were started without its module. Sums run in four parts, which lets
 * additions overlap.
 */
final class ScalarKernels {

    private ScalarKernels() {}

    static void squaredDistances(
            long query, long base, long stride, int dimension, int[] rows, int from, int count, float[] out) {
        int bound = dimension & ~3;
        for (int i = from; i < from + count; i++) {
            long row = base + rows[i] * stride;
            float a = 0;
            float b = 0;
            float c = 0;
            float d = 0;
            for (int j = 0; j < bound; j += 4) {
                long at = (long) j << 2;
                float w = OffHeap.getFloat(row + at) - OffHeap.getFloat(query + at);
                float x = OffHeap.getFloat(row + at + 4) - OffHeap.getFloat(query + at + 4);
                float y = OffHeap.getFloat(row + at + 8) - OffHeap.getFloat(query + at + 8);
                float z = OffHeap.getFloat(row + at + 12) - OffHeap.getFloat(query + at + 12);
                a += w * w;
                b += x * x;
                c += y * y;
                d += z * z;
            }
            for (int j = bound; j < dimension; j++) {
                float w = OffHeap.getFloat(row + ((long) j << 2)) - OffHeap.getFloat(query + ((long) j << 2));
                a += w * w;
            }
            out[i] = a + b + (c + d);
        }
    }

    static void dotProducts(
            long query, long base, long stride, int dimension, int[] rows, int from, int count, float[] out) {
        int bound = dimension & ~3;
        for (int i = from; i < from + count; i++) {
            long row = base + rows[i] * stride;
            float a = 0;
            float b = 0;
            float c = 0;
            float d = 0;
            for (int j = 0; j < bound; j += 4) {
                long at = (long) j << 2;
                a += OffHeap.getFloat(row + at) * OffHeap.getFloat(query + at);
                b += OffHeap.getFloat(row + at + 4) * OffHeap.getFloat(query + at + 4);
                c += OffHeap.getFloat(row + at + 8) * OffHeap.getFloat(query + at + 8);
                d += OffHeap.getFloat(row + at + 12) * OffHeap.getFloat(query + at + 12);
            }
            for (int j = bound; j < dimension; j++) {
                a += OffHeap.getFloat(row + ((long) j << 2)) * OffHeap.getFloat(query + ((long) j << 2));
            }
            out[i] = a + b + (c + d);
        }
    }

    /** The number of keys below {@code key} in the ascending {@code keys[0, size)}. */
    static int countBelow(long[] keys, int size, long key) {
        int low = 0;
        int length = size;
        while (length > 1) {
            int half = length >>> 1;
            low = keys[low + half - 1] < key ? low + half : low;
            length -= half;
        }
        return length == 1 && keys[low] < key ? low + 1 : low;
    }
}
