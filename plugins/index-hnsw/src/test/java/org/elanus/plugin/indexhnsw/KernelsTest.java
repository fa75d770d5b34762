package org.elanus.plugin.indexhnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import org.elanus.spi.database.MetricType;
import org.junit.jupiter.api.Test;

class KernelsTest {

    private static final long SEED = 17;

    @Test
    void distancesAreRightForEveryDimensionAndNumberOfRows() {
        Random random = new Random(SEED);
        for (int dimension = 1; dimension < 140; dimension = dimension < 70 ? dimension + 1 : dimension + 13) {
            TestVectors vectors = TestVectors.clustered(20, dimension, 3, dimension);
            try (Arena arena = Arena.ofConfined()) {
                // Rows end where the memory ends, at an address that is a multiple of 4 and of nothing more.
                long stride = 4L * dimension + 4;
                MemorySegment memory = vectors.source(arena, stride).vectors();
                MemorySegment query = arena.allocate(4L * dimension + 4, 4).asSlice(4);
                MemorySegment.copy(vectors.rows()[9], 0, query, ValueLayout.JAVA_FLOAT, 0, dimension);
                for (int count = 1; count < 12; count++) {
                    int[] rows = random.ints(15, 0, 20).toArray();
                    float[] out = new float[15];
                    int from = random.nextInt(3);
                    for (boolean scalar : new boolean[] {true, false}) {
                        Arrays.fill(out, -1);
                        if (scalar) {
                            ScalarKernels.squaredDistances(
                                    query.address(), memory.address(), stride, dimension, rows, from, count, out);
                        } else {
                            Kernels.squaredDistances(
                                    query.address(), memory.address(), stride, dimension, rows, from, count, out);
                        }
                        check(MetricType.L2, vectors, rows, from, count, out);
                        Arrays.fill(out, -1);
                        if (scalar) {
                            ScalarKernels.dotProducts(
                                    query.address(), memory.address(), stride, dimension, rows, from, count, out);
                        } else {
                            Kernels.dotProducts(
                                    query.address(), memory.address(), stride, dimension, rows, from, count, out);
                        }
                        check(MetricType.IP, vectors, rows, from, count, out);
                    }
                }
            }
        }
    }

    private static void check(MetricType metric, TestVectors vectors, int[] rows, int from, int count, float[] out) {
        for (int i = 0; i < out.length; i++) {
            double expected = i < from || i >= from + count
                    ? -1
                    : TestVectors.score(metric, vectors.rows()[9], vectors.rows()[rows[i]]);
            assertThat((double) out[i])
                    .as("%s of %d dimensions, place %d of %d from %d", metric, vectors.dimension(), i, count, from)
                    .isCloseTo(expected, within(1e-4 * Math.max(1, Math.abs(expected))));
        }
    }

    @Test
    void keysOrderAsDistancesDo() {
        float[] distances = {
            Float.NEGATIVE_INFINITY,
            -1e30f,
            -2,
            -1,
            -0.5f,
            -1e-40f,
            0,
            1e-40f,
            0.5f,
            1,
            2,
            1e30f,
            Float.POSITIVE_INFINITY,
            Float.NaN
        };
        for (int i = 0; i < distances.length; i++) {
            long key = CandidatePool.key(distances[i], Integer.MAX_VALUE - 1);
            assertThat(Float.compare(CandidatePool.distance(key), distances[i])).isZero();
            assertThat(CandidatePool.id(key)).isEqualTo(Integer.MAX_VALUE - 1);
            if (i > 0) {
                assertThat(key).isGreaterThan(CandidatePool.key(distances[i - 1], 3));
            }
        }
    }

    @Test
    void aPoolKeepsTheNearestInOrderAndExpandsEachOnce() {
        Random random = new Random(SEED);
        CandidatePool pool = new CandidatePool();
        for (int round = 0; round < 300; round++) {
            int capacity = 1 + random.nextInt(round % 10 == 0 ? 700 : 40);
            pool.reset(capacity);
            TreeSet<Long> model = new TreeSet<>();
            for (int i = 0; i < 3 * capacity; i++) {
                long key = CandidatePool.key(random.nextFloat() - 0.5f, i);
                if (key < pool.bound()) {
                    pool.insert(key);
                }
                model.add(key);
                if (model.size() > capacity) {
                    model.pollLast();
                }
            }
            assertThat(pool.size()).isEqualTo(model.size());
            int position = 0;
            for (long key : model) {
                assertThat(pool.get(position++)).as("seed %d", SEED).isEqualTo(key);
                assertThat(pool.expandNext()).isEqualTo(CandidatePool.id(key));
            }
            assertThat(pool.expandNext()).isEqualTo(-1);
        }
    }

    @Test
    void aHeapKeepsTheNearestAndSortsThem() {
        Random random = new Random(SEED);
        NearestHeap heap = new NearestHeap();
        for (int round = 0; round < 100; round++) {
            int capacity = 1 + random.nextInt(100);
            int count = random.nextInt(300);
            long[] keys = random.longs(count).toArray();
            heap.reset(capacity);
            for (long key : keys) {
                if (key < heap.bound()) {
                    heap.add(key);
                }
            }
            heap.sort();
            Arrays.sort(keys);
            assertThat(heap.size()).isEqualTo(Math.min(capacity, count));
            for (int i = 0; i < heap.size(); i++) {
                assertThat(heap.get(i)).as("seed %d", SEED).isEqualTo(keys[i]);
            }
        }
    }
}
