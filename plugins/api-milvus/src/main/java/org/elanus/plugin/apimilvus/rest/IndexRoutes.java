package org.elanus.plugin.apimilvus.rest;

import java.util.List;
import org.elanus.milvus.proto.AlterIndexRequest;
import org.elanus.milvus.proto.CreateIndexRequest;
import org.elanus.milvus.proto.DescribeIndexRequest;
import org.elanus.milvus.proto.DropIndexRequest;
import org.elanus.milvus.proto.IndexDescription;
import org.elanus.milvus.proto.KeyValuePair;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.plugin.apimilvus.wire.KeyValues;

/** {@code /v2/vectordb/indexes/}. */
final class IndexRoutes {

    private static final String TYPE = "index_type";
    private static final String METRIC = "metric_type";
    private static final int NOT_FOUND = 700;

    private IndexRoutes() {}

    static void add(Routes routes) {
        routes.post("indexes/list", IndexRoutes::list)
                .post("indexes/describe", IndexRoutes::describe)
                .post("indexes/create", IndexRoutes::create)
                .post("indexes/drop", IndexRoutes::drop)
                .post("indexes/alter_properties", IndexRoutes::alterProperties)
                .post("indexes/drop_properties", IndexRoutes::dropProperties);
    }

    /** None when there are none. */
    static List<IndexDescription> all(RestCall call) {
        try {
            return find(call, "");
        } catch (RestException e) {
            if (e.code() == NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    private static List<IndexDescription> find(RestCall call, String name) {
        return call.run(
                        MilvusServiceGrpc.getDescribeIndexMethod(),
                        DescribeIndexRequest.newBuilder()
                                .setDbName(call.database())
                                .setCollectionName(call.collection())
                                .setIndexName(name)
                                .build())
                .getIndexDescriptionsList();
    }

    static String parameter(IndexDescription index, String key) {
        return KeyValues.toMap(index.getParamsList()).getOrDefault(key, "");
    }

    private static Answer list(RestCall call) {
        return Answer.names(
                all(call).stream().map(IndexDescription::getIndexName).toList());
    }

    private static Answer describe(RestCall call) {
        List<IndexDescription> indexes = find(call, call.body().requiredText("indexName"));
        return Answer.data(generator -> {
            generator.writeStartArray();
            for (IndexDescription index : indexes) {
                generator.writeStartObject();
                generator.writeStringField("indexName", index.getIndexName());
                generator.writeStringField("fieldName", index.getFieldName());
                generator.writeStringField("indexType", parameter(index, TYPE));
                generator.writeStringField("metricType", parameter(index, METRIC));
                generator.writeStringField("indexState", index.getState().name());
                generator.writeNumberField("totalRows", index.getTotalRows());
                generator.writeNumberField("indexedRows", index.getIndexedRows());
                generator.writeNumberField("pendingRows", index.getPendingIndexRows());
                generator.writeStringField("failReason", index.getIndexStateFailReason());
                List<KeyValuePair> others = index.getParamsList().stream()
                        .filter(pair -> !pair.getKey().equals(TYPE)
                                && !pair.getKey().equals(METRIC))
                        .toList();
                CollectionRoutes.pairs(generator, "indexParams", others);
                generator.writeEndObject();
            }
            generator.writeEndArray();
        });
    }

    private static Answer create(RestCall call) {
        List<Members> indexes = call.body().objects("indexParams");
        if (indexes.isEmpty()) {
            throw RestException.missing("indexParams");
        }
        indexes.forEach(IndexRoutes::check);
        for (Members index : indexes) {
            create(call, index);
        }
        return Answer.DONE;
    }

    /** Refuses a definition that cannot be meant. */
    static void check(Members index) {
        index.requiredText("fieldName");
        index.text("indexName");
        index.text("indexType");
        index.text("metricType");
        index.object("params");
    }

    static void create(RestCall call, Members index) {
        Members parameters = index.object("params");
        CreateIndexRequest.Builder request = CreateIndexRequest.newBuilder()
                .setDbName(call.database())
                .setCollectionName(call.collection())
                .setFieldName(index.requiredText("fieldName"))
                .setIndexName(index.text("indexName"));
        if (!index.text("indexType").isEmpty()) {
            request.addExtraParams(KeyValues.pair(TYPE, index.text("indexType")));
        }
        if (!index.text("metricType").isEmpty()) {
            request.addExtraParams(KeyValues.pair(METRIC, index.text("metricType")));
        }
        request.addAllExtraParams(parameters.pairs());
        call.run(MilvusServiceGrpc.getCreateIndexMethod(), request.build());
    }

    /** The index of a collection that was created with a dimension alone. */
    static void createDefault(RestCall call, String field, String metric) {
        call.run(
                MilvusServiceGrpc.getCreateIndexMethod(),
                CreateIndexRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .setFieldName(field)
                        .setIndexName(field)
                        .addExtraParams(KeyValues.pair(METRIC, metric))
                        .build());
    }

    private static Answer drop(RestCall call) {
        call.run(
                MilvusServiceGrpc.getDropIndexMethod(),
                DropIndexRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .setIndexName(call.body().requiredText("indexName"))
                        .build());
        return Answer.DONE;
    }

    private static Answer alterProperties(RestCall call) {
        call.run(
                MilvusServiceGrpc.getAlterIndexMethod(),
                AlterIndexRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .setIndexName(call.body().requiredText("indexName"))
                        .addAllExtraParams(call.body().object("properties").pairs())
                        .build());
        return Answer.DONE;
    }

    private static Answer dropProperties(RestCall call) {
        call.run(
                MilvusServiceGrpc.getAlterIndexMethod(),
                AlterIndexRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .setIndexName(call.body().requiredText("indexName"))
                        .addAllDeleteKeys(call.body().texts("propertyKeys"))
                        .build());
        return Answer.DONE;
    }
}
