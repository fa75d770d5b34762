package org.elanus.core.index;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;

/** Turns vectors of narrower types into floats, some rows at a time. For one thread. */
final class FloatRows {

    private final DataType type;
    private final int dimension;
    private final MemorySegment floats;
    private final Scratch scratch;

    /** Arrays for one vector: the compiler vectorises conversion loops over arrays, not over memory segments. */
    private static final class Scratch {
        final byte[] bytes;
        final short[] shorts;
        final int[] ints;
        final float[] floats;

        Scratch(DataType type, int dimension) {
            bytes = new byte[type == DataType.INT8_VECTOR ? dimension : 0];
            shorts = new short[type == DataType.INT8_VECTOR ? 0 : dimension];
            ints = new int[type == DataType.BFLOAT16_VECTOR ? dimension : 0];
            floats = new float[type == DataType.BFLOAT16_VECTOR ? 0 : dimension];
        }
    }

    /** Room for so many rows. */
    FloatRows(DataType type, int dimension, int rows) {
        this.type = type;
        this.dimension = dimension;
        this.scratch = new Scratch(type, dimension);
        // Off the heap, as the columns are: the kernels then see one kind of memory.
        this.floats = Arena.ofAuto().allocate(4L * dimension * rows, 64);
    }

    MemorySegment floats() {
        return floats;
    }

    /** Fills {@link #floats} with rows, one after the other. */
    void load(MemorySegment vectors, long stride, int[] rows, int count) {
        for (int r = 0; r < count; r++) {
            convert(type, dimension, scratch, vectors, rows[r] * stride, floats, 4L * r * dimension);
        }
    }

    /** One vector as floats. */
    static float[] floats(DataType type, int dimension, MemorySegment vectors, long at) {
        float[] out = new float[dimension];
        if (type == DataType.FLOAT_VECTOR) {
            MemorySegment.copy(vectors, FixedColumn.FLOAT, at, out, 0, dimension);
        } else {
            MemorySegment target = MemorySegment.ofArray(out);
            convert(type, dimension, new Scratch(type, dimension), vectors, at, target, 0);
        }
        return out;
    }

    private static void convert(
            DataType type,
            int dimension,
            Scratch scratch,
            MemorySegment vectors,
            long at,
            MemorySegment target,
            long targetAt) {
        switch (type) {
            case FLOAT16_VECTOR -> {
                MemorySegment.copy(vectors, FixedColumn.SHORT, at, scratch.shorts, 0, dimension);
                widenHalves(scratch.shorts, scratch.floats);
                MemorySegment.copy(scratch.floats, 0, target, FixedColumn.FLOAT, targetAt, dimension);
            }
            case BFLOAT16_VECTOR -> {
                MemorySegment.copy(vectors, FixedColumn.SHORT, at, scratch.shorts, 0, dimension);
                widenBrainFloats(scratch.shorts, scratch.ints);
                MemorySegment.copy(scratch.ints, 0, target, FixedColumn.INT, targetAt, dimension);
            }
            case INT8_VECTOR -> {
                MemorySegment.copy(vectors, ValueLayout.JAVA_BYTE, at, scratch.bytes, 0, dimension);
                widenBytes(scratch.bytes, scratch.floats);
                MemorySegment.copy(scratch.floats, 0, target, FixedColumn.FLOAT, targetAt, dimension);
            }
            default -> throw new IllegalArgumentException(type + " does not turn into floats");
        }
    }

    private static void widenHalves(short[] from, float[] to) {
        for (int i = 0; i < from.length; i++) {
            to[i] = Float.float16ToFloat(from[i]);
        }
    }

    private static void widenBrainFloats(short[] from, int[] to) {
        for (int i = 0; i < from.length; i++) {
            to[i] = from[i] << 16;
        }
    }

    private static void widenBytes(byte[] from, float[] to) {
        for (int i = 0; i < from.length; i++) {
            to[i] = from[i];
        }
    }
}
