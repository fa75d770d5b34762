package org.elanus.plugin.storagelocal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.storage.ObjectWriter;

/** Writes a file that gets its name at the end. Failed once, it can only be closed. */
final class LocalObjectWriter implements ObjectWriter {

    private static final long STAGED = 256 << 10;
    private static final long LARGE = 64 << 10;
    /** So much at once, so that the JDK's own copies of heap memory stay small. */
    private static final long LARGEST_WRITE = 64 << 20;

    private final LocalObjectStore store;
    private final String key;
    private final Path target;
    private final Path temporary;
    private final AppendFile file;
    /** For the store's closing, which may come from another thread. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment staged = arena.allocate(STAGED, 64);
    private long filled;
    private long position;
    private boolean failed;
    private boolean closed;

    LocalObjectWriter(LocalObjectStore store, String key, Path target, Path temporary, AppendFile file) {
        this.store = store;
        this.key = key;
        this.target = target;
        this.temporary = temporary;
        this.file = file;
    }

    @Override
    public void write(MemorySegment bytes) {
        lock.lock();
        try {
            requireUsable();
            if (bytes.isNative() && bytes.byteSize() >= LARGE) {
                for (long at = 0; at < bytes.byteSize(); at += LARGEST_WRITE) {
                    ByteBuffer piece = bytes.asSlice(at, Math.min(LARGEST_WRITE, bytes.byteSize() - at))
                            .asByteBuffer();
                    file.append(takeStaged(), piece);
                }
            } else {
                stage(bytes);
            }
            position += bytes.byteSize();
        } catch (IOException e) {
            failed = true;
            throw LocalObjectStore.failure("object '" + key + "' cannot be written", e);
        } finally {
            lock.unlock();
        }
    }

    private void stage(MemorySegment bytes) throws IOException {
        for (long at = 0; at < bytes.byteSize(); ) {
            if (filled == STAGED) {
                file.append(takeStaged());
            }
            long count = Math.min(STAGED - filled, bytes.byteSize() - at);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, staged, ValueLayout.JAVA_BYTE, filled, count);
            filled += count;
            at += count;
        }
    }

    private ByteBuffer takeStaged() {
        ByteBuffer taken = staged.asSlice(0, filled).asByteBuffer();
        filled = 0;
        return taken;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void commit() {
        lock.lock();
        try {
            requireUsable();
            failed = true; // until the contrary is known
            try {
                file.append(takeStaged());
                file.force();
            } catch (IOException e) {
                throw LocalObjectStore.failure("object '" + key + "' cannot be written", e);
            }
            store.publish(key, temporary, target);
            close();
        } finally {
            lock.unlock();
        }
    }

    private void requireUsable() {
        if (closed) {
            throw new ElanusException(
                    StandardErrorCode.CLOSED, "the writer of object '" + key + "' is committed or closed");
        }
        if (failed) {
            throw new ElanusException(StandardErrorCode.IO_FAILURE, "the writer of object '" + key + "' failed before");
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            try (arena;
                    file) {
                store.discard(this, temporary);
            } catch (IOException _) {
                // The bytes are durable under their own name, or of no use; the next opening removes the rest.
            }
        } finally {
            lock.unlock();
        }
    }
}
