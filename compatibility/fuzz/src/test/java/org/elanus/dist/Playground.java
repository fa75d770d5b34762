package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Channel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.elanus.milvus.proto.BoolResponse;
import org.elanus.milvus.proto.CollectionSchema;
import org.elanus.milvus.proto.CreateCollectionRequest;
import org.elanus.milvus.proto.CreateDatabaseRequest;
import org.elanus.milvus.proto.DeleteRequest;
import org.elanus.milvus.proto.DropAliasRequest;
import org.elanus.milvus.proto.DropCollectionRequest;
import org.elanus.milvus.proto.DropDatabaseRequest;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.HasCollectionRequest;
import org.elanus.milvus.proto.InsertRequest;
import org.elanus.milvus.proto.ListAliasesRequest;
import org.elanus.milvus.proto.ListDatabasesRequest;
import org.elanus.milvus.proto.LongArray;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.QueryRequest;
import org.elanus.milvus.proto.QueryResults;
import org.elanus.milvus.proto.ScalarField;
import org.elanus.milvus.proto.SearchRequest;
import org.elanus.milvus.proto.SearchResults;
import org.elanus.milvus.proto.ShowCollectionsRequest;
import org.elanus.milvus.proto.Status;

/** What lies under the random requests: collections that they meet, and one that they must not touch. */
final class Playground {

    private static final String CONTROL = "control";
    private static final int ROWS = 200;

    private final Channel channel;
    private final Random random;
    private final CollectionSchema schema = Shapes.of(0, CONTROL);
    private final List<FieldData> columns;
    private final float[][] vectors = new float[ROWS][Shapes.DIMENSION];
    private long firstKey;

    Playground(Channel channel, long seed) {
        this.channel = channel;
        random = new Random(seed);
        columns = new ArrayList<>(
                Shapes.columns(schema.toBuilder().setEnableDynamicField(false).build(), ROWS, random));
        List<Float> values = columns.get(1).getVectors().getFloatVector().getDataList();
        for (int i = 0; i < ROWS * Shapes.DIMENSION; i++) {
            vectors[i / Shapes.DIMENSION][i % Shapes.DIMENSION] = values.get(i);
        }
    }

    private MilvusServiceGrpc.MilvusServiceBlockingStub server() {
        return MilvusServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    /** Makes the control collection, in a database of its own. */
    void prepare() {
        succeeds(server().createDatabase(
                        CreateDatabaseRequest.newBuilder().setDbName(CONTROL).build()));
        succeeds(server().createCollection(CreateCollectionRequest.newBuilder()
                .setDbName(CONTROL)
                .setCollectionName(CONTROL)
                .setSchema(schema.toByteString())
                .setShardsNum(2)
                .build()));
        FieldSchema vector = schema.getFields(1);
        succeeds(server().createIndex(Requests.index(CONTROL, vector).toBuilder()
                .setDbName(CONTROL)
                .clearExtraParams()
                .addExtraParams(Shapes.pair("index_type", "FLAT"))
                .addExtraParams(Shapes.pair("metric_type", "L2"))
                .build()));
        succeeds(server().loadCollection(
                        Requests.load(CONTROL).toBuilder().setDbName(CONTROL).build()));
        insert();
    }

    private void insert() {
        columns.set(
                0,
                columns.getFirst().toBuilder()
                        .setScalars(ScalarField.newBuilder()
                                .setLongData(LongArray.newBuilder()
                                        .addAllData(LongStream.range(firstKey, firstKey + ROWS)
                                                .boxed()
                                                .toList())))
                        .build());
        succeeds(server().insert(InsertRequest.newBuilder()
                        .setDbName(CONTROL)
                        .setCollectionName(CONTROL)
                        .addAllFieldsData(columns)
                        .setNumRows(ROWS)
                        .build())
                .getStatus());
    }

    /** The control collection answers exactly, and goes on to take writes. */
    void check() {
        QueryResults counted = server().query(QueryRequest.newBuilder()
                .setDbName(CONTROL)
                .setCollectionName(CONTROL)
                .setExpr("id >= " + firstKey)
                .addOutputFields("count(*)")
                .build());
        succeeds(counted.getStatus());
        assertThat(counted.getFieldsData(0).getScalars().getLongData().getData(0))
                .isEqualTo(ROWS);

        int query = random.nextInt(ROWS);
        SearchResults found = server().search(SearchRequest.newBuilder()
                .setDbName(CONTROL)
                .setCollectionName(CONTROL)
                .setDsl("id != " + (firstKey + 7))
                .setDslTypeValue(1)
                .setPlaceholderGroup(org.elanus.milvus.proto.PlaceholderGroup.newBuilder()
                        .addPlaceholders(org.elanus.milvus.proto.PlaceholderValue.newBuilder()
                                .setTag("$0")
                                .setType(org.elanus.milvus.proto.PlaceholderType.FloatVector)
                                .addValues(bytes(vectors[query])))
                        .build()
                        .toByteString())
                .setNq(1)
                .addSearchParams(Shapes.pair("anns_field", "vector"))
                .addSearchParams(Shapes.pair("topk", "10"))
                .addSearchParams(Shapes.pair("params", "{}"))
                .build());
        succeeds(found.getStatus());
        assertThat(found.getResults().getIds().getIntId().getDataList())
                .containsExactlyElementsOf(nearest(vectors[query], 10, 7));

        succeeds(server().delete(DeleteRequest.newBuilder()
                        .setDbName(CONTROL)
                        .setCollectionName(CONTROL)
                        .setExpr("id >= " + firstKey)
                        .build())
                .getStatus());
        firstKey += ROWS;
        insert();
    }

    private List<Long> nearest(float[] query, int k, int without) {
        List<Integer> rows = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            if (row != without) {
                rows.add(row);
            }
        }
        rows.sort(Comparator.comparingDouble((Integer row) -> distance(query, vectors[row])));
        return rows.subList(0, k).stream().map(row -> firstKey + row).toList();
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
    }

    private static com.google.protobuf.ByteString bytes(float[] vector) {
        java.nio.ByteBuffer buffer =
                java.nio.ByteBuffer.allocate(vector.length * 4).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        for (float value : vector) {
            buffer.putFloat(value);
        }
        return com.google.protobuf.ByteString.copyFrom(buffer.array());
    }

    /** Makes the collections that are missing, with indexes, and loads them. */
    void repair() {
        for (String name : Dictionary.COLLECTIONS) {
            BoolResponse there = server().hasCollection(HasCollectionRequest.newBuilder()
                    .setCollectionName(name)
                    .build());
            if (!there.getValue()) {
                // Others may make or drop it at the same time; what fails here fails.
                server().createCollection(Requests.create(name, 1));
            }
            for (FieldSchema vector : Shapes.vectors(Requests.schema(name))) {
                server().createIndex(Requests.index(name, vector));
            }
            server().loadCollection(Requests.load(name));
        }
    }

    /** Drops what random requests made. @param all the collections that they play with, too */
    void clear(boolean all) {
        for (String database : server().listDatabases(ListDatabasesRequest.getDefaultInstance())
                .getDbNamesList()) {
            if (database.equals(CONTROL)) {
                continue;
            }
            for (String collection : server().showCollections(ShowCollectionsRequest.newBuilder()
                            .setDbName(database)
                            .build())
                    .getCollectionNamesList()) {
                boolean kept = !all && database.equals("default") && Dictionary.COLLECTIONS.contains(collection);
                if (!kept) {
                    drop(database, collection);
                }
            }
            if (!database.equals("default")) {
                server().dropDatabase(DropDatabaseRequest.newBuilder()
                        .setDbName(database)
                        .build());
            }
        }
    }

    private void drop(String database, String collection) {
        for (String alias : server().listAliases(ListAliasesRequest.newBuilder()
                        .setDbName(database)
                        .setCollectionName(collection)
                        .build())
                .getAliasesList()) {
            server().dropAlias(DropAliasRequest.newBuilder()
                    .setDbName(database)
                    .setAlias(alias)
                    .build());
        }
        server().dropCollection(DropCollectionRequest.newBuilder()
                .setDbName(database)
                .setCollectionName(collection)
                .build());
    }

    private static void succeeds(Status status) {
        assertThat(status.getCode()).as(status.getReason()).isZero();
    }
}
