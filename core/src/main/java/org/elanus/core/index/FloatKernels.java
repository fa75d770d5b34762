package org.elanus.core.index;

import java.lang.foreign.MemorySegment;
import org.slf4j.LoggerFactory;

/**
 * Sums over vectors of little-endian floats in memory against one query, for many rows at a time. Stateless.
 *
 * <p>Row {@code i} of a call begins at byte {@code base + rows[i] * stride}; results go to {@code out[i]}.
 */
interface FloatKernels {

    /** The fastest that this JVM can do. */
    FloatKernels BEST = choose();

    /** Sums of squared differences. */
    void squaredDistances(
            MemorySegment vectors, long base, long stride, int[] rows, int count, float[] query, float[] out);

    /** Inner products. */
    void products(MemorySegment vectors, long base, long stride, int[] rows, int count, float[] query, float[] out);

    /** Inner products, and each row's product with itself. */
    void productsAndNorms(
            MemorySegment vectors,
            long base,
            long stride,
            int[] rows,
            int count,
            float[] query,
            float[] out,
            float[] norms);

    private static FloatKernels choose() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            return new VectorFloatKernels();
        }
        LoggerFactory.getLogger(FloatKernels.class)
                .warn("exact search is slow because the module jdk.incubator.vector is missing;"
                        + " start Java with --add-modules jdk.incubator.vector");
        return new ScalarFloatKernels();
    }
}
