package org.elanus.plugin.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.elanus.core.config.Configuration;
import org.elanus.core.host.PluginHost;
import org.elanus.core.host.PluginState;
import org.elanus.core.metrics.CollectionNames;
import org.elanus.core.metrics.CoreMetrics;
import org.elanus.core.metrics.IndexOutcome;
import org.elanus.core.metrics.Meter;
import org.elanus.core.metrics.MeteredOperation;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.manage.ManagementRoute;
import org.elanus.spi.manage.ManagementRoute.Response;
import org.elanus.spi.metrics.Sample;
import org.elanus.spi.metrics.StandardMetrics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin in a class loader of its own, as the server runs it. */
class MetricsPluginTest {

    @TempDir
    private Path directory;

    private final Meter meter = new Meter(10);
    private PluginHost host;

    @BeforeEach
    void start() throws IOException {
        Path plugin = directory.resolve("plugins/metrics");
        copy(Path.of("target/classes"), plugin);
        Path libraries = Files.createDirectories(plugin.resolve("lib"));
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            Path jar = Path.of(entry);
            if (jar.getFileName().toString().matches("(micrometer|prometheus|HdrHistogram).*\\.jar")) {
                Files.copy(jar, libraries.resolve(jar.getFileName().toString()));
            }
        }
        Seams seams = Seams.system();
        meter.names(new CollectionNames() {
            @Override
            public @Nullable String label(String database, String collection) {
                return collection;
            }

            @Override
            public Collection<String> labels() {
                return List.of("books", "odd\"\\\nname");
            }
        });
        meter.samples(() -> List.of(
                new Sample(StandardMetrics.VECTORS, List.of("books"), 42),
                new Sample(CoreMetrics.LOG_BYTES, List.of("channel-0"), 1e12),
                new Sample(CoreMetrics.LOG_BYTES, List.of("channel-1"), 3),
                new Sample(CoreMetrics.READY, List.of(), 1)));
        host = PluginHost.builder()
                .configuration(Configuration.builder(seams.files())
                        .set("data.directory", directory.resolve("data").toString())
                        .set("host.unload-limit", "60s")
                        .build())
                .seams(seams.files(), seams.clock(), seams.threads(), seams.randomness())
                .directory(directory.resolve("plugins"))
                .meter(meter)
                .build();
        host.start();
        assertThat(host.plugins()).extracting(PluginState::state).containsExactly(PluginState.State.RUNNING);
    }

    @AfterEach
    void closeWithoutALeak() {
        host.close();
        assertThat(host.leaks()).isEmpty();
    }

    /** On a thread that ends, so that nothing of the plugin stays in its frames. */
    private Response page(String accept) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try (Registry.Lease<ManagementRoute> lease =
                                    host.registry().lease(ManagementRoute.class, "GET /metrics")) {
                                return lease.get()
                                        .handler()
                                        .handle(new ManagementRoute.Request(
                                                "GET", "/metrics", Map.of(), new byte[0], Principal.ANONYMOUS, accept));
                            }
                        },
                        task -> Thread.ofPlatform().start(task))
                .join();
    }

    private List<String> lines(String accept) {
        Response response = page(accept);
        assertThat(response.status()).isEqualTo(200);
        return Arrays.asList(new String(response.body(), StandardCharsets.UTF_8).split("\n"));
    }

    private void search(String collection, long nanos) {
        MeteredOperation search = meter.operation("search");
        meter.began();
        meter.ended(search, "default", collection, nanos);
    }

    @Test
    void everythingUpToTheRequestIsCounted() {
        for (int i = 0; i < 1000; i++) {
            search("books", i % 2 == 0 ? 200_000 : 2_000_000);
        }
        meter.failed(meter.operation("search"), new ElanusException(StandardErrorCode.TIMEOUT, "x"));
        meter.indexOperation("books", "HNSW", IndexOutcome.BUILT);
        assertThat(lines(""))
                .contains(
                        "# TYPE milvus_query_duration_seconds histogram",
                        "milvus_query_duration_seconds_bucket{collection=\"books\",operation_type=\"search\",le=\"2.5E-4\"} 500",
                        "milvus_query_duration_seconds_bucket{collection=\"books\",operation_type=\"search\",le=\"+Inf\"} 1000",
                        "milvus_query_duration_seconds_count{collection=\"books\",operation_type=\"search\"} 1000",
                        "elanus_call_duration_seconds_count{operation=\"search\"} 1000",
                        "# TYPE milvus_errors_total counter",
                        "milvus_errors_total{error_type=\"timeout\",operation=\"search\"} 1.0",
                        "milvus_index_operations_total{collection=\"books\",index_type=\"HNSW\",status=\"built\"} 1.0",
                        "# TYPE milvus_vectors_total gauge",
                        "milvus_vectors_total{collection=\"books\"} 42.0",
                        "# TYPE elanus_log_bytes_total counter",
                        "elanus_log_bytes_total{channel=\"channel-0\"} 1.0E12",
                        "elanus_ready 1.0")
                .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .anyMatch(line -> line.startsWith("process_cpu_usage "))
                .anyMatch(line -> line.startsWith("process_resident_memory_bytes "));
    }

    @Test
    void theClientChoosesTheFormat() {
        search("books", 1);
        assertThat(page("").contentType()).startsWith("text/plain; version=0.0.4");
        assertThat(page("text/html, */*;q=0.1").contentType()).startsWith("text/plain; version=0.0.4");
        // What Prometheus sends.
        String openMetrics = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2";
        assertThat(page(openMetrics).contentType()).startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(lines(openMetrics))
                .contains("# TYPE elanus_log_bytes counter")
                .endsWith("# EOF");
        assertThat(page("text/plain, application/openmetrics-text;q=0.3").contentType())
                .startsWith("text/plain; version=0.0.4");
        // Protocol buffers are not offered, whatever is asked for.
        assertThat(page("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")
                        .contentType())
                .startsWith("text/plain; version=0.0.4");
    }

    @Test
    void labelValuesAreEscaped() {
        search("odd\"\\\nname", 1);
        assertThat(lines(""))
                .contains("milvus_query_duration_seconds_count{collection=\"odd\\\"\\\\\\nname\","
                        + "operation_type=\"search\"} 1");
    }

    @Test
    void aDroppedCollectionIsNoLongerShown() {
        search("books", 1);
        meter.indexOperation("books", "HNSW", IndexOutcome.CREATED);
        assertThat(lines("")).anyMatch(line -> line.contains("index_type=\"HNSW\""));
        meter.namesChanged("books");
        assertThat(lines(""))
                .noneMatch(line -> line.startsWith("milvus_query") && line.contains("books"))
                .noneMatch(line -> line.startsWith("milvus_index"))
                .contains("elanus_call_duration_seconds_count{operation=\"search\"} 1");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
