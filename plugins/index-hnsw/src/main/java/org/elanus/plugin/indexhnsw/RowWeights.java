package org.elanus.plugin.indexhnsw;

import org.elanus.spi.database.MetricType;

/** Computes what a space keeps of each row beside its vector. */
final class RowWeights {

    /** Sums of squares outside of this range have lost digits, or all of them. */
    private static final float SMALLEST = 1e-30f;

    private static final float LARGEST = 1e30f;

    /** How far from one a length may be and pass for one: what rounding leaves of a vector that was made so long. */
    private static final float UNIT = 1e-6f;

    private static final int[] ONLY = {0};

    private RowWeights() {}

    /** Writes the weights of all rows to where the space has them. */
    static void compute(VectorSpace space, int rows) {
        float[] sum = new float[1];
        if (space.metric() == MetricType.COSINE) {
            for (int row = 0; row < rows; row++) {
                OffHeap.putFloat(space.weights() + 4L * row, inverseNorm(space, space.address(row), sum));
            }
        } else if (space.metric() == MetricType.IP) {
            float longest = 0;
            for (int row = 0; row < rows; row++) {
                float squares = squares(space, space.address(row), sum);
                longest = Math.max(longest, squares);
                OffHeap.putFloat(space.weights() + 8L * row, squares);
            }
            for (int row = 0; row < rows; row++) {
                // length - sqrt(length^2 - squares), written so that no digits are lost
                double squares = OffHeap.getFloat(space.weights() + 8L * row);
                double root = Math.sqrt(longest - squares);
                double lack = longest == 0 ? 0 : squares / (Math.sqrt(longest) + root);
                OffHeap.putFloat(space.weights() + 8L * row + 4, (float) lack);
            }
        }
    }

    /** The length of the longest row, under IP. */
    static float longest(VectorSpace space, int rows) {
        float longest = 0;
        for (int row = 0; row < rows; row++) {
            longest = Math.max(longest, OffHeap.getFloat(space.weights() + 8L * row));
        }
        return (float) Math.sqrt(longest);
    }

    /** Whether there is a row of zeros, under COSINE. */
    static boolean hasZero(VectorSpace space, int rows) {
        for (int row = 0; row < rows; row++) {
            if (space.inverseNorm(row) == 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether inverse norms may as well not be kept. */
    static boolean areAllOne(long inverseNorms, int rows) {
        for (int row = 0; row < rows; row++) {
            if (!(Math.abs(OffHeap.getFloat(inverseNorms + 4L * row) - 1) <= UNIT)) {
                return false;
            }
        }
        return true;
    }

    /**
     * One over the length of a vector; 0 for a vector of zeros.
     *
     * @param sum room for one number
     */
    static float inverseNorm(VectorSpace space, long vector, float[] sum) {
        float squares = squares(space, vector, sum);
        if (squares > SMALLEST && squares < LARGEST) {
            return (float) (1 / Math.sqrt(squares));
        }
        double exact = 0;
        for (int i = 0; i < space.dimension(); i++) {
            double value = OffHeap.getFloat(vector + 4L * i);
            exact += value * value;
        }
        return exact == 0 ? 0 : (float) Math.min(1 / Math.sqrt(exact), Float.MAX_VALUE);
    }

    private static float squares(VectorSpace space, long vector, float[] sum) {
        Kernels.dotProducts(vector, vector, 0, space.dimension(), ONLY, 0, 1, sum);
        return sum[0];
    }
}
