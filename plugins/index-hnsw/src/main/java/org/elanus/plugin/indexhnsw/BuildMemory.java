package org.elanus.plugin.indexhnsw;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The memory of one build, counted. */
final class BuildMemory implements AutoCloseable {

    private final Arena arena = Arena.ofShared();
    private long bytes;

    MemorySegment allocate(long size) {
        bytes += size;
        return HugePages.allocate(arena, Math.max(size, 64));
    }

    /** Notes memory of the Java heap. */
    void note(long size) {
        bytes += size;
    }

    /** What was taken, all at one time. */
    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        arena.close();
    }
}
