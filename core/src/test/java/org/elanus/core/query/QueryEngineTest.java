package org.elanus.core.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.elanus.core.segment.SegmentIndex;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.Grouping;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.database.Principal;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.VectorSearcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches over random rows in several segments, compared with looking at every row. */
@Timeout(120)
class QueryEngineTest {

    private static final ExecutorService WORKERS = Executors.newFixedThreadPool(3);
    private static final long SEED = Long.getLong("elanus.test.seed", System.nanoTime());
    private static final CallContext CALL = CallContext.of(Principal.ANONYMOUS);
    private static final int DIMENSION = 8;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @AfterAll
    static void stopWorkers() {
        WORKERS.shutdownNow();
    }

    private static QueryEngine engine() {
        return new QueryEngine(new TestClock(), WORKERS, (index, parameters, k) -> parameters);
    }

    private static CollectionSchema schema(MetricType metric, DataType keyType) {
        boolean binary = metric == MetricType.HAMMING || metric == MetricType.JACCARD;
        return new CollectionSchema(
                "",
                List.of(
                        FieldSchema.primaryKey("id", keyType, false),
                        FieldSchema.of("n", DataType.INT32).withNullable(true),
                        FieldSchema.varchar("s", 20),
                        binary
                                ? FieldSchema.vector("v", DataType.BINARY_VECTOR, 64)
                                : FieldSchema.vector("v", DataType.FLOAT_VECTOR, DIMENSION),
                        TestCollections.dynamicField()),
                true);
    }

    /** A collection with three segments in two partitions; every row lives once, some rows are hidden. */
    private final class Fixture {

        final CollectionSchema schema;
        final MetricType metric;
        final List<SegmentView> views = new ArrayList<>();
        final List<Map<String, Object>> rows = new ArrayList<>();
        final Map<Map<String, Object>, Long> partitions = new java.util.IdentityHashMap<>();

        Fixture(MetricType metric, DataType keyType, int rowsPerSegment) {
            this.metric = metric;
            schema = schema(metric, keyType);
            for (int segment = 0; segment < 3; segment++) {
                List<Map<String, Object>> part = new ArrayList<>();
                BitSet hidden = new BitSet();
                for (int i = 0; i < rowsPerSegment; i++) {
                    Map<String, Object> row = row(segment * rowsPerSegment + i);
                    part.add(row);
                    if (segment < 2 && random.nextInt(5) == 0) {
                        hidden.set(i);
                    } else {
                        rows.add(row);
                        partitions.put(row, segment == 2 ? 2L : 1L);
                    }
                }
                views.add(TestRows.view(
                        schema,
                        segment,
                        segment == 2 ? 2 : 1,
                        segment < 2,
                        part,
                        hidden,
                        segment == 0 ? 1 << 20 : 64,
                        10 + segment));
            }
        }

        private Map<String, Object> row(long number) {
            Map<String, Object> row = new HashMap<>();
            // Keys in an order unlike that of the rows.
            long key = number * 7919 % 20_011;
            row.put("id", schema.primaryKey().type() == DataType.INT64 ? (Object) key : "k" + key);
            if (random.nextInt(6) > 0) {
                row.put("n", (long) random.nextInt(100));
            }
            row.put("s", "s" + random.nextInt(10));
            row.put("v", vector());
            row.put("$meta", "{\"color\": \"c" + random.nextInt(4) + "\", \"size\": " + number + ", \"x\": [1]}");
            return row;
        }

        Object vector() {
            if (schema.field("v").type() == DataType.BINARY_VECTOR) {
                byte[] bits = new byte[8];
                random.nextBytes(bits);
                return bits;
            }
            float[] vector = new float[DIMENSION];
            for (int i = 0; i < DIMENSION; i++) {
                // Few values, so that scores tie; a cosine is not computed exactly, so its ties would not be ties.
                vector[i] = metric == MetricType.COSINE ? (float) random.nextDouble(-1, 1) : random.nextInt(-2, 3);
            }
            return vector;
        }

        FixedColumn queries(int count) {
            List<Object> vectors = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                vectors.add(vector());
            }
            return (FixedColumn) TestRows.column(schema.field("v"), vectors);
        }

        float score(FixedColumn queries, int query, Map<String, Object> row) {
            return TestCollections.score(metric, TestCollections.vector(queries, query), row.get("v"));
        }

        /** The rows that pass, best first, ties by key. */
        List<Map<String, Object>> expected(FixedColumn queries, int query, Predicate<Map<String, Object>> passes) {
            Comparator<Map<String, Object>> byScore = Comparator.comparing(row -> score(queries, query, row));
            return rows.stream()
                    .filter(passes)
                    .sorted((metric.largerIsNearer() ? byScore.reversed() : byScore).thenComparing(this::key))
                    .toList();
        }

        @SuppressWarnings("unchecked")
        private Comparable<Object> key(Map<String, Object> row) {
            return (Comparable<Object>) row.get("id");
        }

        SearchRequest request(FixedColumn queries, int limit) {
            return SearchRequest.of("c", queries, limit);
        }

        SearchResult search(SearchRequest request) {
            return engine().search(TestCollections.entry(schema, "v", metric), request, views, 77, CALL);
        }

        void check(
                SearchResult result,
                FixedColumn queries,
                int offset,
                int limit,
                Predicate<Map<String, Object>> passes) {
            int at = 0;
            for (int q = 0; q < queries.rows(); q++) {
                if (q > 9) {
                    // Looking at all rows takes its time; the first few queries tell enough.
                    at += result.counts()[q];
                    continue;
                }
                List<Map<String, Object>> all = expected(queries, q, passes);
                List<Map<String, Object>> best =
                        all.subList(Math.min(offset, all.size()), Math.min(offset + limit, all.size()));
                assertThat(result.counts()[q]).as("seed %d", SEED).isEqualTo(best.size());
                for (Map<String, Object> row : best) {
                    assertThat(result.scores()[at]).isCloseTo(score(queries, q, row), within(1e-5f));
                    at++;
                }
                // Ties at the edge may be cut either way, so rows are compared where the score is unambiguous.
                float edge = best.isEmpty() ? 0 : score(queries, q, best.getLast());
                int start = at - best.size();
                List<Object> wanted = new ArrayList<>();
                List<Object> found = new ArrayList<>();
                for (int i = 0; i < best.size(); i++) {
                    if (Math.abs(score(queries, q, best.get(i)) - edge) > 1e-4
                            && (offset == 0
                                    || i > 0
                                            && Math.abs(score(queries, q, best.get(i))
                                                            - score(queries, q, best.getFirst()))
                                                    > 1e-4)) {
                        wanted.add(best.get(i).get("id"));
                    }
                    if (Math.abs(result.scores()[start + i] - edge) > 1e-4
                            && (offset == 0 || Math.abs(result.scores()[start + i] - result.scores()[start]) > 1e-4)) {
                        found.add(TestCollections.value(result.keys(), start + i));
                    }
                }
                assertThat(found).as("seed %d", SEED).containsExactlyElementsOf(wanted);
            }
            assertThat(result.scores()).hasSize(at);
            assertThat(result.timestamp()).isEqualTo(77);
        }
    }

    @ParameterizedTest
    @EnumSource(MetricType.class)
    void findsTheNearestByEveryMetric(MetricType metric) {
        Fixture fixture = new Fixture(metric, DataType.INT64, 500);
        FixedColumn queries = fixture.queries(5);
        fixture.check(fixture.search(fixture.request(queries, 20)), queries, 0, 20, row -> true);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"INT64", "VARCHAR"})
    void filterOffsetAndPartitionsNarrowTheSearch(DataType keyType) {
        Fixture fixture = new Fixture(MetricType.L2, keyType, 400);
        FixedColumn queries = fixture.queries(3);
        Predicate<Map<String, Object>> passes =
                row -> row.get("n") instanceof Long n && n < 40 && !((String) row.get("$meta")).contains("c1");
        SearchRequest base = fixture.request(queries, 15).withFilter(Filter.of("n < 40 and color != 'c1'"));
        SearchRequest paged = new SearchRequest(
                "c",
                List.of(),
                "v",
                queries,
                15,
                10,
                base.filter(),
                List.of(),
                "l2",
                Map.of(),
                -1,
                false,
                Consistency.DEFAULT);
        fixture.check(fixture.search(base), queries, 0, 15, passes);
        fixture.check(fixture.search(paged), queries, 10, 15, passes);
        SearchRequest inTwo = new SearchRequest(
                "c",
                List.of("two"),
                "",
                queries,
                15,
                0,
                base.filter(),
                List.of(),
                "",
                Map.of(),
                -1,
                false,
                Consistency.DEFAULT);
        fixture.check(fixture.search(inTwo), queries, 0, 15, passes.and(row -> fixture.partitions.get(row) == 2));
        SearchRequest sealed = new SearchRequest(
                "c",
                List.of(),
                "",
                queries,
                15,
                0,
                base.filter(),
                List.of(),
                "",
                Map.of(),
                -1,
                true,
                Consistency.DEFAULT);
        fixture.check(fixture.search(sealed), queries, 0, 15, passes.and(row -> fixture.partitions.get(row) == 1));
    }

    @Test
    void largeSearchesRunInPiecesWithTheSameAnswer() {
        Fixture fixture = new Fixture(MetricType.IP, DataType.INT64, 6000);
        FixedColumn queries = fixture.queries(900);
        fixture.check(fixture.search(fixture.request(queries, 3)), queries, 0, 3, row -> true);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answerDoesNotDependOnHowManyHitsMayWait(boolean indexed) {
        Fixture fixture = new Fixture(MetricType.COSINE, DataType.INT64, 5000);
        if (indexed) {
            TestRows.View first = (TestRows.View) fixture.views.getFirst();
            first.withIndex(new TestIndex(first, "v", MetricType.COSINE, new AtomicInteger()));
        }
        SearchPlan plan = SearchPlan.of(
                TestCollections.entry(fixture.schema, "v", MetricType.COSINE),
                fixture.request(fixture.queries(23), 40),
                1,
                (index, parameters, k) -> parameters);
        RowSpace space = new RowSpace(fixture.views, fixture.schema.primaryKey());
        CallGuard guard = new CallGuard(new TestClock(), CALL);
        HitList[] whole = VectorSearch.run(plan, space, List.of(0, 1, 2), guard, WORKERS);
        for (long waiting : new long[] {1, 40, 500, 40L * 2 * Pieces.threads() * 5}) {
            HitList[] parts = VectorSearch.run(plan, space, List.of(0, 1, 2), guard, WORKERS, waiting);
            assertThat(parts).hasSameSizeAs(whole);
            for (int q = 0; q < whole.length; q++) {
                assertThat(parts[q].size()).isEqualTo(whole[q].size()).isEqualTo(40);
                for (int i = 0; i < whole[q].size(); i++) {
                    assertThat(parts[q].row(i)).as("seed %d", SEED).isEqualTo(whole[q].row(i));
                    assertThat(parts[q].score(i)).isEqualTo(whole[q].score(i));
                }
            }
        }
    }

    @Test
    void groupsAreFullThoughTheIndexGivesLessThanItIsAskedFor() {
        Fixture fixture = new Fixture(MetricType.L2, DataType.INT64, 2000);
        for (SegmentView view : fixture.views) {
            TestRows.View rows = (TestRows.View) view;
            rows.withIndex(forgetful(new TestIndex(rows, "v", MetricType.L2, new AtomicInteger())));
        }
        SearchRequest request = fixture.request(fixture.queries(2), 300);
        SearchResult byText = fixture.search(request.withGrouping(Grouping.by("s", 7)));
        assertThat(byText.counts()).as("10 groups, seed %d", SEED).containsExactly(70, 70);
        SearchResult byNumber = fixture.search(request.withGrouping(Grouping.by("n", 1)));
        assertThat(byNumber.counts()).as("100 groups and nulls, seed %d", SEED).containsExactly(101, 101);
        SearchResult byKey = fixture.search(request.withGrouping(Grouping.by("id", 3)));
        assertThat(byKey.counts()).containsExactly(300, 300);
    }

    /** An index that finds 40 rows at most. */
    private static SegmentIndex forgetful(SegmentIndex index) {
        return new SegmentIndex() {
            @Override
            public String type() {
                return index.type();
            }

            @Override
            public MetricType metric() {
                return index.metric();
            }

            @Override
            public VectorSearcher borrow() {
                VectorSearcher searcher = index.borrow();
                return (query, filter, k, parameters, hits, cancellation) ->
                        searcher.search(query, filter, Math.min(k, 40), parameters, hits, cancellation);
            }

            @Override
            public void giveBack(VectorSearcher searcher) {}
        };
    }

    @Test
    void hitsThatWaitAreBoundedWhateverIsAsked() {
        for (int threads : new int[] {1, 2, 16}) {
            for (int k : new int[] {1, 10, 1000, SearchPlan.MAX_WINDOW}) {
                int block = VectorSearch.queriesAtOnce(k, threads, VectorSearch.WAITING_HITS);
                assertThat(block).isBetween(1, SearchPlan.MAX_WINDOW);
                assertThat(2L * threads * block * k).isLessThanOrEqualTo(VectorSearch.WAITING_HITS);
            }
        }
    }

    @Test
    void manyQueriesWithManyHitsAreAnsweredInBlocks() {
        CollectionSchema schema = new CollectionSchema(
                "",
                List.of(
                        FieldSchema.primaryKey("id", DataType.INT64, false),
                        FieldSchema.vector("v", DataType.FLOAT_VECTOR, 2)),
                false);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (long i = 0; i < 200_000; i++) {
            rows.add(Map.of("id", i, "v", new float[] {i, 0}));
        }
        List<SegmentView> views = List.of(TestRows.view(schema, 1, 1, false, rows, new BitSet(), 1 << 18, 1));
        FixedColumn queries = (FixedColumn) TestRows.column(
                schema.field("v"),
                IntStream.range(0, 70).mapToObj(q -> new float[] {q * 700, 0}).toList());
        SearchPlan plan = SearchPlan.of(
                TestCollections.entry(schema, "v", MetricType.L2),
                SearchRequest.of("c", queries, SearchPlan.MAX_WINDOW),
                1,
                (index, parameters, k) -> parameters);
        RowSpace space = new RowSpace(views, schema.primaryKey());
        HitList[] hits = VectorSearch.run(plan, space, List.of(0), new CallGuard(new TestClock(), CALL), WORKERS);
        for (int q = 0; q < hits.length; q++) {
            assertThat(hits[q].size()).isEqualTo(SearchPlan.MAX_WINDOW);
            for (int i = 0; i < SearchPlan.MAX_WINDOW; i += 1111) {
                int row = (int) hits[q].row(i);
                // To the left there are only so many rows; from there on the neighbours lie to the right.
                int distance = i <= 2 * 700 * q ? (i + 1) / 2 : i - 700 * q;
                assertThat(Math.abs(row - 700 * q)).isEqualTo(distance);
            }
        }
    }

    @Test
    void usesTheIndexUnderTheFilterAndSearchesTheRestExactly() {
        Fixture fixture = new Fixture(MetricType.COSINE, DataType.INT64, 3000);
        AtomicInteger searches = new AtomicInteger();
        TestRows.View first = (TestRows.View) fixture.views.getFirst();
        first.withIndex(new TestIndex(first, "v", MetricType.COSINE, searches));
        FixedColumn queries = fixture.queries(4);
        fixture.check(fixture.search(fixture.request(queries, 30)), queries, 0, 30, row -> true);
        assertThat(searches).hasValue(4);
        SearchRequest filtered = fixture.request(queries, 30).withFilter(Filter.of("n >= 30"));
        fixture.check(fixture.search(filtered), queries, 0, 30, row -> row.get("n") instanceof Long n && n >= 30);
        assertThat(searches).hasValue(8);
        // So few rows pass that looking at all of them is quicker.
        SearchRequest narrow = fixture.request(queries, 30).withFilter(Filter.of("n == 3"));
        fixture.check(fixture.search(narrow), queries, 0, 30, row -> row.get("n") instanceof Long n && n == 3);
        assertThat(searches).hasValue(8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rangeSearchKeepsScoresWithinTheBounds(boolean indexed) {
        for (MetricType metric : List.of(MetricType.L2, MetricType.COSINE)) {
            Fixture fixture = new Fixture(metric, DataType.INT64, 2000);
            AtomicInteger searches = new AtomicInteger();
            if (indexed) {
                for (SegmentView view : fixture.views) {
                    ((TestRows.View) view).withIndex(new TestIndex((TestRows.View) view, "v", metric, searches));
                }
            }
            FixedColumn queries = fixture.queries(3);
            float radius = metric == MetricType.L2 ? 20.5f : 0.35f;
            float filter = metric == MetricType.L2 ? 8.5f : 0.75f;
            for (int limit : new int[] {10, 200, 5000}) {
                check(
                        fixture,
                        queries,
                        limit,
                        Map.of("radius", "" + radius, "range_filter", "" + filter),
                        score -> metric == MetricType.L2
                                ? score >= filter && score < radius
                                : score > radius && score <= filter);
                check(
                        fixture,
                        queries,
                        limit,
                        Map.of("radius", "" + radius),
                        score -> metric == MetricType.L2 ? score < radius : score > radius);
            }
            assertThat(searches.get() > 0).isEqualTo(indexed);
        }
    }

    private static void check(
            Fixture fixture, FixedColumn queries, int limit, Map<String, String> parameters, Predicate<Float> inside) {
        SearchResult result = fixture.search(fixture.request(queries, limit).withParameters(parameters));
        int at = 0;
        for (int q = 0; q < queries.rows(); q++) {
            int query = q;
            List<Float> scores =
                    fixture.expected(queries, q, row -> inside.test(fixture.score(queries, query, row))).stream()
                            .limit(limit)
                            .map(row -> fixture.score(queries, query, row))
                            .toList();
            assertThat(result.counts()[q]).as("seed %d %s", SEED, parameters).isEqualTo(scores.size());
            for (float score : scores) {
                assertThat(result.scores()[at++]).isCloseTo(score, within(1e-5f));
            }
        }
    }

    @Test
    void rangeBoundsAreExact() {
        Fixture fixture = new Fixture(MetricType.L2, DataType.INT64, 200);
        FixedColumn queries = fixture.queries(2);
        check(fixture, queries, 600, Map.of("radius", "20", "range_filter", "10"), score -> score >= 10 && score < 20);
    }

    @Test
    void returnsTheFieldsAskedFor() {
        Fixture fixture = new Fixture(MetricType.L2, DataType.INT64, 100);
        FixedColumn queries = fixture.queries(2);
        SearchResult all = fixture.search(fixture.request(queries, 5).withOutputFields(List.of("*")));
        assertThat(all.rows().columns().keySet()).containsExactly("id", "n", "s", "v", "$meta");
        assertThat(all.outputFields()).containsExactly("id", "n", "s", "v", "$meta");
        Map<Object, Map<String, Object>> byKey =
                fixture.rows.stream().collect(Collectors.toMap(row -> row.get("id"), row -> row));
        for (int i = 0; i < all.keys().rows(); i++) {
            Map<String, Object> row = byKey.get(TestCollections.value(all.keys(), i));
            for (String name : List.of("id", "n", "s", "$meta")) {
                assertThat(TestCollections.value(column(all, name), i)).isEqualTo(row.get(name));
            }
            assertThat(TestCollections.vector((FixedColumn) column(all, "v"), i))
                    .isEqualTo(row.get("v"));
        }
        SearchResult dynamic = fixture.search(
                fixture.request(queries, 5).withOutputFields(List.of("size", "s", "$meta[\"color\"]", "absent")));
        assertThat(dynamic.outputFields()).containsExactly("size", "s", "$meta[\"color\"]", "absent");
        assertThat(dynamic.rows().columns().keySet()).containsExactly("$meta", "s");
        assertThat((String) TestCollections.value(column(dynamic, "$meta"), 0))
                .contains("\"color\":")
                .contains("\"size\":")
                .doesNotContain("\"x\"");
        SearchResult none = fixture.search(fixture.request(queries, 5));
        assertThat(none.rows().columns()).isEmpty();
        assertThat(none.rows().rows()).isEqualTo(10);
        SearchResult whole = fixture.search(fixture.request(queries, 1).withOutputFields(List.of("color", "$meta")));
        assertThat((String) TestCollections.value(column(whole, "$meta"), 0)).contains("\"x\"");
    }

    private static Column column(SearchResult result, String name) {
        return Optional.ofNullable(result.rows().column(name)).orElseThrow();
    }

    @Test
    void nothingFoundGivesEmptyTypedColumns() {
        Fixture fixture = new Fixture(MetricType.L2, DataType.VARCHAR, 70);
        FixedColumn queries = fixture.queries(3);
        SearchResult result = fixture.search(
                fixture.request(queries, 5).withFilter(Filter.of("n > 1000")).withOutputFields(List.of("*")));
        assertThat(result.counts()).containsExactly(0, 0, 0);
        assertThat(result.keys()).isInstanceOf(VariableColumn.class);
        assertThat(result.rows().columns().keySet()).containsExactly("id", "n", "s", "v", "$meta");
        fixture.views.clear();
        assertThat(fixture.search(fixture.request(queries, 5)).counts()).containsExactly(0, 0, 0);
    }

    @Test
    void roundsScores() {
        Fixture fixture = new Fixture(MetricType.COSINE, DataType.INT64, 100);
        FixedColumn queries = fixture.queries(1);
        SearchRequest rounded = new SearchRequest(
                "c",
                List.of(),
                "",
                queries,
                50,
                0,
                Filter.NONE,
                List.of(),
                "",
                Map.of(),
                2,
                false,
                Consistency.DEFAULT);
        float[] exact = fixture.search(fixture.request(queries, 50)).scores();
        float[] found = fixture.search(rounded).scores();
        for (int i = 0; i < exact.length; i++) {
            assertThat(found[i]).isEqualTo((float) (Math.round(exact[i] * 100.0) / 100.0));
        }
    }

    @Test
    void ofTwoVersionsOfAKeyTheNewestCounts() {
        CollectionSchema schema = schema(MetricType.L2, DataType.INT64);
        List<SegmentView> views = new ArrayList<>();
        for (int segment = 0; segment < 2; segment++) {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (long i = 0; i < 10; i++) {
                float[] vector = new float[DIMENSION];
                // The outdated version of row 3 is the nearest of all.
                vector[0] = segment == 0 && i == 3 ? 0 : i + 1 + segment;
                rows.add(Map.of("id", segment == 0 || i == 3 ? i : i + 100, "s", "v" + segment, "v", vector));
            }
            views.add(TestRows.view(schema, segment, 1, true, rows, new BitSet(), 64, 10 + segment));
        }
        FixedColumn query = (FixedColumn) TestRows.column(schema.field("v"), List.of(new float[DIMENSION]));
        SearchResult result = engine().search(
                        TestCollections.entry(schema, "v", MetricType.L2),
                        SearchRequest.of("c", query, 20).withOutputFields(List.of("s")),
                        views,
                        1,
                        CALL);
        List<Object> keys = IntStream.range(0, result.keys().rows())
                .mapToObj(i -> TestCollections.value(result.keys(), i))
                .toList();
        assertThat(keys).doesNotHaveDuplicates().hasSize(19);
        assertThat(TestCollections.value(column(result, "s"), keys.indexOf(3L))).isEqualTo("v1");
        assertThat(result.scores()).isSorted();
    }

    @Test
    void refusesWhatIsWrongAndNamesIt() {
        Fixture fixture = new Fixture(MetricType.COSINE, DataType.INT64, 10);
        FixedColumn good = fixture.queries(1);
        refused(fixture, SearchRequest.of("c", good, 0), "topk [0] is invalid, it should be in range [1, 16384]");
        refused(fixture, SearchRequest.of("c", good, 16385), "topk [16385]");
        refused(fixture, SearchRequest.of("c", fixture.queries(0), 1), "nq (number of search vectors) [0]");
        refused(fixture, SearchRequest.of("c", fixture.queries(16385), 1), "nq (number of search vectors) [16385]");
        refused(fixture, SearchRequest.of("c", fixture.queries(16384), 16384), "more than 16777216 hits");
        refused(fixture, with(good, "", 16000, 385, "", -1), "offset + limit [16385] at most 16384");
        refused(fixture, with(good, "", 10, -1, "", -1), "offset [-1] is invalid");
        refused(fixture, with(good, "w", 10, 0, "", -1), "field 'w' not found; vector fields are [v]");
        refused(fixture, with(good, "n", 10, 0, "", -1), "field 'n' of type INT32 is not a vector");
        refused(
                fixture,
                with(good, "v", 10, 0, "L2", -1),
                "metric type not match: invalid [expected=COSINE][actual=L2]");
        refused(fixture, with(good, "v", 10, 0, "", 7), "round_decimal [7]");
        refused(
                fixture,
                SearchRequest.of("c", floats(4, new float[4]), 1),
                "field 'v' has dimension 8, but the search vectors have 4");
        refused(
                fixture,
                SearchRequest.of("c", floats(8, new float[] {0, 0, Float.NaN, 0, 0, 0, 0, 0}), 1),
                "value at position 2 of search vector 0 for field 'v' is not a number or infinite");
        refused(
                fixture,
                SearchRequest.of(
                        "c",
                        (FixedColumn) TestRows.column(
                                FieldSchema.vector("b", DataType.BINARY_VECTOR, 64), List.of(new byte[8])),
                        1),
                "field 'v' - type FLOAT_VECTOR, search vectors - type BINARY_VECTOR");
        refused(
                fixture,
                SearchRequest.of("c", good, 1).withParameters(Map.of("radius", "0.5", "range_filter", "0.4")),
                "metric type 'COSINE', range_filter(0.4) must be greater than radius(0.5)");
        refused(
                fixture,
                SearchRequest.of("c", good, 1).withParameters(Map.of("range_filter", "0.4")),
                "range_filter needs radius");
        refused(
                fixture,
                SearchRequest.of("c", good, 1).withParameters(Map.of("radius", "far")),
                "radius must be a number, not 'far'");
        refused(fixture, SearchRequest.of("c", good, 1).withFilter(Filter.of("n ==")), "cannot parse expression: n ==");
        assertThatThrownBy(() -> engine().search(
                                TestCollections.entry(fixture.schema),
                                SearchRequest.of("c", good, 1),
                                fixture.views,
                                1,
                                CALL))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INDEX_NOT_FOUND))
                .hasMessageContaining("index not found[field=v]");
    }

    @Test
    void unknownOutputFieldIsRefusedWhenNothingIsDynamic() {
        CollectionSchema fixed = new CollectionSchema(
                "",
                List.of(
                        FieldSchema.primaryKey("id", DataType.INT64, false),
                        FieldSchema.vector("v", DataType.FLOAT_VECTOR, 2)),
                false);
        SearchRequest request =
                SearchRequest.of("c", floats(2, new float[2]), 1).withOutputFields(List.of("colour"));
        assertThatThrownBy(() ->
                        engine().search(TestCollections.entry(fixed, "v", MetricType.L2), request, List.of(), 1, CALL))
                .hasMessageContaining("field colour not exist; fields are [id, v]");
    }

    private static void refused(Fixture fixture, SearchRequest request, String message) {
        assertThatThrownBy(() -> fixture.search(request))
                .isInstanceOf(ElanusException.class)
                .hasMessageContaining(message);
    }

    private static FixedColumn floats(int dimension, float[] values) {
        return org.elanus.spi.database.Columns.floatVectors(dimension, values);
    }

    private static SearchRequest with(
            FixedColumn queries, String field, int limit, int offset, String metric, int decimals) {
        return new SearchRequest(
                "c",
                List.of(),
                field,
                queries,
                limit,
                offset,
                Filter.NONE,
                List.of(),
                metric,
                Map.of(),
                decimals,
                false,
                Consistency.DEFAULT);
    }

    @Test
    void cancelledAndLateCallsEnd() {
        Fixture fixture = new Fixture(MetricType.L2, DataType.INT64, 2000);
        SearchRequest request = fixture.request(fixture.queries(5), 5);
        CallContext cancelled =
                new CallContext(Principal.ANONYMOUS, "default", Long.MAX_VALUE, () -> true, Optional.empty(), "");
        CallContext late = new CallContext(Principal.ANONYMOUS, "default", 0, () -> false, Optional.empty(), "");
        ended(fixture, request, cancelled, StandardErrorCode.CANCELLED);
        ended(fixture, request, late, StandardErrorCode.TIMEOUT);
        AtomicInteger asked = new AtomicInteger();
        CallContext midway = new CallContext(
                Principal.ANONYMOUS,
                "default",
                Long.MAX_VALUE,
                () -> asked.incrementAndGet() > 20,
                Optional.empty(),
                "");
        ended(fixture, request, midway, StandardErrorCode.CANCELLED);
    }

    private static void ended(Fixture fixture, SearchRequest request, CallContext call, StandardErrorCode code) {
        assertThatThrownBy(() -> engine().search(
                                TestCollections.entry(fixture.schema, "v", fixture.metric),
                                request,
                                fixture.views,
                                1,
                                call))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
