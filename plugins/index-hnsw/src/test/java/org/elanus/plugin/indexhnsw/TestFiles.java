package org.elanus.plugin.indexhnsw;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.elanus.spi.index.IndexFiles;
import org.elanus.spi.storage.ObjectWriter;

/** Index files in a directory, mapped when they are opened; visible once committed. */
final class TestFiles implements IndexFiles, AutoCloseable {

    private final Path directory;
    private final Arena arena = Arena.ofShared();

    TestFiles(Path directory) {
        this.directory = directory;
    }

    Path graph() {
        return directory.resolve(GraphFile.NAME);
    }

    @Override
    public ObjectWriter create(String name) {
        return new Writer(directory.resolve(name + ".part"), directory.resolve(name));
    }

    @Override
    public MemorySegment map(String name) {
        try (FileChannel channel = FileChannel.open(directory.resolve(name))) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> names() {
        try (var paths = Files.list(directory)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }

    private static final class Writer implements ObjectWriter {

        private final FileChannel channel;
        private final Path part;
        private final Path target;
        private boolean committed;
        private long position;

        Writer(Path part, Path target) {
            this.part = part;
            this.target = target;
            try {
                channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void write(MemorySegment bytes) {
            ByteBuffer buffer = bytes.asByteBuffer();
            position += buffer.remaining();
            try {
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void commit() {
            try {
                Files.move(part, target);
                committed = true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
                if (!committed) {
                    Files.delete(part);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
