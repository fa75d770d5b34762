package org.elanus.launcher.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.IndexFiles;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.io.Files;
import org.elanus.spi.storage.ObjectWriter;

/** A temporary directory, deleted at the end. */
final class BenchDirectory implements AutoCloseable {

    private final Files files;
    private final Path path;

    private BenchDirectory(Files files, Path path) {
        this.files = files;
        this.path = path;
    }

    static BenchDirectory create(Files files) {
        Path path = Path.of(System.getProperty("java.io.tmpdir"))
                .resolve("elanus-bench-" + ProcessHandle.current().pid() + "-" + System.identityHashCode(files));
        try {
            files.createDirectories(path);
        } catch (IOException e) {
            throw failure(e);
        }
        return new BenchDirectory(files, path);
    }

    Path path() {
        return path;
    }

    /** Files of one index in a directory of their own, mapped as long as the arena lives. */
    IndexFiles index(String name, Arena arena) {
        Path directory = path.resolve(name);
        try {
            files.createDirectories(directory);
        } catch (IOException e) {
            throw failure(e);
        }
        return new MappedFiles(directory, arena);
    }

    @Override
    public void close() {
        delete(path);
    }

    private void delete(Path directory) {
        try {
            for (Path child : files.list(directory)) {
                if (files.isDirectory(child)) {
                    delete(child);
                } else {
                    files.delete(child);
                }
            }
            files.delete(directory);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static ElanusException failure(IOException e) {
        return new ElanusException(StandardErrorCode.IO_FAILURE, "the temporary directory: " + e.getMessage(), e);
    }

    private final class MappedFiles implements IndexFiles {

        private final Path directory;
        private final Arena arena;

        MappedFiles(Path directory, Arena arena) {
            this.directory = directory;
            this.arena = arena;
        }

        @Override
        public ObjectWriter create(String name) {
            try {
                return new Writer(files.create(directory.resolve(name)));
            } catch (IOException e) {
                throw failure(e);
            }
        }

        @Override
        public MemorySegment map(String name) {
            try {
                return files.map(directory.resolve(name), arena);
            } catch (IOException e) {
                throw failure(e);
            }
        }

        @Override
        public List<String> names() {
            try {
                return files.list(directory).stream()
                        .map(file -> String.valueOf(file.getFileName()))
                        .toList();
            } catch (IOException e) {
                throw failure(e);
            }
        }
    }

    private static final class Writer implements ObjectWriter {

        private final AppendFile file;

        Writer(AppendFile file) {
            this.file = file;
        }

        @Override
        public void write(MemorySegment bytes) {
            try {
                file.append(bytes.asByteBuffer());
            } catch (IOException e) {
                throw failure(e);
            }
        }

        @Override
        public long position() {
            return file.size();
        }

        @Override
        public void commit() {}

        @Override
        public void close() {
            try {
                file.close();
            } catch (IOException e) {
                throw failure(e);
            }
        }
    }
}
