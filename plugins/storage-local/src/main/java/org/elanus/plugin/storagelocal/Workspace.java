package org.elanus.plugin.storagelocal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import org.elanus.spi.io.FileLockedException;
import org.elanus.spi.io.Files;
import org.elanus.spi.runtime.Randomness;

/**
 * The directory in which one open store writes objects that are not committed yet, beside its lock file. A workspace
 * whose lock nobody holds was left behind by a process that died; the next store to open removes it.
 */
final class Workspace implements AutoCloseable {

    private static final String LOCK = ".lock";
    private static final int ATTEMPTS = 10;

    private final Files files;
    private final Path directory;
    private final Path lockFile;
    private final AutoCloseable lock;
    private final AtomicLong counter = new AtomicLong();

    private Workspace(Files files, Path directory, Path lockFile, AutoCloseable lock) {
        this.files = files;
        this.directory = directory;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    static Workspace open(Files files, Randomness randomness, Path parent) throws IOException {
        files.createDirectories(parent);
        removeAbandoned(files, parent);
        for (int attempt = 1; ; attempt++) {
            String name = HexFormat.of().toHexDigits(randomness.generator().nextLong());
            Path lockFile = parent.resolve(name + LOCK);
            AutoCloseable lock;
            try {
                lock = files.lock(lockFile);
            } catch (FileLockedException e) {
                // A store that opened at this moment took the file for one left behind.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                continue;
            }
            try {
                Path directory = parent.resolve(name);
                files.createDirectories(directory);
                return new Workspace(files, directory, lockFile, lock);
            } catch (Throwable e) {
                try (lock) {
                    throw e;
                } catch (IOException | RuntimeException | Error thrown) {
                    throw thrown;
                } catch (Exception thrown) {
                    throw new IOException("cannot give back " + lockFile, thrown);
                }
            }
        }
    }

    private static void removeAbandoned(Files files, Path parent) throws IOException {
        for (Path each : files.list(parent)) {
            String name = each.getFileName().toString();
            if (!name.endsWith(LOCK)) {
                continue;
            }
            try (AutoCloseable _ = files.lock(each)) {
                remove(files, parent.resolve(name.substring(0, name.length() - LOCK.length())));
                files.delete(each);
            } catch (FileLockedException _) {
                // Its store is alive.
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException("cannot give back " + each, e);
            }
        }
    }

    private static void remove(Files files, Path directory) throws IOException {
        for (Path left : files.list(directory)) {
            files.delete(left);
        }
        files.delete(directory);
    }

    /** A new name in the workspace. */
    Path next() {
        return directory.resolve(Long.toString(counter.incrementAndGet()));
    }

    /** Gives the workspace back. What cannot be removed is left to the next opening, as after a crash. */
    @Override
    public void close() {
        try (lock) {
            remove(files, directory);
            files.delete(lockFile);
        } catch (Exception _) {
            // Nothing here is of value.
        }
    }
}
