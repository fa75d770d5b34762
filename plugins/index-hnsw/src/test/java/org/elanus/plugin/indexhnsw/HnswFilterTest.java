package org.elanus.plugin.indexhnsw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.index.RowFilter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HnswFilterTest {

    private static final long SEED = 5;
    private static final int ROWS = 50_000;
    private static final TestVectors ALL = TestVectors.clustered(ROWS + 50, 24, 100, SEED);
    private static final TestVectors VECTORS = ALL.first(ROWS);
    private static final TestVectors QUERIES = ALL.from(ROWS);

    private static TestIndex index;

    @BeforeAll
    static void build() {
        index = TestIndex.build(VECTORS, MetricType.L2, "12", "80", 2);
    }

    @AfterAll
    static void close() {
        index.close();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.0001, 0.001, 0.01, 0.1, 0.15, 0.25, 0.5, 0.75, 0.9, 0.999})
    void findsTheNearestOfARandomShare(double share) {
        Random random = new Random(SEED);
        boolean[] passing = new boolean[ROWS];
        for (int row = 0; row < ROWS; row++) {
            passing[row] = random.nextDouble() < share;
        }
        assertThat(index.recall(QUERIES, TestVectors.filter(passing), 10, Map.of()))
                .as("seed %d", SEED)
                .isGreaterThanOrEqualTo(0.95);
    }

    /** The rows that pass lie together, mostly far from the query, with nothing that passes in between. */
    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.01, 0.11, 0.3, 0.5, 0.9})
    void findsTheNearestOfAShareThatLiesTogether(double share) {
        assertThat(index.recall(QUERIES, ball(VECTORS.rows()[0], share, true), 10, Map.of()))
                .isGreaterThanOrEqualTo(0.95);
        assertThat(index.recall(QUERIES, ball(VECTORS.rows()[1], share, false), 10, Map.of()))
                .isGreaterThanOrEqualTo(0.95);
    }

    /** For each query only rows that are not near to it. */
    @ParameterizedTest
    @ValueSource(doubles = {0.11, 0.5, 0.9})
    void findsTheNearestOfTheFarthest(double share) {
        double sum = 0;
        for (float[] query : QUERIES.rows()) {
            sum += index.recall(TestVectors.of(query), ball(query, share, false), 10, Map.of());
        }
        assertThat(sum / QUERIES.count()).isGreaterThanOrEqualTo(0.95);
    }

    /** Rows of a few distant islands. */
    @Test
    void findsTheNearestOfIslands() {
        boolean[] passing = new boolean[ROWS];
        for (int island = 0; island < 20; island++) {
            RowFilter ball = ball(VECTORS.rows()[island * 37], 0.008, true);
            for (int row = 0; row < ROWS; row++) {
                passing[row] |= ball.passes(row);
            }
        }
        assertThat(index.recall(QUERIES, TestVectors.filter(passing), 10, Map.of()))
                .isGreaterThanOrEqualTo(0.95);
    }

    /** Partitions and insertion times make rows pass in runs. */
    @Test
    void findsTheNearestOfARunOfRows() {
        boolean[] passing = new boolean[ROWS];
        Arrays.fill(passing, 30_000, 37_000, true);
        assertThat(index.recall(QUERIES, TestVectors.filter(passing), 10, Map.of()))
                .isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void givesAllThatPassWhenFewerPassThanAreWanted() {
        boolean[] passing = new boolean[ROWS];
        passing[3] = true;
        passing[63] = true;
        passing[64] = true;
        passing[ROWS - 1] = true;
        assertThat(index.recall(QUERIES, TestVectors.filter(passing), 100, Map.of()))
                .isEqualTo(1);
    }

    @Test
    void givesAllWantedWhenMoreAreWantedThanAPoolHolds() {
        boolean[] passing = new boolean[ROWS];
        for (int row = 0; row < ROWS; row += 2) {
            passing[row] = true;
        }
        assertThat(index.recall(QUERIES.from(45), TestVectors.filter(passing), 2000, Map.of()))
                .isGreaterThanOrEqualTo(0.95);
    }

    /** A given share of the rows: those nearest to a point, or those farthest from it. */
    private static RowFilter ball(float[] centre, double share, boolean near) {
        double[] scores = IntStream.range(0, ROWS)
                .mapToDouble(row -> TestVectors.score(MetricType.L2, centre, VECTORS.rows()[row]))
                .toArray();
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        int count = (int) (share * ROWS);
        double border = near ? sorted[count - 1] : sorted[ROWS - count];
        boolean[] passing = new boolean[ROWS];
        for (int row = 0; row < ROWS; row++) {
            passing[row] = near ? scores[row] <= border : scores[row] >= border;
        }
        return TestVectors.filter(passing);
    }
}
