package org.elanus.testkit.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCode;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataTransaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every metadata store does. A plugin's test extends it. */
@Timeout(60)
public abstract class MetadataStoreConformance {

    private static final long PATIENCE_SECONDS = 20;

    private MetadataStore store;

    /** A new, empty store. */
    protected abstract MetadataStore openEmpty() throws Exception;

    /** The store under test. */
    protected final MetadataStore store() {
        return store;
    }

    @BeforeEach
    final void openStore() throws Exception {
        store = openEmpty();
    }

    @AfterEach
    final void closeStore() {
        store.close();
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    protected static void assertFails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    }

    protected final long put(String key, String value) {
        return store.commit(MetadataTransaction.builder().put(key, bytes(value)).build());
    }

    private String value(String key) {
        return store.get(key)
                .map(entry -> new String(entry.value(), StandardCharsets.UTF_8))
                .orElse("absent");
    }

    private List<String> keys(String prefix) {
        return store.list(prefix).stream().map(MetadataEntry::key).toList();
    }

    @Test
    void emptyStoreHasNothing() {
        assertThat(store.revision()).isZero();
        assertThat(store.get("a")).isEmpty();
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void revisionsGrowByOneAndEntriesCarryTheirs() {
        assertThat(put("a", "1")).isEqualTo(1);
        assertThat(put("b", "2")).isEqualTo(2);
        assertThat(put("a", "3")).isEqualTo(3);
        assertThat(store.revision()).isEqualTo(3);
        assertThat(store.get("a").orElseThrow().revision()).isEqualTo(3);
        assertThat(store.get("b").orElseThrow().revision()).isEqualTo(2);
        assertThat(value("a")).isEqualTo("3");
    }

    @Test
    void allWritesOfATransactionHaveOneRevision() {
        put("old", "x");
        long revision = store.commit(MetadataTransaction.builder()
                .put("a", bytes("1"))
                .put("b", new byte[0])
                .delete("old")
                .delete("never there")
                .build());
        assertThat(store.list("")).extracting(MetadataEntry::revision).containsOnly(revision);
        assertThat(keys("")).containsExactly("a", "b");
        assertThat(value("b")).isEmpty();
    }

    @Test
    void conditionsHoldOrNothingIsWritten() {
        long first = put("a", "1");
        assertFails(
                StandardErrorCode.CONFLICT,
                () -> store.commit(MetadataTransaction.builder()
                        .requireAbsent("a")
                        .put("b", bytes("2"))
                        .delete("a")
                        .build()));
        assertFails(
                StandardErrorCode.CONFLICT,
                () -> store.commit(MetadataTransaction.builder()
                        .put("b", bytes("2"))
                        .requireRevision("a", first)
                        .requireRevision("missing", 7)
                        .build()));
        assertThat(keys("")).containsExactly("a");
        assertThat(store.revision()).isEqualTo(first);
        store.commit(MetadataTransaction.builder()
                .requireRevision("a", first)
                .requireAbsent("b")
                .put("a", bytes("new"))
                .build());
        assertThat(value("a")).isEqualTo("new");
        assertThat(store.revision()).isEqualTo(first + 1);
    }

    @Test
    void conflictNamesTheKey() {
        put("collection/7", "1");
        assertThatThrownBy(() -> store.commit(MetadataTransaction.builder()
                        .requireAbsent("collection/7")
                        .put("b", bytes("2"))
                        .build()))
                .hasMessageContaining("collection/7");
    }

    @Test
    void deletedEntryCountsAsAbsent() {
        long first = put("a", "1");
        store.commit(MetadataTransaction.builder()
                .requireRevision("a", first)
                .delete("a")
                .build());
        assertThat(store.get("a")).isEmpty();
        long again = store.commit(MetadataTransaction.builder()
                .requireAbsent("a")
                .put("a", bytes("2"))
                .build());
        assertThat(again).isEqualTo(first + 2);
        assertFails(
                StandardErrorCode.CONFLICT,
                () -> store.commit(MetadataTransaction.builder()
                        .requireRevision("a", first)
                        .delete("a")
                        .build()));
    }

    @Test
    void conditionMayStandOnAKeyThatIsNotWritten() {
        long lock = put("lock", "1");
        store.commit(MetadataTransaction.builder()
                .requireRevision("lock", lock)
                .put("a", bytes("1"))
                .build());
        assertThat(store.get("lock").orElseThrow().revision()).isEqualTo(lock);
    }

    @Test
    void prefixIsTextWithoutWildcards() {
        for (String key : List.of("a%", "a%b", "ab", "a_c", "axc", "A%", "a", "b", "a/1", "a/10", "a/2")) {
            put(key, key);
        }
        assertThat(keys("a%")).containsExactly("a%", "a%b");
        assertThat(keys("a_")).containsExactly("a_c");
        assertThat(keys("a/1")).containsExactly("a/1", "a/10");
        assertThat(keys("a/1/")).isEmpty();
        assertThat(keys("")).hasSize(11);
        assertThat(keys("'")).isEmpty();
    }

    @Test
    void keysAreOrderedByCodePoints() {
        List<String> ordered = List.of(
                "!",
                "A",
                "Z",
                "a",
                "a\t",
                "a b",
                "b",
                "z",
                "ß",
                "ä",
                "ä/1",
                "€",
                "\ud7ff",
                "\ue000",
                "\uffff",
                "\ud83d\ude00",
                "\udbff\udfff",
                "\udbff\udfff!");
        List<String> shuffled = new ArrayList<>(ordered);
        shuffled.sort((one, other) -> Integer.compare(one.hashCode(), other.hashCode()));
        shuffled.forEach(key -> put(key, key));
        assertThat(keys("")).containsExactlyElementsOf(ordered);
        assertThat(store.list("")).allSatisfy(entry -> assertThat(entry.value()).isEqualTo(bytes(entry.key())));
        assertThat(keys("ä")).containsExactly("ä", "ä/1");
        assertThat(keys("\ud7ff")).containsExactly("\ud7ff");
        assertThat(keys("\uffff")).containsExactly("\uffff");
        assertThat(keys("\udbff\udfff")).containsExactly("\udbff\udfff", "\udbff\udfff!");
    }

    @Test
    void largestValueIsTakenAndALargerOneRefused() {
        byte[] value = new byte[MetadataStore.MAX_VALUE_BYTES];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) (i * 31 + (i >>> 8));
        }
        store.commit(MetadataTransaction.builder().put("large", value).build());
        assertThat(store.get("large").orElseThrow().value()).isEqualTo(value);
        assertFails(
                StandardErrorCode.ARGUMENT_TOO_LARGE,
                () -> store.commit(MetadataTransaction.builder()
                        .put("larger", Arrays.copyOf(value, value.length + 1))
                        .build()));
        assertThat(keys("")).containsExactly("large");
    }

    @Test
    void aTransactionNamesEachKeyOnce() {
        assertFails(
                StandardErrorCode.INVALID_ARGUMENT,
                () -> store.commit(MetadataTransaction.builder()
                        .put("a", bytes("1"))
                        .delete("a")
                        .build()));
        assertFails(
                StandardErrorCode.INVALID_ARGUMENT,
                () -> store.commit(MetadataTransaction.builder()
                        .requireAbsent("a")
                        .requireRevision("a", 1)
                        .build()));
        assertFails(StandardErrorCode.INVALID_ARGUMENT, () -> put("\ud83d", "half a pair"));
        assertFails(StandardErrorCode.INVALID_ARGUMENT, () -> put("a\0b", "zero"));
        assertThat(store.revision()).isZero();
    }

    @Test
    void arraysAreTheReceiversOwn() {
        byte[] given = bytes("abc");
        store.commit(MetadataTransaction.builder().put("a", given).build());
        given[0] = 'x';
        store.get("a").orElseThrow().value()[1] = 'x';
        store.list("a").getFirst().value()[2] = 'x';
        assertThat(value("a")).isEqualTo("abc");
    }

    @Test
    void concurrentIncrementsLoseNothing() throws Exception {
        int writers = 8;
        int increments = 40;
        store.commit(MetadataTransaction.builder().put("counter", new byte[8]).build());
        inParallel(writers, writer -> {
            for (int done = 0; done < increments; ) {
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
        });
        long count = ByteBuffer.wrap(store.get("counter").orElseThrow().value()).getLong();
        assertThat(count).isEqualTo((long) writers * increments);
        assertThat(store.revision()).isEqualTo(1 + (long) writers * increments);
    }

    @Test
    void readsSeeWholeTransactions() throws Exception {
        int rounds = 60;
        inParallel(4, reader -> {
            if (reader == 0) {
                for (int round = 1; round <= rounds; round++) {
                    MetadataTransaction.Builder builder = MetadataTransaction.builder();
                    for (int i = 0; i < 10; i++) {
                        builder.put("pair/" + i, bytes(Integer.toString(round)));
                    }
                    long revision = store.commit(builder.build());
                    assertThat(store.get("pair/3").orElseThrow().revision()).isEqualTo(revision);
                }
                return;
            }
            long newest = 0;
            while (newest < rounds) {
                List<MetadataEntry> entries = store.list("pair/");
                long seen = entries.isEmpty() ? 0 : entries.getFirst().revision();
                assertThat(entries)
                        .allSatisfy(entry -> assertThat(entry.revision()).isEqualTo(seen));
                assertThat(seen).isGreaterThanOrEqualTo(newest);
                newest = seen;
            }
        });
    }

    @Test
    void watchHearsOfItsKeysInOrderOfRevision() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (AutoCloseable watch = store.watch("w/", (revision, keys) -> heard.add(revision + "=" + keys))) {
            put("other", "1");
            put("w/1", "1");
            store.commit(MetadataTransaction.builder()
                    .put("w/2", bytes("1"))
                    .put("x", bytes("1"))
                    .delete("w/1")
                    .build());
            assertFails(
                    StandardErrorCode.CONFLICT,
                    () -> store.commit(MetadataTransaction.builder()
                            .requireAbsent("w/2")
                            .put("w/3", bytes("1"))
                            .build()));
            put("w/2", "2");
            assertThat(take(heard)).isEqualTo("2=[w/1]");
            assertThat(take(heard)).isEqualTo("3=[w/2, w/1]");
            assertThat(take(heard)).isEqualTo("4=[w/2]");
        }
        put("w/9", "1");
        assertThat(heard).isEmpty();
    }

    @Test
    void watchKeepsTheOrderUnderConcurrentCommits() throws Exception {
        BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
        try (AutoCloseable watch = store.watch("", (revision, keys) -> heard.add(revision))) {
            inParallel(4, writer -> {
                for (int i = 0; i < 25; i++) {
                    put("w/" + writer, "x");
                }
            });
            for (long revision = 1; revision <= 100; revision++) {
                assertThat(take(heard)).isEqualTo(revision);
            }
        }
    }

    @Test
    void slowOrThrowingListenerHoldsUpNobody() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
        try (AutoCloseable slow = store.watch("", (revision, keys) -> {
                    try {
                        gate.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    heard.add(-revision);
                });
                AutoCloseable throwing = store.watch("", (revision, keys) -> {
                    heard.add(revision);
                    throw new IllegalStateException("thrown by the test");
                })) {
            put("a", "1");
            put("a", "2");
            assertThat(take(heard)).isEqualTo(1);
            assertThat(take(heard)).isEqualTo(2);
            gate.countDown();
            assertThat(take(heard)).isEqualTo(-1);
            assertThat(take(heard)).isEqualTo(-2);
        }
    }

    @Test
    void listenerMayUseTheStore() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (AutoCloseable watch = store.watch("in/", (revision, keys) -> {
            put("out", value(keys.getFirst()));
            heard.add(value("out"));
        })) {
            put("in/1", "echo");
            assertThat(take(heard)).isEqualTo("echo");
        }
    }

    @Test
    void closedStoreRefuses() {
        put("a", "1");
        store.close();
        store.close();
        assertFails(StandardErrorCode.CLOSED, () -> store.get("a"));
        assertFails(StandardErrorCode.CLOSED, () -> store.list(""));
        assertFails(StandardErrorCode.CLOSED, () -> store.revision());
        assertFails(StandardErrorCode.CLOSED, () -> put("a", "2"));
        assertFails(StandardErrorCode.CLOSED, () -> store.watch("", (revision, keys) -> {}));
    }

    private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        T taken = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(taken).as("nothing was heard").isNotNull();
        return taken;
    }

    /** The work of one of several threads. */
    protected interface Work {
        void of(int thread) throws Exception;
    }

    /** Runs the work in several threads and fails with what one of them failed with. */
    protected static void inParallel(int threads, Work work) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                Callable<Boolean> task = () -> {
                    work.of(thread);
                    return true;
                };
                running.add(executor.submit(task));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
    }
}
