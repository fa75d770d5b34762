package org.elanus.core.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.storage.ObjectInfo;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.storage.ObjectWriter;

/** Objects as files of a directory. */
final class DirectoryObjects implements ObjectStore {

    private final Path root;

    /** Runs once, when the next object is begun. */
    volatile Runnable beforeNextObject = () -> {};

    DirectoryObjects(Path root) {
        this.root = root;
    }

    @Override
    public ObjectWriter create(String key) {
        Runnable first = beforeNextObject;
        beforeNextObject = () -> {};
        first.run();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return new ObjectWriter() {
            @Override
            public void write(MemorySegment piece) {
                bytes.writeBytes(piece.toArray(ValueLayout.JAVA_BYTE));
            }

            @Override
            public long position() {
                return bytes.size();
            }

            @Override
            public void commit() {
                Path file = root.resolve(key);
                if (Files.exists(file)) {
                    throw new ElanusException(StandardErrorCode.CONFLICT, key + " exists");
                }
                try {
                    Files.createDirectories(file.getParent());
                    Files.write(file, bytes.toByteArray());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public OptionalLong size(String key) {
        Path file = root.resolve(key);
        return Files.isRegularFile(file) ? OptionalLong.of(file.toFile().length()) : OptionalLong.empty();
    }

    @Override
    public void read(String key, long offset, MemorySegment target) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment all = map(key, arena)
                    .orElseThrow(() -> new ElanusException(StandardErrorCode.IO_FAILURE, key + " does not exist"));
            MemorySegment.copy(all, offset, target, 0, target.byteSize());
        }
    }

    @Override
    public Optional<MemorySegment> map(String key, Arena arena) {
        try (FileChannel channel = FileChannel.open(root.resolve(key))) {
            return Optional.of(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<ObjectInfo> list(String prefix) {
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> new ObjectInfo(
                            root.relativize(file).toString(),
                            file.toFile().length(),
                            file.toFile().lastModified()))
                    .filter(object -> object.key().startsWith(prefix))
                    .sorted(java.util.Comparator.comparing(ObjectInfo::key))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void delete(String key) {
        try {
            Files.deleteIfExists(root.resolve(key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {}
}
