package org.elanus.plugin.indexhnsw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.elanus.spi.database.MetricType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(Codes.class)
class HnswRecallTest {

    @Parameter
    Codes codes;

    private static final TestVectors WORDS = TestVectors.words();

    @ParameterizedTest
    @EnumSource(
            value = MetricType.class,
            names = {"L2", "IP", "COSINE"})
    void findsTheNearestWords(MetricType metric) {
        try (TestIndex index = TestIndex.build(WORDS.first(4800), metric, "16", "200", codes)) {
            assertThat(index.recall(WORDS.from(4800), null, 10, Map.of())).isGreaterThan(0.95);
        }
    }

    @Test
    void vectorsOfLengthOneNeedNoNormsUnderCosine() {
        float[][] unit = new float[4000][];
        for (int row = 0; row < unit.length; row++) {
            float[] word = WORDS.rows()[row].clone();
            double length = Math.sqrt(TestVectors.score(MetricType.IP, word, word));
            for (int i = 0; i < word.length; i++) {
                word[i] = (float) (word[i] / length);
            }
            unit[row] = word;
        }
        try (TestIndex all = TestIndex.build(WORDS.first(4000), MetricType.COSINE, "12", "80", codes);
                TestIndex units = TestIndex.build(TestVectors.of(unit), MetricType.COSINE, "12", "80", codes)) {
            assertThat(units.recall(WORDS.from(4800), null, 10, Map.of())).isGreaterThan(0.95);
            assertThat(all.index.memoryBytes() - units.index.memoryBytes()).isBetween(3L * 4000, 5L * 4000);
        }
    }

    @Test
    void aLargerPoolFindsMore() {
        try (TestIndex index = TestIndex.build(WORDS.first(4800), MetricType.COSINE, "4", "20", codes)) {
            double small = index.recall(WORDS.from(4800), null, 10, Map.of("ef", "10"));
            double large = index.recall(WORDS.from(4800), null, 10, Map.of("ef", "120"));
            assertThat(large).isGreaterThan(small).isGreaterThan(0.9);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 15, 16, 17, 31, 33, 64, 100, 129})
    void everyDimensionWorks(int dimension) {
        TestVectors all = TestVectors.clustered(2600, dimension, 12, dimension);
        for (MetricType metric : new MetricType[] {MetricType.L2, MetricType.COSINE}) {
            try (TestIndex index = TestIndex.build(all.first(2500), metric, "12", "80", codes)) {
                assertThat(index.recall(all.from(2500), null, 10, Map.of())).isGreaterThan(0.95);
            }
        }
    }

    @Test
    void theLargestDimensionWorks() {
        TestVectors all = TestVectors.clustered(120, 32_768, 4, 7);
        try (TestIndex index = TestIndex.build(all.first(100), MetricType.COSINE, "8", "40", codes)) {
            assertThat(index.recall(all.from(100), null, 10, Map.of())).isEqualTo(1);
        }
    }

    @Test
    void theLargestDegreeWorks() {
        try (TestIndex index = TestIndex.build(WORDS.first(700), MetricType.L2, "2048", "100", codes)) {
            assertThat(index.recall(WORDS.from(4900), null, 10, Map.of("ef", "10")))
                    .isGreaterThan(0.95);
        }
    }

    @Test
    void theSmallestDegreeWorks() {
        try (TestIndex index = TestIndex.build(WORDS.first(4000), MetricType.L2, "2", "1", codes)) {
            index.recall(WORDS.from(4900), null, 10, Map.of());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 65, 100, 1000, 4800, 16_384})
    void anyNumberOfHitsIsFound(int k) {
        try (TestIndex index = TestIndex.build(WORDS.first(4800), MetricType.COSINE, "16", "60", codes)) {
            assertThat(index.recall(WORDS.from(4980), null, k, Map.of())).isGreaterThan(0.95);
        }
    }

    @Test
    void everyRowFindsItself() {
        TestVectors vectors = TestVectors.clustered(3000, 20, 30, 11);
        try (TestIndex index = TestIndex.build(vectors, MetricType.L2, "8", "60", codes)) {
            int missed = 0;
            for (int row = 0; row < vectors.count(); row++) {
                missed += index.search(vectors.rows()[row], null, 1, Map.of("ef", "80"))
                                        .row(0)
                                == row
                        ? 0
                        : 1;
            }
            assertThat(missed).isLessThan(15);
        }
    }
}
