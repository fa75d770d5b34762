package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.elanus.core.engine.TestDatabase.CALL;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.ExplainRequest;
import org.elanus.spi.database.Explanation;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.IndexInfo;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.storage.ObjectInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scalar indexes from their definition to the answer, through merges, restarts and damage. */
class ScalarIndexTest {

    private static final String NAME = "things";
    private static final int ROWS = 6000;

    @TempDir
    private Path directory;

    private TestDatabase database;

    @BeforeEach
    void open() {
        database = new TestDatabase(directory).open();
        database.create(NAME, 1, Map.of());
        fill(0);
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** Ids count on, versions are 0 to 49. */
    private void fill(int from) {
        for (int version = 0; version < 50; version++) {
            int first = from + version * ROWS / 50;
            database.insert(
                    NAME, version, LongStream.range(first, first + ROWS / 50).toArray());
        }
        database.database().flush(CALL, NAME);
    }

    private void index(String field, String type, Map<String, String> parameters) {
        database.database().createIndex(CALL, NAME, new IndexSpec(field, "by_" + field, type, "", parameters));
    }

    private IndexInfo info(String field) {
        return database.database().indexes(CALL, NAME).stream()
                .filter(index -> index.spec().name().equals("by_" + field))
                .findFirst()
                .orElseThrow();
    }

    private void awaitBuilt(String field) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(info(field).state()).isEqualTo(IndexInfo.State.FINISHED));
        assertThat(info(field).indexedRows()).isEqualTo(info(field).totalRows());
    }

    private long count(String filter) {
        ColumnBatch rows = database.database()
                .query(CALL, QueryRequest.of(NAME, filter, QueryRequest.COUNT))
                .rows();
        return ((FixedColumn) rows.columns().get(QueryRequest.COUNT)).getLong(0);
    }

    private Explanation explain(String filter) {
        return database.database().explain(CALL, ExplainRequest.of(NAME, Filter.of(filter)));
    }

    private List<String> accesses(String filter) {
        return explain(filter).segments().stream()
                .filter(Explanation.Segment::sealed)
                .map(segment -> segment.filter() == null ? "" : segment.filter().access())
                .distinct()
                .toList();
    }

    @Test
    void anIndexThatCannotBeOpenedAfterItsCommitCostsNothingButItsSpeed() {
        AtomicInteger refused = new AtomicInteger();
        AtomicBoolean refuses = new AtomicBoolean(true);
        database.close();
        database.aroundObjects = objects -> {
            FaultyObjects faulty = new FaultyObjects(objects);
            faulty.beforeRead = key -> {
                if (refuses.get() && key.contains("/index-")) {
                    refused.incrementAndGet();
                    throw new ElanusException(StandardErrorCode.IO_FAILURE, "the disk could not read " + key);
                }
            };
            return faulty;
        };
        database.open();
        index("version", "INVERTED", Map.of());
        await().atMost(Duration.ofSeconds(60)).until(() -> refused.get() > 0);
        assertThat(count("version == 7")).isEqualTo(ROWS / 50);
        assertThat(accesses("version == 7")).containsExactly("scan");
        database.upsert(NAME, 60, ROWS + 1);
        assertThat(count("version == 60")).isOne();
        refuses.set(false);
        awaitBuilt("version");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(accesses("version == 7")).doesNotContain("scan"));
        assertThat(count("version == 7")).isEqualTo(ROWS / 50);
    }

    @Test
    void filtersUseIndexesOnceTheyAreBuiltAndAfterRestartsAndMerges() {
        assertThat(accesses("version == 7")).containsExactly("scan");
        assertThat(count("version == 7")).isEqualTo(ROWS / 50);
        index("version", "BITMAP", Map.of());
        index("text", "TRIE", Map.of());
        awaitBuilt("version");
        awaitBuilt("text");
        assertThat(accesses("version == 7")).containsExactly("index by_version (BITMAP)");
        assertThat(accesses("text like \"12%\"")).containsExactly("index by_text (TRIE)");
        assertThat(count("version == 7")).isEqualTo(ROWS / 50);
        assertThat(count("not (version > 7)")).isEqualTo(ROWS / 50 * 8);
        assertThat(count("text like \"12%\"")).isEqualTo(1 + 10 + 100);
        database.restart();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(accesses("version == 7")).containsExactly("index by_version (BITMAP)"));
        fill(ROWS);
        awaitBuilt("version");
        assertThat(count("version == 7")).isEqualTo(ROWS / 50 * 2);
        database.database().compact(CALL, NAME);
        awaitBuilt("version");
        Explanation merged = explain("version == 7 and id >= 0");
        assertThat(merged.segments()).hasSize(1);
        assertThat(merged.passingRows()).isEqualTo(ROWS / 50 * 2);
        Explanation.Step step =
                Objects.requireNonNull(merged.segments().getFirst().filter());
        assertThat(step.access()).isEqualTo("all of");
        assertThat(step.inputs().getFirst().access()).isEqualTo("index by_version (BITMAP)");
        assertThat(step.inputs().getFirst().passingRows()).isEqualTo(ROWS / 50 * 2);
        assertThat(step.inputs().getLast().access()).isEqualTo("scan");
        assertThat(step.inputs().getLast().examinedRows()).isEqualTo(ROWS / 50 * 2);
        assertThat(merged.toText()).contains("index by_version (BITMAP): version == 7");
    }

    @Test
    void anIndexThatIsDroppedIsUsedNoMore() {
        index("version", "STL_SORT", Map.of());
        awaitBuilt("version");
        assertThat(accesses("version < 2")).containsExactly("index by_version (STL_SORT)");
        database.database().dropIndex(CALL, NAME, "by_version");
        assertThat(accesses("version < 2")).containsExactly("scan");
        assertThat(count("version < 2")).isEqualTo(ROWS / 50 * 2);
    }

    @Test
    void growingRowsAreScannedBesideTheIndex() {
        index("version", "", Map.of());
        awaitBuilt("version");
        assertThat(accesses("version == 3")).containsExactly("index by_version (BITMAP)");
        database.insert(NAME, 3, 1_000_000, 1_000_001);
        assertThat(count("version == 3")).isEqualTo(ROWS / 50 + 2);
        assertThat(explain("version == 3").segments()).anySatisfy(segment -> {
            assertThat(segment.sealed()).isFalse();
            assertThat(segment.passingRows()).isEqualTo(2);
        });
    }

    @Test
    void damagedIndexesAreFoundAndNotUsed() {
        index("version", "INVERTED", Map.of());
        awaitBuilt("version");
        String object = database.objects.list("").stream()
                .map(ObjectInfo::key)
                .filter(key -> key.endsWith("/terms"))
                .findFirst()
                .orElseThrow();
        database.objects.delete(object);
        database.restart();
        assertThat(accesses("version == 7")).first().isIn("scan", "index by_version (INVERTED)");
        assertThat(count("version == 7")).isEqualTo(ROWS / 50);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(accesses("version == 7")).containsExactly("index by_version (INVERTED)"));
    }

    /** Whichever byte is wrong: a filter is never answered by it, not even the first one after a start. */
    @Test
    void aDamagedByteOfAnIndexNeverChangesAnAnswer() throws IOException {
        index("version", "STL_SORT", Map.of());
        awaitBuilt("version");
        for (int part = 0; part < 3; part++) {
            Path terms = directory.resolve(database.objects.list("").stream()
                    .map(ObjectInfo::key)
                    .filter(key -> key.endsWith("/terms"))
                    .max(Comparator.naturalOrder()) // the newest; older ones are garbage
                    .orElseThrow());
            byte[] bytes = Files.readAllBytes(terms);
            bytes[(int) (bytes.length * (2 * part + 1L) / 6)] ^= 0x40;
            Files.write(terms, bytes);
            database.restart();
            for (int version = 0; version < 50; version++) {
                assertThat(count("version == " + version)).isEqualTo(ROWS / 50);
                assertThat(count("version > " + version)).isEqualTo((49 - version) * ROWS / 50);
            }
            awaitBuilt("version");
        }
    }

    @Test
    void typesThatDoNotFitAreRefused() {
        refused("text", "STL_SORTED", "invalid index type");
        refused("id", "BITMAP", "create bitmap index on primary key not supported");
        refused("version", "TRIE", "TRIE are only supported on varchar field");
        refused("version", "HYBRID", "invalid index type");
        refused("$meta", "INVERTED", "json index must specify cast type");
        assertThatThrownBy(() -> index(
                        "$meta", "INVERTED", Map.of("json_path", "$meta[\"a\"]", "json_cast_type", "ARRAY_INT64")))
                .hasMessageContaining("json_cast_type ARRAY_INT64 is not supported");
        assertThatThrownBy(() ->
                        index("$meta", "INVERTED", Map.of("json_path", "$meta[\"a\"", "json_cast_type", "DOUBLE")))
                .hasMessageContaining("json_path");
    }

    private void refused(String field, String type, String message) {
        assertThatThrownBy(() -> index(field, type, Map.of()))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining(message);
    }

    @Test
    void eachPathIntoJsonHasAnIndexOfItsOwn() {
        for (String key : List.of("a", "b")) {
            database.database()
                    .createIndex(
                            CALL,
                            NAME,
                            new IndexSpec(
                                    "$meta",
                                    "by_" + key,
                                    "INVERTED",
                                    "",
                                    Map.of("json_path", "$meta[\"" + key + "\"]", "json_cast_type", "DOUBLE")));
        }
        awaitBuilt("a");
        awaitBuilt("b");
        assertThat(accesses("a == 7")).containsExactly("index by_a (INVERTED)");
        assertThat(accesses("$meta[\"b\"] > 7")).containsExactly("index by_b (INVERTED)");
        assertThat(count("a == 7")).isZero();
        assertThat(count("a != 7")).isEqualTo(ROWS);
    }
}
