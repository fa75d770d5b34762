package org.elanus.launcher.demo;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.elanus.milvus.proto.CollectionSchema;
import org.elanus.milvus.proto.ConsistencyLevel;
import org.elanus.milvus.proto.CreateCollectionRequest;
import org.elanus.milvus.proto.CreateIndexRequest;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.DescribeIndexRequest;
import org.elanus.milvus.proto.DescribeIndexResponse;
import org.elanus.milvus.proto.DropCollectionRequest;
import org.elanus.milvus.proto.DslType;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.FloatArray;
import org.elanus.milvus.proto.FlushRequest;
import org.elanus.milvus.proto.FlushResponse;
import org.elanus.milvus.proto.GetFlushStateRequest;
import org.elanus.milvus.proto.GetFlushStateResponse;
import org.elanus.milvus.proto.GetLoadingProgressRequest;
import org.elanus.milvus.proto.GetLoadingProgressResponse;
import org.elanus.milvus.proto.HasCollectionRequest;
import org.elanus.milvus.proto.IndexDescription;
import org.elanus.milvus.proto.IndexState;
import org.elanus.milvus.proto.InsertRequest;
import org.elanus.milvus.proto.KeyValuePair;
import org.elanus.milvus.proto.LoadCollectionRequest;
import org.elanus.milvus.proto.LongArray;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.PlaceholderGroup;
import org.elanus.milvus.proto.PlaceholderType;
import org.elanus.milvus.proto.PlaceholderValue;
import org.elanus.milvus.proto.QueryRequest;
import org.elanus.milvus.proto.QueryResults;
import org.elanus.milvus.proto.ScalarField;
import org.elanus.milvus.proto.SearchRequest;
import org.elanus.milvus.proto.SearchResultData;
import org.elanus.milvus.proto.SearchResults;
import org.elanus.milvus.proto.Status;
import org.elanus.milvus.proto.StringArray;
import org.elanus.milvus.proto.VectorField;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;

/** The few calls of the Milvus protocol that the demo needs. For one thread. */
final class MilvusClient implements AutoCloseable {

    private static final String KEY = "id";
    private static final String WORD = "word";
    private static final String VECTOR = "vector";
    private static final Duration POLL = Duration.ofMillis(50);

    private final ManagedChannel channel;
    private final MilvusServiceGrpc.MilvusServiceBlockingStub calls;
    private final Clock clock;

    /** @param address as {@code host:port} */
    MilvusClient(String address, Clock clock) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon).replace("[", "").replace("]", "");
        this.channel = NettyChannelBuilder.forAddress(host, Integer.parseInt(address.substring(colon + 1)))
                .negotiationType(NegotiationType.PLAINTEXT)
                .directExecutor()
                .build();
        this.calls = MilvusServiceGrpc.newBlockingStub(channel);
        this.clock = clock;
    }

    boolean hasCollection(String collection) {
        var answer = calls.hasCollection(
                HasCollectionRequest.newBuilder().setCollectionName(collection).build());
        check("look for collection " + collection, answer.getStatus());
        return answer.getValue();
    }

    void dropCollection(String collection) {
        check(
                "drop collection " + collection,
                calls.dropCollection(DropCollectionRequest.newBuilder()
                        .setCollectionName(collection)
                        .build()));
    }

    /** A collection of words: their number as key, the word, the vector. */
    void createWords(String collection, int dimension) {
        CollectionSchema schema = CollectionSchema.newBuilder()
                .setName(collection)
                .setDescription("Words of the Java world")
                .addFields(FieldSchema.newBuilder()
                        .setName(KEY)
                        .setDataType(DataType.Int64)
                        .setIsPrimaryKey(true))
                .addFields(FieldSchema.newBuilder()
                        .setName(WORD)
                        .setDataType(DataType.VarChar)
                        .addTypeParams(pair("max_length", "256")))
                .addFields(FieldSchema.newBuilder()
                        .setName(VECTOR)
                        .setDataType(DataType.FloatVector)
                        .addTypeParams(pair("dim", Integer.toString(dimension))))
                .build();
        check(
                "create collection " + collection,
                calls.createCollection(CreateCollectionRequest.newBuilder()
                        .setCollectionName(collection)
                        .setSchema(schema.toByteString())
                        .setShardsNum(1)
                        .setConsistencyLevel(ConsistencyLevel.Bounded)
                        .build()));
    }

    void insertWords(String collection, Words words, int from, int to) {
        LongArray.Builder keys = LongArray.newBuilder();
        StringArray.Builder names = StringArray.newBuilder();
        FloatArray.Builder vectors = FloatArray.newBuilder();
        for (int row = from; row < to; row++) {
            keys.addData(row);
            names.addData(words.names().get(row));
        }
        for (int i = from * words.dimension(); i < to * words.dimension(); i++) {
            vectors.addData(words.vectors()[i]);
        }
        var answer = calls.insert(InsertRequest.newBuilder()
                .setCollectionName(collection)
                .setNumRows(to - from)
                .addFieldsData(FieldData.newBuilder()
                        .setFieldName(KEY)
                        .setType(DataType.Int64)
                        .setScalars(ScalarField.newBuilder().setLongData(keys)))
                .addFieldsData(FieldData.newBuilder()
                        .setFieldName(WORD)
                        .setType(DataType.VarChar)
                        .setScalars(ScalarField.newBuilder().setStringData(names)))
                .addFieldsData(FieldData.newBuilder()
                        .setFieldName(VECTOR)
                        .setType(DataType.FloatVector)
                        .setVectors(VectorField.newBuilder()
                                .setDim(words.dimension())
                                .setFloatVector(vectors)))
                .build());
        check("insert into " + collection, answer.getStatus());
    }

    /** Puts everything into segments and waits for that. */
    void flush(String collection) throws InterruptedException {
        FlushResponse flush = calls.flush(
                FlushRequest.newBuilder().addCollectionNames(collection).build());
        check("flush " + collection, flush.getStatus());
        GetFlushStateRequest question = GetFlushStateRequest.newBuilder()
                .setCollectionName(collection)
                .setFlushTs(flush.getCollFlushTsOrDefault(collection, 0))
                .addAllSegmentIDs(flush.getCollSegIDsOrDefault(collection, LongArray.getDefaultInstance())
                        .getDataList())
                .build();
        GetFlushStateResponse state = calls.getFlushState(question);
        check("flush " + collection, state.getStatus());
        while (!state.getFlushed()) {
            clock.sleep(POLL);
            state = calls.getFlushState(question);
            check("flush " + collection, state.getStatus());
        }
    }

    void createIndex(String collection) {
        check(
                "create the index of " + collection,
                calls.createIndex(CreateIndexRequest.newBuilder()
                        .setCollectionName(collection)
                        .setFieldName(VECTOR)
                        .setIndexName(VECTOR)
                        .addExtraParams(pair("index_type", "HNSW"))
                        .addExtraParams(pair("metric_type", "COSINE"))
                        .addExtraParams(pair("params", "{\"M\":16,\"efConstruction\":200}"))
                        .build()));
    }

    /** Waits until the index is built, telling how many rows are done. */
    void awaitIndex(String collection, Progress progress) throws InterruptedException {
        while (true) {
            DescribeIndexResponse answer = calls.describeIndex(DescribeIndexRequest.newBuilder()
                    .setCollectionName(collection)
                    .setFieldName(VECTOR)
                    .build());
            check("describe the index of " + collection, answer.getStatus());
            IndexDescription index = answer.getIndexDescriptions(0);
            if (index.getState() == IndexState.Failed) {
                throw new ElanusException(
                        StandardErrorCode.INTERNAL,
                        "the index of " + collection + " cannot be built: " + index.getIndexStateFailReason());
            }
            progress.at(index.getIndexedRows());
            if (index.getState() == IndexState.Finished && index.getPendingIndexRows() == 0) {
                return;
            }
            clock.sleep(POLL);
        }
    }

    /** Makes the collection searchable and waits for that. */
    void load(String collection) throws InterruptedException {
        check(
                "load " + collection,
                calls.loadCollection(LoadCollectionRequest.newBuilder()
                        .setCollectionName(collection)
                        .setReplicaNumber(1)
                        .build()));
        while (true) {
            GetLoadingProgressResponse progress = calls.getLoadingProgress(GetLoadingProgressRequest.newBuilder()
                    .setCollectionName(collection)
                    .build());
            check("load " + collection, progress.getStatus());
            if (progress.getProgress() >= 100) {
                return;
            }
            clock.sleep(POLL);
        }
    }

    long count(String collection) {
        QueryResults answer = calls.query(QueryRequest.newBuilder()
                .setCollectionName(collection)
                .addOutputFields("count(*)")
                .setConsistencyLevel(ConsistencyLevel.Strong)
                .build());
        check("count the rows of " + collection, answer.getStatus());
        return answer.getFieldsData(0).getScalars().getLongData().getData(0);
    }

    /** The rows nearest to one vector, with the word of each. */
    SearchResultData search(String collection, float[] vector, int limit, int ef) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        PlaceholderGroup group = PlaceholderGroup.newBuilder()
                .addPlaceholders(PlaceholderValue.newBuilder()
                        .setTag("$0")
                        .setType(PlaceholderType.FloatVector)
                        .addValues(ByteString.copyFrom(bytes)))
                .build();
        SearchResults answer = calls.search(SearchRequest.newBuilder()
                .setCollectionName(collection)
                .setDslType(DslType.BoolExprV1)
                .setPlaceholderGroup(group.toByteString())
                .setNq(1)
                .addOutputFields(WORD)
                .addAllSearchParams(List.of(
                        pair("anns_field", VECTOR),
                        pair("topk", Integer.toString(limit)),
                        pair("metric_type", "COSINE"),
                        pair("params", "{\"ef\":" + ef + "}"),
                        pair("round_decimal", "-1")))
                .setConsistencyLevel(ConsistencyLevel.Bounded)
                .build());
        check("search in " + collection, answer.getStatus());
        return answer.getResults();
    }

    @Override
    public void close() {
        channel.shutdown();
        try {
            if (!channel.awaitTermination(5, TimeUnit.SECONDS)) {
                channel.shutdownNow();
            }
        } catch (InterruptedException e) {
            channel.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** Whether an error only says that the server is going away. */
    static boolean saysGone(StatusRuntimeException error) {
        return error.getStatus().getCode() == io.grpc.Status.Code.UNAVAILABLE
                || error.getStatus().getCode() == io.grpc.Status.Code.CANCELLED;
    }

    @SuppressWarnings("deprecation") // both codes must be looked at: servers may set one of them only
    private static void check(String action, Status status) {
        if (status.getCode() != 0 || status.getErrorCodeValue() != 0) {
            throw new ElanusException(
                    StandardErrorCode.INTERNAL, "the demo cannot " + action + ": " + status.getReason());
        }
    }

    private static KeyValuePair pair(String key, String value) {
        return KeyValuePair.newBuilder().setKey(key).setValue(value).build();
    }
}
