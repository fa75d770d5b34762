package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.elanus.milvus.proto.AddCollectionFieldRequest;
import org.elanus.milvus.proto.AlterCollectionFieldRequest;
import org.elanus.milvus.proto.AlterCollectionRequest;
import org.elanus.milvus.proto.CollectionSchema;
import org.elanus.milvus.proto.ConsistencyLevel;
import org.elanus.milvus.proto.CreateCollectionRequest;
import org.elanus.milvus.proto.DescribeCollectionRequest;
import org.elanus.milvus.proto.DescribeCollectionResponse;
import org.elanus.milvus.proto.DropCollectionRequest;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.FlushRequest;
import org.elanus.milvus.proto.GetCollectionStatisticsRequest;
import org.elanus.milvus.proto.GetCompactionStateRequest;
import org.elanus.milvus.proto.GetCompactionStateResponse;
import org.elanus.milvus.proto.GetLoadStateRequest;
import org.elanus.milvus.proto.GetLoadingProgressRequest;
import org.elanus.milvus.proto.HasCollectionRequest;
import org.elanus.milvus.proto.IndexDescription;
import org.elanus.milvus.proto.KeyValuePair;
import org.elanus.milvus.proto.LoadCollectionRequest;
import org.elanus.milvus.proto.LoadState;
import org.elanus.milvus.proto.ManualCompactionRequest;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.ReleaseCollectionRequest;
import org.elanus.milvus.proto.RenameCollectionRequest;
import org.elanus.milvus.proto.ShowCollectionsRequest;
import org.elanus.milvus.proto.TruncateCollectionRequest;
import org.elanus.milvus.proto.ValueField;
import org.elanus.plugin.apimilvus.wire.KeyValues;

/** {@code /v2/vectordb/collections/}. */
final class CollectionRoutes {

    private CollectionRoutes() {}

    static void add(Routes routes) {
        routes.post("collections/list", CollectionRoutes::list)
                .post("collections/has", CollectionRoutes::has)
                .post("collections/describe", CollectionRoutes::describe)
                .post("collections/get_stats", CollectionRoutes::statistics)
                .post("collections/get_load_state", CollectionRoutes::loadState)
                .post("collections/create", CollectionRoutes::create)
                .post("collections/drop", CollectionRoutes::drop)
                .post("collections/truncate", CollectionRoutes::truncate)
                .post("collections/rename", CollectionRoutes::rename)
                .post("collections/load", call -> load(call, false))
                .post("collections/refresh_load", call -> load(call, true))
                .post("collections/release", CollectionRoutes::release)
                .post("collections/alter_properties", CollectionRoutes::alterProperties)
                .post("collections/drop_properties", CollectionRoutes::dropProperties)
                .post("collections/compact", CollectionRoutes::compact)
                .post("collections/get_compaction_state", CollectionRoutes::compactionState)
                .post("collections/flush", CollectionRoutes::flush)
                .post("collections/fields/add", CollectionRoutes::addField)
                .post("collections/fields/alter_properties", CollectionRoutes::alterField)
                .decline("collections/add_function", "collections/alter_function", "collections/drop_function");
    }

    private static Answer list(RestCall call) {
        return Answer.names(call.run(
                        MilvusServiceGrpc.getShowCollectionsMethod(),
                        ShowCollectionsRequest.newBuilder()
                                .setDbName(call.database())
                                .build())
                .getCollectionNamesList());
    }

    private static Answer has(RestCall call) {
        boolean has = call.run(
                        MilvusServiceGrpc.getHasCollectionMethod(),
                        HasCollectionRequest.newBuilder()
                                .setDbName(call.database())
                                .setCollectionName(call.collection())
                                .build())
                .getValue();
        return Answer.object(generator -> generator.writeBooleanField("has", has));
    }

    static DescribeCollectionResponse described(RestCall call) {
        return call.run(
                MilvusServiceGrpc.getDescribeCollectionMethod(),
                DescribeCollectionRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .build());
    }

    private static Answer describe(RestCall call) {
        DescribeCollectionResponse collection = described(call);
        CollectionSchema schema = collection.getSchema();
        LoadState load = loadState(call, List.of());
        List<IndexDescription> indexes = IndexRoutes.all(call);
        boolean autoId = schema.getFieldsList().stream().anyMatch(field -> field.getIsPrimaryKey() && field.getAutoID());
        return Answer.object(generator -> {
            generator.writeStringField("collectionName", collection.getCollectionName());
            generator.writeNumberField("collectionID", collection.getCollectionID());
            generator.writeStringField("description", schema.getDescription());
            generator.writeBooleanField("autoId", autoId);
            generator.writeArrayFieldStart("fields");
            for (FieldSchema field : schema.getFieldsList()) {
                field(generator, field);
            }
            generator.writeEndArray();
            generator.writeArrayFieldStart("functions");
            generator.writeEndArray();
            generator.writeArrayFieldStart("aliases");
            for (String alias : collection.getAliasesList()) {
                generator.writeString(alias);
            }
            generator.writeEndArray();
            generator.writeArrayFieldStart("indexes");
            for (IndexDescription index : indexes) {
                generator.writeStartObject();
                generator.writeStringField("fieldName", index.getFieldName());
                generator.writeStringField("indexName", index.getIndexName());
                generator.writeStringField("metricType", IndexRoutes.parameter(index, "metric_type"));
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeStringField("load", load.name());
            generator.writeNumberField("shardsNum", collection.getShardsNum());
            generator.writeNumberField("partitionsNum", collection.getNumPartitions());
            generator.writeStringField(
                    "consistencyLevel", collection.getConsistencyLevel().name());
            generator.writeBooleanField("enableDynamicField", schema.getEnableDynamicField());
            pairs(generator, "properties", collection.getPropertiesList());
        });
    }

    private static void field(JsonGenerator generator, FieldSchema field) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("name", field.getName());
        generator.writeNumberField("id", field.getFieldID());
        generator.writeStringField("type", field.getDataType().name());
        generator.writeStringField("description", field.getDescription());
        generator.writeBooleanField("primaryKey", field.getIsPrimaryKey());
        generator.writeBooleanField("autoId", field.getAutoID());
        generator.writeBooleanField("partitionKey", field.getIsPartitionKey());
        generator.writeBooleanField("clusteringKey", field.getIsClusteringKey());
        generator.writeBooleanField("nullable", field.getNullable());
        if (field.getTypeParamsCount() > 0) {
            pairs(generator, "params", field.getTypeParamsList());
        }
        if (field.getElementType() != org.elanus.milvus.proto.DataType.None) {
            generator.writeStringField("elementType", field.getElementType().name());
        }
        if (field.hasDefaultValue()) {
            generator.writeFieldName("defaultValue");
            value(generator, field.getDefaultValue());
        }
        generator.writeEndObject();
    }

    private static void value(JsonGenerator generator, ValueField value) throws IOException {
        switch (value.getDataCase()) {
            case BOOL_DATA -> generator.writeBoolean(value.getBoolData());
            case INT_DATA -> generator.writeNumber(value.getIntData());
            case LONG_DATA -> generator.writeNumber(value.getLongData());
            case FLOAT_DATA -> generator.writeNumber(value.getFloatData());
            case DOUBLE_DATA -> generator.writeNumber(value.getDoubleData());
            case STRING_DATA -> generator.writeString(value.getStringData());
            default -> generator.writeNull();
        }
    }

    static void pairs(JsonGenerator generator, String name, List<KeyValuePair> pairs) throws IOException {
        generator.writeArrayFieldStart(name);
        for (KeyValuePair pair : pairs) {
            generator.writeStartObject();
            generator.writeStringField("key", pair.getKey());
            generator.writeStringField("value", pair.getValue());
            generator.writeEndObject();
        }
        generator.writeEndArray();
    }

    private static Answer statistics(RestCall call) {
        return rowCount(call.run(
                        MilvusServiceGrpc.getGetCollectionStatisticsMethod(),
                        GetCollectionStatisticsRequest.newBuilder()
                                .setDbName(call.database())
                                .setCollectionName(call.collection())
                                .build())
                .getStatsList());
    }

    static Answer rowCount(List<KeyValuePair> statistics) {
        long rows = Long.parseLong(KeyValues.toMap(statistics).getOrDefault("row_count", "0"));
        return Answer.object(generator -> generator.writeNumberField("rowCount", rows));
    }

    private static LoadState loadState(RestCall call, List<String> partitions) {
        return call.run(
                        MilvusServiceGrpc.getGetLoadStateMethod(),
                        GetLoadStateRequest.newBuilder()
                                .setDbName(call.database())
                                .setCollectionName(call.collection())
                                .addAllPartitionNames(partitions)
                                .build())
                .getState();
    }

    private static Answer loadState(RestCall call) {
        described(call); // the state alone does not say that there is no such collection
        List<String> partitions = call.body().texts("partitionNames");
        LoadState state = loadState(call, partitions);
        long progress = state == LoadState.LoadStateNotLoad || state == LoadState.LoadStateNotExist
                ? 0
                : call.run(
                                MilvusServiceGrpc.getGetLoadingProgressMethod(),
                                GetLoadingProgressRequest.newBuilder()
                                        .setDbName(call.database())
                                        .setCollectionName(call.collection())
                                        .addAllPartitionNames(partitions)
                                        .build())
                        .getProgress();
        return Answer.object(generator -> {
            generator.writeStringField("loadState", state.name());
            generator.writeNumberField("loadProgress", progress);
            generator.writeStringField("message", "");
        });
    }

    private static Answer create(RestCall call) {
        Members body = call.body();
        String name = call.collection();
        boolean quick = !body.has("schema");
        if (quick && !body.has("dimension")) {
            throw RestException.missing("dimension");
        }
        CollectionSchema schema = quick ? Schemas.quick(body, name) : Schemas.of(body, name);
        Members parameters = body.object("params");
        String level = parameters.text("consistencyLevel").isEmpty()
                ? body.text("consistencyLevel")
                : parameters.text("consistencyLevel");
        CreateCollectionRequest.Builder request = CreateCollectionRequest.newBuilder()
                .setDbName(call.database())
                .setCollectionName(name)
                .setSchema(schema.toByteString())
                .setShardsNum(parameters.wholeInt("shardsNum", 1))
                .setNumPartitions(parameters.whole("partitionsNum", 0))
                .setConsistencyLevel(level.isEmpty() ? ConsistencyLevel.Bounded : Schemas.consistency(level));
        property(request, parameters, "ttlSeconds", "collection.ttl.seconds");
        property(request, parameters, "partitionKeyIsolation", "partitionkey.isolation");
        property(request, parameters, "mmap.enabled", "mmap.enabled");
        property(request, parameters, "timezone", "timezone");
        request.addAllProperties(body.object("properties").pairs());
        List<Members> indexes = body.objects("indexParams");
        indexes.forEach(IndexRoutes::check); // before the collection is there
        call.run(MilvusServiceGrpc.getCreateCollectionMethod(), request.build());
        if (quick) {
            IndexRoutes.createDefault(
                    call, Schemas.vectorField(body), body.has("metricType") ? body.text("metricType") : "COSINE");
            load(call, false);
        } else if (!indexes.isEmpty()) {
            for (Members index : indexes) {
                IndexRoutes.create(call, index);
            }
            load(call, false);
        }
        return Answer.DONE;
    }

    private static void property(
            CreateCollectionRequest.Builder request, Members parameters, String given, String property) {
        if (parameters.has(given)) {
            request.addProperties(KeyValues.pair(property, Members.plain(parameters.required(given))));
        }
    }

    private static Answer drop(RestCall call) {
        call.run(
                MilvusServiceGrpc.getDropCollectionMethod(),
                DropCollectionRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .build());
        return Answer.DONE;
    }

    private static Answer truncate(RestCall call) {
        call.run(
                MilvusServiceGrpc.getTruncateCollectionMethod(),
                TruncateCollectionRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .build());
        return Answer.DONE;
    }

    private static Answer rename(RestCall call) {
        call.run(
                MilvusServiceGrpc.getRenameCollectionMethod(),
                RenameCollectionRequest.newBuilder()
                        .setDbName(call.database())
                        .setOldName(call.collection())
                        .setNewName(call.body().requiredText("newCollectionName"))
                        .setNewDBName(call.body().text("newDbName"))
                        .build());
        return Answer.DONE;
    }

    private static Answer load(RestCall call, boolean refresh) {
        call.run(
                MilvusServiceGrpc.getLoadCollectionMethod(),
                LoadCollectionRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .setRefresh(refresh)
                        .build());
        return Answer.DONE;
    }

    private static Answer release(RestCall call) {
        call.run(
                MilvusServiceGrpc.getReleaseCollectionMethod(),
                ReleaseCollectionRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .build());
        return Answer.DONE;
    }

    private static Answer alterProperties(RestCall call) {
        call.run(
                MilvusServiceGrpc.getAlterCollectionMethod(),
                AlterCollectionRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .addAllProperties(call.body().object("properties").pairs())
                        .build());
        return Answer.DONE;
    }

    private static Answer dropProperties(RestCall call) {
        call.run(
                MilvusServiceGrpc.getAlterCollectionMethod(),
                AlterCollectionRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .addAllDeleteKeys(call.body().texts("propertyKeys"))
                        .build());
        return Answer.DONE;
    }

    private static Answer compact(RestCall call) {
        long id = call.run(
                        MilvusServiceGrpc.getManualCompactionMethod(),
                        ManualCompactionRequest.newBuilder()
                                .setDbName(call.database())
                                .setCollectionName(call.collection())
                                .setMajorCompaction(call.body().flag("isClustering", false))
                                .build())
                .getCompactionID();
        return Answer.object(generator -> {
            generator.writeFieldName("compactionID");
            ResultRows.whole(generator, id, call.longNumbers());
        });
    }

    private static Answer compactionState(RestCall call) {
        Members body = call.body();
        long id = body.has("jobID") ? body.whole("jobID", 0) : body.whole("compactionID", 0);
        if (id == 0) {
            throw RestException.missing("compactionID");
        }
        GetCompactionStateResponse state = call.run(
                MilvusServiceGrpc.getGetCompactionStateMethod(),
                GetCompactionStateRequest.newBuilder().setCompactionID(id).build());
        return Answer.object(generator -> {
            generator.writeFieldName("compactionID");
            ResultRows.whole(generator, id, call.longNumbers());
            generator.writeStringField("state", state.getState().name());
            generator.writeNumberField("executingPlanNumber", state.getExecutingPlanNo());
            generator.writeNumberField("timeoutPlanNumber", state.getTimeoutPlanNo());
            generator.writeNumberField("completedPlanNumber", state.getCompletedPlanNo());
        });
    }

    private static Answer flush(RestCall call) {
        call.run(
                MilvusServiceGrpc.getFlushMethod(),
                FlushRequest.newBuilder()
                        .setDbName(call.database())
                        .addCollectionNames(call.collection())
                        .build());
        return Answer.DONE;
    }

    private static Answer addField(RestCall call) {
        call.body().required("schema");
        call.run(
                MilvusServiceGrpc.getAddCollectionFieldMethod(),
                AddCollectionFieldRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .setSchema(Schemas.field(call.body().object("schema")).toByteString())
                        .build());
        return Answer.DONE;
    }

    private static Answer alterField(RestCall call) {
        call.run(
                MilvusServiceGrpc.getAlterCollectionFieldMethod(),
                AlterCollectionFieldRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .setFieldName(call.body().requiredText("fieldName"))
                        .addAllProperties(call.body().object("fieldParams").pairs())
                        .build());
        return Answer.DONE;
    }
}
