package org.elanus.plugin.indexhnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.elanus.spi.database.MetricType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FusedRecordsTest {

    private static final long SEED = 41;

    private static float[] random(Random random, int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static float[] rotated(Rotation rotation, float[] vector) {
        float[] out = new float[vector.length];
        rotation.apply(vector.clone(), out);
        return out;
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 48, 112, 128, 784, 1536})
    void theRotationKeepsLengthsAndAngles(int dimension) {
        Random random = new Random(SEED);
        Rotation rotation = new Rotation(dimension);
        for (int i = 0; i < 20; i++) {
            float[] a = random(random, dimension);
            float[] b = random(random, dimension);
            assertThat(TestVectors.score(MetricType.IP, rotated(rotation, a), rotated(rotation, b)))
                    .as("seed %d", SEED)
                    .isCloseTo(TestVectors.score(MetricType.IP, a, b), within(1e-5 * dimension));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {48, 64, 112, 128, 144, 272, 528, 640, 784, 1040, 1536, 2064})
    void theRotationSpreadsEveryCoordinate(int dimension) {
        Rotation rotation = new Rotation(dimension);
        for (int i = 0; i < dimension; i++) {
            float[] axis = new float[dimension];
            axis[i] = 1;
            float largest = 0;
            for (float value : rotated(rotation, axis)) {
                largest = Math.max(largest, Math.abs(value));
            }
            assertThat(largest).as("coordinate %d", i).isLessThan(dimension < 100 ? 0.76f : 0.6f);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 48, 112, 784})
    void queriesAreQuantisedTheSameByBothKernels(int dimension) {
        Random random = new Random(SEED);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(4L * dimension, 64);
            MemorySegment copy = arena.allocate(4L * dimension, 64);
            MemorySegment.copy(random(random, dimension), 0, vector, ValueLayout.JAVA_FLOAT, 0, dimension);
            float[] values = new float[dimension];
            float[] scalarValues = new float[dimension];
            float squares = RecordKernels.scale(vector.address(), 1.7f, copy.address(), values);
            assertThat(squares)
                    .isCloseTo(
                            ScalarRecordKernels.scale(vector.address(), 1.7f, copy.address(), scalarValues),
                            within(1e-4f * squares));
            assertThat(values).isEqualTo(scalarValues).isEqualTo(copy.toArray(ValueLayout.JAVA_FLOAT));
            assertThat(RecordKernels.subtract(values, vector.address()))
                    .isEqualTo(ScalarRecordKernels.subtract(scalarValues, vector.address()));
            assertThat(values).isEqualTo(scalarValues);
            short[] planes = new short[dimension / RecordShape.BITS * FusedQuery.PLANES];
            short[] scalarPlanes = planes.clone();
            assertThat(RecordKernels.quantise(values, 8.3f, planes))
                    .isEqualTo(ScalarRecordKernels.quantise(scalarValues, 8.3f, scalarPlanes));
            assertThat(planes).isEqualTo(scalarPlanes);
        }
    }

    /** Indexes on disk rely on it. */
    @Test
    void theRotationIsWhatItHasAlwaysBeen() {
        float[] ascending = new float[32];
        for (int i = 0; i < ascending.length; i++) {
            ascending[i] = i;
        }
        assertThat(rotated(new Rotation(32), ascending)).startsWith(GOLDEN);
    }

    private static final float[] GOLDEN = {22.437496f, -6.3124986f, -9.562499f, -3.5625012f, 16.312496f, 15.812496f};

    @ParameterizedTest
    @CsvSource({"3, 8, L2", "16, 16, L2", "100, 16, L2", "100, 30, COSINE", "100, 16, IP", "784, 4, L2", "1500, 40, L2"
    })
    void estimatesAreNearAndTheSameWithBothKernels(int dimension, int m, MetricType metric) {
        int rows = 300;
        TestVectors vectors = TestVectors.clustered(rows + 20, dimension, 5, SEED);
        try (TestIndex index = TestIndex.build(vectors.first(rows), metric, Integer.toString(m), "60", Codes.FUSED)) {
            FusedGraph graph = ((HnswIndex) index.index).fused();
            assertThat(graph).isNotNull();
            RecordShape shape = graph.shape();
            int padded = shape.paddedDimension();
            FusedQuery query = new FusedQuery(padded, new Rotation(padded), graph.centre());
            double error = 0;
            double spread = 0;
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment memory = arena.allocate(4L * padded, 64);
                for (int i = rows; i < rows + 20; i++) {
                    float[] vector = vectors.rows()[i];
                    double squares = TestVectors.score(MetricType.IP, vector, vector);
                    float scale = metric == MetricType.L2 ? 1 : graph.radius() / (float) Math.sqrt(squares);
                    MemorySegment.copy(vector, 0, memory, ValueLayout.JAVA_FLOAT, 0, dimension);
                    query.take(memory.address(), scale);
                    for (int row = 0; row < rows; row += 7) {
                        long record = graph.record(row);
                        float exact = exact(query, record, padded);
                        for (int block = 0; block < shape.blocks(); block++) {
                            float[] estimates = scan(graph, query, record, block, exact);
                            for (int lane = 0; lane < RecordShape.LANES; lane++) {
                                long place = 4L * (block * RecordShape.LANES + lane);
                                int neighbour = OffHeap.getInt(record + shape.rowsOffset() + place);
                                if (neighbour == row) {
                                    assertThat(estimates[lane]).isEqualTo(Float.POSITIVE_INFINITY);
                                    continue;
                                }
                                float truth = exact(query, graph.record(neighbour), padded);
                                error += Math.pow(estimates[lane] - truth, 2);
                                spread += Math.pow(exact - truth, 2);
                            }
                        }
                    }
                }
            }
            // Better by far than to take the row's own distance for that of its neighbours.
            assertThat(Math.sqrt(error / spread)).isLessThan(dimension < 32 ? 0.5 : 0.35);
        }
    }

    private static float exact(FusedQuery query, long record, int padded) {
        float vector = RecordKernels.squaredDistance(query.address(), record, padded);
        float scalar = ScalarRecordKernels.squaredDistance(query.address(), record, padded);
        assertThat(vector).isCloseTo(scalar, within(1e-4f * Math.max(1, scalar)));
        float product = RecordKernels.dotProduct(query.address(), record, padded);
        float scalarProduct = ScalarRecordKernels.dotProduct(query.address(), record, padded);
        assertThat(product).isCloseTo(scalarProduct, within(1e-4f * Math.max(1, Math.abs(scalarProduct) + scalar)));
        return vector;
    }

    /** With both kernels, which must agree. */
    private static float[] scan(FusedGraph graph, FusedQuery query, long record, int block, float exact) {
        RecordShape shape = graph.shape();
        long places = 4L * RecordShape.LANES * block;
        float[] out = new float[RecordShape.LANES];
        float[] scalar = new float[RecordShape.LANES];
        float bound = exact * 0.9f;
        int mask = RecordKernels.scan(
                record + shape.codesOffset() + block * shape.blockBytes(),
                shape.lines(),
                query.planes,
                record + shape.addendsOffset() + places,
                record + shape.factorsOffset() + places,
                exact,
                query.slope,
                query.offset,
                bound,
                new short[2][RecordShape.LANES],
                out);
        ScalarRecordKernels.scan(
                record + shape.codesOffset() + block * shape.blockBytes(),
                shape.lines(),
                query.planes,
                record + shape.addendsOffset() + places,
                record + shape.factorsOffset() + places,
                exact,
                query.slope,
                query.offset,
                bound,
                scalar);
        for (int lane = 0; lane < out.length; lane++) {
            assertThat(mask >>> lane & 1).isEqualTo(out[lane] < bound ? 1 : 0);
            if (out[lane] != scalar[lane]) { // both may be infinite
                assertThat(out[lane]).isCloseTo(scalar[lane], within(1e-4f * Math.max(1, Math.abs(exact))));
            }
        }
        return out;
    }

    private static int neighbour(FusedGraph graph, int row, int place) {
        return OffHeap.getInt(graph.record(row) + graph.shape().rowsOffset() + 4L * place);
    }

    /** One row far from all others must not spoil the answers among the others. */
    @ParameterizedTest
    @ValueSource(floats = {1e4f, 1e7f, 1e9f, 3e38f})
    void aFarRowHarmsNobody(float far) {
        TestVectors vectors = TestVectors.clustered(3050, 64, 10, SEED);
        vectors.rows()[1000][5] = far;
        try (TestIndex index = TestIndex.build(vectors.first(3000), MetricType.L2, "16", "100")) {
            assertThat(index.recall(vectors.from(3000), null, 10, Map.of())).isGreaterThan(0.95);
        }
    }

    /** Where the few bits of a query cannot tell neighbours apart, the build takes lists. */
    @Test
    void tightClustersFarFromEachOtherGetLists() {
        Random random = new Random(SEED);
        float[][] centres = new float[8][];
        for (int i = 0; i < centres.length; i++) {
            centres[i] = random(random, 64);
        }
        float[][] rows = new float[3050][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = random(random, 64);
            for (int i = 0; i < 64; i++) {
                rows[row][i] = centres[row % 8][i] + 0.003f * rows[row][i];
            }
        }
        TestVectors vectors = TestVectors.of(rows);
        try (TestIndex index = TestIndex.build(vectors.first(3000), MetricType.L2, "16", "100")) {
            assertThat(((HnswIndex) index.index).fused()).isNull();
            assertThat(index.recall(vectors.from(3000), null, 10, Map.of())).isGreaterThan(0.95);
        }
    }

    @Test
    void anInnerProductWithATinyQueryIsANumber() {
        TestVectors vectors = TestVectors.clustered(3000, 64, 10, SEED);
        for (float[] row : vectors.rows()) {
            for (int i = 0; i < row.length; i++) {
                row[i] *= 1e10f;
            }
        }
        float[] query = vectors.rows()[7].clone();
        for (int i = 0; i < query.length; i++) {
            query[i] *= 1e-38f;
        }
        try (TestIndex index = TestIndex.build(vectors, MetricType.IP, "16", "100", Codes.FUSED)) {
            assertThat(index.search(query, null, 1, Map.of()).score(0)).isPositive();
        }
    }

    @Test
    void listsAreFullAndNameEveryNeighbourOnce() {
        TestVectors words = TestVectors.words().first(3000);
        try (TestIndex index = TestIndex.build(words, MetricType.COSINE, "16", "60", Codes.FUSED)) {
            FusedGraph graph = ((HnswIndex) index.index).fused();
            assertThat(graph).isNotNull();
            int full = 0;
            for (int row = 0; row < 3000; row++) {
                Set<Integer> neighbours = new HashSet<>();
                int places = graph.shape().degree();
                while (places > 0 && neighbour(graph, row, places - 1) == row) {
                    places--;
                }
                for (int place = 0; place < places; place++) {
                    neighbours.add(neighbour(graph, row, place));
                }
                assertThat(neighbours).as("row %d", row).hasSize(places).doesNotContain(row);
                full += places == graph.shape().degree() ? 1 : 0;
            }
            // A few rows have fewer neighbours of neighbours.
            assertThat(full).isGreaterThan(2950);
        }
    }
}
