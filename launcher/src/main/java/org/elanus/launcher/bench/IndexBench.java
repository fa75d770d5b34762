package org.elanus.launcher.bench;

import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.IndexFiles;
import org.elanus.spi.index.IndexParameter;
import org.elanus.spi.index.VectorIndex;
import org.elanus.spi.index.VectorIndexBuilder;
import org.elanus.spi.index.VectorIndexType;
import org.elanus.spi.index.VectorSearcher;
import org.elanus.spi.index.VectorSource;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;

/** Builds one index and measures searches of it. */
final class IndexBench {

    private static final int WARM_SEARCHES = 60_000;
    private static final int MIN_SWEEPS = 3;
    private static final int MAX_SWEEPS = 25;

    private final Seams seams;
    private final BenchDirectory directory;
    private final VectorIndexType type;
    private final MetricType metric;
    private final int threads;
    private final long nanos;
    private final PrintStream log;

    /** @param seconds to measure each set of search parameters at least; warming up takes two to ten times as long */
    IndexBench(
            Seams seams,
            BenchDirectory directory,
            VectorIndexType type,
            MetricType metric,
            int threads,
            double seconds,
            PrintStream log) {
        this.seams = seams;
        this.directory = directory;
        this.type = type;
        this.metric = metric;
        this.threads = threads;
        this.nanos = (long) (seconds * 1e9);
        this.log = log;
    }

    /** What is measured with, checked to fit together. */
    record Input(VectorFile base, VectorFile queries, VectorFile truth, int k) {

        Input {
            if (queries.dimension() != base.dimension()) {
                throw ElanusException.invalid(
                        "%s has %d dimensions, %s has %d",
                        queries.name(), queries.dimension(), base.name(), base.dimension());
            }
            if (truth.rows() != queries.rows()) {
                throw ElanusException.invalid(
                        "%s answers %d queries, %s has %d", truth.name(), truth.rows(), queries.name(), queries.rows());
            }
            if (k > truth.dimension()) {
                throw ElanusException.invalid(
                        "--k is %d, but %s knows only the %d nearest rows of each query",
                        k, truth.name(), truth.dimension());
            }
            for (int row = 0; row < truth.rows(); row++) {
                for (int column = 0; column < truth.dimension(); column++) {
                    int id = truth.integer(row, column);
                    if (id < 0 || id >= base.rows()) {
                        throw ElanusException.invalid(
                                "%s: query %d has %d among its nearest rows, but %s has rows 0 to %d",
                                truth.name(), row, id, base.name(), base.rows() - 1);
                    }
                }
            }
        }
    }

    /** One sweep over all queries. */
    private record Sweep(long nanos, long found) {}

    /** Tries everything out on one row, so that a wrong parameter is not found out after an hour of building. */
    void check(Input input, Map<String, String> build, List<Map<String, String>> sweep) {
        checkNames(build, type.buildParameters(), "--build");
        if (!type.searchParameters().isEmpty()) {
            sweep.forEach(parameters -> checkNames(parameters, type.searchParameters(), "--search"));
        } else if (!sweep.getFirst().isEmpty()) {
            log.println("elanus: " + type.name() + " has no search parameters; --search changes nothing");
        }
        if (!type.metrics().contains(metric) || !type.vectorTypes().contains(DataType.FLOAT_VECTOR)) {
            throw ElanusException.invalid("%s does not index float vectors under %s", type.name(), metric);
        }
        try (Arena arena = Arena.ofShared()) {
            VectorSource one = source(input.base().first(1));
            IndexFiles files = directory.index("check", arena);
            try (VectorIndexBuilder builder = type.builder(metric, known(build, type.buildParameters()))) {
                builder.build(one, files, Runnable::run, 1, Cancellation.NONE);
            }
            try (VectorIndex index = type.open(one, metric, build, files)) {
                Hits hits = new Hits();
                for (Map<String, String> parameters : sweep) {
                    index.searcher()
                            .search(input.queries().row(0), null, input.k(), parameters, hits, Cancellation.NONE);
                }
            }
        }
    }

    private void checkNames(Map<String, String> given, List<IndexParameter> known, String option) {
        if (known.isEmpty() && option.equals("--build")) {
            if (!given.isEmpty()) {
                log.println("elanus: " + type.name() + " has no build parameters; --build changes nothing");
            }
            return;
        }
        List<String> names = known.stream().map(IndexParameter::name).toList();
        for (String name : given.keySet()) {
            if (!names.contains(name)) {
                throw ElanusException.invalid(
                        "%s: %s has no parameter '%s'; it has %s", option, type.name(), name, String.join(", ", names));
            }
        }
    }

    private static Map<String, String> known(Map<String, String> given, List<IndexParameter> parameters) {
        Map<String, String> known = new HashMap<>(given);
        known.keySet().retainAll(parameters.stream().map(IndexParameter::name).toList());
        return known;
    }

    private static VectorSource source(VectorFile file) {
        return new VectorSource(
                DataType.FLOAT_VECTOR, file.rows(), file.dimension(), 4L * file.dimension(), file.values());
    }

    /** Measures; gives out one line of CSV for each set of search parameters. */
    void run(Input input, Map<String, String> build, List<Map<String, String>> sweep, Consumer<String> rows) {
        VectorSource source = source(input.base());
        log.printf(
                Locale.ROOT,
                "elanus: building %s over %,d vectors of %d dimensions, %d thread(s)%n",
                type.name(),
                source.rows(),
                source.dimension(),
                threads);
        try (Arena arena = Arena.ofShared();
                ExecutorService workers = seams.threads().pool("bench", threads)) {
            IndexFiles files = directory.index("index", arena);
            long begin = seams.clock().nanos();
            try (VectorIndexBuilder builder = type.builder(metric, known(build, type.buildParameters()))) {
                builder.build(source, files, workers, threads, Cancellation.NONE);
            }
            double seconds = (seams.clock().nanos() - begin) / 1e9;
            log.printf(Locale.ROOT, "elanus: built in %.1f s%n", seconds);
            try (VectorIndex index = type.open(source, metric, build, files)) {
                double bytes = source.rows() == 0
                        ? 0
                        : (index.memoryBytes() + 4.0 * source.dimension() * source.rows()) / source.rows();
                measure(input, build, sweep, index, workers, seconds, bytes, rows);
            }
        }
    }

    private void measure(
            Input input,
            Map<String, String> build,
            List<Map<String, String>> sweep,
            VectorIndex index,
            ExecutorService workers,
            double buildSeconds,
            double bytes,
            Consumer<String> rows) {
        int count = input.queries().rows();
        Worker[] crew = new Worker[threads];
        for (int i = 0; i < threads; i++) {
            crew[i] = new Worker(input, index.searcher(), i);
        }
        log.println("elanus: warming up");
        long begin = seams.clock().nanos();
        // By number too: on a busy machine the compiler gets little of the time.
        long elapsed;
        long searches = 0;
        do {
            for (Map<String, String> parameters : sweep) {
                sweep(crew, workers, parameters, null);
                searches += count;
            }
            elapsed = seams.clock().nanos() - begin;
        } while (elapsed < 2 * nanos || (searches < WARM_SEARCHES && elapsed < 10 * nanos));

        for (Map<String, String> parameters : sweep) {
            List<long[]> latencies = new ArrayList<>();
            List<Long> times = new ArrayList<>();
            long found = sweep(crew, workers, parameters, null).found();
            begin = seams.clock().nanos();
            while (times.size() < MAX_SWEEPS
                    && (times.size() < MIN_SWEEPS || seams.clock().nanos() - begin < nanos)) {
                long[] latency = new long[count];
                times.add(sweep(crew, workers, parameters, latency).nanos());
                latencies.add(latency);
            }
            long[] sorted =
                    latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
            times.sort(null);
            rows.accept(String.format(
                    Locale.ROOT,
                    "%s,%s,%.4f,%.1f,%.1f,%.1f,%.2f,%.1f",
                    type.name(),
                    label(build, parameters),
                    (double) found / ((long) count * input.k()),
                    count * 1e9 / times.get(times.size() / 2),
                    percentile(sorted, 50) / 1e3,
                    percentile(sorted, 99) / 1e3,
                    buildSeconds,
                    bytes));
        }
    }

    private static long percentile(long[] sorted, int percent) {
        return sorted[(int) Math.min(sorted.length - 1, (long) sorted.length * percent / 100)];
    }

    /** Semicolons, so that the value is one field of the CSV. */
    private static String label(Map<String, String> build, Map<String, String> search) {
        List<String> parts = new ArrayList<>();
        build.forEach((name, value) -> parts.add(name + "=" + value));
        search.forEach((name, value) -> parts.add(name + "=" + value));
        return parts.stream()
                .map(part -> part.replace(',', ' ').replace('"', ' '))
                .collect(Collectors.joining(";"));
    }

    private Sweep sweep(
            Worker[] crew, ExecutorService workers, Map<String, String> parameters, long @Nullable [] latencies) {
        long begin = seams.clock().nanos();
        long found = 0;
        if (crew.length == 1) {
            found = crew[0].run(parameters, latencies);
        } else {
            List<Future<Long>> parts = new ArrayList<>();
            for (Worker worker : crew) {
                parts.add(workers.submit(() -> worker.run(parameters, latencies)));
            }
            try {
                for (Future<Long> part : parts) {
                    found += part.get();
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        return new Sweep(seams.clock().nanos() - begin, found);
    }

    /** One thread's share of the queries. */
    private final class Worker {

        private final Input input;
        private final VectorSearcher searcher;
        private final int first;
        private final Hits hits = new Hits();

        Worker(Input input, VectorSearcher searcher, int first) {
            this.input = input;
            this.searcher = searcher;
            this.first = first;
        }

        /** Notes the latency of each query in its place; without a place for it, counts the nearest rows found. */
        long run(Map<String, String> parameters, long @Nullable [] latencies) {
            long found = 0;
            for (int query = first; query < input.queries().rows(); query += threads) {
                long begin = seams.clock().nanos();
                searcher.search(input.queries().row(query), null, input.k(), parameters, hits, Cancellation.NONE);
                if (latencies != null) {
                    latencies[query] = seams.clock().nanos() - begin;
                } else {
                    found += found(query);
                }
            }
            return found;
        }

        private int found(int query) {
            int found = 0;
            for (int i = 0; i < hits.size(); i++) {
                for (int j = 0; j < input.k(); j++) {
                    if (input.truth().integer(query, j) == hits.row(i)) {
                        found++;
                        break;
                    }
                }
            }
            return found;
        }
    }
}
