package org.elanus.plugin.indexhnsw;

/**
 * A fixed orthogonal map that spreads every coordinate over many: rounds of a permutation, of signs, and of butterflies
 * over the largest window whose length is a power of two, at the front and then, if something is left over, at the back.
 * The butterflies join places that are {@link #FIRST} or more apart, so that they are plain loops over runs of numbers, and
 * the permutation does the rest. What it is follows from the number of dimensions alone, for indexes on disk rely on it.
 *
 * <p>Immutable; safe for use by many threads.
 */
final class Rotation {

    private static final int FIRST = 16;

    /** In a window so large a coordinate meets enough others for two rounds to join all; otherwise it takes four. */
    private static final int LARGE = 512;

    /** In a window so small it takes eight. */
    private static final int SMALL = 32;

    private static final float HALF_ROOT = (float) Math.sqrt(0.5);

    private final int dimension;
    private final int window;
    private final int[][] sources;
    private final float[][] signs;

    /** Between the two windows of a round: without them the second transform would undo much of the first. */
    private final float[][] middleSigns;

    Rotation(int dimension) {
        this.dimension = dimension;
        this.window = Integer.highestOneBit(dimension);
        int rounds = window >= LARGE ? 2 : window > SMALL ? 4 : 8;
        this.sources = new int[rounds][];
        this.signs = new float[rounds][];
        this.middleSigns = new float[rounds][];
        long state = dimension;
        for (int round = 0; round < rounds; round++) {
            int[] source = new int[dimension];
            float[] sign = new float[dimension];
            float[] middle = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                source[i] = i;
            }
            for (int i = dimension - 1; i >= 0; i--) {
                state += 0x9e3779b97f4a7c15L;
                long random = mixed(state);
                int j = (int) Long.remainderUnsigned(random >>> 2, i + 1);
                int moved = source[i];
                source[i] = source[j];
                source[j] = moved;
                sign[i] = (random & 1) == 0 ? 1 : -1;
                middle[i] = (random & 2) == 0 ? 1 : -1;
            }
            sources[round] = source;
            signs[round] = sign;
            middleSigns[round] = middle;
        }
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
    private static long mixed(long z) {
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    /** Rotates {@code from} into {@code to}; both are overwritten. */
    void apply(float[] from, float[] to) {
        float[] in = from;
        float[] out = to;
        for (int round = 0; round < sources.length; round++) {
            permute(in, out, sources[round], signs[round]);
            butterflies(out, 0);
            if (window < dimension) {
                multiply(out, middleSigns[round]);
                butterflies(out, dimension - window);
            }
            float[] swapped = in;
            in = out;
            out = swapped;
        }
        // An even number of rounds ends in the array that it began with.
        System.arraycopy(in, 0, to, 0, dimension);
    }

    private static void permute(float[] in, float[] out, int[] source, float[] sign) {
        for (int i = 0; i < source.length; i++) {
            out[i] = in[source[i]] * sign[i];
        }
    }

    private static void multiply(float[] values, float[] sign) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= sign[i];
        }
    }

    private void butterflies(float[] values, int begin) {
        int first = Math.min(FIRST, Math.max(window / 2, 1));
        for (int step = first; step < window; step <<= 1) {
            for (int at = begin; at < begin + window; at += 2 * step) {
                butterfly(values, at, step);
            }
        }
    }

    private static void butterfly(float[] values, int at, int step) {
        for (int i = at; i < at + step; i++) {
            float a = values[i];
            float b = values[i + step];
            values[i] = (a + b) * HALF_ROOT;
            values[i + step] = (a - b) * HALF_ROOT;
        }
    }
}
