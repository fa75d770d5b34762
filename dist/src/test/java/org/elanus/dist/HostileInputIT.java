package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.milvus.shaded.io.grpc.CallOptions;
import io.milvus.shaded.io.grpc.ManagedChannel;
import io.milvus.shaded.io.grpc.ManagedChannelBuilder;
import io.milvus.shaded.io.grpc.MethodDescriptor;
import io.milvus.shaded.io.grpc.StatusRuntimeException;
import io.milvus.shaded.io.grpc.stub.ClientCalls;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.DataType;
import io.milvus.v2.common.IndexParam;
import io.milvus.v2.service.collection.request.AddFieldReq;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.index.request.CreateIndexReq;
import io.milvus.v2.service.vector.request.DeleteReq;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.QueryReq;
import io.milvus.v2.service.vector.request.SearchReq;
import io.milvus.v2.service.vector.request.data.FloatVec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong requests get an error that names the offender, change nothing, and the server goes on. */
class HostileInputIT {

    private static final String NAME = "hostile";

    @TempDir
    private static Path temporary;

    private static ServerProcess server;
    private static MilvusClientV2 client;

    @BeforeAll
    static void start() {
        server = ServerProcess.start(temporary.resolve("data"));
        client = server.connect();
        CreateCollectionReq.CollectionSchema schema = MilvusClientV2.CreateSchema();
        schema.addField(AddFieldReq.builder()
                .fieldName("id")
                .dataType(DataType.Int64)
                .isPrimaryKey(true)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("word")
                .dataType(DataType.VarChar)
                .maxLength(8)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("vector")
                .dataType(DataType.FloatVector)
                .dimension(4)
                .build());
        client.createCollection(CreateCollectionReq.builder()
                .collectionName(NAME)
                .collectionSchema(schema)
                .indexParams(List.of(IndexParam.builder()
                        .fieldName("vector")
                        .indexType(IndexParam.IndexType.FLAT)
                        .metricType(IndexParam.MetricType.L2)
                        .build()))
                .build());
        client.insert(InsertReq.builder()
                .collectionName(NAME)
                .data(List.of(row(1, "one", 4)))
                .build());
    }

    @AfterAll
    static void stop() {
        client.close();
        assertThat(server.stop()).isZero();
    }

    @AfterEach
    void nothingChangedAndTheServerGoesOn() {
        assertThat(client.query(QueryReq.builder()
                                .collectionName(NAME)
                                .filter("id >= 0")
                                .outputFields(List.of("id", "word"))
                                .consistencyLevel(ConsistencyLevel.STRONG)
                                .build())
                        .getQueryResults())
                .singleElement()
                .satisfies(row -> assertThat(row.getEntity()).containsEntry("word", "one"));
        assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
    }

    private static JsonObject row(long id, String word, int dimension) {
        JsonObject row = new JsonObject();
        row.addProperty("id", id);
        row.addProperty("word", word);
        JsonArray vector = new JsonArray();
        for (int i = 0; i < dimension; i++) {
            vector.add(i + 0.5f);
        }
        row.add("vector", vector);
        return row;
    }

    private static void insert(JsonObject row) {
        client.insert(
                InsertReq.builder().collectionName(NAME).data(List.of(row)).build());
    }

    @Test
    void wrongDimensionNamesFieldAndDimension() {
        assertThatThrownBy(() -> insert(row(2, "two", 5)))
                .hasMessageContaining("vector")
                .hasMessageContaining("4");
    }

    @Test
    void notANumberNamesFieldAndRow() {
        JsonObject row = row(2, "two", 4);
        row.getAsJsonArray("vector").set(2, new com.google.gson.JsonPrimitive(Float.NaN));
        assertThatThrownBy(() -> insert(row)).hasMessageContaining("vector").hasMessageContaining("NaN");
    }

    @Test
    void filterWithASyntaxErrorShowsWhere() {
        assertThatThrownBy(() -> query("id >= ")).hasMessageContaining("cannot parse expression");
        assertThatThrownBy(() -> query("id === 1 and word == 'x'")).hasMessageContaining("cannot parse expression");
        assertThatThrownBy(() -> query("nothing == 1")).hasMessageContaining("nothing");
        assertThatThrownBy(() -> client.delete(DeleteReq.builder()
                        .collectionName(NAME)
                        .filter("word = 'one'")
                        .build()))
                .hasMessageContaining("cannot parse expression");
    }

    @Test
    void deepFilterIsRefused() {
        for (String filter : List.of(
                "(".repeat(10_000) + "id == 1" + ")".repeat(10_000),
                "not (".repeat(10_000) + "id == 1" + ")".repeat(10_000),
                "- ".repeat(10_000) + "1 == id",
                "not ".repeat(10_000) + "true",
                "[".repeat(10_000) + "]".repeat(10_000) + " == id")) {
            assertThatThrownBy(() -> query(filter)).hasMessageContaining("cannot parse expression");
        }
    }

    private static void query(String filter) {
        client.query(QueryReq.builder().collectionName(NAME).filter(filter).build());
    }

    @Test
    void unknownIndexTypeListsTheKnownOnes() {
        client.createCollection(CreateCollectionReq.builder()
                .collectionName("unindexed")
                .collectionSchema(vectorOnly())
                .build());
        assertThatThrownBy(() -> client.createIndex(CreateIndexReq.builder()
                        .collectionName("unindexed")
                        .indexParams(List.of(IndexParam.builder()
                                .fieldName("vector")
                                .indexType(IndexParam.IndexType.GPU_CAGRA)
                                .metricType(IndexParam.MetricType.L2)
                                .build()))
                        .build()))
                .hasMessageContaining("GPU_CAGRA")
                .hasMessageContaining("HNSW");
        assertThatThrownBy(() -> client.createIndex(CreateIndexReq.builder()
                        .collectionName("unindexed")
                        .indexParams(List.of(IndexParam.builder()
                                .fieldName("vector")
                                .indexType(IndexParam.IndexType.HNSW)
                                .metricType(IndexParam.MetricType.L2)
                                .extraParams(Map.of("M", 1, "efConstruction", 100))
                                .build()))
                        .build()))
                .hasMessageContaining("M");
    }

    private static CreateCollectionReq.CollectionSchema vectorOnly() {
        CreateCollectionReq.CollectionSchema schema = MilvusClientV2.CreateSchema();
        schema.addField(AddFieldReq.builder()
                .fieldName("id")
                .dataType(DataType.Int64)
                .isPrimaryKey(true)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("vector")
                .dataType(DataType.FloatVector)
                .dimension(4)
                .build());
        return schema;
    }

    @Test
    void searchWithWrongQueryNamesWhatIsWrong() {
        assertThatThrownBy(() -> search(new float[3], "vector", 5)).hasMessageContaining("dimension");
        assertThatThrownBy(() -> search(new float[4], "word", 5)).hasMessageContaining("word");
        assertThatThrownBy(() -> search(new float[4], "vector", 16_385)).hasMessageContaining("16384");
        assertThatThrownBy(() -> search(new float[] {1, Float.POSITIVE_INFINITY, 0, 0}, "vector", 5))
                .hasMessageContaining("infinite");
    }

    private static void search(float[] query, String field, int k) {
        client.search(SearchReq.builder()
                .collectionName(NAME)
                .annsField(field)
                .data(List.of(new FloatVec(query)))
                .limit(k)
                .build());
    }

    @Test
    void malformedProtobufIsRefused() {
        Random random = new Random(7);
        for (String method : List.of("Insert", "Upsert", "Search", "Query", "Delete", "CreateCollection", "Flush")) {
            for (int i = 0; i < 20; i++) {
                byte[] garbage = new byte[1 + random.nextInt(2_000)];
                random.nextBytes(garbage);
                call(method, garbage);
            }
        }
        byte[] claimsMuch = {0x2a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07, 1, 2};
        assertThatThrownBy(() -> {
                    if (call("Insert", claimsMuch) == null) {
                        throw new IllegalStateException("refused");
                    }
                })
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void messageOver64MiBIsRefusedWithTheLimit() {
        assertThatThrownBy(() -> callOrThrow("Insert", new byte[65 << 20]))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("67108864");
    }

    @Test
    void bytesThatAreNoProtocolAreClosed() throws IOException {
        Random random = new Random(9);
        for (int i = 0; i < 20; i++) {
            try (Socket socket = new Socket("127.0.0.1", server.port())) {
                socket.setSoTimeout(20_000);
                byte[] garbage = new byte[500];
                random.nextBytes(garbage);
                OutputStream out = socket.getOutputStream();
                out.write(garbage);
                out.flush();
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (java.net.SocketException e) {
                // closed by the server while we wrote
            }
        }
    }

    /** @return null when the server refused */
    private static byte[] call(String method, byte[] request) {
        try {
            return callOrThrow(method, request);
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getDescription()).as(method).doesNotContain("\tat ");
            return null;
        }
    }

    private static byte[] callOrThrow(String method, byte[] request) {
        MethodDescriptor.Marshaller<byte[]> bytes = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream stream) {
                try {
                    return stream.readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
        try {
            return ClientCalls.blockingUnaryCall(
                    channel,
                    MethodDescriptor.newBuilder(bytes, bytes)
                            .setType(MethodDescriptor.MethodType.UNARY)
                            .setFullMethodName("milvus.proto.milvus.MilvusService/" + method)
                            .build(),
                    CallOptions.DEFAULT,
                    request);
        } finally {
            channel.shutdownNow();
        }
    }
}
