package org.elanus.core.query.filter;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.elanus.spi.database.Column;
import org.jspecify.annotations.Nullable;

/**
 * A predicate bound to the columns of one chunk. Works on blocks of up to {@link #BLOCK_ROWS} rows, as bits of words,
 * lowest first. Owns scratch memory: for one thread.
 */
abstract class Kernel {

    static final int BLOCK_WORDS = 64;
    static final int BLOCK_ROWS = BLOCK_WORDS * Long.SIZE;

    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * Decides the active rows of a block. No bit of an inactive row is set in either result, and no row is both
     * matched and unknown; what is neither is false.
     *
     * @param firstRow of the block in the chunk, a multiple of 64
     * @param rows in the block, 1 or more
     * @param active only read; bits from rows on are zero
     * @param matched overwritten
     * @param unknown overwritten
     */
    abstract void evaluate(int firstRow, int rows, long[] active, long[] matched, long[] unknown);

    static int words(int rows) {
        return rows + Long.SIZE - 1 >>> 6;
    }

    /** Moves the bits of nulls to unknown. */
    static void separateNulls(
            @Nullable MemorySegment validity, int firstRow, int words, long[] active, long[] matched, long[] unknown) {
        for (int w = 0; w < words; w++) {
            long valid = validity == null ? -1L : validWord(validity, firstRow, w);
            unknown[w] = active[w] & ~valid;
            matched[w] &= active[w] & valid;
        }
    }

    /** The rows of a word that have values; bits beyond the column's end are arbitrary. */
    static long validWord(MemorySegment validity, int firstRow, int word) {
        long position = (firstRow >>> 3) + (long) word * Long.BYTES;
        long left = validity.byteSize() - position;
        if (left >= Long.BYTES) {
            return validity.get(WORD, position);
        }
        long bits = 0;
        for (int i = 0; i < left; i++) {
            bits |= (validity.get(ValueLayout.JAVA_BYTE, position + i) & 0xffL) << (i * 8);
        }
        return bits;
    }

    static long validWord(Column column, int firstRow, int word) {
        MemorySegment validity = column.validity();
        return validity == null ? -1L : validWord(validity, firstRow, word);
    }
}
