package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.log.SharedMemoryLog;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.MemoryAccountant;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.DeleteRequest;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.IndexInfo;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.MutationResult;
import org.elanus.spi.database.Principal;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {

    private static final CallContext CALL = CallContext.of(Principal.ANONYMOUS);
    private static final int DIMENSION = 4;

    @TempDir
    private Path temporary;

    private final MemoryMetadata metadata = new MemoryMetadata();
    private final SharedMemoryLog log = new SharedMemoryLog();
    private DirectoryObjects objects;
    private Engine engine;

    @BeforeEach
    void open() {
        objects = new DirectoryObjects(temporary);
        engine = Engine.open(new Engine.Parts(
                metadata,
                objects,
                "memory",
                log,
                log.capabilities(),
                new IndexTypes(new Registry()),
                Seams.system(),
                new MemoryAccountant(1L << 30),
                EngineSettings.defaults(),
                event -> {}));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private Database database() {
        return engine.database();
    }

    private void create(String name, int shards, FieldSchema primaryKey) {
        database()
                .createCollection(
                        CALL,
                        new CollectionSpec(
                                name,
                                new CollectionSchema(
                                        "",
                                        List.of(
                                                primaryKey,
                                                FieldSchema.of("version", DataType.INT64),
                                                FieldSchema.varchar("text", 100).withNullable(true),
                                                FieldSchema.vector("vector", DataType.FLOAT_VECTOR, DIMENSION)),
                                        true),
                                shards,
                                0,
                                Consistency.Level.STRONG,
                                Map.of()));
        database().createIndex(CALL, name, new IndexSpec("vector", "", "FLAT", "L2", Map.of()));
        database().load(CALL, name, List.of());
    }

    private static ColumnBatch batch(Column keys, long... versions) {
        float[] vectors = new float[versions.length * DIMENSION];
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < versions.length; i++) {
            for (int d = 0; d < DIMENSION; d++) {
                vectors[i * DIMENSION + d] = vector(versions[i])[d];
            }
            texts.add(versions[i] % 3 == 0 ? null : "text " + versions[i]);
        }
        Map<String, Column> columns = new HashMap<>();
        columns.put("version", Columns.longs(versions));
        columns.put("text", Columns.strings(DataType.VARCHAR, texts));
        columns.put("vector", Columns.floatVectors(DIMENSION, vectors));
        if (keys != null) {
            columns.put("id", keys);
        }
        return new ColumnBatch(versions.length, columns);
    }

    private static float[] vector(long version) {
        return new float[] {version, version % 7, version % 13, 1};
    }

    private Map<Long, Long> rows(String name) {
        QueryResult result = database().query(CALL, QueryRequest.of(name, "id >= 0", "version", "text", "vector"));
        Map<Long, Long> rows = new TreeMap<>();
        FixedColumn ids = (FixedColumn) result.rows().column("id");
        FixedColumn versions = (FixedColumn) result.rows().column("version");
        VariableColumn texts = (VariableColumn) result.rows().column("text");
        FixedColumn vectors = (FixedColumn) result.rows().column("vector");
        for (int row = 0; row < result.rows().rows(); row++) {
            long version = versions.getLong(row);
            assertThat(rows.put(ids.getLong(row), version)).isNull();
            assertThat(texts.isNull(row)).isEqualTo(version % 3 == 0);
            if (version % 3 != 0) {
                assertThat(texts.getString(row)).isEqualTo("text " + version);
            }
            assertThat(vectors.slice(row).get(FixedColumn.FLOAT, 0)).isEqualTo((float) version);
        }
        return rows;
    }

    /** Every operation at random against a map; now and then the engine is thrown away and opened again. */
    @Test
    void databaseIsAMapThroughFlushesMergesAndCrashes() {
        long seed = Long.getLong("elanus.seed", System.nanoTime());
        System.out.println("EngineTest: elanus.seed=" + seed);
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        create("map", 2, FieldSchema.primaryKey("id", DataType.INT64, false));
        Map<Long, Long> model = new TreeMap<>();
        long version = 0;
        for (int step = 0; step < 1_500; step++) {
            switch (random.nextInt(20)) {
                case 0, 1 -> database().flush(CALL, "map");
                case 2 -> database().compact(CALL, "map");
                case 3 -> {
                    engine.close();
                    open();
                }
                case 4, 5, 6 -> {
                    long from = random.nextInt(300);
                    String filter = random.nextBoolean()
                            ? "id in [" + from + ", " + (from + 1) + ", " + (from + 5) + "]"
                            : "id >= " + from + " and id < " + (from + 20) + " and version % 2 == 0";
                    database().delete(CALL, new DeleteRequest("map", "", Filter.of(filter)));
                    if (filter.startsWith("id in")) {
                        model.keySet().removeAll(Set.of(from, from + 1, from + 5));
                    } else {
                        model.entrySet()
                                .removeIf(row ->
                                        row.getKey() >= from && row.getKey() < from + 20 && row.getValue() % 2 == 0);
                    }
                }
                default -> {
                    int count = 1 + random.nextInt(20);
                    long[] ids = new long[count];
                    long[] versions = new long[count];
                    for (int i = 0; i < count; i++) {
                        ids[i] = random.nextInt(300);
                        versions[i] = ++version;
                        model.put(ids[i], versions[i]);
                    }
                    InsertRequest request = new InsertRequest("map", "", batch(Columns.longs(ids), versions), 0);
                    MutationResult result = random.nextBoolean()
                            ? database().insert(CALL, request)
                            : database().upsert(CALL, request);
                    assertThat(result.count()).isEqualTo(count);
                }
            }
            if (step % 10 == 0) {
                assertThat(rows("map")).as("seed %d step %d", seed, step).isEqualTo(model);
                assertThat(database().rowCount(CALL, "map", "")).isEqualTo(model.size());
                checkSearch(model, random);
            }
        }
        engine.close();
        assertThat(Engine.check(
                        metadata,
                        objects,
                        log,
                        log.capabilities(),
                        new IndexTypes(new Registry()),
                        Seams.system(),
                        progress -> {}))
                .isEmpty();
    }

    private void checkSearch(Map<Long, Long> model, RandomGenerator random) {
        float[] query = vector(random.nextInt(2_000));
        SearchResult result = database()
                .search(
                        CALL,
                        SearchRequest.of("map", Columns.floatVectors(DIMENSION, query), 5)
                                .withOutputFields(List.of("version")));
        List<Double> expected = model.values().stream()
                .map(version -> {
                    double sum = 0;
                    for (int d = 0; d < DIMENSION; d++) {
                        double difference = query[d] - vector(version)[d];
                        sum += difference * difference;
                    }
                    return sum;
                })
                .sorted()
                .limit(5)
                .toList();
        assertThat(result.scores()).hasSize(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            assertThat((double) result.scores()[i]).isCloseTo(expected.get(i), withinPercentage(0.001));
            long id = ((FixedColumn) result.keys()).getLong(i);
            assertThat(((FixedColumn) result.rows().column("version")).getLong(i))
                    .isEqualTo(model.get(id));
        }
    }

    @Test
    void generatedKeysAreReturnedAndUpsertReplacesByThem() {
        create("auto", 2, FieldSchema.primaryKey("id", DataType.INT64, true));
        MutationResult inserted = database().insert(CALL, new InsertRequest("auto", "", batch(null, 1, 2, 3), 0));
        FixedColumn keys = (FixedColumn) inserted.keys();
        assertThat(rows("auto").keySet()).containsExactlyInAnyOrder(keys.getLong(0), keys.getLong(1), keys.getLong(2));
        MutationResult replaced =
                database().upsert(CALL, new InsertRequest("auto", "", batch(Columns.longs(keys.getLong(0)), 10), 0));
        assertThat(rows("auto").values()).containsExactlyInAnyOrder(10L, 2L, 3L);
        assertThat(((FixedColumn) replaced.keys()).getLong(0)).isNotEqualTo(keys.getLong(0));
        assertThatThrownBy(() -> database().insert(CALL, new InsertRequest("auto", "", batch(Columns.longs(1), 1), 0)))
                .hasMessageContaining("autoID");
    }

    @Test
    void textKeysAndDynamicFieldsSurviveFlushAndRestart() {
        create("text", 1, FieldSchema.primaryKey("id", DataType.VARCHAR, false));
        ColumnBatch rows = batch(Columns.varchars("a", "b", "c"), 1, 2, 3);
        Map<String, Column> columns = new HashMap<>(rows.columns());
        columns.put(
                "$meta",
                Columns.strings(DataType.JSON, List.of("{\"colour\":\"red\"}", "{}", "{\"colour\":\"blue\",\"n\":3}")));
        database().insert(CALL, new InsertRequest("text", "", new ColumnBatch(3, columns), 0));
        database().flush(CALL, "text");
        database().upsert(CALL, new InsertRequest("text", "", batch(Columns.varchars("b"), 5), 0));
        engine.close();
        open();
        QueryResult red = database().query(CALL, QueryRequest.of("text", "colour == \"red\"", "version", "colour"));
        assertThat(red.rows().rows()).isEqualTo(1);
        assertThat(((VariableColumn) red.rows().column("id")).getString(0)).isEqualTo("a");
        QueryResult b = database().query(CALL, QueryRequest.of("text", "id == \"b\"", "version"));
        assertThat(((FixedColumn) b.rows().column("version")).getLong(0)).isEqualTo(5);
    }

    @Test
    void wrongRowsNameTheOffenderAndChangeNothing() {
        create("strict", 1, FieldSchema.primaryKey("id", DataType.INT64, false));
        Map<String, Column> missing = new HashMap<>(batch(Columns.longs(1), 1).columns());
        missing.remove("version");
        Map<String, Column> wide = new HashMap<>(batch(Columns.longs(1), 1).columns());
        wide.put("vector", Columns.floatVectors(5, 1, 2, 3, 4, 5));
        Map<String, Column> nan = new HashMap<>(batch(Columns.longs(1), 1).columns());
        nan.put("vector", Columns.floatVectors(4, 1, Float.NaN, 3, 4));
        Map<String, Column> unknown = new HashMap<>(batch(Columns.longs(1), 1).columns());
        unknown.put("what", Columns.longs(1));
        Map<String, Column> longText = new HashMap<>(batch(Columns.longs(1), 1).columns());
        longText.put("text", Columns.varchars("x".repeat(101)));
        Map<String, Map<String, Column>> cases =
                Map.of("version", missing, "dimension 4", wide, "NaN", nan, "'what'", unknown, "100 bytes", longText);
        cases.forEach((expected, columns) -> assertThatThrownBy(() ->
                        database().insert(CALL, new InsertRequest("strict", "", new ColumnBatch(1, columns), 0)))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining(expected));
        assertThat(rows("strict")).isEmpty();
    }

    @Test
    void droppedPartitionAndCollectionTakeTheirRowsAlong() {
        create("parts", 2, FieldSchema.primaryKey("id", DataType.INT64, false));
        database().createPartition(CALL, "parts", "other");
        database().insert(CALL, new InsertRequest("parts", "", batch(Columns.longs(1, 2), 1, 2), 0));
        database().insert(CALL, new InsertRequest("parts", "other", batch(Columns.longs(3, 4), 4, 5), 0));
        database().flush(CALL, "parts");
        database().insert(CALL, new InsertRequest("parts", "other", batch(Columns.longs(5), 7), 0));
        assertThat(database().rowCount(CALL, "parts", "other")).isEqualTo(3);
        database().release(CALL, "parts", List.of());
        database().dropPartition(CALL, "parts", "other");
        database().load(CALL, "parts", List.of());
        assertThat(rows("parts").keySet()).containsExactly(1L, 2L);
        engine.close();
        open();
        assertThat(rows("parts").keySet()).containsExactly(1L, 2L);
        database().dropCollection(CALL, "parts");
        assertThat(objects.list("collections/")).isEmpty();
        create("parts", 1, FieldSchema.primaryKey("id", DataType.INT64, false));
        assertThat(rows("parts")).isEmpty();
    }

    @Test
    void droppingUnderWritesHarmsNoOtherCollection() throws InterruptedException {
        create("stays", 2, FieldSchema.primaryKey("id", DataType.INT64, false));
        Set<StandardErrorCode> ends = ConcurrentHashMap.newKeySet();
        for (int round = 0; round < 20; round++) {
            create("goes", 2, FieldSchema.primaryKey("id", DataType.INT64, false));
            List<Thread> writers = new ArrayList<>();
            for (int writer = 0; writer < 3; writer++) {
                long base = writer * 1_000L;
                writers.add(Thread.ofVirtual().start(() -> {
                    try {
                        for (long i = 0; ; i++) {
                            database()
                                    .upsert(
                                            CALL,
                                            new InsertRequest("goes", "", batch(Columns.longs(base + i % 50), i), 0));
                            database()
                                    .delete(
                                            CALL,
                                            new DeleteRequest(
                                                    "goes",
                                                    "",
                                                    Filter.of("id == " + (base + i % 7) + " or version < 0")));
                            if (i % 10 == 0) {
                                database().flush(CALL, "goes");
                            }
                        }
                    } catch (ElanusException e) {
                        ends.add((StandardErrorCode) e.code());
                    }
                }));
            }
            Thread.sleep(5 + round * 3L);
            database().dropCollection(CALL, "goes");
            for (Thread writer : writers) {
                writer.join();
            }
            database().upsert(CALL, new InsertRequest("stays", "", batch(Columns.longs(round), round), 0));
        }
        assertThat(ends).containsExactly(StandardErrorCode.COLLECTION_NOT_FOUND);
        assertThat(engine.health().problems()).isEmpty();
        assertThat(rows("stays")).hasSize(20);
    }

    @Test
    void lostLogIsNoticedBeforeAnythingIsAcknowledged() {
        create("kept", 1, FieldSchema.primaryKey("id", DataType.INT64, false));
        for (long id = 0; id < 10; id++) {
            database().insert(CALL, new InsertRequest("kept", "", batch(Columns.longs(id), id), 0));
        }
        database().flush(CALL, "kept");
        engine.close();
        log.forget();
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT))
                .hasMessageContaining("lost or replaced");
    }

    @Test
    void rowsThatNothingWasSentForAreRefusedBeforeTheyTakeMemory() {
        create("auto", 1, FieldSchema.primaryKey("id", DataType.INT64, true));
        assertThatThrownBy(() -> database()
                        .insert(CALL, new InsertRequest("auto", "", new ColumnBatch(Integer.MAX_VALUE, Map.of()), 0)))
                .hasMessageContaining("'version' is missing");
    }

    @Test
    void releasedCollectionRefusesReadsAndTakesWrites() {
        create("released", 1, FieldSchema.primaryKey("id", DataType.INT64, false));
        database().release(CALL, "released", List.of());
        database().insert(CALL, new InsertRequest("released", "", batch(Columns.longs(1), 1), 0));
        assertThatThrownBy(() -> rows("released"))
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).isEqualTo(StandardErrorCode.COLLECTION_NOT_LOADED));
        database().load(CALL, "released", List.of());
        assertThat(rows("released")).containsOnlyKeys(1L);
    }

    @Test
    void indexIsFinishedOnAnEmptyCollectionAndFlushIsSeen() {
        create("empty", 1, FieldSchema.primaryKey("id", DataType.INT64, false));
        assertThat(database().indexes(CALL, "empty"))
                .singleElement()
                .satisfies(index -> assertThat(index.state()).isEqualTo(IndexInfo.State.FINISHED));
        long before = database()
                .insert(CALL, new InsertRequest("empty", "", batch(Columns.longs(1), 1), 0))
                .timestamp();
        assertThat(database().isFlushed(CALL, "empty", before)).isFalse();
        long flushed = database().flush(CALL, "empty").timestamp();
        assertThat(flushed).isGreaterThan(before);
        database().insert(CALL, new InsertRequest("empty", "", batch(Columns.longs(2), 2), 0));
        assertThat(database().isFlushed(CALL, "empty", flushed)).isTrue();
        assertThat(Optional.of(database().segments(CALL, "empty").size())).contains(2);
    }

    /** A read that began before the partition was there must not take the row for gone. */
    @Test
    void rowThatMovesToANewPartitionIsNeverMissing() throws InterruptedException {
        create("moves", 1, FieldSchema.primaryKey("id", DataType.INT64, false));
        database().insert(CALL, new InsertRequest("moves", "", batch(Columns.longs(1), 1), 0));
        java.util.concurrent.atomic.AtomicBoolean done = new java.util.concurrent.atomic.AtomicBoolean();
        java.util.concurrent.atomic.AtomicInteger missing = new java.util.concurrent.atomic.AtomicInteger();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            readers.add(Thread.ofVirtual().start(() -> {
                while (!done.get()) {
                    QueryRequest request =
                            QueryRequest.of("moves", "id == 1", "version").withConsistency(Consistency.STRONG);
                    if (database().query(CALL, request).rows().rows() != 1) {
                        missing.incrementAndGet();
                    }
                }
            }));
        }
        for (int partition = 0; partition < 80; partition++) {
            database().createPartition(CALL, "moves", "p" + partition);
            database().upsert(CALL, new InsertRequest("moves", "p" + partition, batch(Columns.longs(1), partition), 0));
        }
        done.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(missing).hasValue(0);
    }

    @Test
    void deleteOfNothingReturnsATimestampThatTheLogHolds() {
        create("nothing", 1, FieldSchema.primaryKey("id", DataType.INT64, false));
        long written = database()
                .insert(CALL, new InsertRequest("nothing", "", batch(Columns.longs(1), 1), 0))
                .timestamp();
        database().flush(CALL, "nothing");
        database().allocateTimestamp(CALL);
        assertThat(database()
                        .delete(CALL, new DeleteRequest("nothing", "", Filter.of("version == 7")))
                        .timestamp())
                .isEqualTo(written);
    }

    /** The flush of one channel takes its time; what is written into the other meanwhile may know more fields. */
    @Test
    void fieldAddedDuringAFlushKeepsItsValues() {
        create("grows", 2, FieldSchema.primaryKey("id", DataType.INT64, false));
        long[] ids = new long[20];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i;
        }
        ColumnBatch rows = batch(Columns.longs(ids), ids);
        database().insert(CALL, new InsertRequest("grows", "", rows, 0));
        objects.beforeNextObject = () -> {
            database()
                    .addField(
                            CALL,
                            "grows",
                            FieldSchema.of("added", DataType.INT64).withNullable(true));
            Map<String, Column> columns = new HashMap<>(rows.columns());
            columns.put("added", Columns.longs(ids));
            database().insert(CALL, new InsertRequest("grows", "", new ColumnBatch(ids.length, columns), 0));
        };
        database().flush(CALL, "grows");
        FixedColumn added = (FixedColumn) database()
                .query(CALL, QueryRequest.of("grows", "id >= 0", "added"))
                .rows()
                .column("added");
        for (int row = 0; row < ids.length; row++) {
            assertThat(added.isNull(row)).isFalse();
            assertThat(added.getLong(row)).isEqualTo(row);
        }
    }
}
