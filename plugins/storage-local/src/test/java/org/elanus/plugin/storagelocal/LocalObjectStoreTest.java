package org.elanus.plugin.storagelocal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.elanus.core.runtime.LocalFiles;
import org.elanus.core.runtime.SystemRandomness;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.storage.ObjectInfo;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.storage.ObjectWriter;
import org.elanus.testkit.io.SimulatedDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocalObjectStoreTest {

    @TempDir
    Path directory;

    private ObjectStore store;

    @BeforeEach
    void openStore() {
        store = open(new LocalFiles(), directory);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private static ObjectStore open(org.elanus.spi.io.Files files, Path directory) {
        return LocalObjectStore.open(files, new SystemRandomness(), directory, _ -> {});
    }

    private static void put(ObjectStore store, String key, String text) {
        try (ObjectWriter writer = store.create(key)) {
            writer.write(MemorySegment.ofArray(text.getBytes(UTF_8)));
            writer.commit();
        }
    }

    private static String get(ObjectStore store, String key) {
        byte[] bytes = new byte[(int) store.size(key).orElseThrow()];
        store.read(key, 0, MemorySegment.ofArray(bytes));
        return new String(bytes, UTF_8);
    }

    private static void assertCode(StandardErrorCode code, String named, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(named);
    }

    private List<Path> unfinished() throws Exception {
        try (Stream<Path> found = Files.walk(directory.resolve("unfinished"))) {
            return found.filter(path ->
                            Files.isRegularFile(path) && !path.toString().endsWith(".lock"))
                    .toList();
        }
    }

    @Test
    void anObjectAppearsWholeAtCommit() throws Exception {
        try (ObjectWriter writer = store.create("a/b/c.seg")) {
            writer.write(MemorySegment.ofArray("hello ".getBytes(UTF_8)));
            assertThat(writer.position()).isEqualTo(6);
            assertThat(store.size("a/b/c.seg")).isEmpty();
            assertThat(store.list("")).isEmpty();
            writer.write(MemorySegment.ofArray("world".getBytes(UTF_8)));
            writer.commit();
            assertThat(get(store, "a/b/c.seg")).isEqualTo("hello world");
            assertCode(StandardErrorCode.CLOSED, "a/b/c.seg", () -> writer.write(MemorySegment.ofArray(new byte[1])));
        }
        assertThat(unfinished()).isEmpty();
        store.close();
        store = open(new LocalFiles(), directory);
        assertThat(get(store, "a/b/c.seg")).isEqualTo("hello world");
    }

    @Test
    void bytesOfEveryKindOfMemoryAreWrittenAndRead() {
        byte[] expected = new byte[1 << 20];
        new Random(7).nextBytes(expected);
        MemorySegment source = MemorySegment.ofArray(expected);
        long[] longs = new long[1 << 14];
        MemorySegment.copy(source, 700_000, MemorySegment.ofArray(longs), 0, 1 << 17);
        try (Arena arena = Arena.ofConfined();
                ObjectWriter writer = store.create("x")) {
            writer.write(source.asSlice(0, 3));
            writer.write(arena.allocate(300_000).copyFrom(source.asSlice(3, 300_000)));
            writer.write(source.asSlice(300_003, 399_997));
            writer.write(MemorySegment.ofArray(longs));
            writer.write(arena.allocate(1).asSlice(0, 0));
            writer.write(source.asSlice(700_000 + (1 << 17)));
            assertThat(writer.position()).isEqualTo(1 << 20);
            writer.commit();
            MemorySegment onHeap = MemorySegment.ofArray(new byte[1 << 20]);
            store.read("x", 0, onHeap);
            assertThat(onHeap.mismatch(source)).isEqualTo(-1);
            MemorySegment offHeap = arena.allocate(1000);
            store.read("x", 500, offHeap);
            assertThat(offHeap.mismatch(source.asSlice(500, 1000))).isEqualTo(-1);
            MemorySegment inLongs = MemorySegment.ofArray(new long[1000]);
            store.read("x", 77, inLongs);
            assertThat(inLongs.mismatch(source.asSlice(77, 8000))).isEqualTo(-1);
            MemorySegment mapped = store.map("x", arena).orElseThrow();
            assertThat(mapped.mismatch(source)).isEqualTo(-1);
        }
    }

    @Test
    void anEmptyObjectIsAnObject() {
        put(store, "empty", "");
        assertThat(store.size("empty")).hasValue(0);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(store.map("empty", arena).orElseThrow().byteSize()).isZero();
        }
        store.read("empty", 0, MemorySegment.ofArray(new byte[0]));
    }

    @Test
    void aTakenKeyIsAConflictAndTheObjectStays() throws Exception {
        put(store, "a", "first");
        try (ObjectWriter writer = store.create("a")) {
            writer.write(MemorySegment.ofArray("second".getBytes(UTF_8)));
            assertCode(StandardErrorCode.CONFLICT, "'a'", writer::commit);
        }
        assertThat(get(store, "a")).isEqualTo("first");
        assertThat(unfinished()).isEmpty();
    }

    @Test
    void oneOfManyRacingWritersWins() throws Exception {
        for (int round = 0; round < 20; round++) {
            String key = "races/" + round;
            AtomicInteger won = new AtomicInteger(-1);
            AtomicInteger lost = new AtomicInteger();
            CyclicBarrier together = new CyclicBarrier(4);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int number = t;
                threads.add(Thread.ofPlatform().start(() -> {
                    try (ObjectWriter writer = store.create(key)) {
                        writer.write(MemorySegment.ofArray(("writer " + number).getBytes(UTF_8)));
                        together.await();
                        writer.commit();
                        won.set(number);
                    } catch (ElanusException e) {
                        lost.incrementAndGet();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(lost).hasValue(3);
            assertThat(get(store, key)).isEqualTo("writer " + won.get());
        }
    }

    @Test
    void closingAWriterDiscardsWhatItWrote() throws Exception {
        ObjectWriter writer = store.create("a");
        writer.write(MemorySegment.ofArray(new byte[1000]));
        writer.close();
        writer.close();
        assertThat(store.size("a")).isEmpty();
        assertThat(unfinished()).isEmpty();
        assertCode(StandardErrorCode.CLOSED, "'a'", writer::commit);
    }

    @Test
    void aKeyMayContinueAnother() {
        put(store, "a", "1");
        put(store, "a/b", "2");
        put(store, "a/b/c", "3");
        put(store, "a.b", "4");
        put(store, "a-", "5");
        assertThat(store.list("").stream().map(ObjectInfo::key)).containsExactly("a", "a-", "a.b", "a/b", "a/b/c");
        assertThat(store.list("a/").stream().map(ObjectInfo::key)).containsExactly("a/b", "a/b/c");
        assertThat(store.list("a/b").stream().map(ObjectInfo::key)).containsExactly("a/b", "a/b/c");
        assertThat(store.list("a.").stream().map(ObjectInfo::key)).containsExactly("a.b");
        assertThat(store.list("b")).isEmpty();
        store.delete("a/b");
        assertThat(get(store, "a/b/c")).isEqualTo("3");
    }

    @Test
    void listingGivesSizesAndTimes() {
        long before = System.currentTimeMillis() - 10_000;
        put(store, "segments/1/ids", "12345");
        put(store, "segments/10/ids", "1");
        assertThat(store.list("segments/1"))
                .extracting(ObjectInfo::key, ObjectInfo::size)
                .containsExactly(tuple("segments/1/ids", 5L), tuple("segments/10/ids", 1L));
        assertThat(store.list("segments/1/")).hasSize(1);
        assertThat(store.list("").getFirst().modifiedMillis()).isGreaterThan(before);
    }

    @Test
    void theLongestKeysAreTakenAndOthersRefused() throws Exception {
        String longPart = "p".repeat(512);
        String deep = "d/".repeat(255) + "ee";
        String longest = "a".repeat(201) + "/" + "b".repeat(310);
        for (String key : List.of(longPart, "p".repeat(200), "p".repeat(400), deep, longest)) {
            put(store, key, key);
            assertThat(get(store, key)).isEqualTo(key);
            assertThat(store.list(key)).extracting(ObjectInfo::key).contains(key);
        }
        assertThat(store.list("")).hasSize(5);
        store.list("").forEach(each -> store.delete(each.key()));
        try (Stream<Path> left = Files.list(directory.resolve("objects"))) {
            assertThat(left).isEmpty();
        }
        for (String key : List.of(
                "",
                "p".repeat(513),
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "../a",
                "a/../b",
                "a/./b",
                "a b",
                "ä",
                "a+",
                "a\\b",
                "a\u0000b")) {
            assertCode(StandardErrorCode.INVALID_ARGUMENT, key, () -> store.create(key));
            assertCode(StandardErrorCode.INVALID_ARGUMENT, key, () -> store.delete(key));
            assertCode(
                    StandardErrorCode.INVALID_ARGUMENT,
                    key,
                    () -> store.read(key, 0, MemorySegment.ofArray(new byte[0])));
        }
    }

    @Test
    void readingWhatIsNotThereIsAFailureThatNamesTheKey() {
        put(store, "a", "12345");
        MemorySegment target = MemorySegment.ofArray(new byte[3]);
        store.read("a", 2, target);
        assertCode(StandardErrorCode.IO_FAILURE, "'a' has 5 bytes", () -> store.read("a", 3, target));
        assertCode(StandardErrorCode.IO_FAILURE, "'b'", () -> store.read("b", 0, target));
        try (Arena arena = Arena.ofConfined()) {
            assertThat(store.map("b", arena)).isEmpty();
        }
        assertThat(store.size("b")).isEmpty();
    }

    @Test
    void deletingTakesTheObjectAndEmptyDirectoriesButNoMapping() throws Exception {
        put(store, "x/y/z", "kept in memory");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mapped = store.map("x/y/z", arena).orElseThrow();
            store.delete("x/y/z");
            store.delete("x/y/z");
            assertThat(store.size("x/y/z")).isEmpty();
            assertThat(new String(mapped.toArray(ValueLayout.JAVA_BYTE), UTF_8)).isEqualTo("kept in memory");
        }
        try (Stream<Path> left = Files.list(directory.resolve("objects"))) {
            assertThat(left).isEmpty();
        }
        put(store, "x/y/z", "again");
        assertThat(get(store, "x/y/z")).isEqualTo("again");
    }

    @Test
    void deletingAndWritingInOneDirectoryAtTheSameTimeWorks() throws Exception {
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String name = "deep/er/" + t;
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < 50; i++) {
                        put(store, name, "x");
                        assertThat(get(store, name)).isEqualTo("x");
                        store.delete(name);
                    }
                } catch (Throwable e) {
                    errors.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(errors).isEmpty();
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void closingTheStoreDiscardsOpenWritersAndRefusesCalls() throws Exception {
        ObjectWriter writer = store.create("a");
        writer.write(MemorySegment.ofArray(new byte[10]));
        store.close();
        store.close();
        assertCode(StandardErrorCode.CLOSED, "'a'", writer::commit);
        assertCode(StandardErrorCode.CLOSED, "closed", () -> store.create("b"));
        assertCode(StandardErrorCode.CLOSED, "closed", () -> store.size("b"));
        assertThat(unfinished()).isEmpty();
        try (Stream<Path> left = Files.list(directory.resolve("unfinished"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void whatADeadProcessLeftIsRemovedAndWhatALivingOneWritesIsNot() throws Exception {
        Path dead = Files.createDirectories(directory.resolve("unfinished/00000000000000aa"));
        Files.createFile(directory.resolve("unfinished/00000000000000aa.lock"));
        Files.writeString(dead.resolve("1"), "half an object");
        ObjectWriter living = store.create("a");
        living.write(MemorySegment.ofArray(new byte[10]));
        try (ObjectStore _ = open(new LocalFiles(), directory)) {
            assertThat(dead).doesNotExist();
            assertThat(unfinished()).hasSize(1);
            living.commit();
        }
        assertThat(store.size("a")).hasValue(10);
    }

    @Test
    void aDirectoryThatCannotBeUsedIsNamed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertCode(StandardErrorCode.IO_FAILURE, file.toString(), () -> open(new LocalFiles(), file));
    }

    @Test
    void afterAnyFaultAndCrashCommittedObjectsAreThereAndOthersWholeOrNotAtAll() {
        Path root = Path.of("/data");
        for (SimulatedDisk.Fault fault : SimulatedDisk.Fault.values()) {
            int operations = Integer.MAX_VALUE;
            for (int at = 0; at <= operations; at++) {
                SimulatedDisk disk = new SimulatedDisk();
                List<String> committed = new ArrayList<>();
                List<String> deleted = new ArrayList<>();
                SimulatedDisk after;
                String when = fault + " at " + at;
                try (ObjectStore simulated = open(disk, root)) {
                    disk.failAt(at, fault, false);
                    for (int i = 0; i < 8; i++) {
                        String key = "k/" + i % 3 + "/" + i;
                        String text = key.repeat(500);
                        try {
                            put(simulated, key, text);
                            committed.add(key);
                        } catch (ElanusException e) {
                            assertThat(e.code())
                                    .as(when)
                                    .isEqualTo(
                                            fault == SimulatedDisk.Fault.FULL
                                                    ? StandardErrorCode.DISK_FULL
                                                    : StandardErrorCode.IO_FAILURE);
                            assertThat(e).hasMessageContaining(key);
                            assertThat(simulated.size(key)).as(when).isEmpty();
                        }
                        if (i == 5 && committed.remove("k/2/2")) {
                            try {
                                simulated.delete("k/2/2");
                                deleted.add("k/2/2");
                            } catch (ElanusException e) {
                                assertThat(e).hasMessageContaining("k/2/2");
                            }
                        }
                    }
                    operations = disk.operations();
                    after = disk.crash(new Random(at));
                } catch (ElanusException e) {
                    throw new AssertionError(when, e);
                }
                try (ObjectStore again = open(after, root)) {
                    for (String key : committed) {
                        assertThat(get(again, key)).as(when).isEqualTo(key.repeat(500));
                    }
                    for (String key : deleted) {
                        assertThat(again.size(key)).as(when).isEmpty();
                    }
                    for (ObjectInfo info : again.list("")) {
                        assertThat(get(again, info.key()))
                                .as(when)
                                .isEqualTo(info.key().repeat(500));
                    }
                }
            }
        }
    }
}
