package org.elanus.core.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.Principal;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.error.ElanusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queries and the keys of deletes over random rows, compared with looking at every row. */
@Timeout(60)
class RowQueryTest {

    private static final long SEED = Long.getLong("elanus.test.seed", System.nanoTime());
    private static final CallContext CALL = CallContext.of(Principal.ANONYMOUS);

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<Map<String, Object>> rows = new ArrayList<>();
    private final List<SegmentView> views = new ArrayList<>();
    private CollectionSchema schema = schema(DataType.INT64);
    private final QueryEngine engine = new QueryEngine(new TestClock(), Runnable::run, (index, given, k) -> given);

    private static CollectionSchema schema(DataType keyType) {
        return new CollectionSchema(
                "",
                List.of(
                        FieldSchema.primaryKey("id", keyType, false),
                        FieldSchema.of("n", DataType.INT32).withNullable(true),
                        FieldSchema.varchar("s", 20).withNullable(true),
                        FieldSchema.vector("v", DataType.FLOAT_VECTOR, 2),
                        TestCollections.dynamicField()),
                true);
    }

    private void fill(DataType keyType, int rowsPerSegment) {
        schema = schema(keyType);
        for (int segment = 0; segment < 3; segment++) {
            List<Map<String, Object>> part = new ArrayList<>();
            BitSet hidden = new BitSet();
            for (int i = 0; i < rowsPerSegment; i++) {
                long key = (segment * (long) rowsPerSegment + i) * 7919 % 20_011 - 5000;
                Map<String, Object> row = new HashMap<>();
                row.put("id", keyType == DataType.INT64 ? (Object) key : "é" + key);
                if (random.nextInt(5) > 0) {
                    row.put("n", (long) random.nextInt(50));
                    row.put("s", "s" + random.nextInt(50));
                }
                row.put("v", new float[] {i, segment});
                row.put("$meta", "{\"color\": " + random.nextInt(3) + "}");
                part.add(row);
                if (random.nextInt(6) == 0) {
                    hidden.set(i);
                } else {
                    rows.add(row);
                }
            }
            views.add(TestRows.view(schema, segment, segment == 2 ? 2 : 1, segment < 2, part, hidden, 128, 5));
        }
    }

    private QueryResult query(String filter, long limit, long offset, String... fields) {
        return engine.query(
                TestCollections.entry(schema),
                new QueryRequest(
                        "c", List.of(), Filter.of(filter), List.of(fields), limit, offset, false, Consistency.DEFAULT),
                views,
                99,
                CALL);
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> expected(Predicate<Map<String, Object>> passes) {
        return rows.stream()
                .filter(passes)
                .sorted(Comparator.comparing(row -> (Comparable<Object>) row.get("id")))
                .toList();
    }

    private static List<Object> values(Column column) {
        return IntStream.range(0, column.rows())
                .mapToObj(i -> TestCollections.value(column, i))
                .toList();
    }

    private static Column column(QueryResult result, String name) {
        return Objects.requireNonNull(result.rows().column(name));
    }

    private void check(QueryResult result, List<Map<String, Object>> wanted, String... fields) {
        assertThat(result.rows().rows()).as("seed %d", SEED).isEqualTo(wanted.size());
        for (String field : fields) {
            List<Object> values = new ArrayList<>();
            wanted.forEach(row -> values.add(row.get(field)));
            assertThat(values(column(result, field)))
                    .as("seed %d field %s", SEED, field)
                    .isEqualTo(values);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"INT64", "VARCHAR"})
    void rowsComeInOrderOfKeysWithTheirFields(DataType keyType) {
        fill(keyType, 400);
        Predicate<Map<String, Object>> passes = row -> row.get("n") instanceof Long n && n >= 20;
        check(query("n >= 20", -1, 0, "s", "n", "$meta"), expected(passes), "id", "s", "n", "$meta");
        List<Map<String, Object>> page = expected(passes).subList(30, 70);
        check(query("n >= 20", 40, 30, "*"), page, "id", "n", "s", "$meta");
        check(query("", 5, 0, "n"), expected(row -> true).subList(0, 5), "id", "n");
        check(query("", 16_000, 384, "n"), expected(row -> true).subList(384, rows.size()), "id");
        check(query("n >= 20", 5, 10_000), List.of(), "id");
        QueryResult named = query("s is null", 3, 0, "color", "v");
        assertThat(named.outputFields()).containsExactly("id", "color", "v");
        assertThat(named.rows().columns().keySet()).containsExactly("id", "$meta", "v");
        assertThat(named.timestamp()).isEqualTo(99);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"INT64", "VARCHAR"})
    void keysAreLookedUpWithoutScanning(DataType keyType) {
        fill(keyType, 400);
        List<Object> some = List.of(
                rows.get(3).get("id"),
                rows.get(900).get("id"),
                rows.get(17).get("id"),
                keyType == DataType.INT64 ? (Object) 99_999L : "none");
        QueryResult found = engine.query(
                TestCollections.entry(schema),
                new QueryRequest(
                        "c",
                        List.of(),
                        new Filter("id in {keys}", Map.of("keys", some)),
                        List.of("n"),
                        -1,
                        0,
                        false,
                        Consistency.DEFAULT),
                views,
                99,
                CALL);
        check(found, expected(row -> some.contains(row.get("id"))), "id", "n");
        assertThat(views)
                .allSatisfy(view -> assertThat(((TestRows.View) view).lookups()).isEqualTo(1));
        String one = keyType == DataType.INT64
                ? rows.get(5).get("id").toString()
                : "'" + rows.get(5).get("id") + "'";
        check(
                query("id == " + one + " and n is null", -1, 0),
                expected(row -> row == rows.get(5) && row.get("n") == null),
                "id");
        // A list nearly as long as the segment is quicker scanned.
        List<Object> all = rows.stream().map(row -> row.get("id")).toList();
        QueryResult many = engine.query(
                TestCollections.entry(schema),
                new QueryRequest(
                        "c",
                        List.of(),
                        new Filter("id in {keys}", Map.of("keys", all)),
                        List.of(),
                        -1,
                        0,
                        false,
                        Consistency.DEFAULT),
                views,
                99,
                CALL);
        check(many, expected(row -> true), "id");
        assertThat(views)
                .allSatisfy(view -> assertThat(((TestRows.View) view).lookups()).isEqualTo(2));
    }

    @Test
    void countsRows() {
        fill(DataType.INT64, 300);
        assertThat(values(column(query("", -1, 0, "count(*)"), "count(*)"))).containsExactly((long) rows.size());
        assertThat(values(column(query("n < 10", -1, 0, "COUNT(*)"), "count(*)")))
                .containsExactly(rows.stream()
                        .filter(row -> row.get("n") instanceof Long n && n < 10)
                        .count());
        assertThat(values(column(query("false", -1, 0, "count(*)"), "count(*)")))
                .containsExactly(0L);
        assertThat(query("", -1, 0, "count(*)").outputFields()).containsExactly("count(*)");
        assertThat(QueryEngine.rowCount(views)).isEqualTo(rows.size());
    }

    @Test
    void nothingFoundGivesEmptyTypedColumns() {
        fill(DataType.VARCHAR, 100);
        QueryResult none = query("n > 1000", -1, 0, "*");
        assertThat(none.rows().rows()).isZero();
        assertThat(none.rows().columns().keySet()).containsExactly("id", "n", "s", "v", "$meta");
        assertThat(column(none, "v").type()).isEqualTo(DataType.FLOAT_VECTOR);
        views.clear();
        assertThat(query("n > 1000", 10, 0, "n").rows().columns().keySet()).containsExactly("id", "n");
    }

    @Test
    void partitionsAndGrowingSegmentsCanBeLeftOut() {
        fill(DataType.INT64, 100);
        QueryRequest inTwo = new QueryRequest(
                "c", List.of("two"), Filter.NONE, List.of("count(*)"), -1, 0, false, Consistency.DEFAULT);
        QueryResult counted = engine.query(TestCollections.entry(schema), inTwo, views, 1, CALL);
        assertThat(values(column(counted, "count(*)"))).containsExactly(QueryEngine.rowCount(views.subList(2, 3)));
        QueryRequest sealed =
                new QueryRequest("c", List.of(), Filter.NONE, List.of("count(*)"), -1, 0, true, Consistency.DEFAULT);
        assertThat(values(column(engine.query(TestCollections.entry(schema), sealed, views, 1, CALL), "count(*)")))
                .containsExactly(QueryEngine.rowCount(views.subList(0, 2)));
    }

    @Test
    void refusesWhatIsWrong() {
        fill(DataType.INT64, 10);
        refused("", -1, 0, "empty expression should be used with limit");
        refused("n > 1", 0, 0, "limit must be at least 1");
        refused("n > 1", 16_385, 0, "(offset+limit) in range [1, 16384]");
        refused("n > 1", 16_384, 1, "(offset+limit) in range [1, 16384]");
        refused("n > 1", Long.MAX_VALUE, Long.MAX_VALUE, "(offset+limit) in range [1, 16384]");
        refused("n > 1", 10, -1, "offset at least 0");
        refused("n > 1", -1, 5, "offset [5] needs a limit");
        refused("n > 1", 5, 0, "count entities with pagination is not allowed", "count(*)");
        refused("n > 1", -1, 0, "count(*) must stand alone", "count(*)", "n");
        refused("n >", -1, 0, "cannot parse expression: n >");
    }

    private void refused(String filter, long limit, long offset, String message, String... fields) {
        assertThatThrownBy(() -> query(filter, limit, offset, fields))
                .isInstanceOf(ElanusException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"INT64", "VARCHAR"})
    void deletesKnowTheirKeys(DataType keyType) {
        fill(keyType, 200);
        String first = keyType == DataType.INT64 ? "3" : "'b'";
        String second = keyType == DataType.INT64 ? "-1" : "'a'";
        Column named = engine.keysNamed(schema, Filter.of("id in [" + first + ", " + second + ", " + first + "]"));
        assertThat(named).isNotNull();
        assertThat(values(named)).isEqualTo(keyType == DataType.INT64 ? List.of(-1L, 3L) : List.of("a", "b"));
        assertThat(engine.keysNamed(schema, Filter.of("id == " + first + " and n == 1")))
                .isNull();
        assertThat(engine.keysNamed(schema, Filter.of("n == 1"))).isNull();
        assertThat(values(engine.keysMatching(schema, Filter.of("n == 7 or s is null"), views, CALL)))
                .isEqualTo(expected(row -> row.get("s") == null || row.get("n").equals(7L)).stream()
                        .map(row -> row.get("id"))
                        .toList());
        for (String all : List.of("", " ", "true", "1 < 2", "n == 1 or true")) {
            assertThatThrownBy(() -> engine.keysNamed(schema, Filter.of(all))).isInstanceOf(ElanusException.class);
            assertThatThrownBy(() -> engine.keysMatching(schema, Filter.of(all), views, CALL))
                    .isInstanceOf(ElanusException.class)
                    .hasMessageContaining("a delete needs a filter");
        }
    }
}
