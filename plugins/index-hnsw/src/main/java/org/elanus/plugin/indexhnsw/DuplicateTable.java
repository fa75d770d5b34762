package org.elanus.plugin.indexhnsw;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The duplicates of an open index, where the file has them: one bit a row that has duplicates, and the pairs of row and
 * duplicate in two ascending columns.
 */
final class DuplicateTable {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment flags;
    private final MemorySegment pairs;
    private final int size;

    DuplicateTable(MemorySegment flags, MemorySegment pairs) {
        this.flags = flags;
        this.pairs = pairs;
        this.size = Math.toIntExact(pairs.byteSize() / 8);
    }

    static MemorySegment flags(long[] duplicates, int rows) {
        long[] words = new long[(rows + 63) / 64];
        for (long pair : duplicates) {
            int row = (int) (pair >>> 32);
            words[row >>> 6] |= 1L << row;
        }
        MemorySegment bytes = MemorySegment.ofArray(new byte[8 * words.length]);
        for (int i = 0; i < words.length; i++) {
            bytes.set(LONG, 8L * i, words[i]);
        }
        return bytes;
    }

    static MemorySegment encode(long[] duplicates) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[8 * duplicates.length]);
        for (int i = 0; i < duplicates.length; i++) {
            bytes.set(INT, 4L * i, (int) (duplicates[i] >>> 32));
            bytes.set(INT, 4L * (duplicates.length + i), (int) duplicates[i]);
        }
        return bytes;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether the row has duplicates. */
    boolean has(int row) {
        return size > 0 && (flags.get(LONG, (row >>> 6) * 8L) >>> row & 1) != 0;
    }

    /** The position of the first duplicate of a row that has some; they follow each other. */
    int first(int row) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = low + high >>> 1;
            if (original(middle) < row) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    int original(int position) {
        return pairs.get(INT, 4L * position);
    }

    int duplicate(int position) {
        return pairs.get(INT, 4L * ((long) size + position));
    }
}
