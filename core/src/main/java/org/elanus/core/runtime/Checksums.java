package org.elanus.core.runtime;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.zip.CRC32C;

/** CRC32C (Castagnoli, RFC 3720) over memory on and off the heap. */
public final class Checksums {

    private static final long LARGEST_SLICE = 1L << 30;

    private Checksums() {}

    /** The checksum of a piece of memory. */
    public static int crc32c(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        update(crc, bytes);
        return (int) crc.getValue();
    }

    /** The checksum of pieces one after the other. */
    public static int crc32c(List<MemorySegment> pieces) {
        CRC32C crc = new CRC32C();
        for (MemorySegment piece : pieces) {
            update(crc, piece);
        }
        return (int) crc.getValue();
    }

    /** Adds a piece of memory to a checksum under way. */
    public static void update(CRC32C crc, MemorySegment bytes) {
        boolean asBuffer = bytes.isNative()
                || bytes.heapBase().filter(byte[].class::isInstance).isPresent();
        long size = bytes.byteSize();
        if (asBuffer) {
            for (long at = 0; at < size; at += LARGEST_SLICE) {
                crc.update(bytes.asSlice(at, Math.min(LARGEST_SLICE, size - at)).asByteBuffer());
            }
            return;
        }
        // An array of another primitive type, or a read-only view of an array, which hides what it is over.
        byte[] copy = new byte[(int) Math.min(size, 8192)];
        for (long at = 0; at < size; at += copy.length) {
            int length = (int) Math.min(copy.length, size - at);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, copy, 0, length);
            crc.update(copy, 0, length);
        }
    }
}
