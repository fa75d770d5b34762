package org.elanus.plugin.indexhnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.VectorIndex;
import org.elanus.spi.index.VectorSearcher;
import org.elanus.spi.runtime.Cancellation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HnswConcurrencyTest {

    private static final TestVectors ALL = TestVectors.clustered(8100, 20, 40, 3);
    private static final TestVectors VECTORS = ALL.first(8000);
    private static final TestVectors QUERIES = ALL.from(8000);

    @TempDir
    Path directory;

    private final Arena arena = Arena.ofAuto();

    @Test
    void manyThreadsBuildAGraphAsGoodAsThatOfOne() {
        try (TestIndex one = TestIndex.build(VECTORS, MetricType.L2, "12", "80", 1);
                TestIndex many = TestIndex.build(VECTORS, MetricType.L2, "12", "80", 8)) {
            double expected = one.recall(QUERIES, null, 10, Map.of("ef", "30"));
            assertThat(many.recall(QUERIES, null, 10, Map.of("ef", "30"))).isGreaterThan(expected - 0.02);
        }
    }

    @Test
    void anExecutorThatRunsNothingOrRefusesOrIsLateChangesNothing() {
        List<Runnable> late = new ArrayList<>();
        Executor refusing = task -> {
            throw new RejectedExecutionException();
        };
        for (Executor workers : List.<Executor>of(task -> {}, refusing, late::add, Runnable::run)) {
            Path target = directory.resolve(Integer.toString(workers.hashCode()));
            assertThat(target.toFile().mkdir()).isTrue();
            try (TestFiles files = new TestFiles(target)) {
                var source = VECTORS.source(arena);
                TestIndex.TYPE
                        .builder(MetricType.L2, Map.of("M", "8", "efConstruction", "30"))
                        .build(source, files, workers, 4, Cancellation.NONE);
                try (VectorIndex index = TestIndex.TYPE.open(source, MetricType.L2, Map.of(), files)) {
                    index.checkIntegrity();
                }
            }
        }
        assertThat(late).hasSize(3);
        late.forEach(Runnable::run);
    }

    @Test
    void searchesOfManyThreadsDoNotDisturbEachOther() throws Exception {
        try (TestIndex index = TestIndex.build(VECTORS, MetricType.COSINE, "12", "60", 2);
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<String> expected = answers(index.index);
            List<Future<List<String>>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(threads.submit(() -> answers(index.index)));
            }
            for (Future<List<String>> one : all) {
                assertThat(one.get()).isEqualTo(expected);
            }
        }
    }

    private static List<String> answers(VectorIndex index) {
        VectorSearcher searcher = index.searcher();
        Hits hits = new Hits();
        List<String> answers = new ArrayList<>();
        // More walks than a mark has values.
        for (int i = 0; i < 600; i++) {
            searcher.search(QUERIES.query(i % QUERIES.count()), null, 5, Map.of("ef", "20"), hits, Cancellation.NONE);
            StringBuilder answer = new StringBuilder();
            for (int j = 0; j < hits.size(); j++) {
                answer.append(hits.row(j)).append('=').append(hits.score(j)).append(' ');
            }
            answers.add(answer.toString());
        }
        return answers;
    }

    @Test
    void aCancelledBuildEndsAndLeavesNoFile() {
        for (int threads : new int[] {1, 4}) {
            AtomicInteger looks = new AtomicInteger();
            Cancellation soon = () -> looks.incrementAndGet() > 40;
            try (TestFiles files = new TestFiles(directory);
                    ExecutorService workers = Executors.newFixedThreadPool(threads)) {
                assertThatThrownBy(() -> TestIndex.TYPE
                                .builder(MetricType.L2, Map.of())
                                .build(VECTORS.source(arena), files, workers, threads, soon))
                        .isInstanceOfSatisfying(
                                ElanusException.class,
                                e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CANCELLED));
                assertThat(files.names()).isEmpty();
                assertThat(looks).hasValueLessThan(60);
            }
        }
    }

    @Test
    void aCancelledSearchEnds() {
        try (TestIndex index = TestIndex.build(VECTORS, MetricType.L2, "12", "60", 2)) {
            VectorSearcher searcher = index.index.searcher();
            for (String ef : List.of("200", "8000")) {
                assertThatThrownBy(() ->
                                searcher.search(QUERIES.query(0), null, 10, Map.of("ef", ef), new Hits(), () -> true))
                        .isInstanceOfSatisfying(
                                ElanusException.class,
                                e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CANCELLED));
            }
            // The searcher is as good as before.
            Hits hits = new Hits();
            searcher.search(VECTORS.query(5), null, 1, Map.of(), hits, Cancellation.NONE);
            assertThat(hits.row(0)).isEqualTo(5);
        }
    }

    @Test
    void aWarmSearchAllocatesNothing() {
        try (TestIndex index = TestIndex.build(VECTORS, MetricType.L2, "12", "60", 2)) {
            var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            VectorSearcher searcher = index.index.searcher();
            Hits hits = new Hits();
            var query = QUERIES.query(1);
            Map<String, String> parameters = Map.of("ef", "50");
            boolean[] passing = new boolean[VECTORS.count()];
            Arrays.fill(passing, 0, 7000, true);
            var filter = TestVectors.filter(passing);
            long least = Long.MAX_VALUE;
            // How soon the compiler is done is its own affair.
            for (int attempt = 0; attempt < 200 && least > 64; attempt++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 300; i++) {
                    searcher.search(query, null, 10, parameters, hits, Cancellation.NONE);
                    searcher.search(query, filter, 10, parameters, hits, Cancellation.NONE);
                }
                least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / 600);
            }
            assertThat(least).as("bytes per search").isLessThanOrEqualTo(64);
        }
    }
}
