package org.elanus.plugin.indexhnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.index.VectorIndex;
import org.elanus.spi.index.VectorIndexBuilder;
import org.elanus.spi.index.VectorSearcher;
import org.elanus.spi.index.VectorSource;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;

/** An index that was built, written to a directory, and opened from there. */
final class TestIndex implements AutoCloseable {

    static final HnswIndexType TYPE = new HnswIndexType();

    final TestVectors vectors;
    final MetricType metric;
    final TestFiles files;
    final VectorSource source;
    final VectorIndex index;
    private final VectorSearcher searcher;
    private final Arena arena = Arena.ofShared();
    private final Path directory;

    private TestIndex(TestVectors vectors, MetricType metric, Map<String, String> parameters, int threads) {
        this.vectors = vectors;
        this.metric = metric;
        try {
            directory = Files.createTempDirectory("hnsw");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files = new TestFiles(directory);
        source = vectors.source(arena);
        try (ExecutorService workers = Executors.newFixedThreadPool(threads);
                VectorIndexBuilder builder = TYPE.builder(metric, parameters)) {
            builder.build(source, files, workers, threads, Cancellation.NONE);
        }
        index = TYPE.open(source, metric, parameters, files);
        index.checkIntegrity();
        searcher = index.searcher();
    }

    static TestIndex build(TestVectors vectors, MetricType metric, String m, String efConstruction) {
        return build(vectors, metric, m, efConstruction, 1);
    }

    static TestIndex build(TestVectors vectors, MetricType metric, String m, String efConstruction, Codes codes) {
        return new TestIndex(
                vectors, metric, Map.of("M", m, "efConstruction", efConstruction, "codes", codes.toString()), 1);
    }

    static TestIndex build(TestVectors vectors, MetricType metric, String m, String efConstruction, int threads) {
        return new TestIndex(vectors, metric, Map.of("M", m, "efConstruction", efConstruction), threads);
    }

    Hits search(float[] query, @Nullable RowFilter filter, int k, Map<String, String> parameters) {
        Hits hits = new Hits();
        searcher.search(MemorySegment.ofArray(query), filter, k, parameters, hits, Cancellation.NONE);
        return hits;
    }

    /**
     * The share of the exact best k that is found, over all queries. On the way it checks every answer: as many hits as
     * there can be, in order, each once, each passing the filter, each with the right score.
     */
    double recall(TestVectors queries, @Nullable RowFilter filter, int k, Map<String, String> parameters) {
        int possible = Math.min(k, filter == null ? vectors.count() : filter.cardinality());
        int found = 0;
        for (float[] query : queries.rows()) {
            Hits hits = search(query, filter, k, parameters);
            assertThat(hits.size()).isEqualTo(possible);
            double threshold = possible == 0 ? 0 : vectors.threshold(metric, query, filter, possible);
            Set<Integer> seen = new HashSet<>();
            for (int i = 0; i < hits.size(); i++) {
                int row = hits.row(i);
                assertThat(seen.add(row)).as("row %d once", row).isTrue();
                assertThat(filter == null || filter.passes(row)).isTrue();
                double exact = TestVectors.score(metric, query, vectors.rows()[row]);
                assertThat((double) hits.score(i)).isCloseTo(exact, within(1e-4 * Math.max(1, Math.abs(exact))));
                if (i > 0) {
                    assertThat(
                                    metric.largerIsNearer()
                                            ? hits.score(i - 1) >= hits.score(i)
                                            : hits.score(i - 1) <= hits.score(i))
                            .isTrue();
                }
                if (metric.largerIsNearer() ? exact >= threshold : exact <= threshold) {
                    found++;
                }
            }
        }
        return possible == 0 ? 1 : (double) found / (possible * queries.count());
    }

    @Override
    public void close() {
        index.close();
        files.close();
        arena.close();
        try (var paths = Files.walk(directory)) {
            paths.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
