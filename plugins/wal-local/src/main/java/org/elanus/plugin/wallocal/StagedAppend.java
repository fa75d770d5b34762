package org.elanus.plugin.wallocal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import org.elanus.spi.io.AppendFile;

/**
 * Gathers small pieces in one block of off-heap memory and hands it to the file when it is full; large off-heap pieces
 * go to the file as they are, together with what is gathered. For one thread at a time.
 */
final class StagedAppend implements AutoCloseable {

    private static final long LARGEST = 1 << 20;
    private static final long LARGE = 64 << 10;

    private final Arena arena = Arena.ofShared();
    private final long capacity;
    private final MemorySegment memory;
    private long filled;

    /** @param batchBytes what is usually gathered at most */
    StagedAppend(long batchBytes) {
        capacity = Math.min(LARGEST, Math.max(LARGE, batchBytes));
        memory = arena.allocate(capacity, 64);
    }

    MemorySegment memory() {
        return memory;
    }

    /** Room for so many bytes, to be written by the caller; their offset in {@link #memory()}. */
    long reserve(AppendFile target, int bytes) throws IOException {
        if (capacity - filled < bytes) {
            flush(target);
        }
        long offset = filled;
        filled += bytes;
        return offset;
    }

    void putZeros(AppendFile target, int bytes) throws IOException {
        memory.asSlice(reserve(target, bytes), bytes).fill((byte) 0);
    }

    void put(AppendFile target, MemorySegment piece) throws IOException {
        if (piece.isNative() && piece.byteSize() >= LARGE) {
            target.append(filledBytes(), piece.asByteBuffer());
            filled = 0;
            return;
        }
        for (long at = 0; at < piece.byteSize(); ) {
            if (filled == capacity) {
                flush(target);
            }
            long count = Math.min(capacity - filled, piece.byteSize() - at);
            MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, at, memory, ValueLayout.JAVA_BYTE, filled, count);
            filled += count;
            at += count;
        }
    }

    void flush(AppendFile target) throws IOException {
        if (filled > 0) {
            target.append(filledBytes());
            filled = 0;
        }
    }

    private ByteBuffer filledBytes() {
        return memory.asSlice(0, filled).asByteBuffer();
    }

    @Override
    public void close() {
        arena.close();
    }
}
