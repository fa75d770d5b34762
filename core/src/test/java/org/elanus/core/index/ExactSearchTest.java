package org.elanus.core.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class ExactSearchTest {

    static Stream<Arguments> combinations() {
        List<Arguments> all = new ArrayList<>();
        for (DataType type : DataType.values()) {
            if (type.isDenseVector()) {
                for (MetricType metric : MetricType.values()) {
                    boolean binary = metric == MetricType.HAMMING || metric == MetricType.JACCARD;
                    if (binary == (type == DataType.BINARY_VECTOR)) {
                        all.add(Arguments.of(type, metric));
                    }
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void findsWhatPlainArithmeticFinds(DataType type, MetricType metric) {
        long seed = new Random().nextLong();
        System.out.println("ExactSearchTest " + type + " " + metric + " seed " + seed);
        Random random = new Random(seed);
        for (int dimension : new int[] {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 100, 127, 128, 257, 784, 1000}) {
            int bits = type == DataType.BINARY_VECTOR ? dimension * 8 : dimension;
            int rows = 1 + random.nextInt(700);
            try (Arena arena = Arena.ofConfined()) {
                FixedColumn vectors = draw(type, bits, rows, random, arena);
                int queryCount = 1 + random.nextInt(3);
                FixedColumn queries = draw(type, bits, queryCount, random, arena);
                RowFilter filter = random.nextBoolean() ? null : someRows(rows, random);
                int k = random.nextInt(4) == 0 ? rows + 5 : 1 + random.nextInt(20);

                ExactSearch search = ExactSearch.of(metric, queries, k);
                scanInPieces(search, vectors, filter, random);

                for (int q = 0; q < queryCount; q++) {
                    Hits hits = new Hits();
                    search.hits(q, hits);
                    assertRight(hits, metric, vectors, queries, q, filter, k, bits);
                }
            }
        }
    }

    /** As the chunks of a growing segment come: firsts are multiples of 64. */
    private static void scanInPieces(
            ExactSearch search, FixedColumn vectors, @Nullable RowFilter filter, Random random) {
        int from = 0;
        while (from < vectors.rows()) {
            int count = Math.min(vectors.rows() - from, 64 * (1 + random.nextInt(5)));
            FixedColumn piece = new FixedColumn(
                    vectors.type(),
                    count,
                    vectors.width(),
                    vectors.data().asSlice((long) from * vectors.width()),
                    null);
            search.scan(piece, from, filter, Cancellation.NONE);
            from += count;
        }
    }

    private static void assertRight(
            Hits hits,
            MetricType metric,
            FixedColumn vectors,
            FixedColumn queries,
            int query,
            @Nullable RowFilter filter,
            int k,
            int dimension) {
        record Scored(int row, double score) {}
        List<Scored> expected = new ArrayList<>();
        for (int row = 0; row < vectors.rows(); row++) {
            if (filter == null || filter.passes(row)) {
                expected.add(new Scored(
                        row, score(metric, dimension, vectors.slice(row), queries.slice(query), vectors.type())));
            }
        }
        Comparator<Scored> order = Comparator.comparingDouble(Scored::score);
        expected.sort((metric.largerIsNearer() ? order.reversed() : order).thenComparingInt(Scored::row));
        assertThat(hits.size()).isEqualTo(Math.min(k, expected.size()));
        for (int i = 0; i < hits.size(); i++) {
            double tolerance = 1e-4 * Math.max(1, Math.abs(expected.get(i).score));
            assertThat((double) hits.score(i)).isCloseTo(expected.get(i).score, within(tolerance));
            int row = hits.row(i);
            double own = score(metric, dimension, vectors.slice(row), queries.slice(query), vectors.type());
            assertThat((double) hits.score(i)).isCloseTo(own, within(tolerance));
            assertThat(filter == null || filter.passes(row)).isTrue();
            if (i > 0 && hits.score(i) == hits.score(i - 1)) {
                assertThat(row).isGreaterThan(hits.row(i - 1));
            }
        }
    }

    private static double score(MetricType metric, int dimension, MemorySegment a, MemorySegment b, DataType type) {
        double squares = 0;
        double product = 0;
        double normA = 0;
        double normB = 0;
        int differ = 0;
        int both = 0;
        int either = 0;
        for (int i = 0; i < dimension; i++) {
            double x = element(type, a, i);
            double y = element(type, b, i);
            squares += (x - y) * (x - y);
            product += x * y;
            normA += x * x;
            normB += y * y;
            differ += x != y ? 1 : 0;
            both += x != 0 && y != 0 ? 1 : 0;
            either += x != 0 || y != 0 ? 1 : 0;
        }
        return switch (metric) {
            case L2 -> squares;
            case IP -> product;
            case COSINE -> normA == 0 || normB == 0 ? 0 : product / Math.sqrt(normA * normB);
            case HAMMING -> differ;
            case JACCARD -> either == 0 ? 1 : 1 - (double) both / either;
        };
    }

    private static double element(DataType type, MemorySegment vector, int i) {
        return switch (type) {
            case FLOAT_VECTOR -> vector.get(FixedColumn.FLOAT, 4L * i);
            case FLOAT16_VECTOR -> Float.float16ToFloat(vector.get(FixedColumn.SHORT, 2L * i));
            case BFLOAT16_VECTOR -> Float.intBitsToFloat(vector.get(FixedColumn.SHORT, 2L * i) << 16);
            case INT8_VECTOR -> vector.get(ValueLayout.JAVA_BYTE, i);
            case BINARY_VECTOR -> vector.get(ValueLayout.JAVA_BYTE, i >>> 3) >>> (i & 7) & 1;
            default -> throw new IllegalArgumentException();
        };
    }

    private static FixedColumn draw(DataType type, int dimension, int rows, Random random, Arena arena) {
        int width = type.vectorBytes(dimension);
        MemorySegment data = arena.allocate((long) width * rows, 64);
        for (int row = 0; row < rows; row++) {
            boolean zero = random.nextInt(20) == 0;
            long at = (long) row * width;
            for (int i = 0; i < (type == DataType.BINARY_VECTOR ? width : dimension) && !zero; i++) {
                float value = random.nextInt(5) == 0 ? random.nextInt(3) - 1 : (float) random.nextGaussian();
                switch (type) {
                    case FLOAT_VECTOR -> data.set(FixedColumn.FLOAT, at + 4L * i, value);
                    case FLOAT16_VECTOR -> data.set(FixedColumn.SHORT, at + 2L * i, Float.floatToFloat16(value));
                    case BFLOAT16_VECTOR ->
                        data.set(FixedColumn.SHORT, at + 2L * i, (short) (Float.floatToRawIntBits(value) >>> 16));
                    default -> data.set(ValueLayout.JAVA_BYTE, at + i, (byte) random.nextInt());
                }
            }
        }
        return new FixedColumn(type, rows, width, data, null);
    }

    private static RowFilter someRows(int rows, Random random) {
        long[] words = new long[(rows + 63) / 64];
        int share = 1 + random.nextInt(50);
        int cardinality = 0;
        for (int row = 0; row < rows; row++) {
            if (random.nextInt(share) == 0) {
                words[row >>> 6] |= 1L << row;
                cardinality++;
            }
        }
        return new RowFilter(words, cardinality);
    }

    @Test
    void bothKernelsSumAlike() {
        Random random = new Random(7);
        try (Arena arena = Arena.ofConfined()) {
            for (int dimension = 1; dimension <= 70; dimension++) {
                FixedColumn vectors = draw(DataType.FLOAT_VECTOR, dimension, 9, random, arena);
                float[] query = FloatRows.floats(DataType.FLOAT_VECTOR, dimension, vectors.data(), 0);
                int[] rows = {8, 0, 3, 4, 1, 7, 2};
                float[] one = new float[7];
                float[] other = new float[7];
                float[] norms = new float[7];
                float[] otherNorms = new float[7];
                FloatKernels plain = new ScalarFloatKernels();
                FloatKernels best = FloatKernels.BEST;
                plain.squaredDistances(vectors.data(), 0, vectors.width(), rows, 7, query, one);
                best.squaredDistances(vectors.data(), 0, vectors.width(), rows, 7, query, other);
                assertThat(other).containsExactly(one, within(1e-3f));
                plain.products(vectors.data(), 0, vectors.width(), rows, 7, query, one);
                best.products(vectors.data(), 0, vectors.width(), rows, 7, query, other);
                assertThat(other).containsExactly(one, within(1e-3f));
                plain.productsAndNorms(vectors.data(), 0, vectors.width(), rows, 7, query, one, norms);
                best.productsAndNorms(vectors.data(), 0, vectors.width(), rows, 7, query, other, otherNorms);
                assertThat(other).containsExactly(one, within(1e-3f));
                assertThat(otherNorms).containsExactly(norms, within(1e-3f));
            }
        }
        assertThat(FloatKernels.BEST).isInstanceOf(VectorFloatKernels.class);
    }

    @Test
    void equalScoresComeInOrderOfRows() {
        float[] same = new float[600];
        FixedColumn vectors = Columns.floatVectors(2, same);
        for (int k : new int[] {1, 7, 299, 300, 1000}) {
            ExactSearch search = ExactSearch.of(MetricType.L2, Columns.floatVectors(2, 1f, 0f), k);
            // Later rows first: the order of chunks does not matter either.
            search.scan(vectors, 320, null, Cancellation.NONE);
            search.scan(vectors, 0, null, Cancellation.NONE);
            Hits hits = new Hits();
            search.hits(0, hits);
            assertThat(hits.size()).isEqualTo(Math.min(k, 600));
            for (int i = 0; i < hits.size(); i++) {
                assertThat(hits.row(i)).isEqualTo(i < 300 ? i : i + 20);
                assertThat(hits.score(i)).isEqualTo(1f);
            }
        }
    }

    @Test
    void rowsWithoutVectorAreSkipped() {
        FixedColumn vectors = new FixedColumn(
                DataType.FLOAT_VECTOR, 3, 4, Columns.floats(1f, 2f, 3f).data(), MemorySegment.ofArray(new byte[] {0b101
                }));
        ExactSearch search = ExactSearch.of(MetricType.L2, Columns.floatVectors(1, 2f), 3);
        search.scan(vectors, 0, null, Cancellation.NONE);
        Hits hits = new Hits();
        search.hits(0, hits);
        assertThat(hits.size()).isEqualTo(2);
        assertThat(hits.row(0)).isZero();
        assertThat(hits.row(1)).isEqualTo(2);
    }

    @Test
    void boundsLetInARange() {
        FixedColumn vectors = Columns.floatVectors(1, 0f, 1f, 2f, 3f, 4f);
        assertThat(bounded(MetricType.L2, vectors, 4f, 1f)).containsExactly(1);
        assertThat(bounded(MetricType.L2, vectors, 9f, 0f)).containsExactly(0, 1, 2);
        assertThat(bounded(MetricType.L2, vectors, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY))
                .containsExactly(0, 1, 2, 3, 4);
        FixedColumn products = Columns.floatVectors(1, 1f, 2f, 3f, 4f);
        ExactSearch search = ExactSearch.of(MetricType.IP, Columns.floatVectors(1, 1f), 10);
        search.within(1f, 3f);
        search.scan(products, 0, null, Cancellation.NONE);
        assertThat(rows(search)).containsExactly(2, 1);
    }

    private static List<Integer> bounded(MetricType metric, FixedColumn vectors, float radius, float rangeFilter) {
        ExactSearch search = ExactSearch.of(metric, Columns.floatVectors(1, 0f), 10);
        search.within(radius, rangeFilter);
        search.scan(vectors, 0, null, Cancellation.NONE);
        return rows(search);
    }

    private static List<Integer> rows(ExactSearch search) {
        Hits hits = new Hits();
        search.hits(0, hits);
        List<Integer> rows = new ArrayList<>();
        for (int i = 0; i < hits.size(); i++) {
            rows.add(hits.row(i));
        }
        return rows;
    }

    @Test
    void mistakesAndCancellationAreReported() {
        FixedColumn query = Columns.floatVectors(2, 1f, 2f);
        assertThatThrownBy(() -> ExactSearch.of(MetricType.HAMMING, query, 1)).hasMessageContaining("HAMMING");
        assertThatThrownBy(() -> ExactSearch.of(MetricType.L2, query, 0)).hasMessageContaining("at least 1");
        ExactSearch search = ExactSearch.of(MetricType.L2, query, 1);
        assertThatThrownBy(() -> search.scan(Columns.floatVectors(3, 1f, 2f, 3f), 0, null, Cancellation.NONE))
                .hasMessageContaining("2 dimensions");
        assertThatThrownBy(() -> search.scan(query, 0, null, () -> true))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CANCELLED));
    }

    @Test
    void infinitiesAndNotANumberAreNeverBest() {
        FixedColumn vectors = Columns.floatVectors(1, Float.NaN, Float.POSITIVE_INFINITY, 5f, -0f, 0f);
        ExactSearch search = ExactSearch.of(MetricType.L2, Columns.floatVectors(1, 0f), 4);
        search.scan(vectors, 0, null, Cancellation.NONE);
        Hits hits = new Hits();
        search.hits(0, hits);
        assertThat(hits.size()).isEqualTo(4);
        assertThat(hits.row(0)).isEqualTo(3);
        assertThat(hits.row(1)).isEqualTo(4);
        assertThat(hits.row(2)).isEqualTo(2);
        assertThat(hits.row(3)).isEqualTo(1);
        assertThat(Float.floatToRawIntBits(hits.score(0))).isZero();
    }
}
