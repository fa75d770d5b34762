package org.elanus.plugin.indexhnsw;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.index.VectorSource;
import org.jspecify.annotations.Nullable;

/** Vectors for tests, with the exact answers, computed the plain way in double precision. */
record TestVectors(int dimension, float[][] rows) {

    /** The 5,000 most frequent words of OpenJDK's sources, 100 dimensions. */
    static TestVectors words() {
        try (InputStream in = Objects.requireNonNull(TestVectors.class.getResourceAsStream("words-5000x100.f16"))) {
            ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            float[][] rows = new float[5000][100];
            for (float[] row : rows) {
                for (int i = 0; i < row.length; i++) {
                    row[i] = Float.float16ToFloat(bytes.getShort());
                }
            }
            return new TestVectors(100, rows);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Points around random centres, which is nearer to real vectors than noise is. */
    static TestVectors clustered(int count, int dimension, int clusters, long seed) {
        Random random = new Random(seed);
        float[][] centres = new float[clusters][dimension];
        for (float[] centre : centres) {
            for (int i = 0; i < dimension; i++) {
                centre[i] = (float) random.nextGaussian();
            }
        }
        float[][] rows = new float[count][dimension];
        for (float[] row : rows) {
            float[] centre = centres[random.nextInt(clusters)];
            for (int i = 0; i < dimension; i++) {
                row[i] = centre[i] + 0.4f * (float) random.nextGaussian();
            }
        }
        return new TestVectors(dimension, rows);
    }

    static TestVectors of(float[]... rows) {
        return new TestVectors(rows.length == 0 ? 4 : rows[0].length, rows);
    }

    int count() {
        return rows.length;
    }

    TestVectors first(int count) {
        return new TestVectors(dimension, Arrays.copyOf(rows, count));
    }

    TestVectors from(int begin) {
        return new TestVectors(dimension, Arrays.copyOfRange(rows, begin, rows.length));
    }

    /** As a segment has them: one after the other. */
    VectorSource source(Arena arena) {
        return source(arena, 4L * dimension);
    }

    VectorSource source(Arena arena, long stride) {
        MemorySegment memory = arena.allocate(Math.max(count() * stride, 1), 64);
        for (int row = 0; row < count(); row++) {
            MemorySegment.copy(rows[row], 0, memory, ValueLayout.JAVA_FLOAT, row * stride, dimension);
        }
        return new VectorSource(DataType.FLOAT_VECTOR, count(), dimension, stride, memory.asReadOnly());
    }

    MemorySegment query(int row) {
        return MemorySegment.ofArray(rows[row]).asReadOnly();
    }

    static double score(MetricType metric, float[] a, float[] b) {
        double squares = 0;
        double dot = 0;
        double normA = 0;
        double normB = 0;
        for (int i = 0; i < a.length; i++) {
            squares += (a[i] - (double) b[i]) * (a[i] - (double) b[i]);
            dot += a[i] * (double) b[i];
            normA += a[i] * (double) a[i];
            normB += b[i] * (double) b[i];
        }
        return switch (metric) {
            case L2 -> squares;
            case IP -> dot;
            default -> normA == 0 || normB == 0 ? 0 : dot / Math.sqrt(normA * normB);
        };
    }

    /** The k-th best score among the rows that pass, with room for rounding: what is as good belongs to the best k. */
    double threshold(MetricType metric, float[] query, @Nullable RowFilter filter, int k) {
        double[] scores = IntStream.range(0, count())
                .filter(row -> filter == null || filter.passes(row))
                .mapToDouble(row -> score(metric, query, rows[row]))
                .boxed()
                .sorted(metric.largerIsNearer() ? Comparator.reverseOrder() : Comparator.naturalOrder())
                .limit(k)
                .mapToDouble(Double::doubleValue)
                .toArray();
        double last = scores[scores.length - 1];
        double room = 1e-5 * Math.max(1, Math.abs(last));
        return metric.largerIsNearer() ? last - room : last + room;
    }

    static RowFilter filter(boolean... passing) {
        long[] words = new long[(passing.length + 63) / 64];
        int cardinality = 0;
        for (int row = 0; row < passing.length; row++) {
            if (passing[row]) {
                words[row >>> 6] |= 1L << row;
                cardinality++;
            }
        }
        return new RowFilter(words, cardinality);
    }
}
