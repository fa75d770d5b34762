package org.elanus.core.segment;

import java.lang.foreign.MemorySegment;
import org.elanus.spi.database.FixedColumn;

/**
 * A Bloom filter in blocks of 64 bytes: a key sets seven bits of one block, so that asking costs one cache line. About
 * one unknown key in a hundred is taken for known. Persisted.
 */
final class BloomFilter {

    static final int BLOCK_BYTES = 64;
    private static final int BITS_PER_KEY = 10;
    private static final int PROBES = 7;

    private BloomFilter() {}

    /** The bytes of a filter for so many keys. */
    static long bytes(int keys) {
        return keys == 0 ? 0 : (keys * (long) BITS_PER_KEY + 511) / 512 * BLOCK_BYTES;
    }

    static void add(MemorySegment filter, long key) {
        long hash = KeyHash.mix(key);
        long block = block(filter, hash);
        long bits = KeyHash.mix(hash);
        for (int i = 0; i < PROBES; i++) {
            int bit = (int) (bits >>> 9 * i) & 511;
            long at = block + 8L * (bit >>> 6);
            filter.set(FixedColumn.LONG, at, filter.get(FixedColumn.LONG, at) | 1L << bit);
        }
    }

    static boolean mayContain(MemorySegment filter, long key) {
        if (filter.byteSize() == 0) {
            return false;
        }
        long hash = KeyHash.mix(key);
        long block = block(filter, hash);
        long bits = KeyHash.mix(hash);
        for (int i = 0; i < PROBES; i++) {
            int bit = (int) (bits >>> 9 * i) & 511;
            if ((filter.get(FixedColumn.LONG, block + 8L * (bit >>> 6)) >>> bit & 1) == 0) {
                return false;
            }
        }
        return true;
    }

    /** The upper half of the hash, scaled to the number of blocks. */
    private static long block(MemorySegment filter, long hash) {
        return (hash >>> 32) * (filter.byteSize() / BLOCK_BYTES) >>> 32 << 6;
    }
}
