package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.elanus.spi.database.CallContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Time and the end: deadlines, names of requests, and what a stopping server does with HTTP. */
@Timeout(60)
class HttpLifeTest {

    private static final String QUERY = "/v2/vectordb/entities/query";
    private static final String OF_C = "{\"collectionName\":\"c\"}";

    private static void makeQueryable(Endpoint server) throws IOException {
        try (RawHttp http = new RawHttp(server.port)) {
            http.send(RawHttp.post("/v2/vectordb/collections/create", "{\"collectionName\":\"c\",\"dimension\":2}"));
            assertThat(http.read().body()).startsWith("{\"code\":0");
        }
    }

    private static CompletableFuture<RawHttp.Answer> inBackground(RawHttp http) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return http.read();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                Thread::startVirtualThread);
    }

    @Test
    void headersBecomeTheContextOfTheCall() throws Exception {
        try (Endpoint server = new Endpoint();
                RawHttp http = new RawHttp(server.port)) {
            makeQueryable(server);
            long before = System.nanoTime();
            http.send("POST " + QUERY + " HTTP/1.1\r\nHost: localhost\r\nRequest-Timeout: 7\r\nclient-request-id: mine\r\n"
                    + "elanus-request-key: key\r\nContent-Length: " + OF_C.length() + "\r\n\r\n" + OF_C);
            assertThat(http.read().body()).startsWith("{\"code\":0");
            CallContext context = server.database.lastQueryContext.get();
            assertThat(context).isNotNull();
            assertThat(context.requestId()).isEqualTo("mine");
            assertThat(context.requestKey()).contains("key");
            assertThat(context.deadlineNanos() - before)
                    .isBetween(TimeUnit.SECONDS.toNanos(7), TimeUnit.SECONDS.toNanos(7) + System.nanoTime() - before);
            http.send(RawHttp.post(QUERY, "{\"collectionName\":\"c\",\"dbName\":\"nothing\"}"));
            assertThat(http.read().body()).startsWith("{\"code\":800,");
            http.send("POST " + QUERY + " HTTP/1.1\r\nHost: localhost\r\nDB-Name: nothing\r\nContent-Length: "
                    + OF_C.length() + "\r\n\r\n" + OF_C);
            assertThat(http.read().body()).startsWith("{\"code\":800,");
        }
    }

    @Test
    void requestsUnderWayEndBeforeTheEndpointCloses() throws Exception {
        Endpoint server = new Endpoint();
        makeQueryable(server);
        try (RawHttp busy = new RawHttp(server.port);
                RawHttp idle = new RawHttp(server.port)) {
            assertThat(idle.send(RawHttp.post(QUERY, OF_C)).read().status()).isEqualTo(200);
            CountDownLatch gate = new CountDownLatch(1);
            server.database.gate.set(gate);
            CompletableFuture<RawHttp.Answer> answer = inBackground(busy.send(RawHttp.post(QUERY, OF_C)));
            server.database.waiting.await();
            CompletableFuture<Void> closed = CompletableFuture.runAsync(
                    () -> server.endpoint.close(Duration.ofSeconds(30)), Thread::startVirtualThread);
            Awaitility.await().until(() -> {
                try {
                    new RawHttp(server.port).close();
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
            RawHttp.Answer refused = null;
            try {
                refused = idle.send(RawHttp.post(QUERY, OF_C)).read();
            } catch (IOException e) {
                assertThat(closed).isNotDone(); // closed already as idle
            }
            assertThat(refused == null ? 503 : refused.status()).isEqualTo(503);
            assertThat(closed).isNotDone();
            gate.countDown();
            assertThat(answer.get().body()).startsWith("{\"code\":0");
            assertThat(busy.closes()).isTrue();
            closed.get();
        } finally {
            server.close();
        }
    }

    @Test
    void requestsThatDoNotEndAreCancelledAfterTheDrain() throws Exception {
        Endpoint server = new Endpoint();
        makeQueryable(server);
        try (RawHttp http = new RawHttp(server.port)) {
            server.database.gate.set(new CountDownLatch(1));
            CompletableFuture<RawHttp.Answer> answer = inBackground(http.send(RawHttp.post(QUERY, OF_C)));
            server.database.waiting.await();
            server.endpoint.close(Duration.ofMillis(50));
            assertThat(answer.handle((result, error) -> error != null || !result.body().startsWith("{\"code\":0"))
                            .get())
                    .isTrue();
        } finally {
            server.close();
        }
    }
}
