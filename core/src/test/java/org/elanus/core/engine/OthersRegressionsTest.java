package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.elanus.core.engine.TestDatabase.CALL;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.elanus.core.engine.FaultyMetadata.Fault;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.WalEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bugs of other vector databases that got past their tests, each put into the terms of this engine: the situation is
 * brought about with real parts, and the test fails if the bug were here. The rest stands in the tests of the embedded
 * database, where log and disk are files.
 */
class OthersRegressionsTest {

    @TempDir
    private Path temporary;

    private TestDatabase data;
    private FaultyMetadata metadata;
    private FaultyLog log;
    private FaultyObjects objects;

    @BeforeEach
    void open() {
        data = new TestDatabase(temporary);
        data.aroundMetadata = store -> {
            metadata = new FaultyMetadata(store);
            return metadata;
        };
        log = new FaultyLog(data.log);
        data.aroundLog = opener -> log;
        data.aroundObjects = store -> {
            objects = new FaultyObjects(store);
            return objects;
        };
        data.open();
        create("c", 1);
    }

    @AfterEach
    void close() {
        data.close();
    }

    private void create(String name, int shards) {
        data.create(name, shards, Map.of("collection.autocompaction.enabled", "false"));
    }

    private void allIsWell(String name, Map<Long, Long> expected) {
        assertThat(data.rows(name)).isEqualTo(expected);
        data.restart();
        assertThat(data.rows(name)).isEqualTo(expected);
        assertThat(data.check()).isEmpty();
    }

    private static Map<Long, Long> versions(long version, long from, long to) {
        Map<Long, Long> rows = new TreeMap<>();
        for (long id = from; id < to; id++) {
            rows.put(id, version);
        }
        return rows;
    }

    @Test
    @DisplayName("milvus 41521: adding a segment to the metadata again, after a kill, overwrote its state")
    void segmentThatIsAddedAgainAfterAKillKeepsItsState() {
        data.upsert("c", 1, 1, 2, 3);
        metadata.goAway(Fault.LOSES_THE_REPLY);
        assertThatThrownBy(() -> data.flush("c")).isInstanceOf(ElanusException.class);
        metadata.comeBack();
        data.restart(); // the segment was added, and nobody here knows
        data.delete("c", "id == 1");
        data.flush("c");
        data.upsert("c", 2, 2);
        data.flush("c");
        data.restart();
        data.flush("c");
        allIsWell("c", Map.of(2L, 2L, 3L, 1L));
    }

    @Test
    @DisplayName(
            "milvus 41563: 40,712 rows were lost between log and segments: the reader of the log had skipped records")
    void logThatSkipsARecordIsNoticedAndNoRowGetsLostOnTheWayToSegments() {
        Map<Long, Long> expected = new TreeMap<>();
        for (long batch = 0; batch < 30; batch++) {
            long[] ids = LongStream.range(batch * 100, batch * 100 + 100).toArray();
            data.upsert("c", batch + 1, ids);
            expected.putAll(versions(batch + 1, batch * 100, batch * 100 + 100));
            if (batch % 7 == 3) {
                data.flush("c");
            }
        }
        data.database().release(CALL, "c", List.of());
        data.database().dropIndex(CALL, "c", "vector");
        data.database().createIndex(CALL, "c", new IndexSpec("vector", "", "FLAT", "L2", Map.of()));
        data.database().load(CALL, "c", List.of());
        assertThat(data.rows("c")).isEqualTo(expected);
        data.upsert("c", 99, 1);
        data.upsert("c", 99, 2);
        data.upsert("c", 99, 3);
        log.delivered = entries -> {
            List<WalEntry> holed = new ArrayList<>(entries);
            if (holed.size() > 3) {
                holed.remove(holed.size() - 2);
            }
            return holed;
        };
        assertThatThrownBy(data::restart)
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT));
        log.delivered = entries -> entries;
        data.open();
        expected.putAll(Map.of(1L, 99L, 2L, 99L, 3L, 99L));
        allIsWell("c", expected);
    }

    @Test
    @DisplayName("milvus 45088: two crashes shortly after one another lost what was written in several messages")
    void batchOfSeveralRecordsSurvivesTwoCrashesWholeOrNotAtAll() {
        long[] many = LongStream.range(0, 40_000).toArray(); // over the log's 1 MiB a record
        data.insert("c", 1, many);
        data.flush("c");
        data.insert("c", 2, many);
        data.restart();
        data.restart();
        assertThat(data.count("c")).isEqualTo(many.length);
        log.appendsUntilFailure.set(1); // the second part of the next batch
        assertThatThrownBy(() -> data.insert("c", 3, many)).isInstanceOf(ElanusException.class);
        data.restart();
        data.restart();
        data.upsert("c", 4, 7);
        data.flush("c");
        Map<Long, Long> expected = versions(2, 0, many.length);
        expected.put(7L, 4L);
        for (int round = 0; round < 2; round++) {
            assertThat(data.count("c")).isEqualTo(many.length);
            QueryResult old = data.database().query(CALL, QueryRequest.of("c", "version == 3", QueryRequest.COUNT));
            assertThat(((FixedColumn) old.rows().column(QueryRequest.COUNT)).getLong(0))
                    .as("rows of half a batch")
                    .isZero();
            data.restart();
        }
        assertThat(data.check()).isEmpty();
    }

    @Test
    @DisplayName("milvus 51078: channels stuck in assignment for good after the log had failed for a while")
    void channelsComeBackWithTheLogAndWithoutARestart() {
        data.upsert("c", 1, 1);
        log.appendsUntilFailure.set(0);
        log.failingOpens.set(3);
        int failures = 0;
        for (int attempt = 0; attempt < 10; attempt++) {
            try {
                data.upsert("c", 2, 2);
                break;
            } catch (ElanusException e) {
                failures++;
            }
        }
        assertThat(failures).isBetween(1, 5);
        data.upsert("c", 3, 3);
        assertThat(data.engine().health().problems()).isEmpty();
        allIsWell("c", Map.of(1L, 1L, 2L, 2L, 3L, 3L));
    }

    @Test
    @DisplayName("qdrant 2514: a row that moved from one segment to another between their flushes was in neither")
    void rowThatMovesWhileSegmentsAreFlushedOneByOneIsKept() {
        data.upsert("c", 1, 1, 2, 3);
        data.flush("c");
        data.delete("c", "id == 3"); // so that the flush writes the sealed segment's deletes as well
        data.upsert("c", 2, 4);
        long[] version = {10};
        objects.beforeCreate = () -> {
            version[0]++;
            data.upsert("c", version[0], 1, 4);
            data.delete("c", "id == 2");
        };
        data.flush("c");
        objects.beforeCreate = () -> {};
        allIsWell("c", Map.of(1L, version[0], 4L, version[0]));
    }

    @Test
    @DisplayName("qdrant 7801, 7805: a passing disk error during a flush lost the changes that were being flushed")
    void passingDiskErrorDuringAFlushLosesNothing() {
        data.upsert("c", 1, 1, 2, 3);
        data.flush("c");
        long version = 1;
        Map<Long, Long> expected = new TreeMap<>(data.rows("c"));
        for (int operation = 0; operation < 40; operation += 3) {
            version++;
            data.upsert("c", version, version % 5, 10 + version);
            expected.put(version % 5, version);
            expected.put(10 + version, version);
            data.delete("c", "id == " + (9 + version));
            expected.remove(9 + version);
            objects.operationsUntilFailure.set(operation);
            try {
                data.flush("c");
            } catch (ElanusException e) {
                assertThat(e.getMessage()).contains("this once");
            }
            objects.operationsUntilFailure.set(-1);
            assertThat(data.rows("c")).isEqualTo(expected);
            data.flush("c");
            if (operation % 2 == 0) {
                data.restart();
            }
            assertThat(data.rows("c"))
                    .as("after operation %d failed", operation)
                    .isEqualTo(expected);
        }
        assertThat(data.check()).isEmpty();
    }

    @Test
    @DisplayName("qdrant 9992: vectors that never reached the disk were served as zeros")
    void zeroesInThePlaceOfVectorsAreNoticedAndNotServed() throws IOException {
        data.upsert("c", 1, LongStream.range(1, 200).toArray());
        data.flush("c");
        data.close();
        Path largest = null;
        try (var files = Files.walk(temporary)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (largest == null || Files.size(file) > Files.size(largest)) {
                    largest = file;
                }
            }
        }
        byte[] whole = Files.readAllBytes(largest);
        byte[] holed = whole.clone();
        java.util.Arrays.fill(holed, holed.length / 2, holed.length / 2 + 512, (byte) 0);
        Files.write(largest, holed);
        data.open();
        assertThatThrownBy(() -> data.search("c", 10))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT));
        assertThat(data.check()).isNotEmpty();
        Files.write(largest, whole);
        data.open();
        allIsWell("c", versions(1, 1, 200));
    }

    @Test
    @DisplayName("milvus 41842: after a failover the log went back and delivered smaller positions")
    void logThatGoesBackIsReadOnceAndALostEndIsRefused() {
        data.upsert("c", 1, 1, 2);
        data.upsert("c", 2, 2, 3);
        data.delete("c", "id == 1");
        log.delivered = entries -> {
            List<WalEntry> twice = new ArrayList<>(entries);
            twice.addAll(entries);
            return twice;
        };
        data.restart();
        assertThat(data.rows("c")).isEqualTo(Map.of(2L, 2L, 3L, 2L));
        log.delivered = entries -> entries;
        data.upsert("c", 3, 4);
        data.flush("c");
        log.delivered = entries -> entries.subList(0, Math.min(1, entries.size()));
        data.log.forget();
        assertThatThrownBy(data::restart)
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT));
        // For the clean-up after the test.
        log.delivered = entries -> entries;
    }

    @Test
    @DisplayName("milvus 42563: more rows than were inserted, after writes had been repeated")
    void repeatedWritesCountOnce() {
        Map<Long, Long> expected = new TreeMap<>();
        log.losesReplyOnly = true;
        for (long batch = 0; batch < 40; batch++) {
            long[] ids = LongStream.range(batch * 10, batch * 10 + 10).toArray();
            if (batch % 4 == 1) {
                log.appendsUntilFailure.set(0);
                assertThatThrownBy(() -> data.insert("c", 1, ids)).isInstanceOf(ElanusException.class);
            }
            data.insert("c", 1, ids);
            expected.putAll(versions(1, batch * 10, batch * 10 + 10));
            if (batch % 9 == 0) {
                data.flush("c");
            }
            assertThat(data.count("c")).isEqualTo(expected.size());
        }
        data.compact("c");
        allIsWell("c", expected);
    }

    @Test
    @DisplayName("milvus 14862: a deleted key could be fetched from a segment that had been compacted")
    void deletedKeyIsNotFetchedFromACompactedSegment() {
        data.upsert("c", 1, LongStream.range(1, 101).toArray());
        data.flush("c");
        data.delete("c", "id in [1, 50]");
        data.compact("c");
        QueryResult found = data.database().query(CALL, QueryRequest.of("c", "id in [1, 50, 51]", "version"));
        assertThat(found.rows().rows()).isEqualTo(1);
        Map<Long, Long> expected = versions(1, 2, 101);
        expected.remove(50L);
        allIsWell("c", expected);
    }

    @Test
    @DisplayName(
            "milvus 17625: a manual compaction that both merged segments and applied deletes brought deleted rows back")
    void compactionThatMergesAndDeletesAtOnceBringsNothingBack() {
        data.upsert("c", 1, 1, 2, 3);
        data.flush("c");
        data.upsert("c", 1, 4, 5, 6);
        data.flush("c");
        data.delete("c", "id in [2, 5]");
        data.upsert("c", 2, 7);
        data.flush("c");
        data.compact("c");
        allIsWell("c", Map.of(1L, 1L, 3L, 1L, 4L, 1L, 6L, 1L, 7L, 2L));
    }

    @Test
    @DisplayName("milvus 33015: deletes that came while segments were rewritten did not reach what was written")
    void deletesThatComeWhileSegmentsAreRewrittenReachWhatIsWritten() {
        data.upsert("c", 1, LongStream.range(1, 50).toArray());
        data.flush("c");
        data.upsert("c", 1, LongStream.range(50, 100).toArray());
        data.flush("c");
        Map<Long, Long> expected = versions(1, 1, 100);
        long[] next = {1};
        objects.beforeCreate = () -> {
            data.delete("c", "id in [%d, %d]".formatted(next[0], 99 - next[0]));
            expected.remove(next[0]);
            expected.remove(99 - next[0]);
            next[0]++;
        };
        data.compact("c");
        data.delete("c", "id == 99");
        expected.remove(99L);
        data.flush("c");
        objects.beforeCreate = () -> {};
        assertThat(next[0]).isGreaterThan(2);
        allIsWell("c", expected);
    }

    @Test
    @DisplayName("milvus 39201: deleted rows were there again after compaction, release and load")
    void deletedRowsStayAwayThroughCompactionReleaseAndLoad() {
        data.upsert("c", 1, LongStream.range(0, 2_000).toArray());
        data.delete("c", "id < 1000");
        data.flush("c");
        data.delete("c", "id >= 1000 and id < 1200");
        data.flush("c");
        data.compact("c");
        for (int round = 0; round < 2; round++) {
            data.database().release(CALL, "c", List.of());
            data.database().load(CALL, "c", List.of());
            assertThat(data.rows("c")).isEqualTo(versions(1, 1200, 2_000));
            data.restart();
        }
        assertThat(data.check()).isEmpty();
    }

    @Test
    @DisplayName("milvus 52047: compaction let another one of several rows with one key in one batch win")
    void sameRowOfABatchWinsBeforeAndAfterCompaction() {
        ColumnBatch first = TestDatabase.rows(1, 7, 7, 7, 8, 7);
        Map<String, Column> columns = new HashMap<>(first.columns());
        long[] versions = {1, 2, 3, 4, 5};
        float[] vectors = new float[versions.length * TestDatabase.DIMENSION];
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < versions.length; i++) {
            long id = i == 3 ? 8 : 7;
            System.arraycopy(
                    TestDatabase.vector(id, versions[i]),
                    0,
                    vectors,
                    i * TestDatabase.DIMENSION,
                    TestDatabase.DIMENSION);
            texts.add(TestDatabase.text(id, versions[i]));
        }
        columns.put("version", Columns.longs(versions));
        columns.put("vector", Columns.floatVectors(TestDatabase.DIMENSION, vectors));
        columns.put("text", Columns.varchars(texts.toArray(String[]::new)));
        data.database().insert(CALL, new InsertRequest("c", "", new ColumnBatch(5, columns), 0));
        Map<Long, Long> expected = Map.of(7L, 5L, 8L, 4L);
        assertThat(data.rows("c")).isEqualTo(expected);
        data.flush("c");
        assertThat(data.rows("c")).isEqualTo(expected);
        data.upsert("c", 6, 9);
        data.flush("c");
        data.compact("c");
        allIsWell("c", Map.of(7L, 5L, 8L, 4L, 9L, 6L));
    }

    @Test
    @DisplayName("milvus 52659: limit and offset were applied before rows of one key had become one")
    void limitAndOffsetCountKeysAndNotVersions() {
        for (long version = 1; version <= 5; version++) {
            data.insert("c", version, LongStream.range(0, 30).toArray());
            if (version == 3) {
                data.flush("c");
            }
        }
        for (int round = 0; round < 3; round++) {
            List<Long> paged = new ArrayList<>();
            for (int page = 0; page < 4; page++) {
                FixedColumn ids = (FixedColumn) data.database()
                        .query(
                                CALL,
                                new QueryRequest(
                                        "c",
                                        List.of(),
                                        Filter.NONE,
                                        List.of("version"),
                                        10,
                                        page * 10L,
                                        false,
                                        Consistency.STRONG))
                        .rows()
                        .column("id");
                for (int row = 0; row < ids.rows(); row++) {
                    paged.add(ids.getLong(row));
                }
            }
            assertThat(paged)
                    .containsExactlyElementsOf(LongStream.range(0, 30).boxed().toList());
            SearchResult hits = data.search("c", 20);
            assertThat(hits.scores()).hasSize(20);
            FixedColumn keys = (FixedColumn) hits.keys();
            assertThat(LongStream.range(0, 20).map(i -> keys.getLong((int) i)).distinct())
                    .hasSize(20);
            data.flush("c");
            data.compact("c");
        }
        allIsWell("c", versions(5, 0, 30));
    }

    @Test
    @DisplayName("qdrant 9521: a write with a vector of a wrong name was answered with success and dropped")
    void vectorOfAWrongNameIsRefusedAndChangesNothing() {
        data.upsert("c", 1, 1);
        for (boolean both : new boolean[] {false, true}) {
            Map<String, Column> columns =
                    new HashMap<>(TestDatabase.rows(2, 1, 2).columns());
            Column vectors = columns.get("vector");
            if (!both) {
                columns.remove("vector");
            }
            columns.put("vektor", vectors);
            for (boolean upsert : new boolean[] {false, true}) {
                InsertRequest request = new InsertRequest("c", "", new ColumnBatch(2, columns), 0);
                assertThatThrownBy(() -> {
                            if (upsert) {
                                data.database().upsert(CALL, request);
                            } else {
                                data.database().insert(CALL, request);
                            }
                        })
                        .isInstanceOfSatisfying(
                                ElanusException.class,
                                e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                        .hasMessageContaining(both ? "vektor" : "vector");
            }
        }
        allIsWell("c", Map.of(1L, 1L));
    }

    @Test
    @DisplayName("all of them together: nothing is lost when the metadata store goes away while everything happens")
    void nothingIsLostWhileTheMetadataStoreComesAndGoes() throws InterruptedException {
        create("d", 2);
        AtomicBoolean stop = new AtomicBoolean();
        Thread faults = Thread.ofVirtual().start(() -> {
            boolean lost = false;
            while (!stop.get()) {
                metadata.goAway(lost ? Fault.LOSES_THE_COMMIT : Fault.LOSES_THE_REPLY);
                lost = !lost;
                pause(8);
                metadata.comeBack();
                pause(8);
            }
            metadata.comeBack();
        });
        Map<Long, Long> expected = new TreeMap<>();
        for (long version = 1; version <= 300; version++) {
            long id = version * 7 % 50;
            data.upsert("d", version, id, id + 1);
            expected.put(id, version);
            expected.put(id + 1, version);
            if (version % 3 == 0) {
                data.delete("d", "id == " + id);
                expected.remove(id);
            }
            try {
                if (version % 4 == 0) {
                    data.flush("d");
                }
                if (version % 20 == 0) {
                    data.compact("d");
                }
            } catch (ElanusException e) {
                // the outcome is found out later
            }
            if (version % 25 == 0) {
                assertThat(data.rows("d")).isEqualTo(expected);
            }
        }
        stop.set(true);
        faults.join();
        data.flush("d");
        data.compact("d");
        allIsWell("d", expected);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
