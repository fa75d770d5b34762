package org.elanus.core.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.io.DiskFullException;
import org.elanus.spi.io.FileLockedException;
import org.elanus.spi.io.ReadableFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFilesTest {

    private final LocalFiles files = new LocalFiles();

    @TempDir
    Path directory;

    @Test
    void appendsManyBuffersInOrder() throws Exception {
        Path path = directory.resolve("a");
        ByteBuffer[] buffers = new ByteBuffer[3000];
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = ByteBuffer.wrap((i + ",").getBytes(UTF_8));
            expected.append(i).append(',');
        }
        try (AppendFile file = files.create(path)) {
            file.append(buffers);
            file.append(ByteBuffer.wrap("end".getBytes(UTF_8)), ByteBuffer.allocate(0));
            file.force();
            assertThat(file.size()).isEqualTo(expected.length() + 3);
        }
        assertThat(Files.readString(path)).isEqualTo(expected + "end");
        try (AppendFile file = files.append(path)) {
            file.append(ByteBuffer.wrap("!".getBytes(UTF_8)));
        }
        assertThat(Files.readString(path)).isEqualTo(expected + "end!");
    }

    @Test
    void createRefusesAnExistingFile() throws Exception {
        Path path = Files.createFile(directory.resolve("a"));
        assertThatThrownBy(() -> files.create(path))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining(path.toString());
    }

    @Test
    void missingFilesAreNamed() {
        Path path = directory.resolve("missing");
        assertThatThrownBy(() -> files.read(path))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(path.toString());
        assertThatThrownBy(() -> files.append(path)).isInstanceOf(NoSuchFileException.class);
        assertThat(files.exists(path)).isFalse();
    }

    @Test
    void readsByPositionAndStopsAtTheEnd() throws Exception {
        Path path = Files.writeString(directory.resolve("a"), "0123456789");
        try (ReadableFile file = files.read(path)) {
            ByteBuffer target = ByteBuffer.allocate(6);
            assertThat(file.read(target, 7)).isEqualTo(3);
            assertThat(new String(target.array(), 0, 3, UTF_8)).isEqualTo("789");
            assertThat(file.read(ByteBuffer.allocate(4), 10)).isZero();
            assertThat(file.size()).isEqualTo(10);
        }
    }

    @Test
    void oneInterruptedReaderDoesNotDisturbTheOthers() throws Exception {
        Path path = Files.writeString(directory.resolve("a"), "0123456789");
        try (ReadableFile file = files.read(path)) {
            Thread interrupted = Thread.ofPlatform().start(() -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0)).isInstanceOf(IOException.class);
            });
            interrupted.join();
            assertThat(file.read(ByteBuffer.allocate(10), 0)).isEqualTo(10);
            file.close();
            assertThatThrownBy(() -> file.read(ByteBuffer.allocate(10), 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void mapsWholeFilesAndEmptyOnes() throws Exception {
        Path path = Files.writeString(directory.resolve("a"), "abc");
        Path empty = Files.createFile(directory.resolve("empty"));
        try (Arena arena = Arena.ofShared()) {
            assertThat(files.map(path, arena).toArray(ValueLayout.JAVA_BYTE)).isEqualTo("abc".getBytes(UTF_8));
            assertThat(files.map(empty, arena).byteSize()).isZero();
        }
    }

    @Test
    void linkRefusesATakenName() throws Exception {
        Path first = Files.writeString(directory.resolve("a"), "a");
        Path second = Files.writeString(directory.resolve("b"), "b");
        Path target = directory.resolve("c");
        files.link(first, target);
        assertThatThrownBy(() -> files.link(second, target)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Files.readString(target)).isEqualTo("a");
        files.replace(second, target);
        assertThat(Files.readString(target)).isEqualTo("b");
    }

    @Test
    void createsDirectoriesAndListsThemSorted() throws Exception {
        Path deep = directory.resolve("x/y/z");
        files.createDirectories(deep);
        files.createDirectories(deep);
        Files.createFile(deep.resolve("2"));
        Files.createFile(deep.resolve("1"));
        files.syncDirectory(deep);
        assertThat(files.list(deep)).containsExactly(deep.resolve("1"), deep.resolve("2"));
        assertThat(files.list(directory.resolve("nothing"))).isEmpty();
        assertThat(files.isDirectory(deep)).isTrue();
        assertThat(files.isDirectory(deep.resolve("1"))).isFalse();
        assertThatThrownBy(() -> files.createDirectories(deep.resolve("1").resolve("2")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(deep.resolve("1").toString());
        assertThatThrownBy(() -> files.list(deep.resolve("1"))).isInstanceOf(IOException.class);
    }

    @Test
    void truncateShortensAndRefusesToGrow() throws Exception {
        Path path = Files.writeString(directory.resolve("a"), "0123456789");
        files.truncate(path, 4);
        assertThat(files.size(path)).isEqualTo(4);
        assertThatThrownBy(() -> files.truncate(path, 5))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path.toString());
        assertThat(files.usableSpace(path)).isPositive();
        assertThat(files.modifiedMillis(path)).isPositive();
    }

    @Test
    void aSecondLockInThisProcessIsRefusedAndDoesNotLoseTheFirst() throws Exception {
        Path path = directory.resolve("lock");
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        try (AutoCloseable _ = files.lock(path)) {
            assertThatThrownBy(() -> files.lock(link.resolve("lock")))
                    .isInstanceOf(FileLockedException.class)
                    .hasMessageContaining("lock");
            assertThatThrownBy(() -> files.read(link.resolve("lock"))).isInstanceOf(IOException.class);
            assertThat(lockFromAnotherProcess(path)).isEqualTo("refused");
        }
        assertThat(lockFromAnotherProcess(path)).isEqualTo("locked");
        files.lock(path).close();
    }

    private static String lockFromAnotherProcess(Path path) throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockFromAnotherProcess.class.getName(),
                        path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String answer = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return answer;
    }

    /** Run in a process of its own. */
    static final class LockFromAnotherProcess {
        public static void main(String[] arguments) throws Exception {
            try (AutoCloseable _ = new LocalFiles().lock(Path.of(arguments[0]))) {
                System.out.println("locked");
            } catch (FileLockedException e) {
                System.out.println("refused");
            }
        }
    }

    @Test
    void aFullDiskIsRecognisedAndTheHandleRefusesToGoOn() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "needs /dev/full");
        try (AppendFile file = files.append(full)) {
            assertThatThrownBy(() -> file.append(ByteBuffer.allocate(10)))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining("/dev/full");
            assertThatThrownBy(() -> file.append(ByteBuffer.allocate(10))).hasMessageContaining("unknown state");
            assertThatThrownBy(file::force).hasMessageContaining("unknown state");
        }
    }

    @Test
    void aFailedForceIsNotTriedAgain() throws Exception {
        Path nullDevice = Path.of("/dev/null");
        assumeTrue(Files.exists(nullDevice), "needs /dev/null, which cannot be synced");
        try (AppendFile file = files.append(nullDevice)) {
            assertThatThrownBy(file::force).isInstanceOf(IOException.class).hasMessageContaining("/dev/null");
            assertThatThrownBy(() -> file.append(ByteBuffer.allocate(1))).hasMessageContaining("unknown state");
            assertThatThrownBy(file::force).hasMessageContaining("unknown state");
        }
    }

    @Test
    void missingPermissionNamesThePath() throws Exception {
        Path closed = Files.createDirectory(directory.resolve("closed"));
        assertThat(closed.toFile().setWritable(false)).isTrue();
        assumeTrue(!Files.isWritable(closed), "needs a user other than root");
        assertThatThrownBy(() -> files.create(closed.resolve("a")))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining(closed.toString());
    }

    @Test
    void errorsSayWhatWhereAndWhy() {
        Path path = Path.of("/data/x");
        assertThat(FileErrors.translate(
                        "create",
                        path,
                        new java.nio.file.FileSystemException("/data/x", null, "Read-only file system")))
                .hasMessageContaining("/data/x")
                .hasMessageContaining("Read-only file system");
        assertThat(FileErrors.translate("write to", path, new IOException("Disk quota exceeded")))
                .isInstanceOf(DiskFullException.class);
        assertThat(FileErrors.translate("write to", path, new IOException("Input/output error")))
                .hasMessage("cannot write to /data/x: Input/output error");
    }
}
