package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.DataType;
import io.milvus.v2.common.IndexParam;
import io.milvus.v2.service.collection.request.AddFieldReq;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.collection.request.DropCollectionReq;
import io.milvus.v2.service.index.request.CreateIndexReq;
import io.milvus.v2.service.utility.request.CreateAliasReq;
import io.milvus.v2.service.utility.request.FlushReq;
import io.milvus.v2.service.vector.request.DeleteReq;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.QueryReq;
import io.milvus.v2.service.vector.request.SearchReq;
import io.milvus.v2.service.vector.request.data.FloatVec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus reads from a server after real traffic through the official SDK. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MetricsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int ROWS = 2_000;
    private static final int SEARCHES = 25;
    private static final String OPEN_METRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";

    /** Falls ill when it is told to, listens to events, and is a reporter that fails whatever it is told. */
    private static final String MOODY = """
            private volatile boolean ill;
            public Health health() { return ill ? Health.unhealthy("caught a cold") : Health.healthy(); }
            public void register(Contributions contributions) {
                contributions.eventListener(event -> {});
                contributions.route(new ManagementRoute("POST", "/moody", request -> {
                    ill = !ill;
                    return new ManagementRoute.Response(204, "text/plain", new byte[0]);
                }));
                contributions.metrics(new MetricsReporter() {
                    public String name() { return "moody"; }
                    public void queryFinished(String collection, String operationType, long nanos) {
                        throw new IllegalStateException("not my day");
                    }
                    public void indexOperation(String collection, String indexType, String status) {}
                    public void error(String operation, String errorType) {}
                });
            }
            """;

    private ServerProcess server;
    private MilvusClientV2 client;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        Path plugins = CompiledPlugin.directory(temporary.resolve("plugins"));
        CompiledPlugin.write(plugins, "moody", MOODY);
        CompiledPlugin.write(plugins, "stillborn", """
                public void start(PluginContext context) { throw new IllegalStateException("no heartbeat"); }
                """);
        server = ServerProcess.start(
                temporary.resolve("data"), "--plugins", plugins.toString(), "--set", "metrics.max-collections=2");
        client = server.connect();
    }

    @AfterAll
    void stop() {
        client.close();
        assertThat(server.stop()).isZero();
        assertThat(server.log().lines()).noneMatch(line -> line.contains("still in memory"));
    }

    private MetricsText scrape() {
        return MetricsText.parse(page("").body(), false);
    }

    private HttpResponse<String> page(String accept) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.managementPort() + "/metrics"));
            if (!accept.isEmpty()) {
                request.header("Accept", accept);
            }
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            return response;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void create(String name) {
        CreateCollectionReq.CollectionSchema schema = MilvusClientV2.CreateSchema();
        schema.addField(AddFieldReq.builder()
                .fieldName("id")
                .dataType(DataType.Int64)
                .isPrimaryKey(true)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("vector")
                .dataType(DataType.FloatVector)
                .dimension(4)
                .build());
        client.createCollection(CreateCollectionReq.builder()
                .collectionName(name)
                .collectionSchema(schema)
                .consistencyLevel(ConsistencyLevel.STRONG)
                .indexParams(List.of(IndexParam.builder()
                        .fieldName("vector")
                        .indexType(IndexParam.IndexType.HNSW)
                        .metricType(IndexParam.MetricType.L2)
                        .extraParams(Map.of("M", 8, "efConstruction", 32))
                        .build()))
                .build());
    }

    private void insert(String name, int first, int count) {
        List<JsonObject> rows = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            JsonObject row = new JsonObject();
            row.addProperty("id", i);
            JsonArray vector = new JsonArray();
            for (int d = 0; d < 4; d++) {
                vector.add((i * (d + 3)) % 97);
            }
            row.add("vector", vector);
            rows.add(row);
        }
        client.insert(InsertReq.builder().collectionName(name).data(rows).build());
    }

    private void search(String name) {
        client.search(SearchReq.builder()
                .collectionName(name)
                .data(List.of(new FloatVec(new float[] {1, 2, 3, 4})))
                .limit(3)
                .build());
    }

    @Test
    @Order(1)
    void realTrafficIsCountedCallByCall() {
        create("books");
        client.createAlias(
                CreateAliasReq.builder().collectionName("books").alias("shelf").build());
        for (int i = 0; i < ROWS; i += 500) {
            insert("books", i, 500);
        }
        for (int i = 0; i < SEARCHES; i++) {
            search(i % 5 == 0 ? "shelf" : "books");
        }
        for (int i = 0; i < 3; i++) {
            client.query(QueryReq.builder()
                    .collectionName("books")
                    .filter("id < 10")
                    .outputFields(List.of("id"))
                    .build());
        }
        client.delete(DeleteReq.builder().collectionName("books").filter("id < 100").build());

        MetricsText metrics = scrape();
        assertThat(metrics.families().get("milvus_query_duration_seconds").type()).isEqualTo("histogram");
        assertThat(metrics.families().get("milvus_index_operations_total").type()).isEqualTo("counter");
        assertThat(metrics.families().get("milvus_vectors_total").type()).isEqualTo("gauge");
        assertThat(calls(metrics, "books", "search")).isEqualTo(SEARCHES);
        assertThat(calls(metrics, "books", "insert")).isEqualTo(ROWS / 500);
        assertThat(calls(metrics, "books", "query")).isEqualTo(3);
        assertThat(calls(metrics, "books", "delete")).isEqualTo(1);
        assertThat(metrics.value("elanus_call_duration_seconds_count", "operation", "search"))
                .isEqualTo(SEARCHES);
        assertThat(metrics.value("elanus_call_duration_seconds_count", "operation", "create_collection"))
                .isEqualTo(1);
        assertThat(metrics.value("milvus_vectors_total", "collection", "books")).isEqualTo(ROWS - 100);
        assertThat(metrics.value(
                        "milvus_index_operations_total", "collection", "books", "index_type", "HNSW", "status", "created"))
                .isEqualTo(1);
        assertThat(metrics.value(
                        "milvus_query_duration_seconds_sum", "collection", "books", "operation_type", "search"))
                .isPositive();
        assertThat(metrics.value("elanus_calls_running")).isZero();
        assertThat(metrics.families()).doesNotContainKey("milvus_errors_total");
    }

    private static double calls(MetricsText metrics, String collection, String operation) {
        return metrics.value(
                "milvus_query_duration_seconds_count", "collection", collection, "operation_type", operation);
    }

    @Test
    @Order(2)
    void errorsAreCountedByKindUnderWhatTheClientAskedFor() {
        for (int i = 0; i < 4; i++) {
            String missing = "missing" + i;
            assertThatThrownBy(() -> search(missing)).hasMessageContaining(missing);
        }
        assertThatThrownBy(() -> client.query(QueryReq.builder()
                        .collectionName("books")
                        .filter("id <<< 3")
                        .build()))
                .isInstanceOf(RuntimeException.class);
        // Refused by the endpoint, before there is a call.
        assertThatThrownBy(() -> client.search(SearchReq.builder()
                        .collectionName("books")
                        .data(List.of(new FloatVec(new float[] {1, 2, 3})))
                        .limit(3)
                        .build()))
                .hasMessageContaining("dimension");
        MetricsText metrics = scrape();
        assertThat(metrics.value("milvus_errors_total", "operation", "search", "error_type", "invalid_argument"))
                .isEqualTo(1);
        assertThat(metrics.value("milvus_errors_total", "operation", "search", "error_type", "collection_not_found"))
                .isEqualTo(4);
        assertThat(metrics.value("milvus_errors_total", "operation", "query", "error_type", "invalid_argument"))
                .isEqualTo(1);
        assertThat(metrics.families().get("milvus_errors_total").samples())
                .allSatisfy(sample -> assertThat(sample.labels()).containsOnlyKeys("operation", "error_type"));
        assertThat(page("").body()).doesNotContain("missing0");
    }

    @Test
    @Order(3)
    void flushMergeAndIndexBuildsAreCounted() {
        client.flush(FlushReq.builder().collectionNames(List.of("books")).build());
        await().atMost(PATIENCE).untilAsserted(() -> {
            MetricsText metrics = scrape();
            assertThat(metrics.value("elanus_flushes_total", "status", "succeeded")).isPositive();
            assertThat(metrics.value("elanus_flushed_rows_total")).isPositive();
            assertThat(metrics.value("elanus_segment_rows", "state", "sealed")).isPositive();
            assertThat(metrics.value(
                            "milvus_index_operations_total",
                            "collection",
                            "books",
                            "index_type",
                            "HNSW",
                            "status",
                            "built"))
                    .isPositive();
            assertThat(metrics.value("elanus_index_builds_waiting")).isZero();
            assertThat(metrics.value("elanus_index_build_rows_total")).isPositive();
        });
        MetricsText metrics = scrape();
        assertThat(metrics.families().get("elanus_log_appends_total").samples().stream()
                        .mapToDouble(MetricsText.Sample::value)
                        .sum())
                .isGreaterThanOrEqualTo(ROWS / 500 + 1);
        assertThat(metrics.families().get("elanus_log_open").samples())
                .isNotEmpty()
                .allSatisfy(sample -> assertThat(sample.value()).isEqualTo(1));
        assertThat(metrics.value("elanus_ready")).isEqualTo(1);
        assertThat(metrics.value("elanus_memory_budget_bytes")).isPositive();
        assertThat(metrics.families().get("elanus_plugin_up").samples())
                .extracting(sample -> sample.labels().get("plugin"))
                .contains("metrics", "wal-local", "storage-local", "metadata-sql", "index-hnsw", "api-milvus");
    }

    @Test
    @Order(4)
    void everythingShownIsDocumentedInBothFormats() throws IOException {
        Map<String, MetricsText.Family> text = scrape().families();
        HttpResponse<String> open = page(OPEN_METRICS);
        assertThat(open.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(page("").headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/plain; version=0.0.4");
        Map<String, MetricsText.Family> openMetrics = MetricsText.parse(open.body(), true).families();
        String reference =
                Files.readString(Path.of(System.getProperty("elanus.source"), "docs", "metrics.md"));
        Map<String, String> documented = new java.util.TreeMap<>();
        Matcher row = Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\| (counter|gauge|histogram) \\|").matcher(reference);
        while (row.find()) {
            documented.put(row.group(1), row.group(2));
        }
        assertThat(documented.keySet()).containsAll(text.keySet());
        text.forEach((name, family) -> {
            assertThat(family.help()).as(name).isNotBlank();
            // Durations of collections have no buckets: summaries.
            String type = family.type().equals("summary") ? "histogram" : family.type();
            assertThat(documented).containsEntry(name, type);
        });
        // An information has its suffix on its samples alone there.
        assertThat(openMetrics.keySet().stream()
                        .map(name -> name.equals("jvm") ? "jvm_info" : name)
                        .toList())
                .containsAll(text.keySet());
        TreeSet<String> never = new TreeSet<>(documented.keySet());
        never.removeAll(text.keySet());
        // There may have been no collection of garbage yet.
        never.removeIf(name -> name.startsWith("jvm_gc_"));
        assertThat(never).as("documented, but not shown after real traffic").isEmpty();
    }

    @Test
    @Order(5)
    void collectionsBeyondTheLimitAreOneSeriesAndDroppedOnesAreGone() {
        create("second");
        insert("second", 0, 10);
        create("third");
        insert("third", 0, 20);
        create("fourth");
        insert("fourth", 0, 30);
        MetricsText full = scrape();
        assertThat(calls(full, "second", "insert")).isEqualTo(1);
        assertThat(calls(full, "other", "insert")).isEqualTo(2);
        assertThat(full.value("milvus_vectors_total", "collection", "other")).isEqualTo(50);

        client.dropCollection(DropCollectionReq.builder().collectionName("second").build());
        assertThat(page("").body()).doesNotContain("\"second\"");
        insert("third", 20, 5);
        MetricsText free = scrape();
        assertThat(calls(free, "third", "insert")).isEqualTo(1);
        assertThat(free.value("milvus_vectors_total", "collection", "third")).isEqualTo(25);
        assertThat(free.value("milvus_vectors_total", "collection", "other")).isEqualTo(30);
    }

    @Test
    @Order(6)
    void thePluginsPageAndTheMetricsAgree() {
        MetricsText metrics = scrape();
        JsonParser.parseString(server.get("/plugins").body())
                .getAsJsonObject()
                .getAsJsonArray("plugins")
                .forEach(plugin -> {
                    JsonObject page = plugin.getAsJsonObject();
                    assertThat(metrics.value(
                                    "elanus_plugin_state",
                                    "plugin",
                                    page.get("id").getAsString(),
                                    "state",
                                    page.get("state").getAsString()))
                            .as(page.toString())
                            .isEqualTo(1);
                });
        assertThat(metrics.sum("elanus_plugin_calls_total", "plugin", "metrics")).isPositive();
    }

    @Test
    @Order(7)
    void aPluginThatDoesNotStartShowsInMetricsOnThePageAndInTheLog() {
        MetricsText metrics = scrape();
        assertThat(metrics.value("elanus_plugin_up", "plugin", "stillborn", "version", "1.0.0"))
                .isZero();
        assertThat(metrics.value("elanus_plugin_state", "plugin", "stillborn", "state", "failed"))
                .isEqualTo(1);
        assertThat(plugin("stillborn").get("failure").getAsString()).contains("no heartbeat");
        assertThat(server.log()).contains("Plugin stillborn 1.0.0", "no heartbeat");
    }

    @Test
    @Order(8)
    void aPluginThatFailsWhileItRunsShowsAtOnceInMetricsAndOnThePageAndSoonInTheLog() {
        // It fails at every call on rows.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(scrape().value("elanus_plugin_failures_total", "plugin", "moody"))
                        .isGreaterThan(SEARCHES));
        assertThat(plugin("moody").get("errors").getAsInt()).isGreaterThan(SEARCHES);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.log()).contains("Plugin moody failed in "));
        assertThat(scrape().value("elanus_plugin_up", "plugin", "moody", "version", "1.0.0"))
                .isEqualTo(1);

        post("/moody");
        MetricsText metrics = scrape();
        assertThat(metrics.value("elanus_plugin_up", "plugin", "moody", "version", "1.0.0"))
                .isZero();
        assertThat(metrics.value("elanus_plugin_health", "plugin", "moody", "health", "unhealthy"))
                .isEqualTo(1);
        assertThat(plugin("moody").get("health").getAsString()).isEqualTo("unhealthy");
        assertThat(plugin("moody").get("message").getAsString()).isEqualTo("caught a cold");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.log()).contains("Plugin moody is unhealthy: caught a cold"));

        post("/moody");
        assertThat(scrape().value("elanus_plugin_up", "plugin", "moody", "version", "1.0.0"))
                .isEqualTo(1);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.log()).contains("Plugin moody is healthy again"));
    }

    private JsonObject plugin(String id) {
        for (var plugin : JsonParser.parseString(server.get("/plugins").body())
                .getAsJsonObject()
                .getAsJsonArray("plugins")) {
            if (plugin.getAsJsonObject().get("id").getAsString().equals(id)) {
                return plugin.getAsJsonObject();
            }
        }
        throw new AssertionError("no plugin " + id);
    }

    private void post(String path) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + server.managementPort() + path))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            assertThat(http.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(204);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
