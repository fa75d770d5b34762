package org.elanus.plugin.storagelocal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.io.DiskFullException;
import org.elanus.spi.io.Files;
import org.elanus.spi.io.ReadableFile;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.storage.ObjectInfo;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.storage.ObjectWriter;

/**
 * Objects as files below {@code objects/}. An object is written under a name in {@code unfinished/}, synced, and then
 * linked to its own name, which only one of several writers can take.
 */
final class LocalObjectStore implements ObjectStore {

    private static final int LARGEST_READ = 1 << 20;

    private final Files files;
    private final ObjectPaths paths;
    private final Workspace workspace;
    private final Consumer<LocalObjectStore> whenClosed;
    private final Set<LocalObjectWriter> writers = ConcurrentHashMap.newKeySet();
    /** Shared while an object gets its name, exclusive while empty directories are removed. */
    private final ReentrantReadWriteLock directories = new ReentrantReadWriteLock();

    private volatile boolean closed;

    private LocalObjectStore(
            Files files, ObjectPaths paths, Workspace workspace, Consumer<LocalObjectStore> whenClosed) {
        this.files = files;
        this.paths = paths;
        this.workspace = workspace;
        this.whenClosed = whenClosed;
    }

    static LocalObjectStore open(
            Files files, Randomness randomness, Path directory, Consumer<LocalObjectStore> whenClosed) {
        try {
            Path objects = directory.resolve("objects");
            files.createDirectories(objects);
            Workspace workspace = Workspace.open(files, randomness, directory.resolve("unfinished"));
            return new LocalObjectStore(files, new ObjectPaths(objects), workspace, whenClosed);
        } catch (IOException e) {
            throw failure("the object store cannot be opened", e);
        }
    }

    @Override
    public ObjectWriter create(String key) {
        requireOpen();
        Path target = paths.of(key);
        LocalObjectWriter writer;
        try {
            Path temporary = workspace.next();
            writer = new LocalObjectWriter(this, key, target, temporary, files.create(temporary));
        } catch (IOException e) {
            throw failure("object '" + key + "' cannot be begun", e);
        }
        writers.add(writer);
        if (closed) {
            writer.close();
            requireOpen();
        }
        return writer;
    }

    @Override
    public OptionalLong size(String key) {
        requireOpen();
        Path path = paths.of(key);
        try {
            return files.exists(path) ? OptionalLong.of(files.size(path)) : OptionalLong.empty();
        } catch (NoSuchFileException _) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw failure("the size of object '" + key + "' cannot be read", e);
        }
    }

    @Override
    public void read(String key, long offset, MemorySegment target) {
        requireOpen();
        Path path = paths.of(key);
        if (offset < 0) {
            throw ElanusException.invalid("object '%s' cannot be read from offset %d", key, offset);
        }
        try (ReadableFile file = files.read(path)) {
            long size = file.size();
            if (target.byteSize() > size - offset) {
                throw new ElanusException(
                        StandardErrorCode.IO_FAILURE,
                        "object '%s' has %d bytes; %d bytes from offset %d cannot be read"
                                .formatted(key, size, target.byteSize(), offset));
            }
            readFully(file, offset, target);
        } catch (NoSuchFileException e) {
            throw new ElanusException(StandardErrorCode.IO_FAILURE, "object '" + key + "' does not exist", e);
        } catch (IOException e) {
            throw failure("object '" + key + "' cannot be read", e);
        }
    }

    private static void readFully(ReadableFile file, long offset, MemorySegment target) throws IOException {
        boolean direct = target.isNative()
                || target.heapBase().filter(byte[].class::isInstance).isPresent();
        for (long at = 0; at < target.byteSize(); ) {
            MemorySegment piece = target.asSlice(at, Math.min(LARGEST_READ, target.byteSize() - at));
            ByteBuffer buffer = direct ? piece.asByteBuffer() : ByteBuffer.allocate((int) piece.byteSize());
            if (file.read(buffer, offset + at) < piece.byteSize()) {
                throw new IOException("the file became shorter while it was read");
            }
            if (!direct) {
                MemorySegment.copy(buffer.array(), 0, piece, ValueLayout.JAVA_BYTE, 0, (int) piece.byteSize());
            }
            at += piece.byteSize();
        }
    }

    @Override
    public Optional<MemorySegment> map(String key, Arena arena) {
        requireOpen();
        try {
            return Optional.of(files.map(paths.of(key), arena));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw failure("object '" + key + "' cannot be mapped", e);
        }
    }

    @Override
    public List<ObjectInfo> list(String prefix) {
        requireOpen();
        List<ObjectInfo> found = new ArrayList<>();
        try {
            collect(paths.root(), "", prefix, found);
        } catch (IOException e) {
            throw failure("the objects under '" + prefix + "' cannot be listed", e);
        }
        found.sort(Comparator.comparing(ObjectInfo::key));
        return List.copyOf(found);
    }

    private void collect(Path directory, String parentKey, String prefix, List<ObjectInfo> found) throws IOException {
        for (Path each : files.list(directory)) {
            if (files.isDirectory(each)) {
                String key = ObjectPaths.keyOfDirectory(parentKey, each);
                if (key.startsWith(prefix) || prefix.startsWith(key)) {
                    collect(each, key, prefix, found);
                }
                continue;
            }
            String key = ObjectPaths.keyOfFile(parentKey, each);
            if (key.startsWith(prefix)) {
                try {
                    found.add(new ObjectInfo(key, files.size(each), files.modifiedMillis(each)));
                } catch (NoSuchFileException _) {
                    // Deleted at this moment.
                }
            }
        }
    }

    @Override
    public void delete(String key) {
        requireOpen();
        Path path = paths.of(key);
        try {
            if (!files.exists(path)) {
                return;
            }
            files.delete(path);
            Path parent = parent(path);
            files.syncDirectory(parent);
            removeEmpty(parent);
        } catch (NoSuchFileException _) {
            // Another thread deleted it, directory and all.
        } catch (IOException e) {
            throw failure("object '" + key + "' cannot be deleted", e);
        }
    }

    private void removeEmpty(Path directory) {
        directories.writeLock().lock();
        try {
            for (Path at = directory; !at.equals(paths.root()); at = parent(at)) {
                if (!files.list(at).isEmpty()) {
                    return;
                }
                files.delete(at);
            }
        } catch (IOException _) {
            // An empty directory does no harm.
        } finally {
            directories.writeLock().unlock();
        }
    }

    /** Gives a synced file its own name, durably. */
    void publish(String key, Path temporary, Path target) {
        requireOpen();
        Path parent = parent(target);
        directories.readLock().lock();
        try {
            files.createDirectories(parent);
            files.link(temporary, target);
            try {
                files.syncDirectory(parent);
            } catch (IOException e) {
                // Not durable, hence not there.
                files.delete(target);
                throw e;
            }
        } catch (FileAlreadyExistsException e) {
            throw new ElanusException(StandardErrorCode.CONFLICT, "object '" + key + "' exists already", e);
        } catch (IOException e) {
            throw failure("object '" + key + "' cannot be committed", e);
        } finally {
            directories.readLock().unlock();
        }
    }

    void discard(LocalObjectWriter writer, Path temporary) throws IOException {
        writers.remove(writer);
        files.delete(temporary);
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " has no directory");
        }
        return parent;
    }

    private void requireOpen() {
        if (closed) {
            throw new ElanusException(StandardErrorCode.CLOSED, "the object store is closed");
        }
    }

    static ElanusException failure(String what, IOException error) {
        StandardErrorCode code =
                error instanceof DiskFullException ? StandardErrorCode.DISK_FULL : StandardErrorCode.IO_FAILURE;
        return new ElanusException(code, what + ": " + error.getMessage(), error);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        writers.forEach(LocalObjectWriter::close);
        workspace.close();
        whenClosed.accept(this);
    }
}
