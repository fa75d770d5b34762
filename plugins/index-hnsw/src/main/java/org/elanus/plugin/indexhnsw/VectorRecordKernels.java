package org.elanus.plugin.indexhnsw;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The steps of a walk over fused records with the Vector API. Rows and queries are padded with zeros, so that no loop has
 * a tail. Small static methods and constant species on purpose, as in {@link VectorKernels}.
 */
final class VectorRecordKernels {

    /** A line of codes at most; records are padded for no more. */
    private static final VectorShape SHAPE = FloatVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? VectorShape.S_512_BIT
            : FloatVector.SPECIES_PREFERRED.vectorShape();

    private static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
    private static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, SHAPE);

    /** As many as there are floats. */
    private static final VectorSpecies<Short> HALF_SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

    private static final int FLOAT_LANES = FLOATS.length();
    private static final int SHORT_LANES = SHORTS.length();
    private static final int FLOAT_BYTES = 4 * FLOAT_LANES;
    private static final int LINE = 64;

    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
    private static final float ROUNDING = 1.5f * (1 << 23);
    private static final int ROUNDING_BITS = Float.floatToRawIntBits(ROUNDING);

    /** What the upper three bits of a coordinate weigh more than the lower ones. */
    private static final FloatVector EIGHT = FloatVector.broadcast(FLOATS, 8);

    private VectorRecordKernels() {}

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(FLOATS, OffHeap.MEMORY, address, LITTLE_ENDIAN);
    }

    private static ShortVector line(long address) {
        return ShortVector.fromMemorySegment(SHORTS, OffHeap.MEMORY, address, LITTLE_ENDIAN);
    }

    static float squaredDistance(long query, long row, int dimension) {
        FloatVector sumA = FloatVector.zero(FLOATS);
        FloatVector sumB = FloatVector.zero(FLOATS);
        FloatVector sumC = FloatVector.zero(FLOATS);
        FloatVector sumD = FloatVector.zero(FLOATS);
        long end = 4L * dimension;
        long at = 0;
        for (; at + 4 * FLOAT_BYTES <= end; at += 4 * FLOAT_BYTES) {
            FloatVector a = load(row + at).sub(load(query + at));
            FloatVector b = load(row + at + FLOAT_BYTES).sub(load(query + at + FLOAT_BYTES));
            FloatVector c = load(row + at + 2 * FLOAT_BYTES).sub(load(query + at + 2 * FLOAT_BYTES));
            FloatVector d = load(row + at + 3 * FLOAT_BYTES).sub(load(query + at + 3 * FLOAT_BYTES));
            sumA = a.fma(a, sumA);
            sumB = b.fma(b, sumB);
            sumC = c.fma(c, sumC);
            sumD = d.fma(d, sumD);
        }
        for (; at < end; at += FLOAT_BYTES) {
            FloatVector a = load(row + at).sub(load(query + at));
            sumA = a.fma(a, sumA);
        }
        return sumA.add(sumB).add(sumC.add(sumD)).reduceLanes(VectorOperators.ADD);
    }

    static float dotProduct(long query, long row, int dimension) {
        FloatVector sumA = FloatVector.zero(FLOATS);
        FloatVector sumB = FloatVector.zero(FLOATS);
        FloatVector sumC = FloatVector.zero(FLOATS);
        FloatVector sumD = FloatVector.zero(FLOATS);
        long end = 4L * dimension;
        long at = 0;
        for (; at + 4 * FLOAT_BYTES <= end; at += 4 * FLOAT_BYTES) {
            sumA = load(row + at).fma(load(query + at), sumA);
            sumB = load(row + at + FLOAT_BYTES).fma(load(query + at + FLOAT_BYTES), sumB);
            sumC = load(row + at + 2 * FLOAT_BYTES).fma(load(query + at + 2 * FLOAT_BYTES), sumC);
            sumD = load(row + at + 3 * FLOAT_BYTES).fma(load(query + at + 3 * FLOAT_BYTES), sumD);
        }
        for (; at < end; at += FLOAT_BYTES) {
            sumA = load(row + at).fma(load(query + at), sumA);
        }
        return sumA.add(sumB).add(sumC.add(sumD)).reduceLanes(VectorOperators.ADD);
    }

    static float scale(long vector, float factor, long memory, float[] out) {
        FloatVector squares = FloatVector.zero(FLOATS);
        for (int i = 0; i < out.length; i += FLOAT_LANES) {
            FloatVector scaled = load(vector + 4L * i).mul(factor);
            squares = scaled.fma(scaled, squares);
            scaled.intoArray(out, i);
            scaled.intoMemorySegment(OffHeap.MEMORY, memory + 4L * i, LITTLE_ENDIAN);
        }
        return squares.reduceLanes(VectorOperators.ADD);
    }

    static float subtract(float[] values, long vector) {
        FloatVector largest = FloatVector.zero(FLOATS);
        for (int i = 0; i < values.length; i += FLOAT_LANES) {
            FloatVector difference = FloatVector.fromArray(FLOATS, values, i).sub(load(vector + 4L * i));
            largest = largest.max(difference.abs());
            difference.intoArray(values, i);
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }

    static int quantise(float[] values, float factor, short[] planes) {
        IntVector sum = IntVector.zero(INTS);
        for (int i = 0; i < values.length; i += FLOAT_LANES) {
            // Adding so large a number leaves the rounded one, in two's complement, in the lowest bits.
            IntVector number = FloatVector.fromArray(FLOATS, values, i)
                    .mul(factor)
                    .add(ROUNDING)
                    .reinterpretAsInts();
            sum = sum.add(number.sub(ROUNDING_BITS));
            int at = i / RecordShape.BITS * FusedQuery.PLANES;
            int shift = i % RecordShape.BITS;
            put(planes, at, shift, signs(number.lanewise(VectorOperators.LSHL, 31)));
            put(planes, at + 1, shift, signs(number.lanewise(VectorOperators.LSHL, 30)));
            put(planes, at + 2, shift, signs(number.lanewise(VectorOperators.LSHL, 29)));
            put(planes, at + 3, shift, signs(number.lanewise(VectorOperators.LSHL, 28)));
            put(planes, at + 4, shift, signs(number.lanewise(VectorOperators.LSHL, 27)));
            put(planes, at + 5, shift, signs(number.lanewise(VectorOperators.LSHL, 26)));
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    private static int signs(IntVector numbers) {
        return (int) numbers.compare(VectorOperators.LT, 0).toLong();
    }

    private static void put(short[] planes, int at, int shift, int bits) {
        planes[at] = (short) (shift == 0 ? bits : planes[at] | bits << shift);
    }

    /**
     * For each of 32 neighbours the sum of the query's coordinates whose bit its code has set, in two parts, neither of
     * which leaves a short up to {@link RecordShape#MAX_DIMENSION}: {@code low + 8 * high}.
     */
    static void sums(long codes, int lines, short[] planes, short[] low, short[] high) {
        for (int lane = 0; lane < RecordShape.LANES; lane += SHORT_LANES) {
            long at = codes + 2L * lane;
            ShortVector bits0 = ShortVector.zero(SHORTS);
            ShortVector bits1 = ShortVector.zero(SHORTS);
            ShortVector bits2 = ShortVector.zero(SHORTS);
            ShortVector bits3 = ShortVector.zero(SHORTS);
            ShortVector bits4 = ShortVector.zero(SHORTS);
            ShortVector bits5 = ShortVector.zero(SHORTS);
            for (int plane = 0; plane < FusedQuery.PLANES * lines; plane += FusedQuery.PLANES) {
                ShortVector code = line(at);
                at += LINE;
                bits0 = bits0.add(code.and(planes[plane]).lanewise(VectorOperators.BIT_COUNT));
                bits1 = bits1.add(code.and(planes[plane + 1]).lanewise(VectorOperators.BIT_COUNT));
                bits2 = bits2.add(code.and(planes[plane + 2]).lanewise(VectorOperators.BIT_COUNT));
                bits3 = bits3.add(code.and(planes[plane + 3]).lanewise(VectorOperators.BIT_COUNT));
                bits4 = bits4.add(code.and(planes[plane + 4]).lanewise(VectorOperators.BIT_COUNT));
                bits5 = bits5.add(code.and(planes[plane + 5]).lanewise(VectorOperators.BIT_COUNT));
            }
            bits0.add(bits1.lanewise(VectorOperators.LSHL, 1))
                    .add(bits2.lanewise(VectorOperators.LSHL, 2))
                    .intoArray(low, lane);
            bits3.add(bits4.lanewise(VectorOperators.LSHL, 1))
                    .sub(bits5.lanewise(VectorOperators.LSHL, 2))
                    .intoArray(high, lane);
        }
    }

    /** The rest of {@link RecordKernels#scan}, from what {@link #sums} has left. */
    static int estimates(
            short[] low,
            short[] high,
            long addends,
            long factors,
            float exact,
            float slope,
            float offset,
            float bound,
            float[] out) {
        int mask = 0;
        for (int lane = 0; lane < RecordShape.LANES; lane += FLOAT_LANES) {
            FloatVector estimate = floats(high, lane)
                    .fma(EIGHT, floats(low, lane))
                    .mul(slope)
                    .sub(offset)
                    .fma(load(factors + 4L * lane), load(addends + 4L * lane).add(exact));
            estimate.intoArray(out, lane);
            mask |= (int) estimate.compare(VectorOperators.LT, bound).toLong() << lane;
        }
        return mask;
    }

    private static FloatVector floats(short[] numbers, int from) {
        return (FloatVector)
                ShortVector.fromArray(HALF_SHORTS, numbers, from).convertShape(VectorOperators.S2F, FLOATS, 0);
    }

    /** As {@link RecordKernels#encode}. */
    static void encode(long from, long to, long centre, long codes, int lines, float[] sums) {
        FloatVector squares = FloatVector.zero(FLOATS);
        FloatVector absolute = FloatVector.zero(FLOATS);
        FloatVector positive = FloatVector.zero(FLOATS);
        FloatVector all = FloatVector.zero(FLOATS);
        long at = 0;
        for (int line = 0; line < lines; line++) {
            int bits = 0;
            for (int bit = 0; bit < RecordShape.BITS; bit += FLOAT_LANES) {
                FloatVector origin = load(from + at);
                FloatVector edge = load(to + at).sub(origin);
                FloatVector place = origin.sub(load(centre + at));
                VectorMask<Float> sign = edge.compare(VectorOperators.GT, 0f);
                bits |= (int) sign.toLong() << bit;
                squares = edge.fma(edge, squares);
                absolute = absolute.add(edge.abs());
                positive = positive.add(place, sign);
                all = all.add(place);
                at += FLOAT_BYTES;
            }
            OffHeap.putShort(codes + (long) line * LINE, (short) bits);
        }
        sums[0] = squares.reduceLanes(VectorOperators.ADD);
        sums[1] = absolute.reduceLanes(VectorOperators.ADD);
        sums[2] = 2 * positive.reduceLanes(VectorOperators.ADD) - all.reduceLanes(VectorOperators.ADD);
    }
}
