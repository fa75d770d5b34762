package org.elanus.plugin.apimilvus.call;

import java.util.List;
import org.elanus.milvus.proto.FlushAllRequest;
import org.elanus.milvus.proto.FlushAllResponse;
import org.elanus.milvus.proto.FlushRequest;
import org.elanus.milvus.proto.FlushResponse;
import org.elanus.milvus.proto.GetFlushAllStateRequest;
import org.elanus.milvus.proto.GetFlushAllStateResponse;
import org.elanus.milvus.proto.GetFlushStateRequest;
import org.elanus.milvus.proto.GetFlushStateResponse;
import org.elanus.milvus.proto.LongArray;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.plugin.apimilvus.wire.Names;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.DatabaseInfo;
import org.elanus.spi.database.FlushResult;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Flushes. They are done when the call returns; clients ask once more, and are told so. */
final class FlushCalls {

    private static final long MILLIS_A_SECOND = 1_000;

    private final Database database;

    FlushCalls(Database database) {
        this.database = database;
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getFlushMethod(), this::flush)
                .serve(MilvusServiceGrpc.getGetFlushStateMethod(), this::state)
                .serve(MilvusServiceGrpc.getFlushAllMethod(), this::flushAll)
                .serve(MilvusServiceGrpc.getGetFlushAllStateMethod(), this::allState);
    }

    private FlushResponse flush(Scope scope, FlushRequest request) {
        CallContext context = scope.context(request.getDbName());
        FlushResponse.Builder response =
                FlushResponse.newBuilder().setStatus(WireStatus.SUCCESS).setDbName(context.database());
        for (String name : request.getCollectionNamesList()) {
            FlushResult result = flush(context, Names.given("collection", name));
            LongArray segments =
                    LongArray.newBuilder().addAllData(result.segments()).build();
            response.putCollSegIDs(name, segments)
                    .putFlushCollSegIDs(name, segments)
                    .putCollSealTimes(name, scope.runtime().clock().millis() / MILLIS_A_SECOND)
                    .putCollFlushTs(name, result.timestamp());
        }
        return response.build();
    }

    /** The request names several collections, so the error must name the one. */
    private FlushResult flush(CallContext context, String name) {
        try {
            return database.flush(context, name);
        } catch (ElanusException e) {
            if (e.code() == StandardErrorCode.COLLECTION_NOT_FOUND) {
                throw new ElanusException(
                        e.code(),
                        "can't find collection[database=" + context.database() + "][collection=" + name + "]",
                        e);
            }
            throw e;
        }
    }

    private GetFlushStateResponse state(Scope scope, GetFlushStateRequest request) {
        boolean flushed = request.getCollectionName().isEmpty() // segments alone: they were durable when named
                || request.getFlushTs() == 0
                || database.isFlushed(
                        scope.context(request.getDbName()), request.getCollectionName(), request.getFlushTs());
        return GetFlushStateResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setFlushed(flushed)
                .build();
    }

    @SuppressWarnings("deprecation") // clients of 2.6 still poll with the one timestamp
    private FlushAllResponse flushAll(Scope scope, FlushAllRequest request) {
        long timestamp = database.allocateTimestamp(scope.context());
        for (String databaseName : databases(scope, request.getDbName())) {
            CallContext context = scope.context(databaseName);
            for (CollectionInfo collection : database.collections(context)) {
                try {
                    timestamp = Math.max(
                            timestamp,
                            database.flush(context, collection.name()).timestamp());
                } catch (ElanusException e) {
                    if (e.code() != StandardErrorCode.COLLECTION_NOT_FOUND) { // dropped meanwhile
                        throw e;
                    }
                }
            }
        }
        return FlushAllResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setFlushAllTs(timestamp)
                .build();
    }

    @SuppressWarnings("deprecation") // see flushAll
    private GetFlushAllStateResponse allState(Scope scope, GetFlushAllStateRequest request) {
        boolean flushed = true;
        if (request.getFlushAllTs() != 0) {
            for (String databaseName : databases(scope, request.getDbName())) {
                CallContext context = scope.context(databaseName);
                for (CollectionInfo collection : database.collections(context)) {
                    flushed &= isFlushed(context, collection, request.getFlushAllTs());
                }
            }
        }
        return GetFlushAllStateResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setFlushed(flushed)
                .build();
    }

    private boolean isFlushed(CallContext context, CollectionInfo collection, long timestamp) {
        if (Long.compareUnsigned(collection.createdAt(), timestamp) > 0) {
            return true; // not meant by the flush
        }
        try {
            return database.isFlushed(context, collection.name(), timestamp);
        } catch (ElanusException e) {
            if (e.code() == StandardErrorCode.COLLECTION_NOT_FOUND) {
                return true;
            }
            throw e;
        }
    }

    private List<String> databases(Scope scope, String named) {
        return named.isEmpty()
                ? database.databases(scope.context()).stream()
                        .map(DatabaseInfo::name)
                        .toList()
                : List.of(named);
    }
}
