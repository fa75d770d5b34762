package org.elanus.dist;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Random;
import org.elanus.milvus.proto.AddCollectionFieldRequest;
import org.elanus.milvus.proto.CollectionSchema;
import org.elanus.milvus.proto.ConsistencyLevel;
import org.elanus.milvus.proto.CreateCollectionRequest;
import org.elanus.milvus.proto.CreateIndexRequest;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.DeleteRequest;
import org.elanus.milvus.proto.DslType;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.HybridSearchRequest;
import org.elanus.milvus.proto.InsertRequest;
import org.elanus.milvus.proto.LoadCollectionRequest;
import org.elanus.milvus.proto.QueryRequest;
import org.elanus.milvus.proto.SearchRequest;
import org.elanus.milvus.proto.TemplateArrayValue;
import org.elanus.milvus.proto.TemplateValue;
import org.elanus.milvus.proto.UpsertRequest;

/** Requests as a client sends them; those without a form of their own are random but for the names. */
final class Requests {

    private Requests() {}

    /** @return a request that is likely to succeed, or null when the kind has no form here */
    static Message likely(Message prototype, Random random) {
        String name = Dictionary.collection(random);
        CollectionSchema schema = schema(name);
        return switch (prototype) {
            case CreateCollectionRequest create -> create(name, random.nextInt(8) == 0 ? 1 + random.nextInt(3) : 1);
            case AddCollectionFieldRequest add ->
                AddCollectionFieldRequest.newBuilder()
                        .setCollectionName(name)
                        .setSchema(FieldSchema.newBuilder()
                                .setName("added" + random.nextInt(3))
                                .setDataType(DataType.Int32)
                                .setNullable(true)
                                .build()
                                .toByteString())
                        .build();
            case CreateIndexRequest index -> index(name, vector(schema, random));
            case InsertRequest insert -> {
                int rows = rows(random);
                yield InsertRequest.newBuilder()
                        .setCollectionName(name)
                        .addAllFieldsData(Shapes.columns(schema, rows, random))
                        .setNumRows(rows)
                        .build();
            }
            case UpsertRequest upsert -> {
                int rows = rows(random);
                yield UpsertRequest.newBuilder()
                        .setCollectionName(name)
                        .addAllFieldsData(Shapes.columns(schema, rows, random))
                        .setNumRows(rows)
                        .setPartialUpdate(random.nextInt(4) == 0)
                        .build();
            }
            case DeleteRequest delete ->
                DeleteRequest.newBuilder()
                        .setCollectionName(name)
                        .setExpr(Dictionary.filter(random))
                        .build();
            case QueryRequest query -> {
                QueryRequest.Builder builder = QueryRequest.newBuilder()
                        .setCollectionName(name)
                        .setExpr(Dictionary.filter(random))
                        .addOutputFields(Dictionary.text("field_name", random))
                        .setGuaranteeTimestamp(random.nextInt(3));
                if (random.nextInt(4) != 0) {
                    builder.addQueryParams(Shapes.pair("limit", Integer.toString(1 + random.nextInt(200))));
                }
                yield builder.putAllExprTemplateValues(templates()).build();
            }
            case SearchRequest search -> search(name, vector(schema, random), random);
            case HybridSearchRequest hybrid -> {
                HybridSearchRequest.Builder builder = HybridSearchRequest.newBuilder()
                        .setCollectionName(name)
                        .addRankParams(Shapes.pair("strategy", random.nextBoolean() ? "rrf" : "weighted"))
                        .addRankParams(Shapes.pair(
                                "params", random.nextBoolean() ? "{\"k\": 60}" : "{\"weights\": [0.5, 0.5]}"))
                        .addRankParams(Shapes.pair("limit", "10"));
                for (int i = 0; i < 2; i++) {
                    builder.addRequests(search(name, vector(schema, random), random));
                }
                yield builder.build();
            }
            default -> null;
        };
    }

    static CollectionSchema schema(String name) {
        return Shapes.of(Dictionary.COLLECTIONS.indexOf(name), name);
    }

    static CreateCollectionRequest create(String name, int shards) {
        CollectionSchema schema = schema(name);
        boolean keyed = schema.getFieldsList().stream().anyMatch(FieldSchema::getIsPartitionKey);
        return CreateCollectionRequest.newBuilder()
                .setCollectionName(name)
                .setSchema(schema.toByteString())
                .setShardsNum(shards)
                .setNumPartitions(keyed ? 4 : 0)
                .setConsistencyLevel(ConsistencyLevel.Bounded)
                .build();
    }

    static CreateIndexRequest index(String name, FieldSchema vector) {
        return CreateIndexRequest.newBuilder()
                .setCollectionName(name)
                .setFieldName(vector.getName())
                .addExtraParams(Shapes.pair("index_type", "AUTOINDEX"))
                .addExtraParams(Shapes.pair("metric_type", Shapes.metric(vector)))
                .build();
    }

    static LoadCollectionRequest load(String name) {
        return LoadCollectionRequest.newBuilder()
                .setCollectionName(name)
                .setReplicaNumber(1)
                .build();
    }

    private static SearchRequest search(String name, FieldSchema vector, Random random) {
        int queries = 1 + random.nextInt(3);
        return SearchRequest.newBuilder()
                .setCollectionName(name)
                .setDslType(DslType.BoolExprV1)
                .setDsl(random.nextBoolean() ? "" : Dictionary.filter(random))
                .setPlaceholderGroup(
                        Shapes.placeholders(vector, queries, random).toByteString())
                .setNq(queries)
                .addOutputFields(Dictionary.text("output_fields", random))
                .addSearchParams(Shapes.pair("anns_field", vector.getName()))
                .addSearchParams(Shapes.pair("topk", Integer.toString(1 + random.nextInt(50))))
                .addSearchParams(Shapes.pair("metric_type", Shapes.metric(vector)))
                .addSearchParams(Shapes.pair("params", "{}"))
                .setGuaranteeTimestamp(random.nextInt(3))
                .putAllExprTemplateValues(templates())
                .build();
    }

    private static java.util.Map<String, TemplateValue> templates() {
        return java.util.Map.of(
                "min", TemplateValue.newBuilder().setInt64Val(3).build(),
                "text", TemplateValue.newBuilder().setStringVal("w1").build(),
                "list",
                        TemplateValue.newBuilder()
                                .setArrayVal(TemplateArrayValue.newBuilder()
                                        .setLongData(org.elanus.milvus.proto.LongArray.newBuilder()
                                                .addData(1)
                                                .addData(2)))
                                .build());
    }

    private static int rows(Random random) {
        return random.nextInt(20) == 0 ? random.nextInt(500) : 1 + random.nextInt(10);
    }

    private static FieldSchema vector(CollectionSchema schema, Random random) {
        return Dictionary.pick(Shapes.vectors(schema), random);
    }

    /** What fields of bytes hold: messages, too, which are worth mutating in turn. */
    static ByteString bytes(String field, Random random) {
        List<FieldSchema> vectors = Shapes.vectors(Shapes.of(random.nextInt(3), "c"));
        Message inner = switch (field) {
            case "schema" ->
                random.nextInt(4) == 0
                        ? FieldSchema.newBuilder()
                                .setName("added")
                                .setDataTypeValue(random.nextInt(30))
                                .build()
                        : Shapes.of(random.nextInt(3), Dictionary.collection(random));
            case "placeholder_group" ->
                Shapes.placeholders(Dictionary.pick(vectors, random), random.nextInt(4), random);
            default -> null;
        };
        if (inner != null && random.nextInt(6) != 0) {
            return random.nextBoolean()
                    ? new Mutations(random).mutated(inner).toByteString()
                    : Mutations.damaged(inner.toByteString(), random);
        }
        byte[] bytes = new byte[random.nextInt(10) == 0 ? random.nextInt(5000) : random.nextInt(40)];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
