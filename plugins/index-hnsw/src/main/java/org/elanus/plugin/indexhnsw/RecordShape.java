package org.elanus.plugin.indexhnsw;

/**
 * The layout of fused records. A record holds, each part beginning at a multiple of 64 bytes: the row as the walk sees
 * it, in floats; for each {@link #LANES} neighbours the codes, one line of 64 bytes for {@link #BITS} dimensions, in
 * which short j has these bits of neighbour j; then for all neighbours the addend and the factor of the estimate, in
 * floats, and their rows, in ints. So one hop reads one run of memory.
 *
 * <p>After Gou, Gao, Xu and Long, SymphonyQG, SIGMOD 2025.
 *
 * @param dimension of the rows as the walk sees them
 * @param degree neighbours, a multiple of {@link #LANES}
 */
record RecordShape(int dimension, int degree) {

    /** Neighbours whose codes stand side by side. */
    static final int LANES = 32;

    /** Dimensions of one line of codes. */
    static final int BITS = 16;

    private static final long LINE = 64;

    /** What the counts of bits of one query fit into. */
    static final int MAX_DIMENSION = 4096;

    static final int MAX_DEGREE = 128;

    /** The number of neighbours of a record when a list has up to {@code wanted}. */
    static int degree(int wanted) {
        return (wanted + LANES - 1) / LANES * LANES;
    }

    /** The dimension rounded up to whole lines of codes; what is added is zero. */
    int paddedDimension() {
        return (dimension + BITS - 1) / BITS * BITS;
    }

    int lines() {
        return paddedDimension() / BITS;
    }

    int blocks() {
        return degree / LANES;
    }

    long rowBytes() {
        return 4L * paddedDimension();
    }

    /** Codes of {@link #LANES} neighbours. */
    long blockBytes() {
        return lines() * LINE;
    }

    long codesOffset() {
        return rowBytes();
    }

    long addendsOffset() {
        return codesOffset() + blocks() * blockBytes();
    }

    long factorsOffset() {
        return addendsOffset() + 4L * degree;
    }

    long rowsOffset() {
        return factorsOffset() + 4L * degree;
    }

    long bytes() {
        return rowsOffset() + 4L * degree;
    }
}
