package org.elanus.plugin.indexhnsw;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.elanus.spi.runtime.Cancellation;

/**
 * Finds rows whose vectors are the same, byte for byte. Only the first of them enters the graph: rows without any
 * distance between them would fill each other's lists and leave no edge that leads away.
 */
final class DuplicateRows {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private DuplicateRows() {}

    /**
     * @return for each duplicate, ascending, the first row with its vector above 32 bits of its own row
     */
    static long[] find(MemorySegment vectors, long stride, int rows, long vectorBytes, Cancellation cancellation) {
        int slots = slots(rows);
        long[] found = new long[16];
        int count = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment table = arena.allocate(4L * slots, 64);
            for (int row = 0; row < rows; row++) {
                if ((row & 4095) == 0) {
                    HnswBuilder.check(cancellation);
                }
                long slot = hash(vectors, row * stride, vectorBytes) & slots - 1;
                while (true) {
                    int taken = table.getAtIndex(ValueLayout.JAVA_INT, slot);
                    if (taken == 0) {
                        table.setAtIndex(ValueLayout.JAVA_INT, slot, row + 1);
                        break;
                    }
                    long other = (taken - 1) * stride;
                    if (MemorySegment.mismatch(
                                    vectors,
                                    row * stride,
                                    row * stride + vectorBytes,
                                    vectors,
                                    other,
                                    other + vectorBytes)
                            < 0) {
                        if (count == found.length) {
                            found = Arrays.copyOf(found, count * 2);
                        }
                        found[count++] = (long) (taken - 1) << 32 | row;
                        break;
                    }
                    slot = slot + 1 & slots - 1;
                }
            }
        }
        long[] pairs = Arrays.copyOf(found, count);
        Arrays.sort(pairs);
        return pairs;
    }

    /** Slots of the table: a power of two, at most half of them taken. */
    private static int slots(int rows) {
        return Math.max(16, Integer.highestOneBit(Math.max(1, Math.min(rows, 1 << 29) - 1)) << 2);
    }

    private static long hash(MemorySegment vectors, long begin, long bytes) {
        long hash = bytes;
        long end = begin + (bytes & ~7L);
        for (long at = begin; at < end; at += 8) {
            hash = (hash ^ vectors.get(LONG, at)) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 29;
        }
        for (long at = end; at < begin + bytes; at++) {
            hash = (hash ^ vectors.get(ValueLayout.JAVA_BYTE, at)) * 0x9e3779b97f4a7c15L;
        }
        return hash ^ hash >>> 32;
    }
}
