package org.elanus.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.elanus.core.access.Access;
import org.elanus.core.config.AuthConfig;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.auth.Decision;
import org.elanus.spi.auth.Resource;
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
import org.elanus.spi.database.ExplainRequest;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.Grouping;
import org.elanus.spi.database.HybridSearchRequest;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.Principal;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller whose role has a row filter, over the real engine: on no way does it learn of the others' rows. */
class RowFilterTest implements Authorizer {

    private static final int ROWS = 200;
    private static final CallContext ANN = CallContext.of(new Principal("ann", Set.of("owner == \"ann\"")));
    private static final CallContext LOST = CallContext.of(new Principal("lost", Set.of("no_such_field == 1")));

    @TempDir
    private Path directory;

    private EmbeddedDatabase all;
    private Database guarded;

    @Override
    public String name() {
        return "rows";
    }

    /** The role is the filter. */
    @Override
    public Decision authorize(Principal caller, Action action, Resource resource) {
        return Decision.allowed(caller.roles().iterator().next());
    }

    @BeforeEach
    void open() {
        all = Elanus.embedded().dataDirectory(directory).open();
        Registry registry = new Registry();
        registry.register(Authorizer.class, "rows", this, "test");
        Seams seams = Seams.system();
        guarded = Access.builder()
                .configuration(new AuthConfig(true, List.of("none"), "rows", "", List.of()))
                .registry(registry)
                .build(() -> all, seams.clock(), seams.threads(), seams.randomness())
                .database();
        all.createCollection(
                Words.CONTEXT,
                CollectionSpec.of(
                        "notes",
                        new CollectionSchema(
                                "",
                                List.of(
                                        FieldSchema.primaryKey("id", DataType.INT64, false),
                                        FieldSchema.varchar("owner", 20),
                                        FieldSchema.vector("v", DataType.FLOAT_VECTOR, 2),
                                        FieldSchema.vector("w", DataType.FLOAT_VECTOR, 2)),
                                false)));
        all.createIndex(Words.CONTEXT, "notes", new IndexSpec("v", "", "HNSW", "L2", Map.of()));
        all.createIndex(Words.CONTEXT, "notes", new IndexSpec("w", "", "HNSW", "L2", Map.of()));
        all.load(Words.CONTEXT, "notes", List.of());
        Map<String, Column> columns = new LinkedHashMap<>();
        long[] keys = new long[ROWS];
        String[] owners = new String[ROWS];
        float[] vectors = new float[2 * ROWS];
        for (int i = 0; i < ROWS; i++) {
            keys[i] = i;
            owners[i] = i % 2 == 0 ? "ann" : "ben";
            vectors[2 * i] = i;
        }
        columns.put("id", Columns.longs(keys));
        columns.put("owner", Columns.varchars(owners));
        columns.put("v", Columns.floatVectors(2, vectors));
        columns.put("w", Columns.floatVectors(2, vectors));
        all.insert(Words.CONTEXT, new InsertRequest("notes", "", new ColumnBatch(ROWS, columns), 0));
    }

    @AfterEach
    void close() {
        all.close();
    }

    private static SearchRequest near(String field, int key) {
        SearchRequest request = SearchRequest.of("notes", Columns.floatVectors(2, key, 0), 10);
        return new SearchRequest(
                        request.collection(),
                        List.of(),
                        field,
                        request.queries(),
                        10,
                        0,
                        Filter.NONE,
                        List.of("owner"),
                        "",
                        Map.of(),
                        -1,
                        false,
                        Consistency.STRONG)
                .withFilter(Filter.NONE);
    }

    private static List<Long> keys(Column column) {
        List<Long> keys = new java.util.ArrayList<>();
        for (int i = 0; i < column.rows(); i++) {
            keys.add(((FixedColumn) column).getLong(i));
        }
        return keys;
    }

    private static void assertAnns(SearchResult found, int hits) {
        assertThat(keys(found.keys())).hasSize(hits).allMatch(key -> key % 2 == 0);
    }

    private long count(String filter) {
        QueryRequest request = QueryRequest.of("notes", filter, QueryRequest.COUNT).withConsistency(Consistency.STRONG);
        return ((FixedColumn) guarded.query(ANN, request).rows().columns().get(QueryRequest.COUNT)).getLong(0);
    }

    private List<Long> query(String filter) {
        QueryRequest request = QueryRequest.of("notes", filter, "id", "owner").withConsistency(Consistency.STRONG);
        return keys(guarded.query(ANN, request).rows().columns().get("id"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyReadShowsTheCallersRowsAlone(boolean sealed) {
        if (sealed) {
            all.flush(Words.CONTEXT, "notes");
        }
        assertAnns(guarded.search(ANN, near("v", 51)), 10);
        assertAnns(guarded.search(ANN, near("v", 51).withFilter(Filter.of("owner == \"ben\" or id >= 0"))), 10);
        assertAnns(guarded.search(ANN, near("v", 51).withFilter(Filter.of("owner == \"ben\""))), 0);
        SearchRequest legs = near("v", 51);
        assertAnns(
                guarded.hybridSearch(
                        ANN,
                        new HybridSearchRequest(
                                "notes",
                                List.of(legs, near("w", 71)),
                                "rrf",
                                Map.of(),
                                20,
                                0,
                                List.of("owner"),
                                -1,
                                Consistency.STRONG)),
                20);
        SearchRequest grouped = near("v", 51);
        SearchResult groups = guarded.search(
                ANN,
                new SearchRequest(
                        "notes",
                        List.of(),
                        "v",
                        grouped.queries(),
                        10,
                        0,
                        Filter.NONE,
                        List.of("owner"),
                        "",
                        Map.of(),
                        -1,
                        false,
                        Consistency.STRONG,
                        null,
                        Grouping.by("owner", 1)));
        assertAnns(groups, 1);
        SearchRequest range = near("v", 51);
        assertAnns(
                guarded.search(
                        ANN,
                        new SearchRequest(
                                "notes",
                                List.of(),
                                "v",
                                range.queries(),
                                100,
                                0,
                                Filter.NONE,
                                List.of(),
                                "",
                                Map.of("radius", "26"),
                                -1,
                                false,
                                Consistency.STRONG)),
                6);
        assertThat(query("id in [1, 2, 3]")).containsExactly(2L);
        assertThat(query("id == 1")).isEmpty();
        assertThat(query("owner == \"ben\" or id == 4")).containsExactly(4L);
        assertThat(count("")).isEqualTo(ROWS / 2);
        assertThat(count("id < 10")).isEqualTo(5);
        assertThat(guarded.rowCount(ANN, "notes", "")).isEqualTo(ROWS / 2);
        assertThat(guarded.indexes(ANN, "notes")).allMatch(index -> index.totalRows() == 0 && index.indexedRows() == 0);
    }

    @Test
    void noFilterEndsTheRequiredOne() {
        for (String breakout : List.of(
                "id >= 0) or (id >= 0",
                "id >= 0 or (id >= 0",
                "id >= 0 // ",
                "id >= 0 \n) or (owner == \"ben\"",
                "true or (id in [1])",
                "not (owner == \"ann\")")) {
            try {
                assertThat(query(breakout)).as(breakout).allMatch(key -> key % 2 == 0);
            } catch (ElanusException e) {
                assertThat(e.code()).as(breakout).isEqualTo(StandardErrorCode.INVALID_ARGUMENT);
                assertThat(e.getMessage()).doesNotContain("ann\"");
            }
        }
    }

    @Test
    void aVectorOfAHiddenRowCannotBeSearchedFor() {
        assertAnns(guarded.search(ANN, byKeys(10)), 10);
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> guarded.search(ANN, byKeys(11)))
                .withMessageContaining("do not exist: missing IDs = [11]");
    }

    private static SearchRequest byKeys(long key) {
        return near("v", 0).withKeys(Columns.longs(key));
    }

    @Test
    void deletesReachTheCallersRowsAlone() {
        assertThat(guarded.delete(ANN, new DeleteRequest("notes", "", Filter.of("id in [1, 2, 3]")))
                        .count())
                .isEqualTo(1);
        assertThat(guarded.delete(ANN, new DeleteRequest("notes", "", Filter.of("owner == \"ben\"")))
                        .count())
                .isZero();
        assertThat(all.rowCount(Words.CONTEXT, "notes", "")).isEqualTo(ROWS - 1);
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> guarded.delete(ANN, new DeleteRequest("notes", "", Filter.NONE)))
                .matches(e -> e.code() == StandardErrorCode.INVALID_ARGUMENT);
        assertThat(new TreeSet<>(query("id >= 0"))).hasSize(ROWS / 2 - 1);
    }

    @Test
    void whatTellsOfHiddenRowsIsDenied() {
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> guarded.segments(ANN, "notes"))
                .matches(e -> e.code() == StandardErrorCode.PERMISSION_DENIED);
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> guarded.explain(ANN, ExplainRequest.of("notes", Filter.NONE)))
                .matches(e -> e.code() == StandardErrorCode.PERMISSION_DENIED);
    }

    @Test
    void aFilterThatDoesNotFitShowsNothingAndKeepsItsText() {
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> guarded.query(LOST, QueryRequest.of("notes", "id >= 0", "id")))
                .matches(e -> e.code() == StandardErrorCode.PERMISSION_DENIED)
                .matches(e -> !String.valueOf(e.getMessage()).contains("no_such_field"));
    }
}
