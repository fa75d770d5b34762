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

    /** Room for so many rows. */
    FloatRows(DataType type, int dimension, int rows) {
        this.type = type;
        this.dimension = dimension;
        // Off the heap, as the columns are: the kernels then see one kind of memory.
        this.floats = Arena.ofAuto().allocate(4L * dimension * rows, 64);
    }

    MemorySegment floats() {
        return floats;
    }

    /** Fills {@link #floats} with rows, one after the other. */
    void load(MemorySegment vectors, long stride, int[] rows, int count) {
        for (int r = 0; r < count; r++) {
            convert(type, dimension, vectors, rows[r] * stride, floats, 4L * r * dimension);
        }
    }

    /** One vector as floats. */
    static float[] floats(DataType type, int dimension, MemorySegment vectors, long at) {
        float[] out = new float[dimension];
        if (type == DataType.FLOAT_VECTOR) {
            MemorySegment.copy(vectors, FixedColumn.FLOAT, at, out, 0, dimension);
        } else {
            convert(type, dimension, vectors, at, MemorySegment.ofArray(out), 0);
        }
        return out;
    }

    private static void convert(
            DataType type, int dimension, MemorySegment vectors, long at, MemorySegment target, long targetAt) {
        switch (type) {
            case FLOAT16_VECTOR -> {
                for (int i = 0; i < dimension; i++) {
                    float value = Float.float16ToFloat(vectors.get(FixedColumn.SHORT, at + 2L * i));
                    target.set(FixedColumn.FLOAT, targetAt + 4L * i, value);
                }
            }
            case BFLOAT16_VECTOR -> {
                for (int i = 0; i < dimension; i++) {
                    int bits = vectors.get(FixedColumn.SHORT, at + 2L * i) << 16;
                    target.set(FixedColumn.INT, targetAt + 4L * i, bits);
                }
            }
            case INT8_VECTOR -> {
                for (int i = 0; i < dimension; i++) {
                    float value = vectors.get(ValueLayout.JAVA_BYTE, at + i);
                    target.set(FixedColumn.FLOAT, targetAt + 4L * i, value);
                }
            }
            default -> throw new IllegalArgumentException(type + " does not turn into floats");
        }
    }
}
