package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.elanus.milvus.proto.CreateCollectionRequest;
import org.elanus.milvus.proto.GetVersionRequest;
import org.elanus.milvus.proto.InsertRequest;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.MutationResult;
import org.elanus.plugin.apimilvus.call.Arrivals;
import org.elanus.plugin.apimilvus.call.CallRuntime;
import org.elanus.plugin.apimilvus.call.Commands;
import org.elanus.plugin.apimilvus.call.MilvusService;
import org.elanus.plugin.apimilvus.call.RequestBudget;
import org.elanus.plugin.apimilvus.front.Front;
import org.elanus.plugin.apimilvus.rest.RestService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Memory of requests that are still arriving, over gRPC and over HTTP. */
@Timeout(120)
class ArrivalsTest {

    private static final int MEGABYTE = 1 << 20;

    private final MemoryDatabase database = new MemoryDatabase();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final RequestBudget arriving = RequestBudget.ofArrivals(24 * MEGABYTE);
    private final RequestBudget heap = new RequestBudget(128 * MEGABYTE);
    private final Front front;
    private final ManagedChannel channel;

    ArrivalsTest() {
        ApiMilvusConfig config = Endpoint.config(0);
        TestHost host = new TestHost(config);
        CallRuntime runtime = new CallRuntime(executor, host.clock(), 64 * MEGABYTE, host.randomness(), heap, new OpenDoor());
        Commands commands = MilvusService.commands(database, runtime);
        front = Front.open(
                config, commands.service(), new Arrivals(arriving), new RestService(commands, runtime, true), runtime);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", front.address().getPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        front.close(Duration.ofSeconds(5));
        executor.shutdown();
    }

    /** Between a client and the server; comes to a halt on the way there until it is let go on. */
    private final class HaltingProxy implements AutoCloseable {

        private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final CountDownLatch goOn = new CountDownLatch(1);

        HaltingProxy(int halt) throws IOException {
            Thread.startVirtualThread(() -> {
                try (Socket client = listener.accept();
                        Socket server = new Socket("127.0.0.1", front.address().getPort())) {
                    Thread back = Thread.startVirtualThread(() -> {
                        try {
                            server.getInputStream().transferTo(client.getOutputStream());
                        } catch (IOException e) {
                            // one of them has gone
                        }
                    });
                    byte[] bytes = new byte[16 << 10];
                    long sent = 0;
                    for (int n = client.getInputStream().read(bytes);
                            n >= 0;
                            n = client.getInputStream().read(bytes)) {
                        server.getOutputStream().write(bytes, 0, n);
                        sent += n;
                        if (sent >= halt) {
                            goOn.await();
                        }
                    }
                    server.shutdownOutput();
                    back.join();
                } catch (IOException | InterruptedException e) {
                    // one of them has gone
                }
            });
        }

        ManagedChannel channel() {
            return NettyChannelBuilder.forAddress("127.0.0.1", listener.getLocalPort())
                    .usePlaintext()
                    .build();
        }

        @Override
        public void close() throws IOException {
            goOn.countDown();
            listener.close();
        }
    }

    private static MutationResult insert(ManagedChannel over, int bytes) {
        return MilvusServiceGrpc.newBlockingStub(over).insert(message(bytes));
    }

    /** An insert into nothing that is as large as wanted. */
    private static InsertRequest message(int bytes) {
        return InsertRequest.newBuilder()
                .setCollectionName("nothing")
                .setPartitionName("p".repeat(bytes))
                .build();
    }

    private void assertNothingHeld() {
        Awaitility.await().untilAsserted(() -> {
            assertThat(arriving).hasToString("0 of 25165824 bytes");
            assertThat(heap).hasToString("0 of 134217728 bytes");
        });
    }

    private void awaitHalfArrived() {
        Awaitility.await().until(() -> arriving.toString().matches("(19|2\\d)\\d{6} of .*"));
    }

    @Test
    void aMessageThatFindsNoRoomWhileItArrivesIsRefusedInClearWords() throws Exception {
        try (HaltingProxy proxy = new HaltingProxy(20 * MEGABYTE)) {
            ManagedChannel slow = proxy.channel();
            CompletableFuture<MutationResult> first =
                    CompletableFuture.supplyAsync(() -> insert(slow, 32 * MEGABYTE), Thread::startVirtualThread);
            awaitHalfArrived();
            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(() -> insert(channel, 16 * MEGABYTE))
                    .satisfies(e -> {
                        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                        assertThat(e.getStatus().getDescription())
                                .contains("too many large messages", "try again soon");
                    });
            assertThat(MilvusServiceGrpc.newBlockingStub(channel)
                            .getVersion(GetVersionRequest.getDefaultInstance())
                            .getVersion())
                    .isNotEmpty();
            proxy.goOn.countDown();
            // What is alone is always taken, however large it grows.
            assertThat(first.get().getStatus().getCode()).isEqualTo(1100);
            assertThat(insert(channel, 16 * MEGABYTE).getStatus().getCode()).isEqualTo(1100);
            slow.shutdownNow();
        }
        assertNothingHeld();
    }

    @Test
    void aClientThatGoesAwayHalfWayGivesItsRoomBack() throws Exception {
        try (HaltingProxy proxy = new HaltingProxy(20 * MEGABYTE)) {
            ManagedChannel slow = proxy.channel();
            CompletableFuture<MutationResult> first =
                    CompletableFuture.supplyAsync(() -> insert(slow, 32 * MEGABYTE), Thread::startVirtualThread);
            awaitHalfArrived();
            slow.shutdownNow();
            proxy.goOn.countDown();
            assertThat(first.handle((result, error) -> error != null).join()).isTrue();
            assertNothingHeld();
        }
    }

    @Test
    void manyLargeMessagesAtOnceTakeNoMoreMemoryThanThereIs() {
        long before = PlatformDependent.usedDirectMemory();
        List<CompletableFuture<Status.Code>> calls = new ArrayList<>();
        List<ManagedChannel> channels = new ArrayList<>();
        InsertRequest message = message(16 * MEGABYTE);
        for (int i = 0; i < 16; i++) {
            ManagedChannel own = NettyChannelBuilder.forAddress(
                            "127.0.0.1", front.address().getPort())
                    .usePlaintext()
                    .build();
            channels.add(own);
            calls.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            int code = MilvusServiceGrpc.newBlockingStub(own)
                                    .insert(message)
                                    .getStatus()
                                    .getCode();
                            assertThat(code).isIn(8, 1100);
                            return Status.Code.OK;
                        } catch (StatusRuntimeException e) {
                            return e.getStatus().getCode();
                        }
                    },
                    Thread::startVirtualThread));
        }
        List<Status.Code> codes = calls.stream().map(CompletableFuture::join).toList();
        assertThat(codes).isSubsetOf(Status.Code.OK, Status.Code.RESOURCE_EXHAUSTED).contains(Status.Code.OK);
        // The clients' buffers are in the same process: no bound on the sum is sharp here, but 16 messages would be it.
        assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(600L * MEGABYTE);
        channels.forEach(ManagedChannel::shutdownNow);
        assertNothingHeld();
        assertThat(insert(channel, 16 * MEGABYTE).getStatus().getCode()).isEqualTo(1100);
    }

    @Test
    void bodiesOfHttpCountWhileTheyArrive() throws Exception {
        MilvusServiceGrpc.newBlockingStub(channel)
                .createCollection(CreateCollectionRequest.newBuilder()
                        .setCollectionName(ProtocolTest.NAME)
                        .setSchema(ProtocolTest.schema().toByteString())
                        .build());
        int port = front.address().getPort();
        String body = "{\"collectionName\":\"nothing\",\"data\":[]" + " ".repeat(40 * MEGABYTE) + "}";
        String request = RawHttp.post("/v2/vectordb/entities/insert", body);
        try (RawHttp first = new RawHttp(port);
                RawHttp second = new RawHttp(port)) {
            first.send(request.substring(0, 36 * MEGABYTE));
            Awaitility.await().until(() -> heap.toString().matches("(7[4-9])\\d{6} of .*"));
            RawHttp.Answer refused = second.send(request).read();
            assertThat(refused.status()).isEqualTo(200);
            assertThat(refused.body()).startsWith("{\"code\":8,\"message\":").contains("try again soon");
            assertThat(second.send(RawHttp.post("/v2/vectordb/collections/list", "{}")).read().body())
                    .startsWith("{\"code\":0");
            assertThat(first.send(request.substring(36 * MEGABYTE)).read().body()).startsWith("{\"code\":100,");
        }
        assertNothingHeld();
    }
}
