package org.elanus.spi.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.elanus.spi.HostImplements;

/**
 * Files with an explicit durability contract: written bytes survive a power cut only after {@link AppendFile#force()},
 * a created, renamed or deleted name only after {@link #syncDirectory(Path)}. Safe for use by many threads; the handles
 * it gives out are the caller's to close.
 *
 * <p>After a failed force or sync the state of the file is unknown: it must not be forced again and called good.
 * Failing operations throw {@link IOException} whose message names the path; a full disk is reported by
 * {@link DiskFullException}.
 */
@HostImplements
public interface Files {

    /** Creates a file for appending; fails when it exists. */
    AppendFile create(Path path) throws IOException;

    /** Opens an existing file for appending at its end. */
    AppendFile append(Path path) throws IOException;

    /** Opens an existing file for positional reads. */
    ReadableFile read(Path path) throws IOException;

    /**
     * Maps a whole existing file for reading. The mapping lives as long as the arena. An empty file gives an empty
     * segment.
     */
    MemorySegment map(Path path, Arena arena) throws IOException;

    /** Renames a file over the target within one file system, atomically. Durable after both directories are synced. */
    void replace(Path source, Path target) throws IOException;

    /**
     * Gives a file a second name; fails with {@link java.nio.file.FileAlreadyExistsException} when the target exists.
     * Atomic, so that one of several racing writers wins.
     */
    void link(Path existing, Path target) throws IOException;

    /** Makes the names in a directory durable. */
    void syncDirectory(Path directory) throws IOException;

    /** Creates a directory and the missing ones above it, and makes the new names durable. */
    void createDirectories(Path directory) throws IOException;

    /** The names in a directory, sorted; empty when the directory does not exist. */
    List<Path> list(Path directory) throws IOException;

    boolean exists(Path path);

    /** Whether the path is an existing directory. */
    boolean isDirectory(Path path);

    /** The length in bytes. */
    long size(Path path) throws IOException;

    /** When the file was last written, in milliseconds since 1970-01-01T00:00Z, by the file system's clock. */
    long modifiedMillis(Path path) throws IOException;

    /** Deletes a file or an empty directory if it exists. */
    void delete(Path path) throws IOException;

    /** Shortens an existing file to the given length and forces it. */
    void truncate(Path path, long length) throws IOException;

    /** Bytes that this process may still write to the file system of the path. */
    long usableSpace(Path path) throws IOException;

    /**
     * Takes an exclusive lock on a file, created when missing, that the operating system gives back when the process
     * dies. The file is for locking alone: while the lock is held, this process must not open it in any other way
     * (on POSIX systems closing such a handle would give the lock back).
     *
     * @throws FileLockedException naming the path when another process, or another handle of this one, holds it
     */
    AutoCloseable lock(Path path) throws IOException;
}
