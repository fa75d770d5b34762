package org.elanus.plugin.apimilvus.call;

import java.util.List;
import org.elanus.milvus.proto.DeleteRequest;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.FieldPartialUpdateOp;
import org.elanus.milvus.proto.InsertRequest;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.MutationResult;
import org.elanus.milvus.proto.UpsertRequest;
import org.elanus.plugin.apimilvus.wire.FieldDataDecoder;
import org.elanus.plugin.apimilvus.wire.FieldDataEncoder;
import org.elanus.plugin.apimilvus.wire.Names;
import org.elanus.plugin.apimilvus.wire.Received;
import org.elanus.plugin.apimilvus.wire.Templates;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.Filter;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Mutations of rows. */
final class DataCalls {

    private final Database database;
    private final PartialUpdates partialUpdates;
    private final Zones zones;

    DataCalls(Database database) {
        this.database = database;
        this.partialUpdates = new PartialUpdates(database);
        this.zones = new Zones(database);
    }

    void add(Calls calls) {
        calls.serveRows(MilvusServiceGrpc.getInsertMethod(), InsertRequest.getDefaultInstance(), this::insert)
                .serveRows(MilvusServiceGrpc.getUpsertMethod(), UpsertRequest.getDefaultInstance(), this::upsert)
                .serve(MilvusServiceGrpc.getDeleteMethod(), this::delete);
    }

    private MutationResult insert(Scope scope, Received<InsertRequest> received) {
        InsertRequest request = received.message();
        String collection = Names.given("collection", request.getCollectionName());
        refuseNamespace(request.hasNamespace() ? request.getNamespace() : "");
        CallContext context = scope.context(request.getDbName());
        try (RequestBudget.Share filler = room(scope, request.getFieldsDataList(), request.getNumRows())) {
            ColumnBatch rows = FieldDataDecoder.decode(
                    request.getFieldsDataList(),
                    request.getNumRows(),
                    received.floats(),
                    zones.ofRows(context, collection, request.getFieldsDataList()),
                    ElementTypes.ofRows(
                            database,
                            context,
                            collection,
                            request.getFieldsDataList(),
                            request.getSchemaTimestamp()));
            org.elanus.spi.database.MutationResult result = database.insert(
                    context,
                    new org.elanus.spi.database.InsertRequest(
                            collection, request.getPartitionName(), rows, request.getSchemaTimestamp()));
            return mutated(result, rows.rows()).setInsertCnt(result.count()).build();
        }
    }

    /** Missing vectors take memory that nobody has sent: it counts like what was sent. */
    private static RequestBudget.Share room(Scope scope, List<FieldData> fields, int rows) {
        long bytes = FieldDataDecoder.fillerBytes(fields, rows);
        RequestBudget budget = scope.runtime().budget();
        RequestBudget.Share share = budget.take(bytes);
        if (share == null) {
            throw budget.refusal(bytes);
        }
        return share;
    }

    private MutationResult upsert(Scope scope, Received<UpsertRequest> received) {
        UpsertRequest request = received.message();
        String collection = Names.given("collection", request.getCollectionName());
        refuseNamespace(request.hasNamespace() ? request.getNamespace() : "");
        CallContext context = scope.context(request.getDbName());
        try (RequestBudget.Share filler = room(scope, request.getFieldsDataList(), request.getNumRows())) {
            ColumnBatch rows = FieldDataDecoder.decode(
                    request.getFieldsDataList(),
                    request.getNumRows(),
                    received.floats(),
                    zones.ofRows(context, collection, request.getFieldsDataList()),
                    ElementTypes.ofRows(
                            database,
                            context,
                            collection,
                            request.getFieldsDataList(),
                            request.getSchemaTimestamp()));
            boolean partial = request.getPartialUpdate()
                    || request.getFieldOpsList().stream()
                            .anyMatch(operation -> operation.getOp() != FieldPartialUpdateOp.OpType.REPLACE);
            if (partial) {
                rows = partialUpdates.complete(
                        context, collection, request.getPartitionName(), rows, request.getFieldOpsList());
            }
            org.elanus.spi.database.MutationResult result = database.upsert(
                    context,
                    new org.elanus.spi.database.InsertRequest(
                            collection, request.getPartitionName(), rows, request.getSchemaTimestamp()));
            return mutated(result, rows.rows())
                    .setUpsertCnt(result.count())
                    .setInsertCnt(result.count())
                    .setDeleteCnt(result.count())
                    .build();
        }
    }

    private static void refuseNamespace(String namespace) {
        if (!namespace.isEmpty()) {
            throw new ElanusException(StandardErrorCode.UNSUPPORTED, "namespaces are not supported");
        }
    }

    private static MutationResult.Builder mutated(org.elanus.spi.database.MutationResult result, int rows) {
        MutationResult.Builder response = MutationResult.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setIDs(FieldDataEncoder.ids(result.keys()))
                .setAcknowledged(true)
                .setTimestamp(result.timestamp());
        for (int row = 0; row < rows; row++) {
            response.addSuccIndex(row);
        }
        return response;
    }

    /** The answer has no keys: a client that finds some takes them for the result, instead of the count. */
    private MutationResult delete(Scope scope, DeleteRequest request) {
        String collection = Names.given("collection", request.getCollectionName());
        Filter filter = Templates.filter(request.getExpr(), request.getExprTemplateValuesMap());
        if (filter.isEmpty()) {
            throw ElanusException.invalid("expr is empty: a delete needs a filter");
        }
        org.elanus.spi.database.MutationResult result = database.delete(
                scope.context(request.getDbName()),
                new org.elanus.spi.database.DeleteRequest(collection, request.getPartitionName(), filter));
        return MutationResult.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setAcknowledged(true)
                .setDeleteCnt(result.count())
                .setTimestamp(result.timestamp())
                .build();
    }
}
