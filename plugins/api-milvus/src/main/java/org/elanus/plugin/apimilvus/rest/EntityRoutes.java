package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.elanus.milvus.proto.CollectionSchema;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.DeleteRequest;
import org.elanus.milvus.proto.FieldPartialUpdateOp;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.IDs;
import org.elanus.milvus.proto.InsertRequest;
import org.elanus.milvus.proto.LongArray;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.MutationResult;
import org.elanus.milvus.proto.QueryRequest;
import org.elanus.milvus.proto.QueryResults;
import org.elanus.milvus.proto.StringArray;
import org.elanus.milvus.proto.TemplateArrayValue;
import org.elanus.milvus.proto.TemplateValue;
import org.elanus.milvus.proto.UpsertRequest;
import org.elanus.plugin.apimilvus.wire.KeyValues;
import org.elanus.plugin.apimilvus.wire.Received;

/** {@code /v2/vectordb/entities/} but for searches. */
final class EntityRoutes {

    private static final int DEFAULT_LIMIT = 100;
    private static final String COUNT = "count(*)";
    private static final String ALL = "*";

    private EntityRoutes() {}

    static void add(Routes routes) {
        routes.post("entities/insert", EntityRoutes::insert)
                .post("entities/upsert", EntityRoutes::upsert)
                .post("entities/delete", EntityRoutes::delete)
                .post("entities/query", EntityRoutes::query)
                .post("entities/get", EntityRoutes::get);
    }

    private static Answer insert(RestCall call) {
        JsonSlice data = call.body().requiredSlice("data");
        CollectionSchema schema = CollectionRoutes.described(call).getSchema();
        RowColumns.Batch batch = RowColumns.read(data, schema, false);
        MutationResult result = call.runWithRows(
                MilvusServiceGrpc.getInsertMethod(),
                new Received<>(
                        InsertRequest.newBuilder()
                                .setDbName(call.database())
                                .setCollectionName(call.collection())
                                .setPartitionName(call.body().text("partitionName"))
                                .setNumRows(batch.rows())
                                .addAllFieldsData(batch.fields())
                                .build(),
                        batch.floats()));
        return mutated(call, "insert", result.getInsertCnt(), result.getIDs());
    }

    private static Answer upsert(RestCall call) {
        Members body = call.body();
        JsonSlice data = body.requiredSlice("data");
        CollectionSchema schema = CollectionRoutes.described(call).getSchema();
        UpsertRequest.Builder request = UpsertRequest.newBuilder()
                .setDbName(call.database())
                .setCollectionName(call.collection())
                .setPartitionName(body.text("partitionName"))
                .setPartialUpdate(body.flag("partialUpdate", false));
        for (Members operation : body.objects("fieldOps")) {
            request.addFieldOps(FieldPartialUpdateOp.newBuilder()
                    .setFieldName(operation.requiredText("fieldName"))
                    .setOp(operation(operation.requiredText("op"))));
        }
        boolean partial = request.getPartialUpdate() || request.getFieldOpsCount() > 0;
        RowColumns.Batch batch = RowColumns.read(data, schema, partial);
        MutationResult result = call.runWithRows(
                MilvusServiceGrpc.getUpsertMethod(),
                new Received<>(
                        request.setNumRows(batch.rows())
                                .addAllFieldsData(batch.fields())
                                .build(),
                        batch.floats()));
        return mutated(call, "upsert", result.getUpsertCnt(), result.getIDs());
    }

    private static FieldPartialUpdateOp.OpType operation(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "REPLACE" -> FieldPartialUpdateOp.OpType.REPLACE;
            case "ARRAY_APPEND" -> FieldPartialUpdateOp.OpType.ARRAY_APPEND;
            case "ARRAY_REMOVE" -> FieldPartialUpdateOp.OpType.ARRAY_REMOVE;
            default ->
                throw RestException.invalid(
                        "op '" + Json.shortened(name) + "' is unknown; known are REPLACE, ARRAY_APPEND, ARRAY_REMOVE");
        };
    }

    private static Answer mutated(RestCall call, String what, long count, IDs ids) {
        return Answer.free(Answer.object(generator -> {
            generator.writeNumberField(what + "Count", count);
            generator.writeArrayFieldStart(what + "Ids");
            for (long id : ids.getIntId().getDataList()) {
                ResultRows.whole(generator, id, call.longNumbers());
            }
            for (String id : ids.getStrId().getDataList()) {
                generator.writeString(id);
            }
            generator.writeEndArray();
        }));
    }

    private static Answer delete(RestCall call) {
        Members body = call.body();
        DeleteRequest.Builder request = DeleteRequest.newBuilder()
                .setDbName(call.database())
                .setCollectionName(call.collection())
                .setPartitionName(body.text("partitionName"));
        if (body.text("filter").isEmpty() && body.has("id")) {
            Keys keys = Keys.of(call);
            request.setExpr(keys.filter()).putExprTemplateValues(Keys.TEMPLATE, keys.template());
        } else {
            request.setExpr(body.requiredText("filter")).putAllExprTemplateValues(TemplateValues.of(body));
        }
        long count = call.run(MilvusServiceGrpc.getDeleteMethod(), request.build())
                .getDeleteCnt();
        return Answer.free(Answer.object(generator -> generator.writeNumberField("deleteCount", count)));
    }

    /** Primary keys that a request gives, one or a list. */
    private record Keys(String field, TemplateValue template) {

        static final String TEMPLATE = "keys";

        static Keys of(RestCall call) {
            JsonNode given = call.body().required("id");
            CollectionSchema schema = CollectionRoutes.described(call).getSchema();
            for (FieldSchema field : schema.getFieldsList()) {
                if (field.getIsPrimaryKey()) {
                    IDs ids = ids(field, given);
                    TemplateArrayValue.Builder list = TemplateArrayValue.newBuilder();
                    if (ids.hasIntId()) {
                        list.setLongData(ids.getIntId());
                    } else {
                        list.setStringData(ids.getStrId());
                    }
                    return new Keys(
                            field.getName(),
                            TemplateValue.newBuilder().setArrayVal(list).build());
                }
            }
            throw RestException.invalid("the collection has no primary key");
        }

        String filter() {
            return field + " in {" + TEMPLATE + "}";
        }
    }

    /** Keys of the field's type. */
    static IDs ids(FieldSchema key, JsonNode given) {
        List<JsonNode> values = new ArrayList<>();
        if (given.isArray()) {
            given.forEach(values::add);
        } else {
            values.add(given);
        }
        if (key.getDataType() == DataType.Int64) {
            LongArray.Builder longs = LongArray.newBuilder();
            for (JsonNode value : values) {
                longs.addData(whole(key, value));
            }
            return IDs.newBuilder().setIntId(longs).build();
        }
        StringArray.Builder texts = StringArray.newBuilder();
        for (JsonNode value : values) {
            if (!value.isTextual()) {
                throw wrongKey(key, value, "a string");
            }
            texts.addData(value.textValue());
        }
        return IDs.newBuilder().setStrId(texts).build();
    }

    private static long whole(FieldSchema key, JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.longValue();
        }
        try {
            if (value.isTextual()) {
                return Long.parseLong(value.textValue());
            }
        } catch (NumberFormatException e) {
            throw wrongKey(key, value, "a whole number of 64 bits");
        }
        throw wrongKey(key, value, "a whole number of 64 bits");
    }

    private static RestException wrongKey(FieldSchema key, JsonNode value, String expected) {
        return RestException.wrongRow("the primary key '" + key.getName() + "' must be " + expected + ", not "
                + Json.shortened(value.toString()));
    }

    private static Answer query(RestCall call) {
        Members body = call.body();
        List<String> output = body.has("outputFields") ? body.texts("outputFields") : List.of(ALL);
        QueryRequest.Builder request = QueryRequest.newBuilder()
                .setDbName(call.database())
                .setCollectionName(call.collection())
                .addAllPartitionNames(body.texts("partitionNames"))
                .setExpr(body.text("filter"))
                .putAllExprTemplateValues(TemplateValues.of(body))
                .addAllOutputFields(output);
        if (!output.contains(COUNT)) {
            request.addQueryParams(KeyValues.pair("limit", Integer.toString(body.wholeInt("limit", DEFAULT_LIMIT))));
            request.addQueryParams(KeyValues.pair("offset", Integer.toString(body.wholeInt("offset", 0))));
        }
        consistent(body, request);
        return rows(call, call.run(MilvusServiceGrpc.getQueryMethod(), request.build()));
    }

    private static Answer get(RestCall call) {
        Members body = call.body();
        Keys keys = Keys.of(call);
        List<String> partitions = body.texts("partitionNames");
        if (partitions.isEmpty() && body.has("partitionName")) {
            partitions = List.of(body.text("partitionName"));
        }
        QueryRequest.Builder request = QueryRequest.newBuilder()
                .setDbName(call.database())
                .setCollectionName(call.collection())
                .addAllPartitionNames(partitions)
                .setExpr(keys.filter())
                .putExprTemplateValues(Keys.TEMPLATE, keys.template())
                .addAllOutputFields(body.has("outputFields") ? body.texts("outputFields") : List.of(ALL));
        consistent(body, request);
        return rows(call, call.run(MilvusServiceGrpc.getQueryMethod(), request.build()));
    }

    private static void consistent(Members body, QueryRequest.Builder request) {
        String level = body.text("consistencyLevel");
        if (level.isEmpty()) {
            request.setUseDefaultConsistency(true);
        } else {
            request.setConsistencyLevel(Schemas.consistency(level));
        }
    }

    private static Answer rows(RestCall call, QueryResults results) {
        return Answer.free(Answer.data(generator -> {
            ResultRows rows =
                    new ResultRows(results.getFieldsDataList(), results.getOutputFieldsList(), call.longNumbers());
            int count = ResultRows.count(results.getFieldsDataList());
            generator.writeStartArray();
            Set<String> taken = new HashSet<>();
            for (int row = 0; row < count; row++) {
                taken.clear();
                generator.writeStartObject();
                rows.write(generator, taken);
                generator.writeEndObject();
            }
            generator.writeEndArray();
        }));
    }
}
