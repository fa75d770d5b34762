package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.elanus.milvus.proto.GetVersionRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP as no friendly client speaks it: every request is answered with an error or cut off, and the server goes on. */
@Timeout(60)
class HostileHttpTest {

    private static final String LIST = "/v2/vectordb/collections/list";
    private static final String INSERT = "/v2/vectordb/entities/insert";

    private static Endpoint server;

    @BeforeAll
    static void open() throws IOException {
        server = new Endpoint();
        assertThat(request(RawHttp.post("/v2/vectordb/collections/create", "{\"collectionName\":\"c\",\"dimension\":2}"))
                        .body())
                .startsWith("{\"code\":0");
    }

    @AfterAll
    static void close() throws InterruptedException {
        server.close();
    }

    @AfterEach
    void theServerGoesOn() throws IOException {
        assertThat(request(RawHttp.post(LIST, "{}")).body()).isEqualTo("{\"code\":0,\"data\":[\"c\"]}");
        assertThat(server.client
                        .getVersion(GetVersionRequest.getDefaultInstance())
                        .getVersion())
                .isNotEmpty();
    }

    private static RawHttp.Answer request(String text) throws IOException {
        try (RawHttp http = new RawHttp(server.port)) {
            return http.send(text).read();
        }
    }

    private static void assertRefused(String text, int status) throws IOException {
        try (RawHttp http = new RawHttp(server.port)) {
            RawHttp.Answer answer = http.send(text).read();
            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            assertThat(answer.headers()).containsEntry("connection", "close");
            assertThat(http.closes()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost here\r\n\r\n",
                "POST " + LIST + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                "POST " + LIST + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2x\r\n\r\n{}",
                "POST " + LIST + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "POST " + LIST + " HTTP/1.1\r\nHost: localhost\r\nContent-Length : 2\r\n\r\n{}",
                "POST " + LIST + " HTTP/1.1\r\nHost: localhost\r\nHost: there\r\nContent-Length: 2\r\n\r\n{}",
                "POST " + LIST + " HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
                "POST " + LIST + " HTTP/3.0\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}",
                "POST http://localhost" + LIST + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}",
                "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "POST " + LIST + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST " + LIST + " HTTP/1.1\r\nHost: localhost\r\nX: a\u0000b\r\nContent-Length: 2\r\n\r\n{}"
            })
    void whatIsNoRequestIsRefused(String text) throws IOException {
        assertRefused(text, 400);
    }

    /** Two parties that see the end of a request at different places can be made to see different requests. */
    @Test
    void aRequestWithTwoLengthsIsRefused() throws IOException {
        assertRefused(
                "POST " + LIST + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                400);
    }

    @Test
    void brokenChunksAreRefused() throws IOException {
        assertRefused(
                "POST " + LIST + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", 400);
    }

    @Test
    void longLinesAndLargeHeadersAreRefused() throws IOException {
        assertRefused("GET /" + "a".repeat(9 << 10) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414);
        assertRefused("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(66 << 10) + "\r\n\r\n", 431);
        StringBuilder many = new StringBuilder("GET / HTTP/1.1\r\nHost: localhost\r\n");
        for (int i = 0; i < 10_000; i++) {
            many.append("X").append(i).append(": y\r\n");
        }
        assertRefused(many.append("\r\n").toString(), 431);
    }

    @Test
    void aBodyOverTheLimitIsRefusedBeforeItIsSent() throws IOException {
        assertRefused(
                "POST " + INSERT + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n{", 413);
    }

    @Test
    void chunksOverTheLimitAreRefusedWhileTheyCome() throws Exception {
        try (RawHttp http = new RawHttp(server.port)) {
            http.send("POST " + INSERT + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] chunk = ("100000\r\n" + " ".repeat(1 << 20) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            CompletableFuture<RawHttp.Answer> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return http.read();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            for (int i = 0; i < 70 && !answer.isDone(); i++) {
                http.send(chunk);
            }
            assertThat(answer.get().status()).isEqualTo(413);
            assertThat(answer.get().body()).contains("\"code\":1102", Integer.toString(64 << 20));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nothing, 404",
        "POST, /v2/vectordb/collections/fly, 404",
        "POST, /v2/vectordb/, 404",
        "POST, /v2/vectordb/../vectordb/collections/list, 404",
        "POST, /v1/vector/insert, 404",
        "GET, /v2/vectordb/collections/list, 405",
        "PUT, /v2/vectordb/collections/list, 405",
        "TRACE, /v2/vectordb/collections/list, 405",
        "CONNECT, /v2/vectordb/collections/list, 405",
        "PATCH, /collections/c, 405",
        "GET, /collections/%zz, 400",
        "BREW, /healthz, 405"
    })
    void unknownPathsAndMethodsAreNamed(String method, String path, int status) throws IOException {
        try (RawHttp http = new RawHttp(server.port)) {
            RawHttp.Answer answer = http.send(
                            method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
                    .read();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).startsWith("{\"code\":" + status);
            // The connection goes on: the body was read.
            assertThat(http.send(RawHttp.post(LIST, "{}")).read().status()).isEqualTo(200);
        }
    }

    @Test
    void headAndOptionsAreAnswered() throws IOException {
        try (RawHttp http = new RawHttp(server.port)) {
            RawHttp.Answer head = http.send("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").read(false);
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers()).containsEntry("content-length", "2");
            assertThat(http.send("HEAD " + LIST + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .read(false)
                            .status())
                    .isEqualTo(405);
            RawHttp.Answer options =
                    http.send("OPTIONS " + LIST + " HTTP/1.1\r\nHost: localhost\r\n\r\n").read();
            assertThat(options.status()).isEqualTo(204);
            assertThat(options.headers())
                    .containsEntry("allow", "OPTIONS, POST")
                    .doesNotContainKey("access-control-allow-origin");
            assertThat(http.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").read().body())
                    .isEqualTo("OK");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "application/xml, 415",
        "multipart/form-data; boundary=x, 415",
        "application/json; charset=utf-16, 415",
        "application/json, 200",
        "APPLICATION/JSON; charset=\"UTF-8\", 200",
        "text/plain;charset=UTF-8, 200",
        "application/x-www-form-urlencoded, 200"
    })
    void bodiesOfOtherTypesAreRefused(String type, int status) throws IOException {
        assertThat(request("POST " + LIST + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
                                + "\r\nContent-Length: 2\r\n\r\n{}")
                        .status())
                .isEqualTo(status);
    }

    @Test
    void compressedBodiesAndOtherExpectationsAreRefused() throws IOException {
        assertThat(request("POST " + LIST + " HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}")
                        .status())
                .isEqualTo(415);
        assertThat(request("POST " + LIST + " HTTP/1.1\r\nHost: localhost\r\nExpect: miracles\r\nContent-Length: 2\r\n\r\n{}")
                        .status())
                .isEqualTo(417);
    }

    /** A page's owner can make a name of its own stand for this machine. */
    @ParameterizedTest
    @CsvSource({"127.0.0.1:19530, 200", "[::1], 200", "LOCALHOST:1, 200", "rebound.example, 403", "127.0.0.1.example:80, 403"})
    void onlyAddressesAndLocalhostNameAServerWithoutAuthentication(String host, int status) throws IOException {
        assertThat(request("POST " + LIST + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 2\r\n\r\n{}")
                        .status())
                .isEqualTo(status);
    }

    /** A page that a user of this machine looks at could otherwise drop collections. */
    @ParameterizedTest
    @CsvSource({"http://evil.example, 403", "null, 403", "http://localhost, 200"})
    void pagesOfOtherOriginsAreRefused(String origin, int status) throws IOException {
        assertThat(request("POST " + LIST + " HTTP/1.1\r\nHost: localhost\r\nOrigin: " + origin
                                + "\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}")
                        .status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{} {}",
                "{\"dbName\":\"a\",\"dbName\":\"b\"}",
                "{\"dbName\":1}",
                "{\"dbName\":NaN}",
                "{\"a\":99999999999999999999}",
                "{\"a\":1e999}",
                "{\"a\":01}",
                "{'a':1}",
                "{\"a\":\"\u00c0\u0080\"}",
                "{\"a\":\"\u00ed\u00a0\u0080\"}",
                "{\"a\":\"\\ud800\"}",
                "\u00ff\u00fe{\u0000}\u0000"
            })
    void whatIsNoJsonIsNamed(String body) throws IOException {
        RawHttp.Answer answer = request(RawHttp.post(LIST, body));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).startsWith("{\"code\":1801,\"message\":");
    }

    @ParameterizedTest
    @ValueSource(ints = {129, 100_000})
    void deepNestingIsRefused(int depth) throws IOException {
        String deep = "[".repeat(depth) + "]".repeat(depth);
        assertThat(request(RawHttp.post(LIST, "{\"a\":" + deep + "}")).body()).startsWith("{\"code\":1801");
        assertThat(request(RawHttp.post(INSERT, "{\"collectionName\":\"c\",\"data\":" + deep + "}"))
                        .body())
                .startsWith("{\"code\":1801");
        assertThat(request(RawHttp.post(
                                INSERT,
                                "{\"collectionName\":\"c\",\"data\":[{\"id\":1,\"vector\":[1,2],\"x\":" + deep + "}]}"))
                        .body())
                .startsWith("{\"code\":1801");
    }

    @Test
    void manySmallValuesAreRefused() throws IOException {
        String many = "{\"collectionName\":\"c\",\"id\":[" + "1,".repeat(2 << 20) + "1]}";
        assertThat(request(RawHttp.post("/v2/vectordb/entities/get", many)).body())
                .startsWith("{\"code\":1102");
    }

    @Test
    void anErrorThatQuotesTheRequestIsStillJson() throws IOException {
        RawHttp.Answer answer = request(RawHttp.post(
                INSERT, "{\"collectionName\":\"\\\"<script>\\u0000\\n\",\"data\":[{}]}"));
        assertThat(answer.headers()).containsEntry("x-content-type-options", "nosniff");
        assertThat(answer.headers().get("content-type")).startsWith("application/json");
        assertThat(answer.body()).doesNotContain("\n", "\u0000").contains("\\\"<script>\\u0000\\n");
    }

    @Test
    void requestsThatAreSentAheadAreAnsweredInOrder() throws IOException {
        try (RawHttp http = new RawHttp(server.port)) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                all.append(RawHttp.post(LIST, "{}"));
                all.append("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
                all.append(RawHttp.post("/v2/vectordb/collections/has", "{\"collectionName\":\"c" + i + "\"}"));
            }
            http.send(all.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(http.read().body()).isEqualTo("{\"code\":0,\"data\":[\"c\"]}");
                assertThat(http.read().body()).isEqualTo("OK");
                assertThat(http.read().body()).isEqualTo("{\"code\":0,\"data\":{\"has\":false}}");
            }
        }
    }

    @Test
    void chunksAndContinueAndOldClientsWork() throws IOException {
        try (RawHttp http = new RawHttp(server.port)) {
            http.send("POST " + LIST + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
            assertThat(http.read().status()).isEqualTo(100);
            for (char c : "{\"dbName\":\"default\"}".toCharArray()) {
                http.send("1\r\n" + c + "\r\n");
            }
            assertThat(http.send("0\r\n\r\n").read().body()).startsWith("{\"code\":0");
            http.send("POST " + LIST + " HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(http.read().headers()).containsEntry("connection", "close");
            assertThat(http.closes()).isTrue();
        }
    }

    @Test
    void randomBytesAfterAMethodCloseTheConnectionAlone() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            try (RawHttp http = new RawHttp(server.port)) {
                http.send(round % 2 == 0 ? "POST " : "POST " + LIST + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .send(bytes);
                http.socket.shutdownOutput();
                http.socket.getInputStream().readAllBytes();
            } catch (java.net.SocketException e) {
                assertThat(e).as("seed " + seed).isNotInstanceOf(java.net.ConnectException.class);
            }
        }
    }

    @Test
    void aClientThatGoesAwayCancelsItsRequest() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        server.database.gate.set(gate);
        try {
            try (RawHttp http = new RawHttp(server.port)) {
                http.send(RawHttp.post("/v2/vectordb/entities/query", "{\"collectionName\":\"c\"}"));
                server.database.waiting.await();
            }
            Awaitility.await().until(() -> {
                var context = server.database.lastQueryContext.get();
                return context != null && context.cancellation().isCancelled();
            });
        } finally {
            server.database.gate.set(null);
            gate.countDown();
        }
    }
}
