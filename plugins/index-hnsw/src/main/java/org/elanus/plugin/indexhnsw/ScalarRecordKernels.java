package org.elanus.plugin.indexhnsw;

/** The steps of a walk over fused records in plain Java. */
final class ScalarRecordKernels {

    private static final int LINE = 64;

    private ScalarRecordKernels() {}

    static float squaredDistance(long query, long row, int dimension) {
        float sum = 0;
        for (long at = 0; at < 4L * dimension; at += 4) {
            float difference = OffHeap.getFloat(row + at) - OffHeap.getFloat(query + at);
            sum += difference * difference;
        }
        return sum;
    }

    static float dotProduct(long query, long row, int dimension) {
        float sum = 0;
        for (long at = 0; at < 4L * dimension; at += 4) {
            sum += OffHeap.getFloat(row + at) * OffHeap.getFloat(query + at);
        }
        return sum;
    }

    static float scale(long vector, float factor, long memory, float[] out) {
        float squares = 0;
        for (int i = 0; i < out.length; i++) {
            out[i] = OffHeap.getFloat(vector + 4L * i) * factor;
            squares += out[i] * out[i];
            OffHeap.putFloat(memory + 4L * i, out[i]);
        }
        return squares;
    }

    static float subtract(float[] values, long vector) {
        float largest = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] -= OffHeap.getFloat(vector + 4L * i);
            largest = Math.max(largest, Math.abs(values[i]));
        }
        return largest;
    }

    static int quantise(float[] values, float factor, short[] planes) {
        int sum = 0;
        for (int line = 0; line < values.length / RecordShape.BITS; line++) {
            for (int plane = 0; plane < FusedQuery.PLANES; plane++) {
                int bits = 0;
                for (int bit = 0; bit < RecordShape.BITS; bit++) {
                    int number = (int) Math.rint(values[line * RecordShape.BITS + bit] * factor);
                    bits |= (number >> plane & 1) << bit;
                    sum += plane == 0 ? number : 0;
                }
                planes[line * FusedQuery.PLANES + plane] = (short) bits;
            }
        }
        return sum;
    }

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
            float[] out) {
        int mask = 0;
        for (int lane = 0; lane < RecordShape.LANES; lane++) {
            int sum = 0;
            for (int line = 0; line < lines; line++) {
                int code = OffHeap.getShort(codes + (long) line * LINE + 2L * lane);
                int first = line * FusedQuery.PLANES;
                for (int plane = 0; plane < FusedQuery.PLANES; plane++) {
                    int count = Integer.bitCount(code & planes[first + plane] & 0xffff) << plane;
                    sum += plane == FusedQuery.PLANES - 1 ? -count : count;
                }
            }
            float estimate = OffHeap.getFloat(addends + 4L * lane)
                    + exact
                    + OffHeap.getFloat(factors + 4L * lane) * (sum * slope - offset);
            out[lane] = estimate;
            mask |= (estimate < bound ? 1 : 0) << lane;
        }
        return mask;
    }

    static void encode(long from, long to, long centre, long codes, int lines, float[] sums) {
        float squares = 0;
        float absolute = 0;
        float signed = 0;
        for (int line = 0; line < lines; line++) {
            int bits = 0;
            for (int bit = 0; bit < RecordShape.BITS; bit++) {
                long at = 4L * (line * RecordShape.BITS + bit);
                float origin = OffHeap.getFloat(from + at);
                float edge = OffHeap.getFloat(to + at) - origin;
                float place = origin - OffHeap.getFloat(centre + at);
                squares += edge * edge;
                absolute += Math.abs(edge);
                signed += edge > 0 ? place : -place;
                bits |= (edge > 0 ? 1 : 0) << bit;
            }
            OffHeap.putShort(codes + (long) line * LINE, (short) bits);
        }
        sums[0] = squares;
        sums[1] = absolute;
        sums[2] = signed;
    }
}
