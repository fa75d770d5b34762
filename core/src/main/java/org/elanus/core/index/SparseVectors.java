package org.elanus.core.index;

import java.lang.foreign.MemorySegment;
import org.elanus.spi.database.FixedColumn;
import org.jspecify.annotations.Nullable;

/** Sparse vectors as they are stored: pairs of a u32 index and an f32 value, in ascending order of index. */
public final class SparseVectors {

    /** Bytes of one pair. */
    public static final int PAIR_BYTES = 8;

    private SparseVectors() {}

    /**
     * What is wrong with a vector, for a message that begins with whose it is.
     *
     * @return null when nothing is
     */
    public static @Nullable String fault(MemorySegment vector) {
        if (vector.byteSize() % PAIR_BYTES != 0) {
            return "has " + vector.byteSize() + " bytes, which is no multiple of " + PAIR_BYTES;
        }
        long before = -1;
        for (long at = 0; at < vector.byteSize(); at += PAIR_BYTES) {
            long index = Integer.toUnsignedLong(vector.get(FixedColumn.INT, at));
            if (index <= before) {
                return "must have its indices in ascending order, each once, but " + index + " comes after " + before;
            }
            if (index == 0xffff_ffffL) {
                return "has the index 4294967295; the largest is 4294967294";
            }
            if (!Float.isFinite(vector.get(FixedColumn.FLOAT, at + 4))) {
                return "has a value at index " + index + " that is NaN or infinite";
            }
            before = index;
        }
        return null;
    }
}
