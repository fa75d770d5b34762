package org.elanus.plugin.apimilvus.call;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.AlterIndexRequest;
import org.elanus.milvus.proto.CreateIndexRequest;
import org.elanus.milvus.proto.DescribeIndexRequest;
import org.elanus.milvus.proto.DescribeIndexResponse;
import org.elanus.milvus.proto.DropIndexRequest;
import org.elanus.milvus.proto.GetIndexBuildProgressRequest;
import org.elanus.milvus.proto.GetIndexBuildProgressResponse;
import org.elanus.milvus.proto.GetIndexStateRequest;
import org.elanus.milvus.proto.GetIndexStateResponse;
import org.elanus.milvus.proto.GetIndexStatisticsRequest;
import org.elanus.milvus.proto.GetIndexStatisticsResponse;
import org.elanus.milvus.proto.IndexDescription;
import org.elanus.milvus.proto.IndexState;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.Status;
import org.elanus.plugin.apimilvus.wire.KeyValues;
import org.elanus.plugin.apimilvus.wire.Names;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.IndexInfo;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Indexes. */
final class IndexCalls {

    private static final String TYPE = "index_type";
    private static final String METRIC = "metric_type";
    private static final String PARAMETERS = "params";

    private final Database database;

    IndexCalls(Database database) {
        this.database = database;
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getCreateIndexMethod(), this::create)
                .serve(MilvusServiceGrpc.getAlterIndexMethod(), this::alter)
                .serve(MilvusServiceGrpc.getDropIndexMethod(), this::drop)
                .serve(MilvusServiceGrpc.getDescribeIndexMethod(), this::describe)
                .serve(MilvusServiceGrpc.getGetIndexStatisticsMethod(), this::statistics);
        addDeprecated(calls);
    }

    @SuppressWarnings("deprecation") // older clients ask this way
    private void addDeprecated(Calls calls) {
        calls.serve(MilvusServiceGrpc.getGetIndexStateMethod(), this::state)
                .serve(MilvusServiceGrpc.getGetIndexBuildProgressMethod(), this::progress);
    }

    private Status create(Scope scope, CreateIndexRequest request) {
        Map<String, String> parameters = new LinkedHashMap<>(KeyValues.toMap(request.getExtraParamsList()));
        String nested = parameters.remove(PARAMETERS);
        for (Map.Entry<String, String> entry :
                KeyValues.flatten(PARAMETERS, nested == null ? "" : nested).entrySet()) {
            String flat = parameters.put(entry.getKey(), entry.getValue());
            if (flat != null && !flat.equals(entry.getValue())) {
                throw ElanusException.invalid("parameter '%s' is given twice", entry.getKey());
            }
        }
        String type = parameters.remove(TYPE);
        String metric = parameters.remove(METRIC);
        IndexSpec spec = new IndexSpec(
                Names.given("field", request.getFieldName()),
                request.getIndexName(),
                type == null ? "" : type,
                metric == null ? "" : metric,
                parameters);
        try {
            database.createIndex(
                    scope.context(request.getDbName()), Names.given("collection", request.getCollectionName()), spec);
        } catch (ElanusException e) {
            if (e.code() == StandardErrorCode.FIELD_NOT_FOUND) { // clients' suites look for these words
                throw new ElanusException(
                        e.code(), "cannot create index on non-exist field: " + spec.field() + "; " + e.getMessage(), e);
            }
            throw e;
        }
        return WireStatus.SUCCESS;
    }

    private Status alter(Scope scope, AlterIndexRequest request) {
        Map<String, String> set = DatabaseCalls.changes(request.getExtraParamsList(), request.getDeleteKeysList());
        database.alterIndex(
                scope.context(request.getDbName()),
                Names.given("collection", request.getCollectionName()),
                Names.given("index", request.getIndexName()),
                set,
                request.getDeleteKeysList());
        return WireStatus.SUCCESS;
    }

    private Status drop(Scope scope, DropIndexRequest request) {
        String name = request.getIndexName().isEmpty() ? request.getFieldName() : request.getIndexName();
        database.dropIndex(
                scope.context(request.getDbName()),
                Names.given("collection", request.getCollectionName()),
                Names.given("index", name));
        return WireStatus.SUCCESS;
    }

    private DescribeIndexResponse describe(Scope scope, DescribeIndexRequest request) {
        DescribeIndexResponse.Builder response =
                DescribeIndexResponse.newBuilder().setStatus(WireStatus.SUCCESS);
        for (IndexInfo index : find(
                scope,
                request.getDbName(),
                request.getCollectionName(),
                request.getFieldName(),
                request.getIndexName())) {
            response.addIndexDescriptions(description(index));
        }
        return response.build();
    }

    private GetIndexStatisticsResponse statistics(Scope scope, GetIndexStatisticsRequest request) {
        GetIndexStatisticsResponse.Builder response =
                GetIndexStatisticsResponse.newBuilder().setStatus(WireStatus.SUCCESS);
        for (IndexInfo index :
                find(scope, request.getDbName(), request.getCollectionName(), "", request.getIndexName())) {
            response.addIndexDescriptions(description(index));
        }
        return response.build();
    }

    private GetIndexStateResponse state(Scope scope, GetIndexStateRequest request) {
        IndexInfo index = find(
                        scope,
                        request.getDbName(),
                        request.getCollectionName(),
                        request.getFieldName(),
                        request.getIndexName())
                .getFirst();
        return GetIndexStateResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setState(state(index))
                .setFailReason(index.failure())
                .build();
    }

    private GetIndexBuildProgressResponse progress(Scope scope, GetIndexBuildProgressRequest request) {
        IndexInfo index = find(
                        scope,
                        request.getDbName(),
                        request.getCollectionName(),
                        request.getFieldName(),
                        request.getIndexName())
                .getFirst();
        return GetIndexBuildProgressResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setIndexedRows(index.indexedRows())
                .setTotalRows(index.totalRows())
                .build();
    }

    /** At least one, by field and by name where these are given. */
    private List<IndexInfo> find(Scope scope, String databaseName, String collection, String field, String name) {
        List<IndexInfo> all = database.indexes(scope.context(databaseName), Names.given("collection", collection));
        List<IndexInfo> found = new ArrayList<>();
        for (IndexInfo index : all) {
            if ((field.isEmpty() || index.spec().field().equals(field))
                    && (name.isEmpty() || index.spec().name().equals(name))) {
                found.add(index);
            }
        }
        if (found.isEmpty()) {
            throw new ElanusException(
                    StandardErrorCode.INDEX_NOT_FOUND,
                    "indexes are "
                            + all.stream().map(index -> index.spec().name()).toList());
        }
        return found;
    }

    private static IndexDescription description(IndexInfo index) {
        IndexSpec spec = index.spec();
        IndexDescription.Builder description = IndexDescription.newBuilder()
                .setIndexName(spec.name())
                .setIndexID(index.id())
                .setFieldName(spec.field())
                .setIndexedRows(index.indexedRows())
                .setTotalRows(index.totalRows())
                .setPendingIndexRows(Math.max(0, index.totalRows() - index.indexedRows()))
                .setState(state(index))
                .setIndexStateFailReason(index.failure())
                .addParams(KeyValues.pair(TYPE, spec.type().isEmpty() ? IndexSpec.AUTOINDEX : spec.type()));
        if (!spec.metric().isEmpty()) {
            description.addParams(KeyValues.pair(METRIC, spec.metric()));
        }
        return description.addAllParams(KeyValues.toPairs(spec.parameters())).build();
    }

    private static IndexState state(IndexInfo index) {
        return switch (index.state()) {
            case IN_PROGRESS -> IndexState.InProgress;
            case FINISHED -> IndexState.Finished;
            case FAILED -> IndexState.Failed;
        };
    }
}
