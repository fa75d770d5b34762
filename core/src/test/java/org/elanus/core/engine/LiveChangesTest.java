package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.elanus.core.engine.TestDatabase.CALL;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.LoadOptions;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Collections that change while they are served. */
class LiveChangesTest {

    @TempDir
    private Path temporary;

    private TestDatabase data;

    @BeforeEach
    void open() {
        data = new TestDatabase(temporary).open();
        data.create("c");
    }

    @AfterEach
    void close() {
        data.close();
    }

    private QueryResult query(String filter, String... fields) {
        return data.database().query(CALL, QueryRequest.of("c", filter, fields));
    }

    private List<Long> ids(String filter) {
        FixedColumn ids = (FixedColumn) query(filter, "id").rows().column("id");
        List<Long> found = new ArrayList<>();
        for (int row = 0; row < ids.rows(); row++) {
            found.add(ids.getLong(row));
        }
        return found;
    }

    @Test
    void truncationLeavesTheDefinitionAndWhatComesLater() {
        data.upsert("c", 1, 1, 2, 3);
        data.flush("c");
        data.upsert("c", 1, 4);
        data.database().truncate(CALL, "c");
        assertThat(data.rows("c")).isEmpty();
        data.upsert("c", 2, 2, 5);
        data.restart();
        assertThat(data.rows("c")).isEqualTo(Map.of(2L, 2L, 5L, 2L));
        data.database().truncate(CALL, "c");
        data.restart();
        assertThat(data.rows("c")).isEmpty();
        assertThat(data.check()).isEmpty();
    }

    @Test
    void truncationUnderWritesRemovesWhatWasAcknowledgedBefore() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                for (long i = 1_000; !stop.get(); i++) {
                    data.upsert("c", i, i);
                    if (i % 20 == 0) {
                        data.flush("c");
                    }
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        for (long round = 0; round < 20; round++) {
            data.upsert("c", round, round);
            data.database().truncate(CALL, "c");
            long wrong = round;
            assertThat(ids("id <= " + wrong)).isEmpty();
        }
        stop.set(true);
        writer.join();
        assertThat(failure.get()).isNull();
        assertThat(data.check()).isEmpty();
    }

    @Test
    void fieldsThatAreNotLoadedCannotBeAskedFor() {
        data.upsert("c", 1, 1, 2);
        data.database().release(CALL, "c", List.of());
        data.database().load(CALL, "c", List.of(), new LoadOptions(List.of("id", "version", "vector"), true));
        assertThat(query("version == 1", "*").outputFields()).containsExactly("id", "version", "vector");
        SearchRequest search = SearchRequest.of("c", Columns.floatVectors(4, 1, 1, 1, 1), 1);
        assertThat(data.database().search(CALL, search).scores()).hasSize(1);
        List<Runnable> refused = List.of(
                () -> query("id > 0", "text"),
                () -> query("text == \"1 as of 1\"", "id"),
                () -> query("some_key == 1", "id"),
                () -> query("id > 0", "some_key"),
                () -> data.database().search(CALL, search.withOutputFields(List.of("text"))));
        for (int round = 0; round < 2; round++) {
            for (Runnable one : refused) {
                assertThatThrownBy(one::run)
                        .isInstanceOfSatisfying(
                                ElanusException.class,
                                e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                        .hasMessageContaining("is not loaded");
            }
            data.restart();
        }
        assertThatThrownBy(() -> data.database()
                        .load(CALL, "c", List.of(), new LoadOptions(List.of("id", "text", "vector"), false)))
                .hasMessageContaining("can't change the load field list");
        data.database().load(CALL, "c", List.of());
        // Rows are written whole, and read whole after another load.
        data.upsert("c", 2, 2, 3);
        data.delete("c", "text == \"1 as of 1\"");
        data.database().release(CALL, "c", List.of());
        assertThatThrownBy(() -> data.database()
                        .load(CALL, "c", List.of(), new LoadOptions(List.of("version", "vector"), false)))
                .hasMessageContaining("primary key");
        assertThatThrownBy(() ->
                        data.database().load(CALL, "c", List.of(), new LoadOptions(List.of("id", "text"), false)))
                .hasMessageContaining("vector");
        assertThatThrownBy(() -> data.database()
                        .load(CALL, "c", List.of(), new LoadOptions(List.of("id", "nothing", "vector"), false)))
                .hasMessageContaining("nothing");
        data.database().load(CALL, "c", List.of());
        assertThat(data.rows("c")).isEqualTo(Map.of(2L, 2L, 3L, 2L));
    }

    @Test
    void fieldAddedWhileRowsComeIsNullOrDefaultInOlderOnes() throws InterruptedException {
        data.upsert("c", 1, 1, 2);
        data.flush("c");
        data.upsert("c", 1, 3, 4);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                for (long i = 100; !stop.get(); i++) {
                    data.upsert("c", i, i);
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        data.database()
                .addField(CALL, "c", FieldSchema.of("stars", DataType.INT32).withNullable(true));
        FieldSchema colour = FieldSchema.varchar("colour", 20);
        data.database()
                .addField(
                        CALL,
                        "c",
                        new FieldSchema(
                                0,
                                "colour",
                                "",
                                DataType.VARCHAR,
                                null,
                                false,
                                false,
                                true,
                                false,
                                false,
                                false,
                                "grey",
                                colour.parameters()));
        stop.set(true);
        writer.join();
        assertThat(failure.get()).isNull();
        data.delete("c", "id >= 100");
        Map<String, Column> columns = new HashMap<>(TestDatabase.rows(2, 5, 6).columns());
        columns.put("stars", Columns.integers(DataType.INT32, new long[] {4, 5}));
        columns.put("colour", Columns.varchars("red", "blue"));
        data.database().insert(CALL, new InsertRequest("c", "", new ColumnBatch(2, columns), 0));
        data.upsert("c", 3, 2); // names neither of the fields
        for (int round = 0; round < 4; round++) {
            assertThat(ids("stars is null")).containsExactly(1L, 2L, 3L, 4L);
            assertThat(ids("stars >= 4")).containsExactly(5L, 6L);
            assertThat(ids("colour == \"grey\"")).containsExactly(1L, 2L, 3L, 4L);
            QueryResult all = query("id > 0", "stars", "colour");
            FixedColumn stars = (FixedColumn) all.rows().column("stars");
            VariableColumn colours = (VariableColumn) all.rows().column("colour");
            for (int row = 0; row < 4; row++) {
                assertThat(stars.isNull(row)).isTrue();
                assertThat(colours.getString(row)).isEqualTo("grey");
            }
            assertThat(colours.getString(5)).isEqualTo("blue");
            assertThat(data.database()
                            .search(
                                    CALL,
                                    SearchRequest.of("c", Columns.floatVectors(4, 5, 2, 5, 1), 5)
                                            .withFilter(org.elanus.spi.database.Filter.of("stars > 0"))
                                            .withOutputFields(List.of("colour")))
                            .scores())
                    .hasSize(2);
            switch (round) {
                case 0 -> data.restart();
                case 1 -> data.flush("c");
                default -> data.compact("c");
            }
        }
        data.delete("c", "colour == \"grey\" and stars is null");
        assertThat(ids("id > 0")).containsExactly(5L, 6L);
        assertThat(data.check()).isEmpty();
    }

    @Test
    void writesByAnOlderSchemaAreToldToReadItAgain() {
        long known = data.database().collection(CALL, "c").updatedAt();
        data.database().insert(CALL, new InsertRequest("c", "", TestDatabase.rows(1, 1), known));
        data.database()
                .addField(CALL, "c", FieldSchema.of("stars", DataType.INT32).withNullable(true));
        for (boolean upsert : new boolean[] {false, true}) {
            InsertRequest request = new InsertRequest("c", "", TestDatabase.rows(1, 2), known);
            assertThatThrownBy(() -> {
                        if (upsert) {
                            data.database().upsert(CALL, request);
                        } else {
                            data.database().insert(CALL, request);
                        }
                    })
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SCHEMA_MISMATCH));
        }
        long now = data.database().collection(CALL, "c").updatedAt();
        assertThat(now).isNotEqualTo(known);
        data.database().insert(CALL, new InsertRequest("c", "", TestDatabase.rows(1, 2), now));
        data.restart();
        data.database().insert(CALL, new InsertRequest("c", "", TestDatabase.rows(1, 3), now));
        assertThat(data.rows("c")).hasSize(3);
    }

    @Test
    void renamedCollectionKeepsRowsIndexesAndAliases() {
        data.upsert("c", 1, 1, 2);
        data.database().createAlias(CALL, "c", "other");
        data.database().renameCollection(CALL, "c", "", "d");
        data.upsert("other", 2, 3);
        data.restart();
        assertThat(data.rows("d")).isEqualTo(Map.of(1L, 1L, 2L, 1L, 3L, 2L));
        assertThat(data.rows("other")).hasSize(3);
        assertThat(data.database().hasCollection(CALL, "c")).isFalse();
        data.create("c");
        assertThat(data.rows("c")).isEmpty();
        data.database().createDatabase(CALL, "second", Map.of());
        assertThatThrownBy(() -> data.database().renameCollection(CALL, "d", "second", "d"))
                .hasMessageContaining("aliases");
        data.database().dropAlias(CALL, "other");
        data.database().renameCollection(CALL, "d", "second", "c");
        data.restart();
        assertThat(data.database().hasCollection(CALL, "d")).isFalse();
        assertThat(data.rows("c")).isEmpty();
        assertThat(data.database()
                        .query(CALL.in("second"), QueryRequest.of("c", "id > 0", "version"))
                        .rows()
                        .rows())
                .isEqualTo(3);
    }

    /** A write that looked the partition up before its drop must not hide what was written after it. */
    @Test
    void writesIntoADroppedPartitionHideNothingThatWasWrittenLater() throws InterruptedException {
        data.create("parts", 1, Map.of());
        data.database().createPartition(CALL, "parts", "part");
        // Many rows, so that it takes a while from the look-up to the log.
        ColumnBatch many = TestDatabase.rows(1, LongStream.range(0, 5000).toArray());
        AtomicBoolean done = new AtomicBoolean();
        Set<StandardErrorCode> ends = ConcurrentHashMap.newKeySet();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            writers.add(Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    try {
                        data.database().upsert(CALL, new InsertRequest("parts", "part", many, 0));
                    } catch (ElanusException e) {
                        ends.add((StandardErrorCode) e.code());
                    }
                }
            }));
        }
        int missing = 0;
        for (int round = 0; round < 25; round++) {
            data.database().release(CALL, "parts", List.of("part"));
            data.database().dropPartition(CALL, "parts", "part");
            data.database().createPartition(CALL, "parts", "part");
            data.upsert("parts", 2, 1);
            QueryRequest request = QueryRequest.of("parts", "id == 1", "version")
                    .withConsistency(Consistency.STRONG);
            data.database().load(CALL, "parts", List.of("part"));
            if (data.database().query(CALL, request).rows().rows() != 1) {
                missing++;
            }
        }
        done.set(true);
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(missing).isZero();
        assertThat(ends).isSubsetOf(StandardErrorCode.PARTITION_NOT_FOUND);
    }
}
