package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.QueryReq;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The RESTful API of the shipped server, by HTTP alone. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestIT {

    private static final Pattern EXAMPLE = Pattern.compile("```http\n(\\w+) (\\S+)\n(.*?)```\n```json\n(.*?)```", Pattern.DOTALL);
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
    private static final String ANYTHING = "\"…\"";

    @TempDir
    private static Path temporary;

    private static ServerProcess server;
    private static HttpClient http;

    @BeforeAll
    static void start() {
        server = ServerProcess.start(temporary.resolve("data"));
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() {
        http.close();
        assertThat(server.stop()).isZero();
    }

    private static HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The answer of a call of version 2 that succeeds. */
    private static JsonObject post(String route, String body, String... headers) throws Exception {
        HttpResponse<String> response = send("POST", "/v2/vectordb/" + route, body, headers);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonObject answer = JsonParser.parseString(response.body()).getAsJsonObject();
        assertThat(answer.get("code").getAsInt()).as(response.body()).isZero();
        return answer;
    }

    /** First, because the examples say which collections there are. */
    @Test
    @Order(1)
    void theExamplesOfTheDocumentationAreTrue() throws Exception {
        String documentation = Files.readString(Path.of(System.getProperty("elanus.source"), "docs/rest.md"));
        Matcher examples = EXAMPLE.matcher(documentation);
        JsonObject last = new JsonObject();
        int count = 0;
        while (examples.find()) {
            Matcher variables = VARIABLE.matcher(examples.group(3));
            StringBuilder body = new StringBuilder();
            while (variables.find()) {
                variables.appendReplacement(
                        body,
                        last.getAsJsonObject("data").get(variables.group(1)).getAsString());
            }
            variables.appendTail(body);
            HttpResponse<String> response =
                    send(examples.group(1), examples.group(2), body.toString().strip());
            JsonElement expected = JsonParser.parseString(examples.group(4));
            JsonElement actual = JsonParser.parseString(response.body());
            assertMatches(examples.group(2) + " " + response.body(), expected, actual);
            last = actual.getAsJsonObject();
            count++;
        }
        assertThat(count).isGreaterThan(55);
    }

    private static void assertMatches(String what, JsonElement expected, JsonElement actual) {
        if (expected.toString().equals(ANYTHING)) {
            return;
        }
        if (expected.isJsonObject() && actual.isJsonObject()) {
            assertThat(actual.getAsJsonObject().keySet())
                    .as(what)
                    .containsExactlyInAnyOrderElementsOf(expected.getAsJsonObject().keySet());
            for (Map.Entry<String, JsonElement> member : expected.getAsJsonObject().entrySet()) {
                assertMatches(what, member.getValue(), actual.getAsJsonObject().get(member.getKey()));
            }
        } else if (expected.isJsonArray() && actual.isJsonArray()) {
            assertThat(actual.getAsJsonArray().size()).as(what).isEqualTo(expected.getAsJsonArray().size());
            for (int i = 0; i < expected.getAsJsonArray().size(); i++) {
                assertMatches(what, expected.getAsJsonArray().get(i), actual.getAsJsonArray().get(i));
            }
        } else {
            assertThat(actual).as(what).isEqualTo(expected);
        }
    }

    private static float[] vector(Random random, int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = random.nextFloat() - 0.5f;
        }
        return vector;
    }

    private static String rows(float[][] vectors, int from, int to) {
        StringBuilder rows = new StringBuilder("[");
        for (int i = from; i < to; i++) {
            rows.append(i == from ? "" : ",")
                    .append("{\"id\":")
                    .append(i)
                    .append(",\"parity\":")
                    .append(i % 2)
                    .append(",\"vector\":")
                    .append(Arrays.toString(vectors[i]))
                    .append('}');
        }
        return rows.append(']').toString();
    }

    @Test
    void searchesFindWhatAnExactComparisonFinds() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int dimension = 32;
        float[][] vectors = new float[3_000][];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = vector(random, dimension);
        }
        post("collections/create", "{\"collectionName\":\"exact\",\"dimension\":32,\"metricType\":\"L2\"}");
        for (int i = 0; i < vectors.length; i += 1_000) {
            JsonObject inserted = post(
                    "entities/insert",
                    "{\"collectionName\":\"exact\",\"data\":" + rows(vectors, i, i + 1_000) + "}");
            assertThat(inserted.getAsJsonObject("data").get("insertCount").getAsInt()).isEqualTo(1_000);
        }
        post("collections/flush", "{\"collectionName\":\"exact\"}");
        int found = 0;
        for (int round = 0; round < 10; round++) {
            float[] query = vector(random, dimension);
            Comparator<Integer> nearer = Comparator.comparingDouble(id -> distance(query, vectors[id]));
            List<Integer> ids = new ArrayList<>();
            for (int id = 1; id < vectors.length; id += 2) {
                ids.add(id);
            }
            Set<Integer> nearest =
                    new HashSet<>(ids.stream().sorted(nearer).limit(10).toList());
            JsonArray hits = post(
                            "entities/search",
                            "{\"collectionName\":\"exact\",\"data\":[" + Arrays.toString(query)
                                    + "],\"filter\":\"parity == 1\",\"limit\":10,\"outputFields\":[\"parity\"],"
                                    + "\"consistencyLevel\":\"Strong\"}")
                    .getAsJsonArray("data");
            assertThat(hits).as("seed " + seed).hasSize(10);
            double before = -1;
            for (JsonElement hit : hits) {
                JsonObject row = hit.getAsJsonObject();
                int id = row.get("id").getAsInt();
                assertThat(row.get("parity").getAsInt()).isEqualTo(1);
                double distance = row.get("distance").getAsDouble();
                assertThat(distance).isGreaterThanOrEqualTo(before);
                assertThat(distance).isCloseTo(distance(query, vectors[id]), org.assertj.core.data.Offset.offset(1e-3));
                before = distance;
                found += nearest.contains(id) ? 1 : 0;
            }
        }
        assertThat(found).as("of 100, seed " + seed).isGreaterThanOrEqualTo(95);
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
        }
        return sum;
    }

    @Test
    void bothProtocolsSeeTheSameRows() throws Exception {
        post("collections/create", "{\"collectionName\":\"shared\",\"dimension\":2}");
        post("entities/insert", "{\"collectionName\":\"shared\",\"data\":[{\"id\":1,\"vector\":[1,2],\"from\":\"http\"}]}");
        MilvusClientV2 client = server.connect();
        try {
            JsonObject row = new JsonObject();
            row.addProperty("id", 9007199254740993L);
            row.add("vector", new Gson().toJsonTree(new float[] {3, 4}));
            row.addProperty("from", "grpc");
            client.insert(InsertReq.builder()
                    .collectionName("shared")
                    .data(List.of(row))
                    .build());
            assertThat(client.query(QueryReq.builder()
                                    .collectionName("shared")
                                    .filter("id >= 0")
                                    .outputFields(List.of("from"))
                                    .consistencyLevel(ConsistencyLevel.STRONG)
                                    .build())
                            .getQueryResults())
                    .extracting(result -> result.getEntity().get("from"))
                    .containsExactly("http", "grpc");
        } finally {
            client.close();
        }
        JsonArray rows = post(
                        "entities/query",
                        "{\"collectionName\":\"shared\",\"consistencyLevel\":\"Strong\"}",
                        "Accept-Type-Allow-Int64",
                        "false")
                .getAsJsonArray("data");
        assertThat(rows)
                .hasToString("[{\"id\":\"1\",\"vector\":[1.0,2.0],\"from\":\"http\"},"
                        + "{\"id\":\"9007199254740993\",\"vector\":[3.0,4.0],\"from\":\"grpc\"}]");
    }

    @Test
    void largeBodiesAndAnswersTravel() throws Exception {
        Random random = new Random(7);
        float[][] vectors = new float[8_000][];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = vector(random, 256);
        }
        post("collections/create", "{\"collectionName\":\"large\",\"dimension\":256}");
        String body = "{\"data\":" + rows(vectors, 0, vectors.length) + ",\"collectionName\":\"large\"}";
        assertThat(body.length()).isGreaterThan(20 << 20);
        assertThat(post("entities/insert", body).getAsJsonObject("data").get("insertCount").getAsInt())
                .isEqualTo(vectors.length);
        HttpResponse<String> answer = send(
                "POST",
                "/v2/vectordb/entities/query",
                "{\"collectionName\":\"large\",\"limit\":8000,\"consistencyLevel\":\"Strong\"}");
        assertThat(answer.headers().firstValue("transfer-encoding")).contains("chunked");
        JsonArray rows = JsonParser.parseString(answer.body()).getAsJsonObject().getAsJsonArray("data");
        assertThat(rows).hasSize(vectors.length);
        for (int i = 0; i < vectors.length; i += 999) {
            JsonArray vector = rows.get(i).getAsJsonObject().getAsJsonArray("vector");
            assertThat(vector.get(255).getAsFloat()).isEqualTo(vectors[i][255]);
        }
        post("collections/drop", "{\"collectionName\":\"large\"}");
    }

    @Test
    void databasesAreNamedByTheBodyOrByAHeader() throws Exception {
        post("databases/create", "{\"dbName\":\"other\"}");
        post("collections/create", "{\"dbName\":\"other\",\"collectionName\":\"in_other\",\"dimension\":2}");
        assertThat(post("collections/list", "{}", "DB-Name", "other").get("data")).hasToString("[\"in_other\"]");
        assertThat(send("GET", "/collections-list?dbName=other", "").body()).contains("in_other");
        assertThat(send("POST", "/v2/vectordb/collections/list", "{\"dbName\":\"none\"}").body())
                .startsWith("{\"code\":800,");
        assertThat(send("GET", "/collections-list?dbName=none", "").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "/collections/in_other?dbName=other", "").statusCode()).isEqualTo(200);
        post("databases/drop", "{\"dbName\":\"other\"}");
    }

    @Test
    void resourcesAnswerWithStatusesOfHttp() throws Exception {
        assertThat(send("POST", "/collections", "{\"collectionName\":\"resource\",\"dimension\":2}").statusCode())
                .isEqualTo(200);
        assertThat(send("POST", "/collections/resource/records", "{\"data\":[{\"id\":1,\"vector\":[1,2]}]}").statusCode())
                .isEqualTo(200);
        assertThat(send("POST", "/collections/resource/records", "{\"data\":[{\"id\":1,\"vector\":[1]}]}").statusCode())
                .isEqualTo(400);
        assertThat(send("POST", "/collections/resource/records/search", "{\"data\":[[1,2]],\"consistencyLevel\":\"Strong\"}")
                        .body())
                .contains("\"topks\":[1]");
        assertThat(send("DELETE", "/collections/resource/load", "").statusCode()).isEqualTo(200);
        assertThat(send("POST", "/collections/resource/records/query", "{}").statusCode()).isEqualTo(409);
        assertThat(send("GET", "/collections/nothing", "").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "/collections/resource", "").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/collections/resource/schema", "").statusCode()).isEqualTo(404);
    }

    @Test
    void importsAndResourceGroupsSayThatTheyAreNotThere() throws Exception {
        for (String route : List.of("resource_groups/list", "jobs/import/create")) {
            assertThat(send("POST", "/v2/vectordb/" + route, "{}", "Authorization", "Bearer root:Milvus")
                            .body())
                    .isEqualTo("{\"code\":10,\"message\":\"" + route + " is not implemented by this server\"}");
        }
    }
}
