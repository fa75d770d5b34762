package org.elanus.core.index;

import java.lang.foreign.MemorySegment;
import org.elanus.spi.database.FixedColumn;

/** Plain loops with several sums, so that additions do not wait for each other. */
final class ScalarFloatKernels implements FloatKernels {

    @Override
    public void squaredDistances(
            MemorySegment vectors, long base, long stride, int[] rows, int count, float[] query, float[] out) {
        int dimension = query.length;
        for (int r = 0; r < count; r++) {
            long at = base + rows[r] * stride;
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            int i = 0;
            for (; i + 4 <= dimension; i += 4) {
                float d0 = vectors.get(FixedColumn.FLOAT, at + 4L * i) - query[i];
                float d1 = vectors.get(FixedColumn.FLOAT, at + 4L * i + 4) - query[i + 1];
                float d2 = vectors.get(FixedColumn.FLOAT, at + 4L * i + 8) - query[i + 2];
                float d3 = vectors.get(FixedColumn.FLOAT, at + 4L * i + 12) - query[i + 3];
                s0 += d0 * d0;
                s1 += d1 * d1;
                s2 += d2 * d2;
                s3 += d3 * d3;
            }
            for (; i < dimension; i++) {
                float d = vectors.get(FixedColumn.FLOAT, at + 4L * i) - query[i];
                s0 += d * d;
            }
            out[r] = s0 + s1 + (s2 + s3);
        }
    }

    @Override
    public void products(
            MemorySegment vectors, long base, long stride, int[] rows, int count, float[] query, float[] out) {
        int dimension = query.length;
        for (int r = 0; r < count; r++) {
            long at = base + rows[r] * stride;
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            int i = 0;
            for (; i + 4 <= dimension; i += 4) {
                s0 += vectors.get(FixedColumn.FLOAT, at + 4L * i) * query[i];
                s1 += vectors.get(FixedColumn.FLOAT, at + 4L * i + 4) * query[i + 1];
                s2 += vectors.get(FixedColumn.FLOAT, at + 4L * i + 8) * query[i + 2];
                s3 += vectors.get(FixedColumn.FLOAT, at + 4L * i + 12) * query[i + 3];
            }
            for (; i < dimension; i++) {
                s0 += vectors.get(FixedColumn.FLOAT, at + 4L * i) * query[i];
            }
            out[r] = s0 + s1 + (s2 + s3);
        }
    }

    @Override
    public void productsAndNorms(
            MemorySegment vectors,
            long base,
            long stride,
            int[] rows,
            int count,
            float[] query,
            float[] out,
            float[] norms) {
        int dimension = query.length;
        for (int r = 0; r < count; r++) {
            long at = base + rows[r] * stride;
            float s0 = 0;
            float s1 = 0;
            float n0 = 0;
            float n1 = 0;
            int i = 0;
            for (; i + 2 <= dimension; i += 2) {
                float v0 = vectors.get(FixedColumn.FLOAT, at + 4L * i);
                float v1 = vectors.get(FixedColumn.FLOAT, at + 4L * i + 4);
                s0 += v0 * query[i];
                s1 += v1 * query[i + 1];
                n0 += v0 * v0;
                n1 += v1 * v1;
            }
            for (; i < dimension; i++) {
                float v = vectors.get(FixedColumn.FLOAT, at + 4L * i);
                s0 += v * query[i];
                n0 += v * v;
            }
            out[r] = s0 + s1;
            norms[r] = n0 + n1;
        }
    }
}
