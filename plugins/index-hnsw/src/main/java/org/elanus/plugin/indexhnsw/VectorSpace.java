package org.elanus.plugin.indexhnsw;

import org.elanus.spi.database.MetricType;

/**
 * The vectors of a segment under a metric. Distances are made so that smaller is nearer.
 *
 * <p>To a query: the squared distance, the negative inner product, the negative cosine. Between rows, for the building
 * of a graph, the same but for IP: inner products alone make long vectors the neighbours of everything and leave short
 * ones unreachable. There each row is given one more coordinate that makes all rows equally long (Bachrach et al.,
 * RecSys 2014), and half the squared distance between such rows is taken; for a query, whose coordinate would be zero,
 * it orders rows as the inner product does.
 *
 * @param base address of row 0
 * @param stride bytes from one row to the next
 * @param weights address of what is kept of each row beside its vector. For COSINE one float, one over the length, or 0
 *     for a row of zeros; {@link #NO_WEIGHTS} when every row has length one. For IP, while a graph is built, two floats:
 *     the squared length, and what the further coordinate lacks to the length of the longest row
 */
record VectorSpace(MetricType metric, int dimension, long base, long stride, long weights) {

    static final long NO_WEIGHTS = 0;

    /** Floats of one row among the weights, while a graph is built. */
    static int weightsOf(MetricType metric) {
        return switch (metric) {
            case COSINE -> 1;
            case IP -> 2;
            default -> 0;
        };
    }

    long address(int row) {
        return base + row * stride;
    }

    float inverseNorm(int row) {
        return OffHeap.getFloat(weights + ((long) row << 2));
    }

    private float squaredNorm(int row) {
        return OffHeap.getFloat(weights + ((long) row << 3));
    }

    float lack(int row) {
        return OffHeap.getFloat(weights + ((long) row << 3) + 4);
    }

    /**
     * The distances between a query and {@code rows[from, from + count)}, to the same places of {@code out}.
     *
     * @param query address of the query
     * @param scale one over the length of the query, used by COSINE only
     */
    void distances(long query, float scale, int[] rows, int from, int count, float[] out) {
        if (metric == MetricType.L2) {
            Kernels.squaredDistances(query, base, stride, dimension, rows, from, count, out);
            return;
        }
        Kernels.dotProducts(query, base, stride, dimension, rows, from, count, out);
        float factor = metric == MetricType.COSINE ? -scale : -1;
        if (metric == MetricType.COSINE && weights != NO_WEIGHTS) {
            for (int i = from; i < from + count; i++) {
                out[i] *= factor * inverseNorm(rows[i]);
            }
        } else {
            for (int i = from; i < from + count; i++) {
                out[i] *= factor;
            }
        }
    }

    /** The distances between a row and {@code rows[from, from + count)}, to the same places of {@code out}. */
    void between(int row, int[] rows, int from, int count, float[] out) {
        if (metric != MetricType.IP) {
            float scale = metric == MetricType.COSINE ? inverseNorm(row) : 1;
            distances(address(row), scale, rows, from, count, out);
            return;
        }
        Kernels.dotProducts(address(row), base, stride, dimension, rows, from, count, out);
        float norm = squaredNorm(row);
        float lack = lack(row);
        for (int i = from; i < from + count; i++) {
            float difference = lack - lack(rows[i]);
            out[i] = 0.5f * (norm + squaredNorm(rows[i]) + difference * difference) - out[i];
        }
    }

    /** The score that a distance to a query stands for. */
    static float score(MetricType metric, float distance) {
        // Adding zero turns a negative zero into a plain one.
        return switch (metric) {
            case L2 -> distance;
            case COSINE -> Math.clamp(-distance, -1f, 1f) + 0f;
            default -> -distance + 0f;
        };
    }
}
