package org.elanus.core.query.filter;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** A set of texts in UTF-8 in a hash table. Immutable. */
final class TextSet {

    /** Ascending by bytes, each once. */
    private final byte[][] sorted;
    /** Open addressing, at most half full: position in sorted plus one, 0 when free. */
    private final int[] table;

    private final int[] hashes;
    private final int minLength;
    private final int maxLength;

    /** @param values in any order, repeated or not */
    TextSet(List<byte[]> values) {
        byte[][] all = values.toArray(byte[][]::new);
        Arrays.sort(all, Arrays::compareUnsigned);
        int size = 0;
        for (int i = 0; i < all.length; i++) {
            if (i == 0 || !Arrays.equals(all[i], all[i - 1])) {
                all[size++] = all[i];
            }
        }
        sorted = Arrays.copyOf(all, size);
        hashes = new int[size];
        table = new int[Integer.highestOneBit(Math.max(size, 1)) * 4];
        int shortest = Integer.MAX_VALUE;
        int longest = -1;
        for (int i = 0; i < size; i++) {
            shortest = Math.min(shortest, sorted[i].length);
            longest = Math.max(longest, sorted[i].length);
            hashes[i] = hash(MemorySegment.ofArray(sorted[i]), 0, sorted[i].length);
            int slot = hashes[i] & table.length - 1;
            while (table[slot] != 0) {
                slot = slot + 1 & table.length - 1;
            }
            table[slot] = i + 1;
        }
        minLength = shortest;
        maxLength = longest;
    }

    boolean contains(MemorySegment bytes, long start, int length) {
        if (length < minLength || length > maxLength) {
            return false;
        }
        int hash = hash(bytes, start, length);
        int slot = hash & table.length - 1;
        while (table[slot] != 0) {
            int member = table[slot] - 1;
            if (hashes[member] == hash && Utf8.equal(bytes, start, length, sorted[member])) {
                return true;
            }
            slot = slot + 1 & table.length - 1;
        }
        return false;
    }

    int size() {
        return sorted.length;
    }

    /** Ascending by bytes; only read. */
    List<byte[]> sorted() {
        return Arrays.asList(sorted);
    }

    private static int hash(MemorySegment bytes, long start, int length) {
        long hash = length;
        for (int i = 0; i < length; i++) {
            hash = hash * 31 + bytes.get(ValueLayout.JAVA_BYTE, start + i);
        }
        hash *= 0x9e37_79b9_7f4a_7c15L;
        return (int) (hash >>> 32);
    }
}
