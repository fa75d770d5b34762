package org.elanus.core.index.scalar;

import java.lang.foreign.MemorySegment;
import org.elanus.spi.error.ElanusException;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MappeableContainer;
import org.roaringbitmap.buffer.MappeableContainerPointer;

/** Sets rows of bitmaps and lists in words of bits. */
final class RowLists {

    private static final int CONTAINER_WORDS = 1024;
    /** From so many rows of a container on, it goes through words. */
    private static final int DENSE = 1024;

    private RowLists() {}

    static ImmutableRoaringBitmap bitmap(MemorySegment bytes) {
        return new ImmutableRoaringBitmap(bytes.asByteBuffer());
    }

    static void collect(ImmutableRoaringBitmap bitmap, long[] words) {
        long[] dense = null;
        for (MappeableContainerPointer at = bitmap.getContainerPointer(); at.hasContainer(); at.advance()) {
            MappeableContainer container = at.getContainer();
            if (container.getCardinality() < DENSE) {
                container.forEach(at.key(), row -> words[row >>> 6] |= 1L << row);
                continue;
            }
            if (dense == null) {
                dense = new long[CONTAINER_WORDS];
            } else {
                java.util.Arrays.fill(dense, 0);
            }
            container.orInto(dense);
            int first = at.key() * CONTAINER_WORDS;
            int count = Math.min(CONTAINER_WORDS, words.length - first);
            for (int i = 0; i < count; i++) {
                words[first + i] |= dense[i];
            }
        }
    }

    /** @param offset of the first row in bytes */
    static void collect(MemorySegment rows, long offset, int count, long[] words) {
        for (int i = 0; i < count; i++) {
            int row = rows.get(ScalarFormat.INT, offset + 4L * i);
            words[row >>> 6] |= 1L << row;
        }
    }

    /** Checks that a bitmap has so many rows, all below a number. */
    static void check(ImmutableRoaringBitmap bitmap, int count, int rows, String what) {
        if (bitmap.getLongCardinality() != count || count > 0 && Integer.toUnsignedLong(bitmap.last()) >= rows) {
            throw ElanusException.corrupt("%s of a scalar index has not %d rows below %d", what, count, rows);
        }
        int[] before = {-1};
        bitmap.forEach((org.roaringbitmap.IntConsumer) row -> {
            if (row <= before[0]) {
                throw ElanusException.corrupt("%s of a scalar index is out of order at row %d", what, row);
            }
            before[0] = row;
        });
    }
}
