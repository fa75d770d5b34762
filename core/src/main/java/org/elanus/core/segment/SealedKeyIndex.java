package org.elanus.core.segment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.elanus.spi.database.FixedColumn;

/** From keys to rows: the keys' numbers in ascending order with their rows, and a Bloom filter that is asked first. */
record SealedKeyIndex(MemorySegment keys, MemorySegment rows, MemorySegment bloom) {

    int size() {
        return (int) (keys.byteSize() / 8);
    }

    long key(int position) {
        return keys.get(FixedColumn.LONG, 8L * position);
    }

    int row(int position) {
        return rows.get(FixedColumn.INT, 4L * position);
    }

    /** The first position of a key's number, or -1. */
    int find(long key) {
        return BloomFilter.mayContain(bloom, key) ? search(key) : -1;
    }

    /** Whether the key's number stands at a position, which may be -1 or behind the end. */
    boolean isAt(int position, long key) {
        return position >= 0 && position < size() && key(position) == key;
    }

    /** By interpolation and bisection in turn: quick where keys are spread evenly, never slow where they are not. */
    private int search(long key) {
        int low = 0;
        int high = size() - 1;
        boolean interpolate = true;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (interpolate && high - low > 8) {
                double first = key(low);
                double last = key(high);
                if (last > first) {
                    double share = Math.clamp((key - first) / (last - first), 0.0, 1.0);
                    middle = Math.min(low + (int) ((high - low) * share), high - 1);
                }
            }
            interpolate = !interpolate;
            if (key(middle) < key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < size() && key(low) == key ? low : -1;
    }

    /** Sorts numbers and their rows, by number and then in the order in which they stand. */
    static void sort(MemorySegment keys, MemorySegment rows, int count) {
        boolean sorted = true;
        for (int i = 1; i < count && sorted; i++) {
            sorted = keys.get(FixedColumn.LONG, 8L * (i - 1)) <= keys.get(FixedColumn.LONG, 8L * i);
        }
        if (sorted) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fromKeys = keys;
            MemorySegment fromRows = rows;
            MemorySegment toKeys = arena.allocate(8L * count, 64);
            MemorySegment toRows = arena.allocate(4L * count, 64);
            int[] positions = new int[257];
            for (int shift = 0; shift < 64; shift += 8) {
                Arrays.fill(positions, 0);
                for (int i = 0; i < count; i++) {
                    positions[digit(fromKeys.get(FixedColumn.LONG, 8L * i), shift) + 1]++;
                }
                if (onlyOne(positions, count)) {
                    continue;
                }
                for (int d = 0; d < 256; d++) {
                    positions[d + 1] += positions[d];
                }
                for (int i = 0; i < count; i++) {
                    long key = fromKeys.get(FixedColumn.LONG, 8L * i);
                    int target = positions[digit(key, shift)]++;
                    toKeys.set(FixedColumn.LONG, 8L * target, key);
                    toRows.set(FixedColumn.INT, 4L * target, fromRows.get(FixedColumn.INT, 4L * i));
                }
                MemorySegment spareKeys = fromKeys;
                MemorySegment spareRows = fromRows;
                fromKeys = toKeys;
                fromRows = toRows;
                toKeys = spareKeys;
                toRows = spareRows;
            }
            if (fromKeys != keys) {
                MemorySegment.copy(fromKeys, 0, keys, 0, 8L * count);
                MemorySegment.copy(fromRows, 0, rows, 0, 4L * count);
            }
        }
    }

    /** Eight bits of a number; the sign bit is turned so that negative ones come first. */
    private static int digit(long key, int shift) {
        return (int) ((key ^ Long.MIN_VALUE) >>> shift) & 255;
    }

    private static boolean onlyOne(int[] counts, int total) {
        for (int count : counts) {
            if (count != 0) {
                return count == total;
            }
        }
        return true;
    }
}
