package org.elanus.core.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.HybridSearchRequest;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.database.Principal;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.error.ElanusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hybrid searches compared with merging the answers of the single searches by hand. */
@Timeout(60)
class HybridSearchTest {

    private static final long SEED = Long.getLong("elanus.test.seed", System.nanoTime());
    private static final CallContext CALL = CallContext.of(Principal.ANONYMOUS);
    private static final CollectionSchema SCHEMA = new CollectionSchema(
            "",
            List.of(
                    FieldSchema.primaryKey("id", DataType.INT64, false),
                    FieldSchema.of("n", DataType.INT32),
                    FieldSchema.vector("a", DataType.FLOAT_VECTOR, 4),
                    FieldSchema.vector("b", DataType.FLOAT_VECTOR, 6)),
            false);

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final QueryEngine engine = new QueryEngine(new TestClock(), Runnable::run, (index, given, k) -> given);
    private final List<SegmentView> views = new ArrayList<>();

    HybridSearchTest() {
        for (int segment = 0; segment < 2; segment++) {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                Map<String, Object> row = new HashMap<>();
                row.put("id", (segment * 150 + i) * 37L % 1009);
                row.put("n", (long) random.nextInt(10));
                row.put("a", vector(4));
                row.put("b", vector(6));
                rows.add(row);
            }
            views.add(TestRows.view(SCHEMA, segment, 1, true, rows, new BitSet(), 64, 1));
        }
    }

    private float[] vector(int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextDouble(-1, 1);
        }
        return vector;
    }

    private FixedColumn queries(String field, int count) {
        List<Object> vectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            vectors.add(vector(SCHEMA.field(field).dimension()));
        }
        return (FixedColumn) TestRows.column(SCHEMA.field(field), vectors);
    }

    private static CollectionEntry entry(MetricType a, MetricType b) {
        return TestCollections.entry(SCHEMA, List.of(TestCollections.index("a", a), TestCollections.index("b", b)));
    }

    private static SearchRequest search(String field, FixedColumn queries, int limit, String filter) {
        return new SearchRequest(
                "c",
                List.of(),
                field,
                queries,
                limit,
                0,
                Filter.of(filter),
                List.of(),
                "",
                Map.of(),
                -1,
                false,
                Consistency.DEFAULT);
    }

    private static HybridSearchRequest hybrid(
            List<SearchRequest> searches, String ranker, Map<String, String> parameters, int limit, int offset) {
        return new HybridSearchRequest(
                "c", searches, ranker, parameters, limit, offset, List.of("n"), -1, Consistency.DEFAULT);
    }

    private interface Share {
        double of(int search, int rank, double score);
    }

    private void check(
            MetricType a,
            MetricType b,
            String ranker,
            Map<String, String> parameters,
            boolean largerIsNearer,
            Share share) {
        List<SearchRequest> searches =
                List.of(search("a", queries("a", 3), 40, ""), search("b", queries("b", 3), 60, "n < 7"));
        SearchResult merged =
                engine.hybridSearch(entry(a, b), hybrid(searches, ranker, parameters, 20, 5), views, 9, CALL);
        List<SearchResult> single = searches.stream()
                .map(search -> engine.search(entry(a, b), search, views, 9, CALL))
                .toList();
        int at = 0;
        int[] starts = new int[2];
        for (int q = 0; q < 3; q++) {
            Map<Long, Double> sums = new TreeMap<>();
            for (int s = 0; s < 2; s++) {
                for (int i = 0; i < single.get(s).counts()[q]; i++) {
                    long key = ((FixedColumn) single.get(s).keys()).getLong(starts[s] + i);
                    sums.merge(key, share.of(s, i + 1, single.get(s).scores()[starts[s] + i]), Double::sum);
                }
                starts[s] += single.get(s).counts()[q];
            }
            List<Map.Entry<Long, Double>> best = sums.entrySet().stream()
                    .sorted((x, y) -> Float.compare(
                                    x.getValue().floatValue(), y.getValue().floatValue())
                            * (largerIsNearer ? -1 : 1))
                    .skip(5)
                    .limit(20)
                    .toList();
            assertThat(merged.counts()[q]).isEqualTo(best.size());
            for (Map.Entry<Long, Double> hit : best) {
                assertThat(((FixedColumn) merged.keys()).getLong(at))
                        .as("seed %d", SEED)
                        .isEqualTo(hit.getKey());
                assertThat(merged.scores()[at]).isCloseTo(hit.getValue().floatValue(), within(1e-6f));
                at++;
            }
        }
        assertThat(merged.rows().columns().keySet()).containsExactly("n");
        assertThat(merged.rows().rows()).isEqualTo(at);
    }

    @Test
    void reciprocalRankFusion() {
        check(MetricType.L2, MetricType.COSINE, "rrf", Map.of(), true, (s, rank, score) -> 1.0 / (60 + rank));
        check(MetricType.L2, MetricType.COSINE, "RRF", Map.of("k", "5.5"), true, (s, rank, score) -> 1 / (5.5 + rank));
    }

    @Test
    void weightedScoresAreNormalised() {
        check(
                MetricType.COSINE,
                MetricType.IP,
                "weighted",
                Map.of("weights", "[0.7, 0.3]", "norm_score", "true"),
                true,
                (s, rank, score) -> s == 0 ? 0.7 * (1 + score) / 2 : 0.3 * (0.5 + Math.atan(score) / Math.PI));
        check(
                MetricType.L2,
                MetricType.COSINE,
                "weighted",
                Map.of("weights", "[1, 0.5]"),
                true,
                (s, rank, score) -> s == 0 ? 1 - 2 * Math.atan(score) / Math.PI : 0.5 * (1 + score) / 2);
    }

    @Test
    void weightedScoresAreRawWhenAsked() {
        Map<String, String> raw = Map.of("weights", "[0.5, 1]", "norm_score", "false");
        check(MetricType.COSINE, MetricType.IP, "weighted", raw, true, (s, rank, score) -> s == 0 ? score / 2 : score);
        check(MetricType.L2, MetricType.L2, "weighted", raw, false, (s, rank, score) -> s == 0 ? score / 2 : score);
        check(
                MetricType.L2,
                MetricType.IP,
                "weighted",
                raw,
                true,
                (s, rank, score) -> s == 0 ? 0.5 * (1 - 2 * Math.atan(score) / Math.PI) : score);
    }

    @Test
    void refusesWhatIsWrong() {
        List<SearchRequest> two = List.of(search("a", queries("a", 1), 5, ""), search("b", queries("b", 1), 5, ""));
        refused(hybrid(List.of(), "rrf", Map.of(), 5, 0), "1 to 1024 searches, not 0");
        refused(hybrid(two, "magic", Map.of(), 5, 0), "unsupported rank type magic; available are rrf, weighted");
        refused(hybrid(two, "rrf", Map.of("k", "0"), 5, 0), "should be in range (0, 16384)");
        refused(hybrid(two, "rrf", Map.of("k", "16384"), 5, 0), "should be in range (0, 16384)");
        refused(hybrid(two, "rrf", Map.of("k", "many"), 5, 0), "must be a number, not 'many'");
        refused(hybrid(two, "weighted", Map.of(), 5, 0), "weights param not found");
        refused(hybrid(two, "weighted", Map.of("weights", "[0.5]"), 5, 0), "[expected=2][actual=1]");
        refused(hybrid(two, "weighted", Map.of("weights", "[0.5, 1.5]"), 5, 0), "should be in range [0, 1]");
        refused(hybrid(two, "weighted", Map.of("weights", "0.5"), 5, 0), "must be an array of numbers");
        refused(hybrid(two, "weighted", Map.of("weights", "[0.5, \"x\"]"), 5, 0), "must be an array of numbers");
        refused(hybrid(two, "weighted", Map.of("weights", "[0.5"), 5, 0), "must be an array of numbers");
        refused(hybrid(two, "rrf", Map.of(), 0, 0), "topk [0] is invalid");
        refused(
                hybrid(
                        java.util.Collections.nCopies(3, search("a", queries("a", 512), 16384, "")),
                        "rrf",
                        Map.of(),
                        5,
                        0),
                "nq [512] with limit + offset [49152] summed over 3 searches is more than 16777216 hits");
        refused(
                hybrid(List.of(two.get(0), search("b", queries("b", 2), 5, "")), "rrf", Map.of(), 5, 0),
                "nq should be the same in all search requests of a hybrid search: [1, 2]");
    }

    private void refused(HybridSearchRequest request, String message) {
        assertThatThrownBy(() -> engine.hybridSearch(entry(MetricType.L2, MetricType.IP), request, views, 1, CALL))
                .isInstanceOf(ElanusException.class)
                .hasMessageContaining(message);
    }
}
