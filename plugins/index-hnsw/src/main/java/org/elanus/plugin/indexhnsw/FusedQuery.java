package org.elanus.plugin.indexhnsw;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A query as the walk over fused records needs it: padded and scaled for exact distances, and rotated, relative to the
 * centre of the rows, in whole numbers of {@link #PLANES} bits for the estimates. Four bits are not enough for rows whose
 * neighbours are much nearer to them than the centre is.
 *
 * <p>The estimate is that of Gao and Long, RaBitQ, SIGMOD 2024, centred at the row whose neighbours are estimated. In
 * two's complement no count of the codes' own bits is needed. For one thread; reused over many searches.
 */
final class FusedQuery {

    /** Bits of a coordinate. */
    static final int PLANES = 6;

    private static final int LARGEST = (1 << PLANES - 1) - 1;

    private final MemorySegment memory;
    private final Rotation rotation;
    private final long centre;
    private final float[] values;
    private final float[] rotated;

    final short[] planes;
    float slope;
    float offset;
    float squares;

    /**
     * @param dimension padded
     * @param centre address of the rotated centre
     */
    FusedQuery(int dimension, Rotation rotation, long centre) {
        this.rotation = rotation;
        this.centre = centre;
        this.memory = Arena.ofAuto().allocate(4L * dimension, 64);
        this.values = new float[dimension];
        this.rotated = new float[dimension];
        this.planes = new short[dimension / RecordShape.BITS * PLANES];
    }

    /** The address of the query, padded. */
    long address() {
        return memory.address();
    }

    /**
     * Takes a query, multiplied by {@code scale}.
     *
     * @param query address of its coordinates and of as many zeros as the padding takes
     */
    void take(long query, float scale) {
        squares = RecordKernels.scale(query, scale, memory.address(), values);
        rotation.apply(values, rotated);
        float largest = RecordKernels.subtract(rotated, centre);
        float step = largest > 0 ? largest / LARGEST : 1;
        slope = 2 * step;
        offset = step * RecordKernels.quantise(rotated, 1 / step, planes);
    }
}
