package org.elanus.launcher.bench;

import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.index.VectorIndexType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code elanus bench index}. Exit codes: 0 measured, 1 failed, 2 wrong input. */
@Command(
        name = "index",
        description = {
            "Builds an index over the vectors of a file and measures searches: recall against exact answers, queries a"
                    + " second, latency.",
            "Prints CSV on standard output, one row for each value of the search parameter, and all else on standard"
                    + " error."
        },
        mixinStandardHelpOptions = true)
public final class IndexBenchCommand implements Callable<Integer> {

    /** Where distances are computed. */
    enum Kernels {
        AUTO,
        JAVA,
        NATIVE
    }

    static final String HEADER = "index,params,recall,qps,p50_us,p99_us,build_s,bytes_per_vector";

    @Option(names = "--base", required = true, paramLabel = "FILE", description = "Vectors to index, .fvecs or .bvecs.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path base;

    @Option(names = "--query", required = true, paramLabel = "FILE", description = "Queries, .fvecs or .bvecs.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path query;

    @Option(
            names = "--truth",
            required = true,
            paramLabel = "FILE",
            description = "Exact nearest rows of each query, nearest first, .ivecs.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path truth;

    @Option(names = "--metric", required = true, paramLabel = "l2|ip|cosine", description = "The metric.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String metric;

    @Option(
            names = "--type",
            defaultValue = "HNSW",
            paramLabel = "TYPE",
            description = "The index type: FLAT, or one that a plugin contributes (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String type;

    @Option(
            names = "--build",
            defaultValue = "",
            paramLabel = "NAME=VALUE,...",
            description = "Build parameters, such as M=16,efConstruction=200.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String build;

    @Option(
            names = "--search",
            defaultValue = "",
            paramLabel = "NAME=VALUE,...",
            description = "One search parameter and its values, such as ef=10,20,40.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String search;

    @Option(names = "--k", defaultValue = "10", description = "Hits a query (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(
            names = "--threads",
            defaultValue = "1",
            description = "Threads that build and that search (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--kernels",
            defaultValue = "AUTO",
            paramLabel = "auto|java|native",
            description = "Where distances are computed (default: auto).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String kernels;

    @Option(
            names = "--seconds",
            defaultValue = "2",
            description = "Seconds to measure each value at least; warming up takes two to ten times as long (default:"
                    + " ${DEFAULT-VALUE}).")
    private double seconds;

    private final PrintStream out;
    private final PrintStream err;

    public IndexBenchCommand() {
        this(System.out, System.err);
    }

    IndexBenchCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        try {
            measure();
            return 0;
        } catch (ElanusException e) {
            err.println("elanus: " + e.getMessage());
            return e.code().category() == ErrorCategory.USER ? 2 : 1;
        }
    }

    private void measure() {
        requireJava();
        MetricType measured = metric();
        if (k < 1) {
            throw ElanusException.invalid("--k is 1 or more, not %d", k);
        }
        int most = 4 * Runtime.getRuntime().availableProcessors();
        if (threads < 1 || threads > most) {
            throw ElanusException.invalid("--threads is from 1 to %d, not %d", most, threads);
        }
        if (!(seconds >= 0 && seconds <= 3600)) {
            throw ElanusException.invalid("--seconds is from 0 to 3600, not %s", seconds);
        }
        Map<String, String> buildParameters = Parameters.pairs("--build", build);
        List<Map<String, String>> sweep = Parameters.sweep("--search", search);
        Seams seams = Seams.system();
        try (Arena arena = Arena.ofShared();
                BenchDirectory directory = BenchDirectory.create(seams.files())) {
            VectorFile vectors = VectorFile.vectors(seams.files(), base, arena);
            VectorFile queries = VectorFile.vectors(seams.files(), query, arena);
            VectorFile answers = VectorFile.rows(seams.files(), truth, arena);
            IndexBench.Input input = new IndexBench.Input(vectors, queries, answers, k);
            try (BenchPlugins plugins = BenchPlugins.start(seams, directory, type);
                    Registry.Lease<VectorIndexType> lease =
                            new IndexTypes(plugins.registry()).lease(type.toUpperCase(Locale.ROOT))) {
                IndexBench bench = new IndexBench(seams, directory, lease.get(), measured, threads, seconds, err);
                bench.check(input, buildParameters, sweep);
                out.println(HEADER);
                bench.run(input, buildParameters, sweep, row -> {
                    out.println(row);
                    out.flush();
                });
            }
        }
    }

    private MetricType metric() {
        return switch (metric.toLowerCase(Locale.ROOT)) {
            case "l2" -> MetricType.L2;
            case "ip" -> MetricType.IP;
            case "cosine" -> MetricType.COSINE;
            default -> throw ElanusException.invalid("--metric is l2, ip or cosine, not '%s'", metric);
        };
    }

    private void requireJava() {
        Kernels wanted;
        try {
            wanted = Kernels.valueOf(kernels.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw ElanusException.invalid("--kernels is auto, java or native, not '%s'", kernels);
        }
        if (wanted == Kernels.NATIVE) {
            throw ElanusException.invalid(
                    "--kernels native: no native accelerator is installed; use --kernels java or auto");
        }
    }
}
