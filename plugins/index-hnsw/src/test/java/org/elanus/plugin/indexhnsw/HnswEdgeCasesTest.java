package org.elanus.plugin.indexhnsw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.index.Hits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(Codes.class)
class HnswEdgeCasesTest {

    @Parameter
    Codes codes;

    private static final long SEED = 23;

    @ParameterizedTest
    @EnumSource(
            value = MetricType.class,
            names = {"L2", "IP", "COSINE"})
    void anEmptySegmentHasNoHits(MetricType metric) {
        try (TestIndex index = TestIndex.build(TestVectors.of(), metric, "16", "100", codes)) {
            assertThat(index.search(new float[4], null, 10, Map.of()).size()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = MetricType.class,
            names = {"L2", "IP", "COSINE"})
    void oneRowIsFound(MetricType metric) {
        TestVectors one = TestVectors.of(new float[] {1, 2, 3, 4});
        try (TestIndex index = TestIndex.build(one, metric, "16", "100", codes)) {
            assertThat(index.recall(one, null, 10, Map.of())).isEqualTo(1);
            assertThat(index.recall(one, TestVectors.filter(false), 10, Map.of()))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 15, 16, 17, 40})
    void fewerRowsThanNeighboursAreAllFound(int rows) {
        TestVectors vectors = TestVectors.clustered(rows, 5, 3, SEED);
        try (TestIndex index = TestIndex.build(vectors, MetricType.L2, "30", "360", codes)) {
            assertThat(index.recall(vectors, null, rows, Map.of())).isEqualTo(1);
            assertThat(index.recall(vectors, null, 1, Map.of("ef", "1"))).isGreaterThan(0.9);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = MetricType.class,
            names = {"L2", "IP", "COSINE"})
    void rowsThatAreAllTheSameAreAllFound(MetricType metric) {
        float[][] rows = new float[3000][];
        Arrays.fill(rows, new float[] {1, -2, 3, 0.5f, 7});
        TestVectors vectors = TestVectors.of(rows);
        try (TestIndex index = TestIndex.build(vectors, metric, "8", "40", codes)) {
            TestVectors query = vectors.first(1);
            assertThat(index.recall(query, null, 10, Map.of())).isEqualTo(1);
            assertThat(index.recall(query, null, 3000, Map.of())).isEqualTo(1);
        }
    }

    @Test
    void allOfManyDuplicatesAreFoundAndHideNothing() {
        TestVectors vectors = withDuplicates(MetricType.L2);
        try (TestIndex index = TestIndex.build(vectors, MetricType.L2, "8", "60", codes)) {
            TestVectors queries = TestVectors.clustered(40, 16, 20, SEED);
            assertThat(index.recall(queries, null, 50, Map.of())).isGreaterThan(0.95);
            // At the vector that 2,000 rows share.
            TestVectors shared = TestVectors.of(vectors.rows()[3]);
            assertThat(index.recall(shared, null, 100, Map.of())).isEqualTo(1);
            assertThat(index.recall(shared, null, 2100, Map.of())).isGreaterThan(0.95);
        }
    }

    @Test
    void aDuplicateIsFoundWhereOnlyItPasses() {
        TestVectors vectors = withDuplicates(MetricType.L2);
        try (TestIndex index = TestIndex.build(vectors, MetricType.L2, "8", "60", codes)) {
            boolean[] passing = new boolean[vectors.count()];
            // The first row of the shared vector does not pass, most others do.
            Arrays.fill(passing, true);
            Arrays.fill(passing, 0, 500, false);
            TestVectors shared = TestVectors.of(vectors.rows()[3]);
            assertThat(index.recall(shared, TestVectors.filter(passing), 40, Map.of()))
                    .isEqualTo(1);
            TestVectors queries = TestVectors.clustered(40, 16, 20, SEED);
            assertThat(index.recall(queries, TestVectors.filter(passing), 40, Map.of()))
                    .isGreaterThan(0.95);
        }
    }

    /** 10,000 rows; every fifth is the same. */
    private static TestVectors withDuplicates(MetricType metric) {
        TestVectors vectors = TestVectors.clustered(10_000, 16, 20, SEED);
        for (int row = 3; row < vectors.count(); row += 5) {
            vectors.rows()[row] = vectors.rows()[3];
        }
        return vectors;
    }

    @ParameterizedTest
    @EnumSource(
            value = MetricType.class,
            names = {"L2", "IP", "COSINE"})
    void zeroVectorsAreRowsLikeOthers(MetricType metric) {
        TestVectors vectors = TestVectors.clustered(4000, 12, 10, SEED);
        for (int row = 0; row < 1000; row++) {
            vectors.rows()[row] = new float[12];
        }
        try (TestIndex index = TestIndex.build(vectors, metric, "8", "60", codes)) {
            assertThat(index.recall(TestVectors.clustered(30, 12, 10, SEED), null, 20, Map.of()))
                    .isGreaterThan(0.95);
            TestVectors zero = TestVectors.of(new float[12]);
            assertThat(index.recall(zero, null, 20, Map.of())).isEqualTo(1);
        }
    }

    @Test
    void aZeroVectorHasCosineZero() {
        TestVectors vectors = TestVectors.of(new float[] {0, 0, 0}, new float[] {0, 3, 0}, new float[] {0, -1, 0});
        try (TestIndex index = TestIndex.build(vectors, MetricType.COSINE, "8", "60", codes)) {
            Hits hits = index.search(new float[] {0, 0.5f, 0}, null, 3, Map.of());
            assertThat(new float[] {hits.score(0), hits.score(1), hits.score(2)})
                    .containsExactly(1, 0, -1);
            Hits ofZero = index.search(new float[3], null, 3, Map.of());
            assertThat(new float[] {ofZero.score(0), ofZero.score(1), ofZero.score(2)})
                    .containsExactly(0, 0, 0);
        }
    }

    @Test
    void cosineStaysWithinOneForVectorsOfAnyLength() {
        Random random = new Random(SEED);
        TestVectors vectors = TestVectors.clustered(3000, 10, 10, SEED);
        for (float[] row : vectors.rows()) {
            float factor = (float) Math.pow(10, random.nextInt(-12, 13));
            for (int i = 0; i < row.length; i++) {
                row[i] *= factor;
            }
        }
        try (TestIndex index = TestIndex.build(vectors, MetricType.COSINE, "12", "100", codes)) {
            for (float[] query : vectors.first(200).rows()) {
                Hits hits = index.search(query, null, 10, Map.of());
                assertThat(hits.score(0)).as("seed %d", SEED).isBetween(0.99999f, 1f);
            }
        }
    }

    @Test
    void rowsOnOneRayAreFoundUnderCosine() {
        TestVectors vectors = TestVectors.clustered(3000, 8, 10, SEED);
        for (int row = 0; row < 1000; row++) {
            vectors.rows()[row] = new float[] {row + 1, 0, 0, 0, 0, 0, 0, 0};
        }
        try (TestIndex index = TestIndex.build(vectors, MetricType.COSINE, "8", "60", codes)) {
            assertThat(index.recall(TestVectors.of(vectors.rows()[500]), null, 50, Map.of()))
                    .isEqualTo(1);
        }
    }

    @Test
    void hugeAndTinyValuesKeepTheirOrder() {
        float[][] rows = new float[2000][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = new float[] {row * 1e15f, row * 1e-20f};
        }
        try (TestIndex index = TestIndex.build(TestVectors.of(rows), MetricType.L2, "8", "60", codes)) {
            Hits hits = index.search(new float[] {777e15f, 0}, null, 3, Map.of());
            assertThat(hits.row(0)).isEqualTo(777);
        }
    }
}
