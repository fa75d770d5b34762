package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.function.UnaryOperator;
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
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.MutationResult;
import org.elanus.spi.database.Principal;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;

/**
 * An engine over parts that outlive it, and short ways to use it. Every row is {@code (id, version)}; its text and its
 * vector are made of the two, and reading checks that they belong together.
 */
final class TestDatabase implements AutoCloseable {

    static final CallContext CALL = CallContext.of(Principal.ANONYMOUS);
    static final int DIMENSION = 4;

    final MemoryMetadata metadata = new MemoryMetadata();
    final SharedMemoryLog log = new SharedMemoryLog();
    final DirectoryObjects objects;
    final MovableClock clock = new MovableClock();

    /** What the engine sees in the place of the parts; set them before {@link #open}. */
    UnaryOperator<MetadataStore> aroundMetadata = UnaryOperator.identity();

    UnaryOperator<ObjectStore> aroundObjects = UnaryOperator.identity();
    UnaryOperator<WalOpener> aroundLog = UnaryOperator.identity();
    WalCapabilities logCapabilities = log.capabilities();
    EngineSettings settings = EngineSettings.defaults();
    long memory = 1L << 30;

    private Engine engine;
    private MemoryAccountant accountant;

    TestDatabase(Path directory) {
        objects = new DirectoryObjects(directory);
    }

    /** The system's clock, moved by hand. */
    static final class MovableClock implements Clock {
        private final Clock real = Seams.system().clock();
        private final AtomicLong offset = new AtomicLong();

        void advance(Duration duration) {
            offset.addAndGet(duration.toMillis());
        }

        @Override
        public long millis() {
            return real.millis() + offset.get();
        }

        @Override
        public long nanos() {
            return real.nanos();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            real.sleep(duration);
        }

        @Override
        public long await(Condition condition, long nanos) throws InterruptedException {
            return real.await(condition, nanos);
        }
    }

    TestDatabase open() {
        Seams real = Seams.system();
        accountant = new MemoryAccountant(memory);
        engine = Engine.open(new Engine.Parts(
                aroundMetadata.apply(metadata),
                aroundObjects.apply(objects),
                "memory",
                aroundLog.apply(log),
                logCapabilities,
                new IndexTypes(new Registry()),
                new Seams(real.files(), clock, real.threads(), real.randomness()),
                accountant,
                settings,
                event -> {}));
        return this;
    }

    /** Throws everything in memory away, as a crash does, and opens again what is in log, metadata and objects. */
    void restart() {
        engine.close();
        open();
    }

    Engine engine() {
        return engine;
    }

    MemoryAccountant accountant() {
        return accountant;
    }

    Database database() {
        return engine.database();
    }

    void create(String name) {
        create(name, 2, Map.of());
    }

    void create(String name, int shards, Map<String, String> properties) {
        create(name, shards, properties, FieldSchema.primaryKey("id", DataType.INT64, false));
    }

    void create(String name, int shards, Map<String, String> properties, FieldSchema primaryKey) {
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
                                                FieldSchema.varchar("text", 100),
                                                FieldSchema.vector("vector", DataType.FLOAT_VECTOR, DIMENSION)),
                                        true),
                                shards,
                                0,
                                Consistency.Level.STRONG,
                                properties));
        database().createIndex(CALL, name, new IndexSpec("vector", "", "FLAT", "L2", Map.of()));
        database().load(CALL, name, List.of());
    }

    /** Rows of one version. */
    static ColumnBatch rows(long version, long... ids) {
        long[] versions = new long[ids.length];
        float[] vectors = new float[ids.length * DIMENSION];
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            versions[i] = version;
            System.arraycopy(vector(ids[i], version), 0, vectors, i * DIMENSION, DIMENSION);
            texts.add(text(ids[i], version));
        }
        Map<String, Column> columns = new HashMap<>();
        columns.put("id", Columns.longs(ids));
        columns.put("version", Columns.longs(versions));
        columns.put("text", Columns.strings(DataType.VARCHAR, texts));
        columns.put("vector", Columns.floatVectors(DIMENSION, vectors));
        return new ColumnBatch(ids.length, columns);
    }

    static float[] vector(long id, long version) {
        return new float[] {id, version, id % 7, 1};
    }

    static String text(long id, long version) {
        return id + " as of " + version;
    }

    MutationResult upsert(String name, long version, long... ids) {
        return database().upsert(CALL, new InsertRequest(name, "", rows(version, ids), 0));
    }

    MutationResult insert(String name, long version, long... ids) {
        return database().insert(CALL, new InsertRequest(name, "", rows(version, ids), 0));
    }

    MutationResult delete(String name, String filter) {
        return database().delete(CALL, new DeleteRequest(name, "", Filter.of(filter)));
    }

    void flush(String name) {
        database().flush(CALL, name);
    }

    void compact(String name) {
        database().compact(CALL, name);
    }

    /** Versions by id, by query; count and search agree with it. */
    Map<Long, Long> rows(String name) {
        QueryResult result = database().query(CALL, QueryRequest.of(name, "id >= 0", "version", "text", "vector"));
        Map<Long, Long> rows = new TreeMap<>();
        FixedColumn ids = (FixedColumn) result.rows().column("id");
        FixedColumn versions = (FixedColumn) result.rows().column("version");
        VariableColumn texts = (VariableColumn) result.rows().column("text");
        FixedColumn vectors = (FixedColumn) result.rows().column("vector");
        for (int row = 0; row < result.rows().rows(); row++) {
            long id = ids.getLong(row);
            long version = versions.getLong(row);
            assertThat(rows.put(id, version)).as("key %d twice", id).isNull();
            assertThat(texts.getString(row)).isEqualTo(text(id, version));
            for (int d = 0; d < DIMENSION; d++) {
                assertThat(vectors.slice(row).get(FixedColumn.FLOAT, 4L * d)).isEqualTo(vector(id, version)[d]);
            }
        }
        assertThat(count(name)).isEqualTo(rows.size());
        assertThat(database().rowCount(CALL, name, "")).isEqualTo(rows.size());
        SearchResult hits = search(name, 16_384);
        assertThat(hits.scores()).hasSize(rows.size());
        return rows;
    }

    SearchResult search(String name, int limit) {
        return database().search(CALL, SearchRequest.of(name, Columns.floatVectors(DIMENSION, 0, 0, 0, 0), limit));
    }

    long count(String name) {
        QueryResult result = database().query(CALL, QueryRequest.of(name, "", QueryRequest.COUNT));
        return ((FixedColumn) result.rows().column(QueryRequest.COUNT)).getLong(0);
    }

    /** What the offline check finds; the engine is closed for it. */
    List<String> check() {
        engine.close();
        return Engine.check(
                metadata,
                objects,
                log,
                log.capabilities(),
                new IndexTypes(new Registry()),
                Seams.system(),
                progress -> {});
    }

    @Override
    public void close() {
        engine.close();
    }
}
