package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
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
