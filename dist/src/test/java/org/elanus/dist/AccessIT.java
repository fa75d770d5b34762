package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.milvus.v2.client.ConnectConfig;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.client.RetryConfig;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.rbac.request.CreateRoleReq;
import io.milvus.v2.service.rbac.request.CreateUserReq;
import io.milvus.v2.service.rbac.request.DescribeRoleReq;
import io.milvus.v2.service.rbac.request.DescribeUserReq;
import io.milvus.v2.service.rbac.request.DropUserReq;
import io.milvus.v2.service.rbac.request.GrantPrivilegeReqV2;
import io.milvus.v2.service.rbac.request.GrantRoleReq;
import io.milvus.v2.service.rbac.request.RevokeRoleReq;
import io.milvus.v2.service.rbac.request.UpdatePasswordReq;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.QueryReq;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Users, roles and API keys with the Java SDK against a server whose callers sign in. */
@Timeout(300)
class AccessIT {

    private static final String ROOT = "root:Milvus";

    @TempDir
    Path temporary;

    private Path data;

    @BeforeEach
    void place() {
        data = temporary.resolve("data");
    }

    private ServerProcess start() {
        return ServerProcess.start(data, "--set", "auth.enabled=true");
    }

    private static MilvusClientV2 connect(ServerProcess server, String token) {
        MilvusClientV2 client = new MilvusClientV2(ConnectConfig.builder()
                .uri("http://127.0.0.1:" + server.port())
                .token(token.isEmpty() ? null : token)
                .connectTimeoutMs(20_000)
                .rpcDeadlineMs(60_000)
                .build());
        client.retryConfig(RetryConfig.builder().maxRetryTimes(1).build());
        return client;
    }

    private static void assertRefused(ThrowingCallable call, String part) {
        assertThatThrownBy(call).hasMessageContaining(part);
    }

    private static void query(MilvusClientV2 client, String collection) {
        client.query(QueryReq.builder()
                .collectionName(collection)
                .filter("id >= 0")
                .build());
    }

    private static void insert(MilvusClientV2 client, String collection) {
        JsonObject row = JsonParser.parseString("{\"id\": 1, \"vector\": [1, 2, 3, 4]}")
                .getAsJsonObject();
        client.insert(InsertReq.builder()
                .collectionName(collection)
                .data(List.of(row))
                .build());
    }

    private static HttpResponse<String> manage(
            ServerProcess server, String method, String path, String credential, String body) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.managementPort() + path))
                            .header(
                                    "Authorization",
                                    "Basic " + Base64.getEncoder().encodeToString(credential.getBytes(StandardCharsets.UTF_8)))
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void rolesDecideWhatUsersAndKeysMayDoAlsoAfterAKill() throws Exception {
        String key;
        try (ServerProcess server = start()) {
            assertRefused(() -> connect(server, ""), "UNAUTHENTICATED");
            assertRefused(() -> connect(server, "root:wrong"), "UNAUTHENTICATED");
            MilvusClientV2 root = connect(server, ROOT);
            define(root);
            MilvusClientV2 ann = connect(server, "ann:password of ann");
            query(ann, "books");
            assertRefused(() -> query(ann, "films"), "ann");
            assertRefused(() -> insert(ann, "books"), "Insert");
            assertRefused(ann::listUsers, "ann");
            assertRefused(
                    () -> ann.grantRole(GrantRoleReq.builder()
                            .userName("ann")
                            .roleName("admin")
                            .build()),
                    "ann");
            assertThat(ann.describeUser(DescribeUserReq.builder().userName("ann").build())
                            .getRoles())
                    .containsExactly("reader");
            assertRefused(
                    () -> ann.describeUser(DescribeUserReq.builder().userName("root").build()), "ann");

            key = createKey(server);
            MilvusClientV2 robot = connect(server, key);
            query(robot, "books");
            assertRefused(() -> query(robot, "films"), "apikey:");
            ann.updatePassword(UpdatePasswordReq.builder()
                    .userName("ann")
                    .password("password of ann")
                    .newPassword("another one")
                    .build());
            server.kill();
            root.close();
            ann.close();
            robot.close();
        }
        try (ServerProcess server = start()) {
            assertRefused(() -> connect(server, "ann:password of ann"), "UNAUTHENTICATED");
            MilvusClientV2 root = connect(server, ROOT);
            MilvusClientV2 ann = connect(server, "ann:another one");
            MilvusClientV2 robot = connect(server, key);
            query(ann, "books");
            query(robot, "books");
            assertThat(root.listUsers()).containsExactly("ann", "root");
            assertThat(root.describeRole(DescribeRoleReq.builder().roleName("reader").build())
                            .getGrantInfos())
                    .hasSize(1);
            root.revokeRole(RevokeRoleReq.builder()
                    .userName("ann")
                    .roleName("reader")
                    .build());
            // Whoever was recognised is forgotten within seconds.
            awaitRefused(ann);
            awaitRefused(robot);
            root.dropUser(DropUserReq.builder().userName("ann").build());
            assertRefused(() -> connect(server, "ann:another one"), "UNAUTHENTICATED");
            assertRefused(() -> connect(server, key), "UNAUTHENTICATED");
            root.close();
            ann.close();
            robot.close();
            assertThat(server.log()).doesNotContain(key).doesNotContain("another one");
        }
    }

    private static void awaitRefused(MilvusClientV2 client) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThatThrownBy(() -> query(client, "books")));
    }

    private static void define(MilvusClientV2 root) {
        for (String name : List.of("books", "films")) {
            root.createCollection(CreateCollectionReq.builder()
                    .collectionName(name)
                    .dimension(4)
                    .build());
            insert(root, name);
        }
        root.createUser(CreateUserReq.builder()
                .userName("ann")
                .password("password of ann")
                .build());
        root.createRole(CreateRoleReq.builder().roleName("reader").build());
        root.grantRole(GrantRoleReq.builder().userName("ann").roleName("reader").build());
        root.grantPrivilegeV2(GrantPrivilegeReqV2.builder()
                .roleName("reader")
                .privilege("CollectionReadOnly")
                .dbName("default")
                .collectionName("books")
                .build());
    }

    private String createKey(ServerProcess server) throws IOException {
        assertThat(manage(server, "POST", "/api-keys", "ann:password of ann", "{\"roles\": [\"admin\"]}")
                        .statusCode())
                .isEqualTo(403);
        Path credential = Files.writeString(data.resolveSibling("credential"), "ann:password of ann\n");
        ServerProcess.Result made = ServerProcess.run(
                "key", "create", "--data", data.toString(), "--role", "reader", "--description", "robot",
                "--credential-file", credential.toString());
        assertThat(made.exit()).as(made.error()).isZero();
        String key = made.output().strip();
        String listed = manage(server, "GET", "/api-keys", ROOT, "").body();
        assertThat(listed).contains("robot").doesNotContain(key.substring(key.length() - 43));
        return key;
    }
}
