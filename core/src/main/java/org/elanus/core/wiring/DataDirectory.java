package org.elanus.core.wiring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.io.DiskFullException;
import org.elanus.spi.io.FileLockedException;
import org.elanus.spi.io.Files;

/**
 * The data directory of one server, used by it alone until it is closed or its process dies.
 *
 * <p>The lock of the operating system is on {@code elanus.guard}, which is never written nor removed: a process must not
 * open a file that it has locked. {@code elanus.lock} beside it says who holds the directory and where it serves; it is
 * for people and commands, and removing it does no harm.
 */
public final class DataDirectory implements AutoCloseable {

    /** The file that tells about the server, as JSON. */
    public static final String LOCK_FILE = "elanus.lock";

    static final String GUARD_FILE = "elanus.guard";

    private final Path path;
    private final Seams seams;
    private final AutoCloseable guard;
    private final long pid;
    private final long started;
    private final AtomicBoolean closed = new AtomicBoolean();

    private DataDirectory(Path path, Seams seams, AutoCloseable guard) {
        this.path = path;
        this.seams = seams;
        this.guard = guard;
        this.pid = ProcessHandle.current().pid();
        this.started = seams.clock().millis();
    }

    /**
     * Takes the directory, creating it when it is missing.
     *
     * @throws ElanusException ALREADY_IN_USE naming the directory and the process that holds it; IO_FAILURE or DISK_FULL
     *     when it cannot be written
     */
    public static DataDirectory open(Path path, Seams seams) {
        Path absolute = path.toAbsolutePath().normalize();
        Files files = seams.files();
        try {
            if (files.exists(absolute) && !files.isDirectory(absolute)) {
                throw new ElanusException(
                        StandardErrorCode.IO_FAILURE, "the data directory " + absolute + " is not a directory");
            }
            files.createDirectories(absolute);
            DataDirectory directory = new DataDirectory(absolute, seams, files.lock(absolute.resolve(GUARD_FILE)));
            try {
                directory.announce(Optional.empty(), Map.of());
            } catch (IOException | RuntimeException e) {
                release(directory.guard, e);
                throw e;
            }
            return directory;
        } catch (FileLockedException e) {
            throw new ElanusException(
                    StandardErrorCode.ALREADY_IN_USE,
                    "the data directory " + absolute + " is in use by " + holder(absolute, files)
                            + "; stop it first or choose another directory",
                    e);
        } catch (DiskFullException e) {
            throw new ElanusException(
                    StandardErrorCode.DISK_FULL,
                    "the data directory " + absolute + " cannot be written: no space left on its file system",
                    e);
        } catch (IOException e) {
            throw new ElanusException(
                    StandardErrorCode.IO_FAILURE,
                    "the data directory " + absolute + " cannot be written: " + e.getMessage(),
                    e);
        }
    }

    /** Absolute. */
    public Path path() {
        return path;
    }

    /** Tells commands where the server serves. */
    void announce(Optional<String> management, Map<String, List<String>> clients) throws IOException {
        Files files = seams.files();
        Path next = path.resolve(LOCK_FILE + ".new");
        files.delete(next);
        try (AppendFile file = files.create(next)) {
            file.append(java.nio.ByteBuffer.wrap(
                    new RunningServer(pid, started, management, clients).json().getBytes(StandardCharsets.UTF_8)));
        }
        // Not synced: after a power cut there is no server to tell about.
        files.replace(next, path.resolve(LOCK_FILE));
    }

    /** Gives the directory to others. Calling it again has no effect. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        ElanusException failure = null;
        try {
            seams.files().delete(path.resolve(LOCK_FILE));
        } catch (IOException e) {
            failure = new ElanusException(StandardErrorCode.IO_FAILURE, String.valueOf(e.getMessage()), e);
        }
        try {
            guard.close();
        } catch (Exception e) {
            if (failure == null) {
                failure = new ElanusException(
                        StandardErrorCode.IO_FAILURE, "the lock of " + path + " cannot be given back: " + e, e);
            } else {
                failure.addSuppressed(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static void release(AutoCloseable guard, Exception cause) {
        try {
            guard.close();
        } catch (Exception e) {
            cause.addSuppressed(e);
        }
    }

    private static String holder(Path directory, Files files) {
        long own = ProcessHandle.current().pid();
        return RunningServer.find(directory, files)
                .map(server -> server.pid() == own
                        ? "another Elanus of this process (pid " + own + ")"
                        : "another Elanus (pid " + server.pid() + ")")
                .orElse("another process");
    }
}
