package org.elanus.plugin.indexhnsw;

/** The steps of a walk over fused records, with the kernels that {@link Kernels} picked. */
final class RecordKernels {

    private RecordKernels() {}

    /** @param dimension a multiple of 16, as of all vectors here */
    static float squaredDistance(long query, long row, int dimension) {
        return Kernels.VECTOR
                ? VectorRecordKernels.squaredDistance(query, row, dimension)
                : ScalarRecordKernels.squaredDistance(query, row, dimension);
    }

    static float dotProduct(long query, long row, int dimension) {
        return Kernels.VECTOR
                ? VectorRecordKernels.dotProduct(query, row, dimension)
                : ScalarRecordKernels.dotProduct(query, row, dimension);
    }

    /**
     * Multiplies a vector and writes it to memory and to an array, whose length is the dimension.
     *
     * @return its squared length then
     */
    static float scale(long vector, float factor, long memory, float[] out) {
        return Kernels.VECTOR
                ? VectorRecordKernels.scale(vector, factor, memory, out)
                : ScalarRecordKernels.scale(vector, factor, memory, out);
    }

    /** Subtracts a vector in memory. Returns the largest absolute coordinate of the difference. */
    static float subtract(float[] values, long vector) {
        return Kernels.VECTOR
                ? VectorRecordKernels.subtract(values, vector)
                : ScalarRecordKernels.subtract(values, vector);
    }

    /**
     * Multiplies a vector and rounds its coordinates to whole numbers of {@link FusedQuery#PLANES} bits, of which it
     * writes, for each 16 of them, the lowest bits as one short, then the next, and so on.
     *
     * @return the sum of the numbers
     */
    static int quantise(float[] values, float factor, short[] planes) {
        return Kernels.VECTOR
                ? VectorRecordKernels.quantise(values, factor, planes)
                : ScalarRecordKernels.quantise(values, factor, planes);
    }

    /**
     * Estimates the squared distances between the query and 32 neighbours of a row: {@code exact + addend + factor *
     * (slope * sum - offset)}, where the sum is that of the query's quantised coordinates whose bit the neighbour's code
     * has set.
     *
     * @param codes address of the codes, {@code lines} lines of 64 bytes
     * @param room two times 32 numbers that are of no use to the caller
     * @param planes of the query, {@link FusedQuery#PLANES} for each line, the lowest bit first
     * @param exact the squared distance between the query and the row
     * @param out receives all estimates
     * @return bit j is set when the estimate of neighbour j is below the bound
     */
    static int scan(
            long codes,
            int lines,
            short[] planes,
            long addends,
            long factors,
            float exact,
            float slope,
            float offset,
            float bound,
            short[][] room,
            float[] out) {
        if (Kernels.VECTOR) {
            VectorRecordKernels.sums(codes, lines, planes, room[0], room[1]);
            return VectorRecordKernels.estimates(room[0], room[1], addends, factors, exact, slope, offset, bound, out);
        }
        return ScalarRecordKernels.scan(codes, lines, planes, addends, factors, exact, slope, offset, bound, out);
    }

    /**
     * Encodes one edge between rotated rows: bit i of its code says whether it is positive in dimension i.
     *
     * @param centre address of the rotated centre
     * @param codes address of the short of this edge in the first line; one every 64 bytes is written
     * @param sums receives the squared length of the edge, the sum of its absolute coordinates, and the sum of the
     *     coordinates that {@code from} has relative to the centre, each with the sign of the edge
     */
    static void encode(long from, long to, long centre, long codes, int lines, float[] sums) {
        if (Kernels.VECTOR) {
            VectorRecordKernels.encode(from, to, centre, codes, lines, sums);
        } else {
            ScalarRecordKernels.encode(from, to, centre, codes, lines, sums);
        }
    }
}
