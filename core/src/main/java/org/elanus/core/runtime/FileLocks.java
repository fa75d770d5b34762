package org.elanus.core.runtime;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.io.FileLockedException;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive file locks of this JVM.
 *
 * <p>POSIX gives a process's lock back as soon as the process closes <em>any</em> descriptor of the file. A second
 * attempt in one JVM must therefore be refused before the file is opened: by a table of the files locked here, known by
 * device and inode and not by path, so that links do not deceive it.
 */
final class FileLocks {

    private static final ReentrantLock guard = new ReentrantLock();
    private static final Set<Object> held = ConcurrentHashMap.newKeySet();

    /** Channels that must stay open, since closing one would give back a lock that other code of this JVM holds. */
    private static final List<FileChannel> neverClosed = new ArrayList<>();

    private FileLocks() {}

    static AutoCloseable lock(Path path) throws IOException {
        guard.lock();
        try {
            try {
                Files.createFile(path);
            } catch (FileAlreadyExistsException _) {
                // The usual case: it was created by the first owner.
            }
            Object key = key(path);
            if (held.contains(key)) {
                throw new FileLockedException(path + " is locked by another handle of this process", null);
            }
            FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
            @Nullable FileLock lock;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                neverClosed.add(channel);
                throw new FileLockedException(path + " is locked by another handle of this process", e);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            if (lock == null) {
                channel.close();
                throw new FileLockedException(path + " is locked by another process", null);
            }
            held.add(key);
            AtomicBoolean released = new AtomicBoolean();
            return () -> {
                if (released.compareAndSet(false, true)) {
                    release(key, channel);
                }
            };
        } finally {
            guard.unlock();
        }
    }

    private static void release(Object key, FileChannel channel) throws IOException {
        guard.lock();
        try {
            channel.close();
        } finally {
            held.remove(key);
            guard.unlock();
        }
    }

    /** Refuses to open a file that is locked here. */
    static void refuseLocked(Path path) throws IOException {
        if (!held.isEmpty() && Files.exists(path) && held.contains(key(path))) {
            throw new IOException(
                    path + " is a lock file that this process holds; opening it would give the lock back");
        }
    }

    private static Object key(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path.toRealPath() : key;
    }
}
