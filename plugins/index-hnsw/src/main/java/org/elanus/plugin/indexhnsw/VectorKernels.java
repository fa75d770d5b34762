package org.elanus.plugin.indexhnsw;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Distances with the Vector API. Four rows run side by side, so that four streams of cache misses overlap and each part
 * of the query is loaded once. A dimension that is no multiple of the lanes ends in one more step that overlaps the one
 * before it, with the lanes already counted switched off by a factor of zero: no masks.
 *
 * <p>Small static methods and constant species on purpose: until the compiler has inlined all of it, every vector is an
 * object.
 */
final class VectorKernels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;

    static final int LANES = FLOATS.length();

    /** How many keys are narrowed down to by halving before the rest is counted. */
    private static final int COUNTED = 64;

    /** Element {@code t} switches on the last {@code t} lanes. */
    private static final FloatVector[] LAST = new FloatVector[LANES];

    static {
        for (int on = 0; on < LANES; on++) {
            float[] factors = new float[LANES];
            for (int lane = LANES - on; lane < LANES; lane++) {
                factors[lane] = 1;
            }
            LAST[on] = FloatVector.fromArray(FLOATS, factors, 0);
        }
    }

    private VectorKernels() {}

    static String description() {
        return "Vector API, " + LANES + " floats at once";
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(FLOATS, OffHeap.MEMORY, address, LITTLE_ENDIAN);
    }

    static void squaredDistances(
            long query, long base, long stride, int dimension, int[] rows, int from, int count, float[] out) {
        if (dimension < LANES) {
            ScalarKernels.squaredDistances(query, base, stride, dimension, rows, from, count, out);
            return;
        }
        int last = from + count - 1;
        for (int i = from; i <= last; i += 4) {
            // A group that is not full repeats its last row, which is in the cache by then.
            int j = Math.min(i + 1, last);
            int k = Math.min(i + 2, last);
            int l = Math.min(i + 3, last);
            squaredDistancesOfFour(
                    query,
                    base + rows[i] * stride,
                    base + rows[j] * stride,
                    base + rows[k] * stride,
                    base + rows[l] * stride,
                    dimension,
                    out,
                    i,
                    j,
                    k,
                    l);
        }
    }

    private static void squaredDistancesOfFour(
            long query, long a, long b, long c, long d, int dimension, float[] out, int i, int j, int k, int l) {
        FloatVector sumA = FloatVector.zero(FLOATS);
        FloatVector sumB = FloatVector.zero(FLOATS);
        FloatVector sumC = FloatVector.zero(FLOATS);
        FloatVector sumD = FloatVector.zero(FLOATS);
        long bound = (long) FLOATS.loopBound(dimension) << 2;
        for (long at = 0; at < bound; at += (long) LANES << 2) {
            FloatVector q = load(query + at);
            FloatVector u = load(a + at).sub(q);
            FloatVector v = load(b + at).sub(q);
            FloatVector w = load(c + at).sub(q);
            FloatVector x = load(d + at).sub(q);
            sumA = u.fma(u, sumA);
            sumB = v.fma(v, sumB);
            sumC = w.fma(w, sumC);
            sumD = x.fma(x, sumD);
        }
        int left = dimension - (int) (bound >> 2);
        if (left > 0) {
            FloatVector on = LAST[left];
            long at = (long) (dimension - LANES) << 2;
            FloatVector q = load(query + at);
            FloatVector u = load(a + at).sub(q).mul(on);
            FloatVector v = load(b + at).sub(q).mul(on);
            FloatVector w = load(c + at).sub(q).mul(on);
            FloatVector x = load(d + at).sub(q).mul(on);
            sumA = u.fma(u, sumA);
            sumB = v.fma(v, sumB);
            sumC = w.fma(w, sumC);
            sumD = x.fma(x, sumD);
        }
        out[i] = sumA.reduceLanes(VectorOperators.ADD);
        out[j] = sumB.reduceLanes(VectorOperators.ADD);
        out[k] = sumC.reduceLanes(VectorOperators.ADD);
        out[l] = sumD.reduceLanes(VectorOperators.ADD);
    }

    static void dotProducts(
            long query, long base, long stride, int dimension, int[] rows, int from, int count, float[] out) {
        if (dimension < LANES) {
            ScalarKernels.dotProducts(query, base, stride, dimension, rows, from, count, out);
            return;
        }
        int last = from + count - 1;
        for (int i = from; i <= last; i += 4) {
            int j = Math.min(i + 1, last);
            int k = Math.min(i + 2, last);
            int l = Math.min(i + 3, last);
            dotProductsOfFour(
                    query,
                    base + rows[i] * stride,
                    base + rows[j] * stride,
                    base + rows[k] * stride,
                    base + rows[l] * stride,
                    dimension,
                    out,
                    i,
                    j,
                    k,
                    l);
        }
    }

    private static void dotProductsOfFour(
            long query, long a, long b, long c, long d, int dimension, float[] out, int i, int j, int k, int l) {
        FloatVector sumA = FloatVector.zero(FLOATS);
        FloatVector sumB = FloatVector.zero(FLOATS);
        FloatVector sumC = FloatVector.zero(FLOATS);
        FloatVector sumD = FloatVector.zero(FLOATS);
        long bound = (long) FLOATS.loopBound(dimension) << 2;
        for (long at = 0; at < bound; at += (long) LANES << 2) {
            FloatVector q = load(query + at);
            sumA = load(a + at).fma(q, sumA);
            sumB = load(b + at).fma(q, sumB);
            sumC = load(c + at).fma(q, sumC);
            sumD = load(d + at).fma(q, sumD);
        }
        int left = dimension - (int) (bound >> 2);
        if (left > 0) {
            long at = (long) (dimension - LANES) << 2;
            FloatVector q = load(query + at).mul(LAST[left]);
            sumA = load(a + at).fma(q, sumA);
            sumB = load(b + at).fma(q, sumB);
            sumC = load(c + at).fma(q, sumC);
            sumD = load(d + at).fma(q, sumD);
        }
        out[i] = sumA.reduceLanes(VectorOperators.ADD);
        out[j] = sumB.reduceLanes(VectorOperators.ADD);
        out[k] = sumC.reduceLanes(VectorOperators.ADD);
        out[l] = sumD.reduceLanes(VectorOperators.ADD);
    }

    /**
     * The number of keys below {@code key} in the ascending {@code keys[0, size)}; from {@code size} to the next
     * multiple of 8 the array holds keys that are not below it. Counting has no branch to mispredict, which costs less
     * than a binary search to the end.
     */
    static int countBelow(long[] keys, int size, long key) {
        int low = 0;
        int length = size;
        while (length > COUNTED) {
            int half = length >>> 1;
            low = keys[low + half - 1] < key ? low + half : low;
            length -= half;
        }
        int below = low;
        for (int i = low; i < low + length; i += LONGS.length()) {
            below += LongVector.fromArray(LONGS, keys, i)
                    .compare(VectorOperators.LT, key)
                    .trueCount();
        }
        return below;
    }
}
