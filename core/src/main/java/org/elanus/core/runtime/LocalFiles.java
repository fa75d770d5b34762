package org.elanus.core.runtime;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.io.Files;
import org.elanus.spi.io.ReadableFile;
import org.jspecify.annotations.Nullable;

/** The files of this machine. */
public final class LocalFiles implements Files {

    // Windows cannot open a directory for syncing and makes names durable by itself.
    private static final boolean SYNCS_DIRECTORIES =
            !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

    // A directory that another thread has created may be used only after that thread has made its name durable.
    private final ReentrantLock directories = new ReentrantLock();

    @Override
    public AppendFile create(Path path) throws IOException {
        return named(
                "create",
                path,
                () -> new LocalAppendFile(
                        path, FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)));
    }

    @Override
    public AppendFile append(Path path) throws IOException {
        FileLocks.refuseLocked(path);
        return named(
                "append to", path, () -> new LocalAppendFile(path, FileChannel.open(path, StandardOpenOption.WRITE)));
    }

    @Override
    public ReadableFile read(Path path) throws IOException {
        FileLocks.refuseLocked(path);
        return named("read", path, () -> new LocalReadableFile(path));
    }

    @Override
    public MemorySegment map(Path path, Arena arena) throws IOException {
        FileLocks.refuseLocked(path);
        return named("map", path, () -> {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                long size = channel.size();
                return size == 0
                        ? arena.allocate(0).asReadOnly()
                        : channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
            }
        });
    }

    @Override
    public void replace(Path source, Path target) throws IOException {
        named(
                "rename " + source + " to",
                target,
                () -> java.nio.file.Files.move(
                        source, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
    }

    @Override
    public void link(Path existing, Path target) throws IOException {
        try {
            named("link " + existing + " to", target, () -> java.nio.file.Files.createLink(target, existing));
        } catch (UnsupportedOperationException e) {
            throw new IOException("the file system of " + target + " has no hard links", e);
        }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        if (!SYNCS_DIRECTORIES) {
            return;
        }
        named("sync directory", directory, () -> {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
            return directory;
        });
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        directories.lock();
        try {
            @Nullable Path at = directory.toAbsolutePath();
            while (at != null && !java.nio.file.Files.isDirectory(at)) {
                missing.push(at);
                at = at.getParent();
            }
            for (Path next : missing) {
                named("create directory", next, () -> createDirectory(next));
                Path parent = next.getParent();
                if (parent != null) {
                    syncDirectory(parent);
                }
            }
        } finally {
            directories.unlock();
        }
    }

    private static Path createDirectory(Path directory) throws IOException {
        try {
            return java.nio.file.Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (java.nio.file.Files.isDirectory(directory)) {
                return directory;
            }
            throw new FileAlreadyExistsException(directory.toString(), null, "is a file, not a directory");
        }
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return named("list", directory, () -> {
            List<Path> names = new ArrayList<>();
            try (Stream<Path> found = java.nio.file.Files.list(directory)) {
                found.sorted().forEach(names::add);
            } catch (NoSuchFileException _) {
                return List.of();
            }
            return List.copyOf(names);
        });
    }

    @Override
    public boolean exists(Path path) {
        return java.nio.file.Files.exists(path);
    }

    @Override
    public boolean isDirectory(Path path) {
        return java.nio.file.Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public long size(Path path) throws IOException {
        return named("read the length of", path, () -> java.nio.file.Files.size(path));
    }

    @Override
    public long modifiedMillis(Path path) throws IOException {
        return named(
                "read the time of",
                path,
                () -> java.nio.file.Files.getLastModifiedTime(path).toMillis());
    }

    @Override
    public void delete(Path path) throws IOException {
        named("delete", path, () -> java.nio.file.Files.deleteIfExists(path));
    }

    @Override
    public void truncate(Path path, long length) throws IOException {
        FileLocks.refuseLocked(path);
        named("shorten", path, () -> {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                if (length < 0 || length > channel.size()) {
                    throw new IOException("its length is " + channel.size() + ", asked for was " + length);
                }
                channel.truncate(length);
                channel.force(true);
            }
            return path;
        });
    }

    @Override
    public long usableSpace(Path path) throws IOException {
        return named("measure the space around", path, () -> {
            Path existing = path.toAbsolutePath();
            while (!java.nio.file.Files.exists(existing)) {
                @Nullable Path parent = existing.getParent();
                if (parent == null) {
                    break;
                }
                existing = parent;
            }
            return java.nio.file.Files.getFileStore(existing).getUsableSpace();
        });
    }

    @Override
    public AutoCloseable lock(Path path) throws IOException {
        return named("lock", path, () -> FileLocks.lock(path));
    }

    static <T> T named(String action, Path path, Action<T> body) throws IOException {
        try {
            return body.run();
        } catch (IOException e) {
            throw FileErrors.translate(action, path, e);
        }
    }

    /** A piece of file work. */
    interface Action<T> {
        T run() throws IOException;
    }
}
