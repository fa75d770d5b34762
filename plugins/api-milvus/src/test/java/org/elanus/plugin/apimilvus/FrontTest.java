package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.elanus.milvus.proto.CollectionSchema;
import org.elanus.milvus.proto.CreateCollectionRequest;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.GetVersionRequest;
import org.elanus.milvus.proto.LoadCollectionRequest;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.QueryRequest;
import org.elanus.milvus.proto.QueryResults;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;

/** The port itself: what it takes, what it refuses, and how it ends. */
class FrontTest {

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    };

    private static Status send(Endpoint server, String method, byte[] message) {
        MethodDescriptor<byte[], byte[]> raw = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("milvus.proto.milvus.MilvusService/" + method)
                .setRequestMarshaller(BYTES)
                .setResponseMarshaller(BYTES)
                .build();
        try {
            ClientCalls.blockingUnaryCall(server.channel, raw, CallOptions.DEFAULT, message);
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    private static void assertServes(Endpoint server) {
        assertThat(server.client
                        .getVersion(GetVersionRequest.getDefaultInstance())
                        .getVersion())
                .isNotEmpty();
    }

    @Test
    void gRpcAndHttpShareThePort() throws Exception {
        try (Endpoint server = new Endpoint();
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            HttpResponse<String> health = get(http, server, "/healthz");
            assertThat(health.statusCode()).isEqualTo(200);
            HttpResponse<String> other = get(http, server, "/nothing?a=b");
            assertThat(other.statusCode()).isEqualTo(404);
            assertThat(other.body()).startsWith("{\"code\":404,\"message\":");
            assertServes(server);
        }
    }

    private static HttpResponse<String> get(HttpClient http, Endpoint server, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void bytesThatAreNoMessageAreRefusedAndTheServerGoesOn() throws Exception {
        try (Endpoint server = new Endpoint()) {
            byte[] garbage = {(byte) 0xff, (byte) 0xff, (byte) 0xff, 1, 2, 3};
            for (String method : new String[] {"CreateCollection", "Insert", "Upsert", "Search"}) {
                Status status = send(server, method, garbage);
                assertThat(status.getCode()).as(method).isEqualTo(Status.Code.INVALID_ARGUMENT);
                assertThat(status.getDescription()).contains(method);
            }
            assertServes(server);
        }
    }

    @Test
    void bytesThatAreNoProtocolCloseTheConnectionAlone() throws Exception {
        try (Endpoint server = new Endpoint()) {
            long seed = System.nanoTime();
            Random random = new Random(seed);
            for (int round = 0; round < 50; round++) {
                byte[] bytes = new byte[5 + random.nextInt(200)];
                random.nextBytes(bytes);
                if (round % 3 == 0) {
                    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
                    System.arraycopy(preface, 0, bytes, 0, Math.min(preface.length, bytes.length));
                } else if (round % 3 == 1) {
                    bytes[0] = 0x16;
                }
                try (Socket socket = new Socket("127.0.0.1", server.port)) {
                    socket.getOutputStream().write(bytes);
                    socket.shutdownOutput();
                    socket.setSoTimeout(10_000);
                    socket.getInputStream().readAllBytes(); // until the server closes
                } catch (SocketException e) {
                    assertThat(e).as("seed " + seed).isNotInstanceOf(java.net.ConnectException.class);
                }
            }
            assertServes(server);
        }
    }

    @Test
    void aMessageOverTheLimitIsRefusedNamingItAndTheServerGoesOn() throws Exception {
        try (Endpoint server = new Endpoint()) {
            Status status = send(server, "Insert", new byte[65 << 20]);
            assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(status.getDescription()).contains(Integer.toString(64 << 20));
            assertServes(server);
        }
    }

    @Test
    void unknownMethodsAreUnimplemented() throws Exception {
        try (Endpoint server = new Endpoint()) {
            assertThat(send(server, "FlyToTheMoon", new byte[0]).getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        }
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> new Endpoint(taken.getLocalPort()))
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.ALREADY_IN_USE))
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAtOnce() throws Exception {
        try (Endpoint server = new Endpoint()) {
            List<Socket> open = new ArrayList<>();
            try {
                for (int i = 0; i < Endpoint.config(0).maxConnections(); i++) {
                    open.add(new Socket("127.0.0.1", server.port));
                }
                Awaitility.await().until(() -> {
                    try (Socket more = new Socket("127.0.0.1", server.port)) {
                        more.setSoTimeout(1_000);
                        return more.getInputStream().read() == -1;
                    } catch (SocketException e) {
                        return true; // closed before it was open
                    } catch (SocketTimeoutException e) {
                        return false; // the others are not counted yet
                    }
                });
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
            Awaitility.await().ignoreExceptions().untilAsserted(() -> assertServes(server));
        }
    }

    @Test
    void callsUnderWayEndBeforeTheEndpointCloses() throws Exception {
        Endpoint server = new Endpoint();
        makeQueryable(server);
        CountDownLatch gate = new CountDownLatch(1);
        server.database.gate.set(gate);
        CompletableFuture<QueryResults> answer = query(server);
        server.database.waiting.await();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(
                () -> server.endpoint.close(Duration.ofSeconds(30)), Thread::startVirtualThread);
        Awaitility.await().until(() -> refusesConnections(server.port));
        assertThat(closed).isNotDone();
        gate.countDown();
        assertThat(answer.get().getStatus().getCode()).isZero();
        closed.get();
        server.close();
    }

    @Test
    void callsThatDoNotEndAreCancelledAfterTheDrain() throws Exception {
        Endpoint server = new Endpoint();
        makeQueryable(server);
        server.database.gate.set(new CountDownLatch(1));
        CompletableFuture<QueryResults> answer = query(server);
        server.database.waiting.await();
        server.endpoint.close(Duration.ofMillis(50));
        assertThat(answer.handle((result, error) ->
                                error != null || result.getStatus().getCode() != 0)
                        .get())
                .isTrue();
        assertThat(server.endpoint.addresses()).isEmpty();
        server.close();
    }

    private static CompletableFuture<QueryResults> query(Endpoint server) {
        return CompletableFuture.supplyAsync(
                () -> MilvusServiceGrpc.newBlockingStub(server.channel)
                        .query(QueryRequest.newBuilder().setCollectionName("c").build()),
                Thread::startVirtualThread);
    }

    private static void makeQueryable(Endpoint server) {
        server.client.createCollection(CreateCollectionRequest.newBuilder()
                .setCollectionName("c")
                .setSchema(CollectionSchema.newBuilder()
                        .addFields(FieldSchema.newBuilder()
                                .setName("id")
                                .setDataType(DataType.Int64)
                                .setIsPrimaryKey(true))
                        .build()
                        .toByteString())
                .build());
        server.client.loadCollection(
                LoadCollectionRequest.newBuilder().setCollectionName("c").build());
    }

    private static boolean refusesConnections(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void noThreadOfTheServerOutlivesIt() throws Exception {
        Endpoint server = new Endpoint();
        assertServes(server);
        assertThat(threadNames()).anyMatch(name -> name.startsWith("elanus-milvus"));
        server.closeClient();
        server.endpoint.close(Duration.ofSeconds(5));
        server.plugin.stop();
        assertThat(threadNames()).noneMatch(name -> name.startsWith("elanus-milvus"));
    }

    private static Set<String> threadNames() {
        return Arrays.stream(threads()).map(Thread::getName).collect(Collectors.toSet());
    }

    private static Thread[] threads() {
        return Thread.getAllStackTraces().keySet().toArray(Thread[]::new);
    }
}
