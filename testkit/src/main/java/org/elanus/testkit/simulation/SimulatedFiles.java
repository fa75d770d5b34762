package org.elanus.testkit.simulation;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.io.Files;
import org.elanus.spi.io.ReadableFile;
import org.elanus.testkit.io.SimulatedDisk;

/** The files of one process: the disk, with its durability points named and its faults on the way. */
final class SimulatedFiles implements Files {

    private final SimulatedDisk disk;
    private final Path root;
    private final Passage passage;
    private final DiskFaults faults;
    private final SimulatedClock clock;

    SimulatedFiles(SimulatedDisk disk, Path root, Passage passage, DiskFaults faults, SimulatedClock clock) {
        this.disk = disk;
        this.root = root;
        this.passage = passage;
        this.faults = faults;
        this.clock = clock;
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> T at(String operation, Path path, Work<T> work) throws IOException {
        String owner = path.startsWith(root) && path.getNameCount() > root.getNameCount()
                ? path.getName(root.getNameCount()).toString()
                : "server";
        String point = DurabilityPoints.file(owner, operation, path);
        passage.before(point);
        faults.changing(disk);
        T result = work.run();
        passage.after(point);
        return result;
    }

    @Override
    public AppendFile create(Path path) throws IOException {
        return at("create", path, () -> new Appending(path, disk.create(path)));
    }

    @Override
    public AppendFile append(Path path) throws IOException {
        return new Appending(path, disk.append(path));
    }

    @Override
    public ReadableFile read(Path path) throws IOException {
        faults.reading(path);
        ReadableFile file = disk.read(path);
        return new ReadableFile() {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                faults.reading(path);
                return file.read(target, position);
            }

            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    @Override
    public MemorySegment map(Path path, Arena arena) throws IOException {
        faults.reading(path);
        return disk.map(path, arena);
    }

    @Override
    public void replace(Path source, Path target) throws IOException {
        at("rename", source, () -> {
            disk.replace(source, target);
            return true;
        });
    }

    @Override
    public void link(Path existing, Path target) throws IOException {
        at("link", existing, () -> {
            disk.link(existing, target);
            return true;
        });
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        at("sync directory", directory, () -> {
            disk.syncDirectory(directory);
            return true;
        });
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        if (!disk.isDirectory(directory)) {
            at("create directory", directory, () -> {
                disk.createDirectories(directory);
                return true;
            });
        }
    }

    @Override
    public List<Path> list(Path directory) {
        return disk.list(directory);
    }

    @Override
    public boolean exists(Path path) {
        return disk.exists(path);
    }

    @Override
    public boolean isDirectory(Path path) {
        return disk.isDirectory(path);
    }

    @Override
    public long size(Path path) throws IOException {
        return disk.size(path);
    }

    @Override
    public long modifiedMillis(Path path) throws IOException {
        return disk.modifiedMillis(path);
    }

    @Override
    public void delete(Path path) throws IOException {
        at("delete", path, () -> {
            disk.delete(path);
            return true;
        });
    }

    @Override
    public void truncate(Path path, long length) throws IOException {
        at("shorten", path, () -> {
            disk.truncate(path, length);
            return true;
        });
    }

    @Override
    public long usableSpace(Path path) {
        return disk.usableSpace(path);
    }

    @Override
    public AutoCloseable lock(Path path) throws IOException {
        return disk.lock(path);
    }

    private final class Appending implements AppendFile {
        private final Path path;
        private final AppendFile file;

        Appending(Path path, AppendFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public void append(ByteBuffer... buffers) throws IOException {
            at("write", path, () -> {
                file.append(buffers);
                return true;
            });
        }

        @Override
        public void force() throws IOException {
            at("force", path, () -> {
                long slow = faults.syncDelayNanos();
                if (slow > 0) {
                    sleep(slow);
                }
                file.force();
                return true;
            });
        }

        private void sleep(long nanos) {
            try {
                clock.sleep(Duration.ofNanos(nanos));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
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
    }
}
