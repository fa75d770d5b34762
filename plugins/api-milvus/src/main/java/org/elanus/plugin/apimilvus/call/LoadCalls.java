package org.elanus.plugin.apimilvus.call;

import java.util.List;
import org.elanus.milvus.proto.GetLoadStateRequest;
import org.elanus.milvus.proto.GetLoadStateResponse;
import org.elanus.milvus.proto.GetLoadingProgressRequest;
import org.elanus.milvus.proto.GetLoadingProgressResponse;
import org.elanus.milvus.proto.LoadCollectionRequest;
import org.elanus.milvus.proto.LoadPartitionsRequest;
import org.elanus.milvus.proto.LoadState;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.ReleaseCollectionRequest;
import org.elanus.milvus.proto.ReleasePartitionsRequest;
import org.elanus.milvus.proto.Status;
import org.elanus.plugin.apimilvus.wire.Names;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.LoadOptions;
import org.elanus.spi.database.LoadStatus;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Loading and releasing. There is one replica: this process. */
final class LoadCalls {

    private final Database database;

    LoadCalls(Database database) {
        this.database = database;
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getLoadCollectionMethod(), this::load)
                .serve(MilvusServiceGrpc.getReleaseCollectionMethod(), this::release)
                .serve(MilvusServiceGrpc.getLoadPartitionsMethod(), this::loadPartitions)
                .serve(MilvusServiceGrpc.getReleasePartitionsMethod(), this::releasePartitions)
                .serve(MilvusServiceGrpc.getGetLoadingProgressMethod(), this::progress)
                .serve(MilvusServiceGrpc.getGetLoadStateMethod(), this::state);
    }

    private Status load(Scope scope, LoadCollectionRequest request) {
        checkReplicas(request.getReplicaNumber());
        database.load(
                scope.context(request.getDbName()),
                Names.given("collection", request.getCollectionName()),
                List.of(),
                new LoadOptions(request.getLoadFieldsList(), request.getSkipLoadDynamicField()));
        return WireStatus.SUCCESS;
    }

    private Status release(Scope scope, ReleaseCollectionRequest request) {
        database.release(
                scope.context(request.getDbName()), Names.given("collection", request.getCollectionName()), List.of());
        return WireStatus.SUCCESS;
    }

    private Status loadPartitions(Scope scope, LoadPartitionsRequest request) {
        checkReplicas(request.getReplicaNumber());
        database.load(
                scope.context(request.getDbName()),
                Names.given("collection", request.getCollectionName()),
                some(request.getPartitionNamesList()),
                new LoadOptions(request.getLoadFieldsList(), request.getSkipLoadDynamicField()));
        return WireStatus.SUCCESS;
    }

    private Status releasePartitions(Scope scope, ReleasePartitionsRequest request) {
        database.release(
                scope.context(request.getDbName()),
                Names.given("collection", request.getCollectionName()),
                some(request.getPartitionNamesList()));
        return WireStatus.SUCCESS;
    }

    private static List<String> some(List<String> partitions) {
        if (partitions.isEmpty()) {
            throw ElanusException.invalid("partition_names is empty: name at least one partition");
        }
        return partitions;
    }

    /** 0 is what clients send for the default. */
    private static void checkReplicas(int replicas) {
        if (replicas < 0 || replicas > 1) {
            throw ElanusException.invalid("replica_number must be 1, not %d: this server is a single node", replicas);
        }
    }

    private GetLoadingProgressResponse progress(Scope scope, GetLoadingProgressRequest request) {
        String collection = Names.given("collection", request.getCollectionName());
        LoadStatus load =
                database.loadStatus(scope.context(request.getDbName()), collection, request.getPartitionNamesList());
        if (load.state() == LoadStatus.State.NOT_FOUND) {
            throw new ElanusException(
                    StandardErrorCode.COLLECTION_NOT_FOUND, "collection '" + collection + "' does not exist");
        }
        if (load.state() == LoadStatus.State.NOT_LOADED) {
            throw new ElanusException(
                    StandardErrorCode.COLLECTION_NOT_LOADED, "collection '" + collection + "' is not loaded");
        }
        return GetLoadingProgressResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setProgress(load.progress())
                .setRefreshProgress(load.progress())
                .build();
    }

    private GetLoadStateResponse state(Scope scope, GetLoadStateRequest request) {
        LoadStatus load = database.loadStatus(
                scope.context(request.getDbName()),
                Names.given("collection", request.getCollectionName()),
                request.getPartitionNamesList());
        return GetLoadStateResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setState(
                        switch (load.state()) {
                            case NOT_FOUND -> LoadState.LoadStateNotExist;
                            case NOT_LOADED -> LoadState.LoadStateNotLoad;
                            case LOADING -> LoadState.LoadStateLoading;
                            case LOADED -> LoadState.LoadStateLoaded;
                        })
                .build();
    }
}
