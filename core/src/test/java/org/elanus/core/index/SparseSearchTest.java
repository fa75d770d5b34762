package org.elanus.core.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.runtime.Cancellation;
import org.junit.jupiter.api.Test;

class SparseSearchTest {

    private static byte[] bytes(Map<Integer, Float> vector) {
        ByteBuffer buffer = ByteBuffer.allocate(8 * vector.size()).order(ByteOrder.LITTLE_ENDIAN);
        vector.entrySet().stream()
                .sorted((a, b) -> Integer.compareUnsigned(a.getKey(), b.getKey()))
                .forEach(pair -> buffer.putInt(pair.getKey()).putFloat(pair.getValue()));
        return buffer.array();
    }

    private static VariableColumn column(List<Map<Integer, Float>> vectors) {
        return Columns.bytes(
                DataType.SPARSE_FLOAT_VECTOR,
                vectors.stream().map(SparseSearchTest::bytes).toList());
    }

    private static Map<Integer, Float> draw(Random random) {
        Map<Integer, Float> vector = new TreeMap<>();
        int pairs = random.nextInt(12);
        for (int i = 0; i < pairs; i++) {
            int index = random.nextInt(10) == 0 ? -2 - random.nextInt(5) : random.nextInt(40);
            vector.put(index, random.nextInt(-8, 9) / 4f);
        }
        return vector;
    }

    @Test
    void findsWhatANaiveSearchFinds() {
        long seed = System.nanoTime();
        System.out.println("SparseSearchTest: seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<Map<Integer, Float>> rows = new ArrayList<>();
            int count = 1 + random.nextInt(60);
            for (int i = 0; i < count; i++) {
                rows.add(draw(random));
            }
            List<Map<Integer, Float>> queries = List.of(draw(random), draw(random));
            int k = 1 + random.nextInt(20);
            long words = random.nextLong();
            RowFilter filter = random.nextBoolean() ? null : new RowFilter(new long[] {words}, Long.bitCount(words));
            SparseSearch search = new SparseSearch(MetricType.IP, column(queries), k);
            search.scan(column(rows), 0, filter, Cancellation.NONE);
            for (int q = 0; q < queries.size(); q++) {
                Map<Integer, Float> query = queries.get(q);
                List<float[]> expected = new ArrayList<>();
                for (int r = 0; r < count; r++) {
                    Map<Integer, Float> row = rows.get(r);
                    boolean common = row.keySet().stream().anyMatch(query::containsKey);
                    if (common && (filter == null || filter.passes(r))) {
                        float sum = 0;
                        for (Map.Entry<Integer, Float> pair : row.entrySet()) {
                            sum += pair.getValue() * query.getOrDefault(pair.getKey(), 0f);
                        }
                        expected.add(new float[] {r, sum});
                    }
                }
                expected.sort(Comparator.<float[]>comparingDouble(hit -> -hit[1]).thenComparingDouble(hit -> hit[0]));
                Hits hits = new Hits();
                search.hits(q, hits);
                assertThat(hits.size()).isEqualTo(Math.min(k, expected.size()));
                for (int i = 0; i < hits.size(); i++) {
                    assertThat(hits.row(i)).isEqualTo((int) expected.get(i)[0]);
                    assertThat(hits.score(i)).isEqualTo(expected.get(i)[1]);
                }
            }
        }
    }

    @Test
    void scoresCanBeBounded() {
        SparseSearch search = new SparseSearch(MetricType.IP, column(List.of(Map.of(1, 1f))), 10);
        search.within(1f, 3f);
        search.scan(
                column(List.of(Map.of(1, 1f), Map.of(1, 2f), Map.of(1, 3f), Map.of(1, 4f), Map.of(2, 2f))),
                0,
                null,
                Cancellation.NONE);
        Hits hits = new Hits();
        search.hits(0, hits);
        assertThat(hits.size()).isEqualTo(2);
        assertThat(hits.row(0)).isEqualTo(2);
        assertThat(hits.row(1)).isEqualTo(1);
    }

    @Test
    void anyMetricButTheProductIsRefused() {
        assertThatThrownBy(() -> new SparseSearch(MetricType.L2, column(List.of(Map.of(1, 1f))), 10))
                .isInstanceOf(ElanusException.class)
                .hasMessageContaining("L2");
    }

    @Test
    void faultsOfVectorsAreNamed() {
        assertThat(SparseVectors.fault(MemorySegment.ofArray(bytes(Map.of(1, 1f, -2, 2f))))).isNull();
        assertThat(SparseVectors.fault(MemorySegment.ofArray(new byte[9]))).contains("multiple of 8");
        assertThat(SparseVectors.fault(MemorySegment.ofArray(new byte[16]))).contains("ascending order");
        assertThat(SparseVectors.fault(MemorySegment.ofArray(bytes(Map.of(-1, 1f))))).contains("4294967294");
        assertThat(SparseVectors.fault(MemorySegment.ofArray(bytes(Map.of(1, Float.NaN))))).contains("NaN");
    }
}
