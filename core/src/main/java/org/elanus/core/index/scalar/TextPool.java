package org.elanus.core.index.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Distinct texts, numbered as they come, and their order by bytes. For one thread. */
final class TextPool {

    private static final int MAX_BYTES = Integer.MAX_VALUE - 64;

    private byte[] bytes = new byte[1 << 12];
    private int[] offsets = new int[257];
    private int size;
    /** Open addressing, at most half full: number of the text plus one, 0 when free. */
    private int[] table = new int[1 << 10];

    int size() {
        return size;
    }

    /** The number of a text; a new one when it is new. */
    int add(MemorySegment source, long start, int length) {
        long wanted = (long) offsets[size] + length;
        if (wanted > MAX_BYTES) {
            throw new ElanusException(
                    StandardErrorCode.UNSUPPORTED, "the distinct texts of a segment are too large to be indexed");
        }
        if (wanted > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_BYTES, Math.max(wanted, bytes.length * 2L)));
        }
        int at = offsets[size];
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, start, bytes, at, length);
        int slot = hash(at, length) & table.length - 1;
        while (table[slot] != 0) {
            int other = table[slot] - 1;
            if (Arrays.equals(bytes, offsets[other], offsets[other + 1], bytes, at, at + length)) {
                return other;
            }
            slot = slot + 1 & table.length - 1;
        }
        table[slot] = ++size;
        if (size + 1 == offsets.length) {
            offsets = Arrays.copyOf(offsets, offsets.length * 2 - 1);
        }
        offsets[size] = at + length;
        if (size * 2 >= table.length) {
            grow();
        }
        return size - 1;
    }

    private void grow() {
        table = new int[table.length * 2];
        for (int i = 0; i < size; i++) {
            int slot = hash(offsets[i], offsets[i + 1] - offsets[i]) & table.length - 1;
            while (table[slot] != 0) {
                slot = slot + 1 & table.length - 1;
            }
            table[slot] = i + 1;
        }
    }

    private int hash(int at, int length) {
        long hash = length;
        for (int i = 0; i < length; i++) {
            hash = hash * 31 + bytes[at + i];
        }
        hash *= 0x9e37_79b9_7f4a_7c15L;
        return (int) (hash >>> 32);
    }

    int length(int text) {
        return offsets[text + 1] - offsets[text];
    }

    /** A text's byte, without sign. */
    int at(int text, int position) {
        return bytes[offsets[text] + position] & 0xff;
    }

    MemorySegment slice(int text, int from, int to) {
        return MemorySegment.ofArray(bytes).asSlice(offsets[text] + from, to - from);
    }

    /** The texts in ascending order. Compares eight bytes at a time; no recursion, texts may be long. */
    int[] order() {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        ArrayDeque<int[]> open = new ArrayDeque<>();
        if (size > 1) {
            open.push(new int[] {0, size, 0});
        }
        while (!open.isEmpty()) {
            int[] range = open.pop();
            sort(order, range[0], range[1], range[2], open);
        }
        return order;
    }

    private void sort(int[] order, int from, int to, int depth, ArrayDeque<int[]> open) {
        int count = to - from;
        long[] keys = new long[count];
        for (int i = 0; i < count; i++) {
            keys[i] = eight(order[from + i], depth);
        }
        PairSort pairs = new PairSort(keys, Arrays.copyOfRange(order, from, to));
        pairs.sort(count, false);
        System.arraycopy(pairs.values(), 0, order, from, count);
        for (int i = 0; i < count; ) {
            int end = i + 1;
            while (end < count && pairs.keys()[end] == pairs.keys()[i]) {
                end++;
            }
            if (end - i > 1) {
                int longer = shorterFirst(order, from + i, from + end, depth + Long.BYTES);
                if (from + end - longer > 1) {
                    open.push(new int[] {longer, from + end, depth + Long.BYTES});
                }
            }
            i = end;
        }
    }

    /** Among texts that are equal up to a depth, those that end by then differ in length alone: at most nine. */
    private int shorterFirst(int[] order, int from, int to, int depth) {
        int longer = from;
        for (int i = from; i < to; i++) {
            if (length(order[i]) <= depth) {
                int text = order[i];
                order[i] = order[longer];
                int at = longer++;
                while (at > from && length(order[at - 1]) > length(text)) {
                    order[at] = order[at - 1];
                    at--;
                }
                order[at] = text;
            }
        }
        return longer;
    }

    /** Eight bytes as a number whose order without sign is theirs; zeros behind the end. */
    private long eight(int text, int depth) {
        int start = offsets[text] + depth;
        int end = Math.min(offsets[text + 1], start + Long.BYTES);
        long key = 0;
        for (int i = start; i < end; i++) {
            key |= (bytes[i] & 0xffL) << 56 - (i - start) * 8;
        }
        return key;
    }
}
