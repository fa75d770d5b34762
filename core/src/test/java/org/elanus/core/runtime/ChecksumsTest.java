package org.elanus.core.runtime;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChecksumsTest {

    /** The check value of CRC-32C. */
    private static final int OF_DIGITS = 0xE3069283;

    @Test
    void isTheSameOnAndOffTheHeapAndInPieces() {
        byte[] digits = "123456789".getBytes(US_ASCII);
        MemorySegment heap = MemorySegment.ofArray(digits);
        assertThat(Checksums.crc32c(heap)).isEqualTo(OF_DIGITS);
        assertThat(Checksums.crc32c(heap.asReadOnly())).isEqualTo(OF_DIGITS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment off = arena.allocate(9).copyFrom(heap);
            assertThat(Checksums.crc32c(off)).isEqualTo(OF_DIGITS);
            assertThat(Checksums.crc32c(List.of(off.asSlice(0, 4), heap.asSlice(4))))
                    .isEqualTo(OF_DIGITS);
        }
    }

    @Test
    void readsArraysOfOtherTypes() {
        float[] floats = new float[5000];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = i;
        }
        MemorySegment onHeap = MemorySegment.ofArray(floats);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment off = arena.allocate(onHeap.byteSize(), 4).copyFrom(onHeap);
            assertThat(Checksums.crc32c(onHeap)).isEqualTo(Checksums.crc32c(off));
        }
    }
}
