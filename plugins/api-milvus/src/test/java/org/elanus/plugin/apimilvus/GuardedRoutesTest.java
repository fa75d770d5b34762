package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.elanus.plugin.apimilvus.rest.RestActions;
import org.elanus.spi.auth.Action;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every route of REST against a door: generated from the routes. */
class GuardedRoutesTest {

    private static final Set<Action> FOR_EVERYBODY =
            EnumSet.of(Action.CONNECT, Action.LIST_DATABASES, Action.SHOW_COLLECTIONS);

    private static final String BODY = """
            {"collectionName": "books", "newCollectionName": "books2", "dbName": "default", "userName": "somebody",
             "roleName": "role", "partitionName": "p", "indexName": "i", "filter": "id > 0",
             "data": [{"id": 1}], "privilege": "Search", "privilegeGroupName": "g", "ids": [1], "id": [1]}""";

    private static GuardedEndpoint server;
    private static HttpClient client;

    @BeforeAll
    static void open() {
        server = new GuardedEndpoint();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void close() throws InterruptedException {
        client.close();
        server.close();
    }

    private static HttpResponse<String> post(String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.endpoint.port + path))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> route(String route, String token) throws IOException, InterruptedException {
        return post("/v2/vectordb/" + route, BODY, "Authorization", "Bearer " + token);
    }

    @Test
    void nobodyIsServedWithoutACredential() throws Exception {
        for (String route : RestActions.paths()) {
            HttpResponse<String> answer = post("/v2/vectordb/" + route, BODY);
            assertThat(answer.statusCode()).as(route).isEqualTo(401);
            assertThat(answer.body()).contains("\"code\":1800");
        }
        for (String path : List.of(
                "/", "/v2/vectordb/no/such", "/collections", "/collections/books/records/search", "/metrics", "/expr")) {
            assertThat(post(path, BODY).statusCode()).as(path).isEqualTo(401);
            assertThat(post(path, BODY, "X-Forwarded-User", "root", "sourceID", "@@milvus-member@@").statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
        HttpRequest health = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.endpoint.port + "/healthz"))
                .build();
        assertThat(client.send(health, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void onlyTheActionOfTheRouteLetsItPass() throws Exception {
        for (String route : RestActions.paths()) {
            Action action = RestActions.of(route);
            if (!FOR_EVERYBODY.contains(action)) {
                for (String wrong : List.of("nothing", "but-" + action.wireName())) {
                    HttpResponse<String> answer = route(route, wrong);
                    assertThat(answer.statusCode()).as(route + ", " + wrong).isEqualTo(403);
                    assertThat(answer.body()).contains("\"code\":1401").contains(action.wireName());
                }
            }
            assertThat(route(route, "only-" + action.wireName()).statusCode())
                    .as(route + " with " + action)
                    .isNotIn(401, 403);
        }
    }

    @Test
    void wrongCredentialsAreRefusedBeforeTheBodyIsLookedAt() throws Exception {
        HttpResponse<String> answer =
                post("/v2/vectordb/collections/list", "no JSON", "Authorization", "Bearer ann:wrong");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("please check username [ann]");
        assertThat(post("/v2/vectordb/collections/list", "no JSON", "Authorization", "Bearer unknown")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void credentialsComeInEveryForm() throws Exception {
        String password = "ann:" + GuardedEndpoint.PASSWORD;
        for (String form : List.of(
                "Bearer " + password,
                "Basic "
                        + java.util.Base64.getEncoder()
                                .encodeToString(password.getBytes(java.nio.charset.StandardCharsets.UTF_8)))) {
            assertThat(post("/v2/vectordb/databases/list", "{}", "Authorization", form)
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(post("/v2/vectordb/databases/list", "{}", "x-api-key", "all").statusCode())
                .isEqualTo(200);
    }
}
