package org.elanus.core.segment;

/**
 * Which rows lie in which chunk of a growing segment: chunks of 64, 64, 128, 256, ... rows up to the largest size and
 * then of that size, so that a small segment is small.
 *
 * @param largest rows of the largest chunks, a power of two from 64
 */
record ChunkLayout(int largest) {

    private static final int SMALLEST = 64;
    private static final int LARGEST = 4096;
    private static final int LARGEST_COLUMN_BYTES = 4 << 20;

    /** A layout for columns whose values have up to so many bytes: a chunk's column stays within 4 MiB, or 64 rows. */
    static ChunkLayout forWidth(int widest) {
        int fitting = Integer.highestOneBit(Math.max(1, LARGEST_COLUMN_BYTES / Math.max(1, widest)));
        return new ChunkLayout(Math.clamp(fitting, SMALLEST, LARGEST));
    }

    /** The chunk that holds a row. */
    int index(int row) {
        if (row < largest) {
            return row < SMALLEST ? 0 : 26 - Integer.numberOfLeadingZeros(row);
        }
        return smallChunks() + row / largest - 1;
    }

    /** The first row of a chunk. */
    int start(int index) {
        int small = smallChunks();
        if (index >= small) {
            return (index - small + 1) * largest;
        }
        return index == 0 ? 0 : SMALLEST << (index - 1);
    }

    /** The rows that a chunk has room for. */
    int capacity(int index) {
        return index >= smallChunks() ? largest : index == 0 ? SMALLEST : start(index);
    }

    /** Chunks before the row {@code largest}. */
    private int smallChunks() {
        return Integer.numberOfTrailingZeros(largest / SMALLEST) + 1;
    }
}
