package org.elanus.core.metrics;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.metrics.MetricsReporter;

/**
 * Measures what measuring costs the measured: run {@link #main} with the test class path of core. Prints nanoseconds and
 * allocated bytes a call for each number of reporters and threads.
 */
public final class MeterBench {

    private static final int BATCH = 20_000;
    private static final int ROUNDS = 300;

    private MeterBench() {}

    /** Takes what it is told and does nothing with it. */
    private record Silent(String name) implements MetricsReporter {
        @Override
        public void queryFinished(String collection, String operationType, long nanos) {}

        @Override
        public void indexOperation(String collection, String indexType, String status) {}

        @Override
        public void error(String operation, String errorType) {}
    }

    private static final CollectionNames NAMES = new CollectionNames() {
        @Override
        public String label(String database, String collection) {
            return collection;
        }

        @Override
        public Collection<String> labels() {
            return List.of("books");
        }
    };

    public static void main(String[] arguments) throws Exception {
        for (int reporters = 0; reporters <= 2; reporters++) {
            for (int threads = 1; threads <= 2; threads++) {
                measure(reporters, threads);
            }
        }
    }

    private static void measure(int reporters, int threads) throws Exception {
        Seams seams = Seams.system();
        Meter meter = new Meter();
        meter.names(NAMES);
        List<Reporting> reportings = new ArrayList<>();
        for (int i = 0; i < reporters; i++) {
            Reporting reporting = meter.reporting("r" + i, new Silent("r" + i), seams.clock());
            meter.begin(reporting, seams.threads());
            reportings.add(reporting);
        }
        double best = Double.MAX_VALUE;
        double sum = 0;
        long bytes = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int round = 0; round < ROUNDS; round++) {
                List<Future<long[]>> runs = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    runs.add(pool.submit(() -> run(meter)));
                }
                double nanos = 0;
                for (Future<long[]> run : runs) {
                    nanos = Math.max(nanos, run.get()[0] / (double) BATCH);
                    bytes = run.get()[1];
                }
                best = Math.min(best, nanos);
                sum += round < ROUNDS / 2 ? 0 : nanos;
                reportings.forEach(Reporting::samples);
            }
        }
        System.out.printf(
                "%d reporters, %d threads: best %.0f ns, mean of the second half %.0f ns, %.3f bytes a call, dropped %s%n",
                reporters, threads, best, sum / (ROUNDS / 2.0), bytes / (double) BATCH, meter.dropped());
        reportings.forEach(meter::end);
    }

    private static long[] run(Meter meter) {
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        MeteredOperation search = meter.operation("search");
        long bytes = memory.getCurrentThreadAllocatedBytes();
        long began = System.nanoTime();
        for (int i = 0; i < BATCH; i++) {
            meter.began();
            meter.ended(search, "default", "books", i);
        }
        long nanos = System.nanoTime() - began;
        return new long[] {nanos, memory.getCurrentThreadAllocatedBytes() - bytes};
    }
}
