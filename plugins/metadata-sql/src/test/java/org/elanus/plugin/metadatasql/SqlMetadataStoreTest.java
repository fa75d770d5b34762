package org.elanus.plugin.metadatasql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.elanus.core.runtime.HostThreads;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataTransaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the conformance kit does not ask: the file, and what can go wrong with it. */
@Timeout(60)
final class SqlMetadataStoreTest {

    @TempDir
    Path directory;

    private final HostThreads threads = new HostThreads();
    private final List<SqlMetadataStore> opened = new CopyOnWriteArrayList<>();
    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("metadata.db");
    }

    @AfterEach
    void closeStores() {
        opened.forEach(SqlMetadataStore::close);
    }

    private SqlMetadataStore open() {
        return open("");
    }

    private SqlMetadataStore open(String query) {
        return open(SqliteEngine.PREFIX + file + query, Duration.ofSeconds(5));
    }

    private SqlMetadataStore open(String url, Duration busyTimeout) {
        SqlMetadataStore store = SqlMetadataStore.open(new SqliteEngine(url, busyTimeout), 2, threads, opened::remove);
        opened.add(store);
        return store;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long put(SqlMetadataStore store, String key, byte[] value) {
        return store.commit(MetadataTransaction.builder().put(key, value).build());
    }

    private static void assertFails(StandardErrorCode code, ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }

    @Test
    void reopenedStoreHasEverything() {
        SqlMetadataStore store = open();
        put(store, "a", bytes("1"));
        long revision = put(store, "b", bytes("2"));
        store.commit(MetadataTransaction.builder().delete("a").build());
        store.close();
        SqlMetadataStore again = open();
        assertThat(again.revision()).isEqualTo(revision + 1);
        assertThat(again.list("")).extracting(MetadataEntry::key).containsExactly("b");
        assertThat(again.get("b").orElseThrow().revision()).isEqualTo(revision);
        assertThat(put(again, "c", bytes("3"))).isEqualTo(revision + 2);
    }

    @Test
    void everyCommitIsForcedToDisk() throws Exception {
        SqliteEngine engine = new SqliteEngine(SqliteEngine.PREFIX + file, Duration.ofSeconds(1));
        try (Connection connection = engine.connect();
                Statement statement = connection.createStatement()) {
            try (var mode = statement.executeQuery("pragma journal_mode")) {
                assertThat(mode.getString(1)).isEqualTo("wal");
            }
            try (var level = statement.executeQuery("pragma synchronous")) {
                assertThat(level.getInt(1)).as("2 is FULL").isEqualTo(2);
            }
        }
    }

    @Test
    void twoStoresOnOneFileDoNotBothWin() throws Exception {
        List<SqlMetadataStore> stores = List.of(open(), open());
        put(stores.getFirst(), "counter", new byte[8]);
        int increments = 25;
        try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                SqlMetadataStore store = stores.get(thread % 2);
                running.add(executor.submit(() -> increment(store, increments)));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        for (SqlMetadataStore store : stores) {
            byte[] value = store.get("counter").orElseThrow().value();
            assertThat(ByteBuffer.wrap(value).getLong()).isEqualTo(8L * increments);
            assertThat(store.revision()).isEqualTo(1 + 8L * increments);
        }
    }

    private static void increment(SqlMetadataStore store, int times) {
        for (int done = 0; done < times; ) {
            MetadataEntry entry = store.get("counter").orElseThrow();
            long next = ByteBuffer.wrap(entry.value()).getLong() + 1;
            try {
                store.commit(MetadataTransaction.builder()
                        .requireRevision("counter", entry.revision())
                        .put("counter", ByteBuffer.allocate(8).putLong(next).array())
                        .build());
                done++;
            } catch (ElanusException e) {
                assertThat(e.code()).isEqualTo(StandardErrorCode.CONFLICT);
            }
        }
    }

    @Test
    void fileOfSomethingElseIsNamed() throws IOException {
        Files.writeString(file, "this is no database, but long enough to be looked at as one".repeat(100));
        assertFails(StandardErrorCode.CORRUPT, this::open, file.toString());
        assertThat(Files.readString(file)).startsWith("this is no database");
    }

    @Test
    void flippedByteInAValueIsFoundByItsChecksum() throws IOException {
        SqlMetadataStore store = open();
        put(store, "good", bytes("good"));
        put(store, "bad", bytes("a value that is easily found in the file"));
        store.close();
        overwrite("easily", "eerily");
        SqlMetadataStore damaged = open();
        assertFails(StandardErrorCode.CORRUPT, () -> damaged.get("bad"), "'bad'", file.toString());
        assertFails(StandardErrorCode.CORRUPT, () -> damaged.list(""), "'bad'");
        assertThat(damaged.get("good")).isPresent();
    }

    private void overwrite(String text, String replacement) throws IOException {
        byte[] content = Files.readAllBytes(file);
        String latin = new String(content, StandardCharsets.ISO_8859_1);
        int at = latin.indexOf(text);
        assertThat(at).isPositive();
        assertThat(latin.indexOf(text, at + 1)).isNegative();
        System.arraycopy(bytes(replacement), 0, content, at, replacement.length());
        Files.write(file, content);
    }

    @Test
    void damagedPagesAreCorrupt() throws IOException {
        SqlMetadataStore store = open();
        for (int i = 0; i < 200; i++) {
            put(store, "key/" + i, new byte[1000]);
        }
        store.close();
        byte[] content = Files.readAllBytes(file);
        // The first page says what the file is, all others are garbage.
        for (int i = 4096; i < content.length; i++) {
            content[i] = (byte) (i * 7);
        }
        Files.write(file, content);
        assertFails(StandardErrorCode.CORRUPT, () -> open().list(""), file.toString());
    }

    @Test
    void cutFileIsCorrupt() throws IOException {
        SqlMetadataStore store = open();
        for (int i = 0; i < 200; i++) {
            put(store, "key/" + i, new byte[1000]);
        }
        store.close();
        byte[] content = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(content, content.length / 2));
        assertFails(StandardErrorCode.CORRUPT, () -> open().list(""), file.toString());
    }

    @Test
    void fullDiskIsReportedAndLosesNothing() {
        SqlMetadataStore store = open("?max_page_count=64");
        long revision = put(store, "small", bytes("1"));
        assertFails(StandardErrorCode.DISK_FULL, () -> put(store, "large", new byte[1 << 20]), file.toString());
        assertThat(store.get("large")).isEmpty();
        assertThat(store.revision()).isEqualTo(revision);
        assertThat(put(store, "small", bytes("2"))).isEqualTo(revision + 1);
    }

    @Test
    void readOnlyFileIsReported() {
        SqlMetadataStore store = open();
        put(store, "a", bytes("1"));
        store.close();
        assertFails(
                StandardErrorCode.IO_FAILURE,
                () -> put(open(SqliteEngine.PREFIX + "file:" + file + "?mode=ro", Duration.ZERO), "a", bytes("2")),
                file.toString(),
                "writable");
    }

    @Test
    void unwritableDirectoryIsReported() throws IOException {
        Path readOnly = Files.createDirectory(directory.resolve("read-only"));
        assumeTrue(readOnly.toFile().setWritable(false), "the file system has permissions");
        // The superuser may write everywhere but here.
        Path target = Files.isWritable(readOnly) ? Path.of("/proc/self") : readOnly;
        assumeTrue(Files.isDirectory(target), "there is a directory that nobody can write");
        Path wanted = target.resolve("metadata.db");
        assertFails(
                StandardErrorCode.IO_FAILURE,
                () -> open(SqliteEngine.PREFIX + wanted, Duration.ZERO),
                wanted.toString());
    }

    @Test
    void lockHeldByAnotherProcessIsRetryable() throws Exception {
        SqlMetadataStore store = open(SqliteEngine.PREFIX + file, Duration.ofMillis(50));
        long revision = put(store, "a", bytes("1"));
        try (Connection other = new SqliteEngine(SqliteEngine.PREFIX + file, Duration.ZERO).connect();
                Statement statement = other.createStatement()) {
            statement.execute("begin immediate");
            assertFails(StandardErrorCode.NOT_READY, () -> put(store, "a", bytes("2")), file.toString());
            assertThat(store.get("a").orElseThrow().revision()).isEqualTo(revision);
            statement.execute("rollback");
        }
        assertThat(put(store, "a", bytes("2"))).isEqualTo(revision + 1);
    }

    @Test
    void tablesOfANewerVersionAreRefused() throws Exception {
        open().close();
        try (Connection other = new SqliteEngine(SqliteEngine.PREFIX + file, Duration.ZERO).connect();
                Statement statement = other.createStatement()) {
            statement.executeUpdate("update elanus_schema set version = 2");
        }
        assertFails(StandardErrorCode.CORRUPT, this::open, "version 2", file.toString());
    }

    @Test
    void interruptedCreationIsFinishedByTheNextOpening() throws Exception {
        try (Connection other = new SqliteEngine(SqliteEngine.PREFIX + file, Duration.ZERO).connect();
                Statement statement = other.createStatement()) {
            statement.execute("create table elanus_schema (schema_key text primary key, version bigint not null)");
        }
        assertThat(put(open(), "a", bytes("1"))).isEqualTo(1);
    }

    @Test
    void closingLeavesNoThreadAndNoFileOpen() throws Exception {
        SqlMetadataStore store = open();
        store.watch("", (revision, keys) -> {});
        put(store, "a", bytes("1"));
        store.get("a");
        store.close();
        Awaitility.await().until(() -> threads.running().isEmpty());
        assertThat(directory).isDirectoryContaining(path -> path.equals(file));
        assertThat(openFiles()).noneMatch(path -> path.startsWith(directory));
        // Folded into the file by the last connection.
        assertThat(Files.list(directory)).containsExactly(file);
    }

    private static List<Path> openFiles() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(descriptors), "the open files can be listed");
        List<Path> targets = new ArrayList<>();
        try (Stream<Path> list = Files.list(descriptors)) {
            for (Path descriptor : list.toList()) {
                try {
                    targets.add(Files.readSymbolicLink(descriptor));
                } catch (IOException e) {
                    // Closed meanwhile.
                }
            }
        }
        return targets;
    }

    @Test
    void urlWithoutAFileIsRefused() {
        for (String url : List.of("jdbc:sqlite:", "jdbc:sqlite::memory:", "jdbc:sqlite:?cache=shared")) {
            assertFails(
                    StandardErrorCode.CONFIGURATION_INVALID,
                    () -> new SqliteEngine(url, Duration.ZERO),
                    "must name a file");
        }
    }

    @Test
    void rangeEndsBehindThePrefix() {
        assertThat(KeyRange.end("")).isNull();
        assertThat(KeyRange.end("a")).isEqualTo("b");
        assertThat(KeyRange.end("a%")).isEqualTo("a&");
        assertThat(KeyRange.end("\ud7ff")).isEqualTo("\ue000");
        assertThat(KeyRange.end("\uffff")).isEqualTo("\ud800\udc00");
        assertThat(KeyRange.end("a\udbff\udfff")).isEqualTo("b");
        assertThat(KeyRange.end("\udbff\udfff")).isNull();
    }
}
