package org.elanus.core.index;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.elanus.spi.database.FixedColumn;

/** Counts of bits of binary vectors. Stateless. */
final class BitKernels {

    private BitKernels() {}

    /** The bytes of a vector as longs, the last one filled up with zeros. */
    static long[] words(MemorySegment vector, long at, int bytes) {
        long[] words = new long[(bytes + 7) / 8];
        for (int i = 0; i < bytes; i++) {
            words[i >>> 3] |= (vector.get(ValueLayout.JAVA_BYTE, at + i) & 0xffL) << 8 * (i & 7);
        }
        return words;
    }

    /** Bits that differ. */
    static int hamming(MemorySegment vectors, long at, int bytes, long[] query) {
        int sum = 0;
        int whole = bytes >>> 3;
        for (int i = 0; i < whole; i++) {
            sum += Long.bitCount(vectors.get(FixedColumn.LONG, at + 8L * i) ^ query[i]);
        }
        return (bytes & 7) == 0 ? sum : sum + Long.bitCount(rest(vectors, at, bytes) ^ query[whole]);
    }

    /** One minus the bits in both over the bits in either; 1 when there are none. */
    static float jaccard(MemorySegment vectors, long at, int bytes, long[] query) {
        int both = 0;
        int either = 0;
        int whole = bytes >>> 3;
        for (int i = 0; i < whole; i++) {
            long word = vectors.get(FixedColumn.LONG, at + 8L * i);
            both += Long.bitCount(word & query[i]);
            either += Long.bitCount(word | query[i]);
        }
        if ((bytes & 7) != 0) {
            long word = rest(vectors, at, bytes);
            both += Long.bitCount(word & query[whole]);
            either += Long.bitCount(word | query[whole]);
        }
        return either == 0 ? 1f : (float) (1.0 - (double) both / either);
    }

    private static long rest(MemorySegment vectors, long at, int bytes) {
        long word = 0;
        for (int i = bytes & ~7; i < bytes; i++) {
            word |= (vectors.get(ValueLayout.JAVA_BYTE, at + i) & 0xffL) << 8 * (i & 7);
        }
        return word;
    }
}
