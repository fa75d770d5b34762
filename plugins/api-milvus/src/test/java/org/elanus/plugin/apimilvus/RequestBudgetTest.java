package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.elanus.milvus.proto.CreateCollectionRequest;
import org.elanus.milvus.proto.ErrorCode;
import org.elanus.milvus.proto.InsertRequest;
import org.elanus.milvus.proto.LoadCollectionRequest;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.MilvusServiceGrpc.MilvusServiceBlockingStub;
import org.elanus.milvus.proto.QueryRequest;
import org.elanus.milvus.proto.QueryResults;
import org.elanus.milvus.proto.Status;
import org.elanus.plugin.apimilvus.call.Arrivals;
import org.elanus.plugin.apimilvus.call.CallRuntime;
import org.elanus.plugin.apimilvus.call.Commands;
import org.elanus.plugin.apimilvus.call.MilvusService;
import org.elanus.plugin.apimilvus.call.RequestBudget;
import org.elanus.plugin.apimilvus.front.Front;
import org.elanus.plugin.apimilvus.rest.RestService;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Door;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.auth.Session;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What large requests may take together. */
@Timeout(60)
class RequestBudgetTest {

    private static InsertRequest insert(int rows) {
        long[] keys = new long[rows];
        java.util.Arrays.setAll(keys, i -> i);
        return InsertRequest.newBuilder()
                .setCollectionName(ProtocolTest.NAME)
                .setNumRows(rows)
                .addFieldsData(ProtocolTest.ids(keys))
                .addFieldsData(ProtocolTest.vectors(new float[2 * rows]))
                .build();
    }

    @Test
    void bodiesOfCallersWhoAreNotSignedInTakeNothingFromOthers() {
        RequestBudget budget = new RequestBudget(16 << 20);
        RequestBudget strangers = budget.ofStrangers();
        try (RequestBudget.Share first = strangers.arriving();
                RequestBudget.Share second = strangers.arriving();
                RequestBudget.Share small = strangers.arriving();
                RequestBudget.Share known = budget.arriving()) {
            assertThat(first.grow(2 << 20)).as("one always may go on").isTrue();
            assertThat(second.grow(100 << 10)).isFalse();
            assertThat(small.grow(64 << 10)).isTrue();
            assertThat(known.grow(8 << 20)).isTrue();
        }
        try (RequestBudget.Share next = strangers.arriving()) {
            assertThat(next.grow(100 << 10)).isTrue();
        }
    }

    /** Recognises one token, and nobody else signs in. */
    private static final class OneKnown implements Door {

        private final OpenDoor open = new OpenDoor();

        @Override
        public boolean isEnabled() {
            return true;
        }

        @Override
        public Optional<Session> recognise(Credentials credentials) {
            return credentials.equals(new Credentials.Token("known")) ? open.recognise(credentials) : Optional.empty();
        }

        @Override
        public Session signIn(Credentials credentials, String remoteAddress) {
            throw new ElanusException(StandardErrorCode.UNAUTHENTICATED, "nobody knows you");
        }

        @Override
        public void require(CallContext context, Action action, Resource resource) {}
    }

    @Test
    void callersWhoAreKnownAreServedWhileBodiesOfOthersFillTheirMemory() throws Exception {
        ApiMilvusConfig config = Endpoint.config(0);
        TestHost host = new TestHost(config);
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        CallRuntime runtime = new CallRuntime(
                executor, host.clock(), 16 << 20, host.randomness(), new RequestBudget(16 << 20), new OneKnown());
        Commands commands = MilvusService.commands(new MemoryDatabase(), runtime);
        Front front = Front.open(
                config,
                commands.service(),
                new Arrivals(RequestBudget.ofDirectMemory()),
                new RestService(commands, runtime, true),
                runtime);
        try (RawHttp stranger = new RawHttp(front.address().getPort())) {
            stranger.send(list("stranger", 3 << 20)).send(new byte[2 << 20]);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> answer(front, "other").body().contains("\"code\":8,"));
            assertThat(answer(front, "known").body()).contains("\"code\":0");
        } finally {
            front.close(Duration.ofSeconds(5));
            executor.shutdown();
        }
    }

    private static String list(String token, int length) {
        return "POST /v2/vectordb/collections/list HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                + "\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static RawHttp.Answer answer(Front front, String token) throws IOException {
        String body = "{" + " ".repeat(200 << 10) + "}";
        try (RawHttp http = new RawHttp(front.address().getPort())) {
            return http.send(list(token, body.length()) + body).read();
        }
    }

    @Test
    @SuppressWarnings("deprecation") // clients look at both codes
    void aLargeRequestBeyondTheBudgetIsToldToComeAgainUntilAnotherHasEnded() throws Exception {
        MemoryDatabase database = new MemoryDatabase();
        ApiMilvusConfig config = Endpoint.config(0);
        TestHost host = new TestHost(config);
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        CallRuntime runtime =
                new CallRuntime(executor, host.clock(), 16 << 20, host.randomness(), new RequestBudget(5 << 20), new OpenDoor());
        Commands commands = MilvusService.commands(database, runtime);
        Front front = Front.open(
                config,
                commands.service(),
                new Arrivals(RequestBudget.ofDirectMemory()),
                new RestService(commands, runtime, true),
                runtime);
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", front.address().getPort())
                .usePlaintext()
                .maxInboundMessageSize(64 << 20)
                .build();
        try {
            MilvusServiceBlockingStub client = MilvusServiceGrpc.newBlockingStub(channel);
            ProtocolTest.ok(client.createCollection(CreateCollectionRequest.newBuilder()
                    .setCollectionName(ProtocolTest.NAME)
                    .setSchema(ProtocolTest.schema().toByteString())
                    .build()));
            ProtocolTest.ok(client.loadCollection(LoadCollectionRequest.newBuilder()
                    .setCollectionName(ProtocolTest.NAME)
                    .build()));
            InsertRequest large = insert(200_000);
            assertThat(large.getSerializedSize()).isGreaterThan(2 << 20);

            CountDownLatch gate = new CountDownLatch(1);
            database.gate.set(gate);
            CompletableFuture<QueryResults> other = CompletableFuture.supplyAsync(
                    () -> client.query(QueryRequest.newBuilder()
                            .setCollectionName(ProtocolTest.NAME)
                            .addOutputFields("x".repeat(2 << 20))
                            .build()),
                    Thread::startVirtualThread);
            database.waiting.await();

            for (String compression : new String[] {"identity", "gzip"}) {
                Status refused =
                        client.withCompression(compression).insert(large).getStatus();
                assertThat(refused.getCode()).as(refused.getReason()).isEqualTo(8);
                assertThat(refused.getErrorCode()).isEqualTo(ErrorCode.RateLimit);
                assertThat(refused.getRetriable()).isTrue();
                assertThat(refused.getReason()).contains(Integer.toString(large.getSerializedSize()), "try again");
            }
            assertThat(database.lastInsert.get()).isNull();
            ProtocolTest.ok(client.insert(insert(10)).getStatus());

            gate.countDown();
            other.get();
            // What a call holds is given back just after its answer was sent.
            Awaitility.await().until(() -> client.insert(large).getStatus().getCode() == 0);
            for (int i = 0; i < 5; i++) {
                Awaitility.await().until(() -> client.insert(large).getStatus().getCode() == 0);
            }
        } finally {
            channel.shutdownNow();
            front.close(Duration.ofSeconds(5));
            executor.shutdown();
        }
    }
}
