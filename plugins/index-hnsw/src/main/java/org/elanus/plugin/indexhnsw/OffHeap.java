package org.elanus.plugin.indexhnsw;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Plain addresses. The hot loops read vectors and lists of neighbours through one constant segment, so that no bounds,
 * liveness or class of segment is looked up per access; whoever holds an address also holds what keeps it valid, and
 * row numbers read from a file pass through the bounds check of an array before they become an address.
 */
final class OffHeap {

    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private OffHeap() {}

    static short getShort(long address) {
        return MEMORY.get(SHORT, address);
    }

    static void putShort(long address, short value) {
        MEMORY.set(SHORT, address, value);
    }

    static int getInt(long address) {
        return MEMORY.get(INT, address);
    }

    static void putInt(long address, int value) {
        MEMORY.set(INT, address, value);
    }

    static float getFloat(long address) {
        return MEMORY.get(FLOAT, address);
    }

    static void putFloat(long address, float value) {
        MEMORY.set(FLOAT, address, value);
    }
}
