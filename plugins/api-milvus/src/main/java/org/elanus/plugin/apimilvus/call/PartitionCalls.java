package org.elanus.plugin.apimilvus.call;

import java.util.List;
import org.elanus.milvus.proto.BoolResponse;
import org.elanus.milvus.proto.CreatePartitionRequest;
import org.elanus.milvus.proto.DropPartitionRequest;
import org.elanus.milvus.proto.GetPartitionStatisticsRequest;
import org.elanus.milvus.proto.GetPartitionStatisticsResponse;
import org.elanus.milvus.proto.HasPartitionRequest;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.ShowPartitionsRequest;
import org.elanus.milvus.proto.ShowPartitionsResponse;
import org.elanus.milvus.proto.ShowType;
import org.elanus.milvus.proto.Status;
import org.elanus.plugin.apimilvus.wire.KeyValues;
import org.elanus.plugin.apimilvus.wire.Names;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.PartitionInfo;

/** Partitions. */
final class PartitionCalls {

    private final Database database;

    PartitionCalls(Database database) {
        this.database = database;
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getCreatePartitionMethod(), this::create)
                .serve(MilvusServiceGrpc.getDropPartitionMethod(), this::drop)
                .serve(MilvusServiceGrpc.getHasPartitionMethod(), this::has)
                .serve(MilvusServiceGrpc.getShowPartitionsMethod(), this::list)
                .serve(MilvusServiceGrpc.getGetPartitionStatisticsMethod(), this::statistics);
    }

    private Status create(Scope scope, CreatePartitionRequest request) {
        database.createPartition(
                scope.context(request.getDbName()),
                Names.given("collection", request.getCollectionName()),
                Names.partition(request.getPartitionName()));
        return WireStatus.SUCCESS;
    }

    private Status drop(Scope scope, DropPartitionRequest request) {
        database.dropPartition(
                scope.context(request.getDbName()),
                Names.given("collection", request.getCollectionName()),
                Names.partition(request.getPartitionName()));
        return WireStatus.SUCCESS;
    }

    private BoolResponse has(Scope scope, HasPartitionRequest request) {
        String name = Names.partition(request.getPartitionName());
        boolean there = false;
        for (PartitionInfo partition : database.partitions(
                scope.context(request.getDbName()), Names.given("collection", request.getCollectionName()))) {
            there |= partition.name().equals(name);
        }
        return BoolResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setValue(there)
                .build();
    }

    @SuppressWarnings("deprecation") // older clients read the percentages
    private ShowPartitionsResponse list(Scope scope, ShowPartitionsRequest request) {
        CallContext context = scope.context(request.getDbName());
        String collection = request.getCollectionName().isEmpty() && request.getCollectionID() != 0
                ? database.collection(context, request.getCollectionID()).name()
                : Names.given("collection", request.getCollectionName());
        ShowPartitionsResponse.Builder response =
                ShowPartitionsResponse.newBuilder().setStatus(WireStatus.SUCCESS);
        List<String> asked = request.getPartitionNamesList();
        for (PartitionInfo partition : database.partitions(context, collection)) {
            if ((request.getType() == ShowType.InMemory && !partition.loaded())
                    || (!asked.isEmpty() && !asked.contains(partition.name()))) {
                continue;
            }
            response.addPartitionNames(partition.name())
                    .addPartitionIDs(partition.id())
                    .addCreatedTimestamps(partition.createdAt())
                    .addCreatedUtcTimestamps(partition.createdAt() >>> CollectionCalls.LOGICAL_BITS)
                    .addInMemoryPercentages(partition.loaded() ? 100 : 0);
        }
        return response.build();
    }

    private GetPartitionStatisticsResponse statistics(Scope scope, GetPartitionStatisticsRequest request) {
        long rows = database.rowCount(
                scope.context(request.getDbName()),
                Names.given("collection", request.getCollectionName()),
                Names.partition(request.getPartitionName()));
        return GetPartitionStatisticsResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .addStats(KeyValues.pair("row_count", Long.toString(rows)))
                .build();
    }
}
