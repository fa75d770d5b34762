package org.elanus.plugin.apimilvus;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.MilvusServiceGrpc.MilvusServiceBlockingStub;
import org.elanus.spi.auth.Door;
import org.elanus.spi.config.DataSize;
import org.elanus.spi.database.Database;
import org.elanus.spi.plugin.PluginContext;

/** A started plugin on a free port of this machine, and a client of it. */
final class Endpoint implements AutoCloseable {

    final MemoryDatabase database = new MemoryDatabase();
    final ApiMilvusPlugin plugin = new ApiMilvusPlugin();
    final MilvusEndpoint endpoint;
    final int port;
    final ManagedChannel channel;
    final MilvusServiceBlockingStub client;

    Endpoint() {
        this(0);
    }

    Endpoint(int wantedPort) {
        this(wantedPort, database -> database, new OpenDoor());
    }

    /** @param before what stands before the database */
    Endpoint(int wantedPort, UnaryOperator<Database> before, Door door) {
        PluginContext host = new TestHost(config(wantedPort));
        CollectedEndpoint collected = new CollectedEndpoint();
        plugin.register(collected);
        plugin.start(host);
        endpoint = collected.endpoint();
        endpoint.open(before.apply(database), door);
        port = Integer.parseInt(endpoint.addresses().getFirst().split(":")[1]);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .maxInboundMessageSize(1 << 30)
                .build();
        client = MilvusServiceGrpc.newBlockingStub(channel);
    }

    static ApiMilvusConfig config(int port) {
        return new ApiMilvusConfig(
                "127.0.0.1", port, DataSize.parse("64MiB"), DataSize.parse("4MiB"), 100, 2, Duration.ofSeconds(5));
    }

    MilvusServiceBlockingStub clientWith(String header, String value) {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), value);
        return client.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    void closeClient() throws InterruptedException {
        channel.shutdownNow();
        channel.awaitTermination(5, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        closeClient();
        endpoint.close(Duration.ofSeconds(5));
        plugin.stop();
    }
}
