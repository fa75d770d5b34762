package org.elanus.plugin.authjwt;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An identity provider's key server: real HTTP on the loopback address, with every bad habit that a test asks for. */
final class KeyServer implements AutoCloseable {

    /** What it does with a request. */
    interface Answer {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final HttpServer server;
    private volatile Answer answer;

    private KeyServer(int port, Answer answer) throws IOException {
        this.answer = answer;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            try (exchange) {
                this.answer.to(exchange);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    static KeyServer start(String keySet) throws IOException {
        return new KeyServer(0, text(200, keySet));
    }

    static KeyServer start(int port, String keySet) throws IOException {
        return new KeyServer(port, text(200, keySet));
    }

    static Answer text(int status, String body) {
        return exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        };
    }

    static Answer redirect(String location) {
        return exchange -> {
            exchange.getResponseHeaders().add("Location", location);
            exchange.sendResponseHeaders(302, -1);
        };
    }

    /** A key set and then spaces, without saying beforehand how many. */
    static Answer endless(String keySet, long bytes) {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(keySet.getBytes(StandardCharsets.UTF_8));
                byte[] spaces = " ".repeat(8192).getBytes(StandardCharsets.US_ASCII);
                for (long sent = 0; sent < bytes; sent += spaces.length) {
                    body.write(spaces);
                }
            }
        };
    }

    /** Nothing, until the server is closed. */
    Answer silence() {
        return _ -> closed.await();
    }

    /** Half of an answer, and then nothing until the server is closed. */
    Answer half(String keySet) {
        return exchange -> {
            byte[] bytes = keySet.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
            exchange.getResponseBody().flush();
            closed.await();
        };
    }

    void answer(Answer next) {
        answer = next;
    }

    void serve(String keySet) {
        answer = text(200, keySet);
    }

    int requests() {
        return requests.get();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/realms/elanus/protocol/openid-connect/certs";
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
