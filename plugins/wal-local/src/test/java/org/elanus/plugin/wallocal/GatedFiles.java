package org.elanus.plugin.wallocal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.io.Files;
import org.elanus.spi.io.ReadableFile;

/** Files whose syncs wait while the gate is shut. Closing opens the gate, so that a test that failed can end. */
final class GatedFiles implements Files, AutoCloseable {

    private final Files files;
    private final Semaphore gate = new Semaphore(1);

    GatedFiles(Files files) {
        this.files = files;
    }

    void shut() {
        gate.acquireUninterruptibly();
    }

    void open() {
        gate.release();
    }

    @Override
    public void close() {
        gate.release();
    }

    private AppendFile gated(AppendFile file) {
        return new AppendFile() {
            @Override
            public void append(ByteBuffer... buffers) throws IOException {
                file.append(buffers);
            }

            @Override
            public void force() throws IOException {
                gate.acquireUninterruptibly();
                try {
                    file.force();
                } finally {
                    gate.release();
                }
            }

            @Override
            public long size() {
                return file.size();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    @Override
    public AppendFile create(Path path) throws IOException {
        return gated(files.create(path));
    }

    @Override
    public AppendFile append(Path path) throws IOException {
        return gated(files.append(path));
    }

    @Override
    public ReadableFile read(Path path) throws IOException {
        return files.read(path);
    }

    @Override
    public MemorySegment map(Path path, Arena arena) throws IOException {
        return files.map(path, arena);
    }

    @Override
    public void replace(Path source, Path target) throws IOException {
        files.replace(source, target);
    }

    @Override
    public void link(Path existing, Path target) throws IOException {
        files.link(existing, target);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        files.syncDirectory(directory);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        files.createDirectories(directory);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public boolean exists(Path path) {
        return files.exists(path);
    }

    @Override
    public boolean isDirectory(Path path) {
        return files.isDirectory(path);
    }

    @Override
    public long size(Path path) throws IOException {
        return files.size(path);
    }

    @Override
    public long modifiedMillis(Path path) throws IOException {
        return files.modifiedMillis(path);
    }

    @Override
    public void delete(Path path) throws IOException {
        files.delete(path);
    }

    @Override
    public void truncate(Path path, long length) throws IOException {
        files.truncate(path, length);
    }

    @Override
    public long usableSpace(Path path) throws IOException {
        return files.usableSpace(path);
    }

    @Override
    public AutoCloseable lock(Path path) throws IOException {
        return files.lock(path);
    }
}
