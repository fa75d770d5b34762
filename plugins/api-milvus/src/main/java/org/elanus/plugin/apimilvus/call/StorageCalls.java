package org.elanus.plugin.apimilvus.call;

import java.util.List;
import org.elanus.milvus.proto.CompactionState;
import org.elanus.milvus.proto.GetCompactionPlansRequest;
import org.elanus.milvus.proto.GetCompactionPlansResponse;
import org.elanus.milvus.proto.GetCompactionStateRequest;
import org.elanus.milvus.proto.GetCompactionStateResponse;
import org.elanus.milvus.proto.GetPersistentSegmentInfoRequest;
import org.elanus.milvus.proto.GetPersistentSegmentInfoResponse;
import org.elanus.milvus.proto.GetQuerySegmentInfoRequest;
import org.elanus.milvus.proto.GetQuerySegmentInfoResponse;
import org.elanus.milvus.proto.ManualCompactionRequest;
import org.elanus.milvus.proto.ManualCompactionResponse;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.PersistentSegmentInfo;
import org.elanus.milvus.proto.QuerySegmentInfo;
import org.elanus.milvus.proto.SegmentLevel;
import org.elanus.milvus.proto.SegmentState;
import org.elanus.plugin.apimilvus.wire.Names;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.IndexInfo;
import org.elanus.spi.database.SegmentInfo;
import org.elanus.spi.error.ElanusException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Segments and their compaction. */
final class StorageCalls {

    private static final Logger LOG = LoggerFactory.getLogger(StorageCalls.class);

    /** In MB. A larger one is as good as none: merges end at the largest segment anyway. */
    private static final long SMALLEST_TARGET = 64;

    private final Database database;
    private final Compactions compactions = new Compactions();

    StorageCalls(Database database) {
        this.database = database;
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getManualCompactionMethod(), this::compact)
                .serveAtOnce(MilvusServiceGrpc.getGetCompactionStateMethod(), this::state)
                .serveAtOnce(MilvusServiceGrpc.getGetCompactionStateWithPlansMethod(), this::plans)
                .serve(MilvusServiceGrpc.getGetPersistentSegmentInfoMethod(), this::persistent)
                .serve(MilvusServiceGrpc.getGetQuerySegmentInfoMethod(), this::searchable);
    }

    /** Answers at once; clients ask for the state until it is completed. */
    private ManualCompactionResponse compact(Scope scope, ManualCompactionRequest request) {
        if (request.getTargetSize() != 0 && request.getTargetSize() < SMALLEST_TARGET) {
            throw ElanusException.invalid(
                    "targetSize %d MB is too small, it must be %d MB or more", request.getTargetSize(), SMALLEST_TARGET);
        }
        CallContext context = scope.context(request.getDbName());
        String name = request.getCollectionName().isEmpty() && request.getCollectionID() != 0
                ? database.collection(context, request.getCollectionID()).name()
                : Names.given("collection", request.getCollectionName());
        database.collection(context, name);
        long id = database.allocateTimestamp(context);
        compactions.set(id, Compactions.State.RUNNING);
        CallContext background = scope.background(request.getDbName());
        scope.runtime().executor().execute(() -> run(background, name, id));
        return ManualCompactionResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setCompactionID(id)
                .setCompactionPlanCount(1)
                .build();
    }

    private void run(CallContext context, String name, long id) {
        Compactions.State state = Compactions.State.FAILED;
        try {
            database.compact(context, name);
            state = Compactions.State.DONE;
        } catch (RuntimeException e) {
            LOG.warn("compaction {} of collection {} failed", id, name, e);
        } finally {
            compactions.set(id, state);
        }
    }

    private Compactions.State known(long id) {
        Compactions.State state = compactions.get(id);
        if (state == null) {
            throw ElanusException.invalid("compaction %d is not known; it may be long done", id);
        }
        return state;
    }

    private GetCompactionStateResponse state(Scope scope, GetCompactionStateRequest request) {
        Compactions.State state = known(request.getCompactionID());
        return GetCompactionStateResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setState(wire(state))
                .setExecutingPlanNo(state == Compactions.State.RUNNING ? 1 : 0)
                .setCompletedPlanNo(state == Compactions.State.DONE ? 1 : 0)
                .setFailedPlanNo(state == Compactions.State.FAILED ? 1 : 0)
                .build();
    }

    private GetCompactionPlansResponse plans(Scope scope, GetCompactionPlansRequest request) {
        return GetCompactionPlansResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setState(wire(known(request.getCompactionID())))
                .build();
    }

    private static CompactionState wire(Compactions.State state) {
        return state == Compactions.State.RUNNING ? CompactionState.Executing : CompactionState.Completed;
    }

    private GetPersistentSegmentInfoResponse persistent(Scope scope, GetPersistentSegmentInfoRequest request) {
        GetPersistentSegmentInfoResponse.Builder response =
                GetPersistentSegmentInfoResponse.newBuilder().setStatus(WireStatus.SUCCESS);
        for (SegmentInfo segment : database.segments(
                scope.context(request.getDbName()), Names.given("collection", request.getCollectionName()))) {
            if (segment.sealed()) {
                response.addInfos(PersistentSegmentInfo.newBuilder()
                        .setSegmentID(segment.id())
                        .setCollectionID(segment.collectionId())
                        .setPartitionID(segment.partitionId())
                        .setNumRows(segment.rows())
                        .setState(SegmentState.Flushed)
                        .setLevel(SegmentLevel.L1));
            }
        }
        return response.build();
    }

    private GetQuerySegmentInfoResponse searchable(Scope scope, GetQuerySegmentInfoRequest request) {
        CallContext context = scope.context(request.getDbName());
        String collection = Names.given("collection", request.getCollectionName());
        List<IndexInfo> indexes = database.indexes(context, collection);
        GetQuerySegmentInfoResponse.Builder response =
                GetQuerySegmentInfoResponse.newBuilder().setStatus(WireStatus.SUCCESS);
        for (SegmentInfo segment : database.segments(context, collection)) {
            QuerySegmentInfo.Builder info = QuerySegmentInfo.newBuilder()
                    .setSegmentID(segment.id())
                    .setCollectionID(segment.collectionId())
                    .setPartitionID(segment.partitionId())
                    .setMemSize(segment.bytes())
                    .setNumRows(segment.rows())
                    .setState(segment.sealed() ? SegmentState.Sealed : SegmentState.Growing)
                    .setLevel(SegmentLevel.L1);
            if (segment.indexed() && !indexes.isEmpty()) {
                info.setIndexID(indexes.getFirst().id())
                        .setIndexName(indexes.getFirst().spec().name());
            }
            response.addInfos(info);
        }
        return response.build();
    }
}
