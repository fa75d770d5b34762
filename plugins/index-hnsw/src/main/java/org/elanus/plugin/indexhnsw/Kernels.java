package org.elanus.plugin.indexhnsw;

/** Picks the kernels once, when the class is loaded; the choice is a constant to the compiler. */
final class Kernels {

    static final boolean VECTOR =
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    private Kernels() {}

    /** What runs here, for the log. */
    static String description() {
        return VECTOR ? VectorKernels.description() : "scalar, for the JVM runs without jdk.incubator.vector";
    }

    /**
     * The squared distances between the query and some rows.
     *
     * @param query address of the query
     * @param base address of row 0
     * @param stride bytes from one row to the next
     * @param rows row numbers; {@code count} of them are used, beginning at {@code from}
     * @param out receives the distance of {@code rows[i]} at {@code i}
     */
    static void squaredDistances(
            long query, long base, long stride, int dimension, int[] rows, int from, int count, float[] out) {
        if (VECTOR) {
            VectorKernels.squaredDistances(query, base, stride, dimension, rows, from, count, out);
        } else {
            ScalarKernels.squaredDistances(query, base, stride, dimension, rows, from, count, out);
        }
    }

    /** The inner products, as {@link #squaredDistances}. */
    static void dotProducts(
            long query, long base, long stride, int dimension, int[] rows, int from, int count, float[] out) {
        if (VECTOR) {
            VectorKernels.dotProducts(query, base, stride, dimension, rows, from, count, out);
        } else {
            ScalarKernels.dotProducts(query, base, stride, dimension, rows, from, count, out);
        }
    }

    /**
     * The number of keys below {@code key} in the ascending {@code keys[0, size)}; from {@code size} to the next
     * multiple of 8 the array holds {@link Long#MAX_VALUE}.
     */
    static int countBelow(long[] keys, int size, long key) {
        return VECTOR ? VectorKernels.countBelow(keys, size, key) : ScalarKernels.countBelow(keys, size, key);
    }
}
