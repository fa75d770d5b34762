package org.elanus.plugin.indexhnsw;

import org.elanus.spi.database.MetricType;

/**
 * Rows and queries as the walk over fused records sees them, where the squared distance orders rows as the metric does,
 * whatever it is. For L2 they are as they are. For COSINE they have length one. For IP a row has one more coordinate
 * that makes all rows equally long, and a query is made as long, with a zero there (Bachrach et al., RecSys 2014). A row
 * of zeros under COSINE has a one in a coordinate of its own, which puts it where a cosine of 0 belongs.
 *
 * @param space the vectors as they are
 * @param dimension what rows have here
 * @param radius the length of all rows under IP; 1 otherwise
 */
record WalkSpace(VectorSpace space, int dimension, float radius) {

    private static final float SMALLEST = 1e-15f;
    private static final float LARGEST = 1e15f;

    boolean lifted() {
        return dimension > space.dimension();
    }

    /** The space of the rows that an index is built over, whose weights have been computed. */
    static WalkSpace of(VectorSpace space, int rows) {
        int dimension = space.dimension();
        return switch (space.metric()) {
            case IP -> new WalkSpace(space, dimension + 1, RowWeights.longest(space, rows));
            case COSINE -> new WalkSpace(space, RowWeights.hasZero(space, rows) ? dimension + 1 : dimension, 1);
            default -> new WalkSpace(space, dimension, 1);
        };
    }

    /** Whether floats can hold what is computed here: squares of distances, and what they are multiplied with. */
    boolean isSound(int rows) {
        if (space.metric() != MetricType.L2) {
            return radius > SMALLEST && radius < LARGEST;
        }
        float bound = LARGEST / (float) Math.sqrt(dimension);
        for (int row = 0; row < rows; row++) {
            long address = space.address(row);
            for (int i = 0; i < dimension; i++) {
                if (!(Math.abs(OffHeap.getFloat(address + 4L * i)) < bound)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Writes a row; what lies behind the dimension is left as it is. While an index is built. */
    void row(int row, float[] out) {
        long address = space.address(row);
        int plain = space.dimension();
        float scale = space.metric() == MetricType.COSINE ? space.inverseNorm(row) : 1;
        for (int i = 0; i < plain; i++) {
            out[i] = OffHeap.getFloat(address + 4L * i) * scale;
        }
        if (lifted()) {
            out[plain] = space.metric() == MetricType.IP ? radius - space.lack(row) : scale == 0 ? 1 : 0;
        }
    }
}
