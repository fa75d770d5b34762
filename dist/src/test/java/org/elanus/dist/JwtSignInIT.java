package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.milvus.v2.client.ConnectConfig;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.client.RetryConfig;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.SearchReq;
import io.milvus.v2.service.vector.request.data.FloatVec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of an identity provider, as the official SDKs and plain HTTP carry them to a started server. */
class JwtSignInIT {

    private static IdentityProvider provider;
    private static ServerProcess server;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() throws Exception {
        provider = IdentityProvider.start();
        server = ServerProcess.start(directory.resolve("data"), provider.settings());
        with(provider.token("ann", "\"offline_access\",\"admin\""), ann -> {
            ann.createCollection(CreateCollectionReq.builder()
                    .collectionName("books")
                    .dimension(2)
                    .consistencyLevel(ConsistencyLevel.STRONG)
                    .build());
            JsonObject row = new JsonObject();
            row.addProperty("id", 7);
            JsonArray vector = new JsonArray();
            vector.add(1f);
            vector.add(0f);
            row.add("vector", vector);
            return ann.insert(InsertReq.builder()
                    .collectionName("books")
                    .data(List.of(row))
                    .build());
        });
    }

    @AfterAll
    static void stop() {
        server.close();
        provider.close();
    }

    @Test
    void theJavaSdkSignsInWithAToken() {
        assertThat(search(provider.token("ann", "\"admin\""))).isEqualTo(7L);
    }

    @Test
    void theRolesOfTheTokenSayWhatItsUserMayDo() {
        assertThatThrownBy(() -> search(provider.token("bob", "\"reader\"")))
                .hasMessageContaining("bob")
                .hasMessageContaining("Search");
    }

    @Test
    void eachTokenThatIsRefusedIsToldWhy() {
        String good = provider.token("ann", "\"admin\"");
        assertRefused(provider.token("ann", "\"admin\"", -3600), "the token has expired");
        assertRefused(good.substring(0, good.length() - 20) + "A".repeat(20), "the token is invalid");
        assertRefused(good.substring(0, good.lastIndexOf('.')), "the token has the wrong format");
        assertRefused("", "authorization");
    }

    @Test
    void aPasswordServesBesideTokens() {
        assertThat(search("root:Milvus")).isEqualTo(7L);
    }

    @Test
    void plainHttpCarriesATokenAsABearer() throws Exception {
        assertThat(listed(provider.token("ann", "\"admin\""))).contains("\"code\":0", "books");
        assertThat(listed(provider.token("ann", "\"admin\"", -3600)))
                .contains("the token has expired")
                .doesNotContain("books");
    }

    @Test
    void theManagementPortTakesTheSameTokens() throws Exception {
        assertThat(plugins("Bearer " + provider.token("ann", "\"admin\"")).body()).contains("auth-jwt");
        assertThat(plugins("Bearer " + provider.token("bob", "\"reader\"")).statusCode())
                .isEqualTo(403);
        assertThat(plugins("Bearer " + provider.token("ann", "\"admin\"", -3600)).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aServerThatNamesTokensWithoutKeysDoesNotStart() {
        ServerProcess.Result result = ServerProcess.run(
                "serve",
                "--data",
                directory.resolve("none").toString(),
                "--port",
                Integer.toString(ServerProcess.freePort()),
                "--management-port",
                Integer.toString(ServerProcess.freePort()),
                "--set",
                "auth.enabled=true",
                "--set",
                "auth.authenticators=jwt");
        assertThat(result.exit()).isNotZero();
        assertThat(result.error()).contains("auth.authenticators = jwt", "secret, public-key, jwks-file and jwks-url");
    }

    @Test
    void whenTheProviderChangesItsKeyNewTokensAreTakenAndOldOnesAreNot() {
        String old = provider.token("ann", "\"admin\"");
        assertThat(search(old)).isEqualTo(7L);
        provider.rotate();
        assertThat(search(provider.token("ann", "\"admin\""))).isEqualTo(7L);
        assertRefused(old, "the token is signed with an unknown key");
    }

    @Test
    void theNodeSdkSignsInWithAToken() throws Exception {
        NodeSdk sdk = NodeSdk.install(directory);
        NodeSdk.Outcome scenario = sdk.run(
                "sign-in.js",
                "127.0.0.1:" + server.port(),
                provider.token("ann", "\"admin\""),
                provider.token("ann", "\"admin\"", -3600));
        assertThat(scenario.exit()).as(scenario.output()).isZero();
        assertThat(scenario.output()).contains("the scenario passed");
    }

    private static <T> T with(String token, Function<MilvusClientV2, T> use) {
        MilvusClientV2 client = new MilvusClientV2(ConnectConfig.builder()
                .uri("http://127.0.0.1:" + server.port())
                .token(token)
                .connectTimeoutMs(20_000)
                .rpcDeadlineMs(60_000)
                .build());
        try {
            client.retryConfig(RetryConfig.builder().maxRetryTimes(1).build());
            return use.apply(client);
        } finally {
            client.close();
        }
    }

    private static void assertRefused(String token, String why) {
        assertThatThrownBy(() -> search(token)).hasMessageContaining(why);
    }

    private static long search(String token) {
        return with(token, JwtSignInIT::search);
    }

    private static long search(MilvusClientV2 client) {
        return (long) client.search(SearchReq.builder()
                        .collectionName("books")
                        .data(List.of(new FloatVec(List.of(1f, 0f))))
                        .limit(1)
                        .build())
                .getSearchResults()
                .getFirst()
                .getFirst()
                .getId();
    }

    private static HttpResponse<String> plugins(String authorization) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.managementPort() + "/plugins"))
                            .header("Authorization", authorization)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String listed(String token) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(
                                            "http://127.0.0.1:" + server.port() + "/v2/vectordb/collections/list"))
                                    .header("Authorization", "Bearer " + token)
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
