package org.elanus.plugin.apimilvus.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.elanus.milvus.proto.GetMetricsRequest;
import org.elanus.milvus.proto.GetMetricsResponse;
import org.elanus.milvus.proto.GetReplicasRequest;
import org.elanus.milvus.proto.GetReplicasResponse;
import org.elanus.milvus.proto.Feder.ListIndexedSegmentRequest;
import org.elanus.milvus.proto.Feder.ListIndexedSegmentResponse;
import org.elanus.milvus.proto.LoadBalanceRequest;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.ReplicaInfo;
import org.elanus.milvus.proto.ShardReplica;
import org.elanus.milvus.proto.Status;
import org.elanus.plugin.apimilvus.wire.Names;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.LoadStatus;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.database.SegmentInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** What clients ask of a cluster, answered for the one node that this server is. */
final class ClusterCalls {

    /** The number of this node. */
    static final long NODE = 1;

    private static final String METRIC_TYPE = "metric_type";
    private static final String SYSTEM_INFO = "system_info";

    private final Database database;
    private final ObjectMapper json = new ObjectMapper();

    ClusterCalls(Database database) {
        this.database = database;
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getGetReplicasMethod(), this::replicas)
                .serveAtOnce(MilvusServiceGrpc.getGetMetricsMethod(), this::metrics)
                .serve(MilvusServiceGrpc.getLoadBalanceMethod(), this::loadBalance)
                .serve(MilvusServiceGrpc.getListIndexedSegmentMethod(), this::indexedSegments);
    }

    private GetReplicasResponse replicas(Scope scope, GetReplicasRequest request) {
        CallContext context = scope.context(request.getDbName());
        CollectionInfo info = request.getCollectionName().isEmpty()
                ? database.collection(context, request.getCollectionID())
                : database.collection(context, request.getCollectionName());
        LoadStatus load = database.loadStatus(context, info.name(), List.of());
        if (load.state() != LoadStatus.State.LOADED) {
            throw new ElanusException(
                    StandardErrorCode.COLLECTION_NOT_LOADED, "collection '" + info.name() + "' is not loaded");
        }
        ReplicaInfo.Builder replica = ReplicaInfo.newBuilder()
                .setReplicaID(info.id())
                .setCollectionID(info.id())
                .setResourceGroupName(ResourceGroups.DEFAULT)
                .addNodeIds(NODE);
        for (PartitionInfo partition : database.partitions(context, info.name())) {
            replica.addPartitionIds(partition.id());
        }
        for (String channel : info.channels()) {
            ShardReplica.Builder shard =
                    ShardReplica.newBuilder().setLeaderID(NODE).setDmChannelName(channel);
            if (request.getWithShardNodes()) {
                shard.addNodeIds(NODE);
            }
            replica.addShardReplicas(shard);
        }
        return GetReplicasResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .addReplicas(replica)
                .build();
    }

    private GetMetricsResponse metrics(Scope scope, GetMetricsRequest request) {
        String type = metricType(request.getRequest());
        if (!type.equals(SYSTEM_INFO)) {
            throw new ElanusException(
                    StandardErrorCode.UNSUPPORTED,
                    METRIC_TYPE + " '" + type + "' is not supported; " + SYSTEM_INFO
                            + " is, and the management port has metrics");
        }
        ObjectNode answer = json.createObjectNode();
        ObjectNode node = answer.putArray("nodes_info").addObject();
        node.put("identifier", NODE);
        ObjectNode infos = node.putObject("infos");
        infos.put("has_error", false);
        infos.put("error_reason", "");
        infos.put("name", "querynode" + NODE);
        infos.put("type", "querynode");
        infos.put("id", NODE);
        infos.putObject("hardware_infos")
                .put("cpu_core_count", Runtime.getRuntime().availableProcessors())
                .put("memory", Runtime.getRuntime().maxMemory());
        infos.putObject("system_info")
                .put("system_version", SystemCalls.MILVUS_VERSION)
                .put("deploy_mode", "STANDALONE");
        return GetMetricsResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setResponse(answer.toString())
                .setComponentName("standalone")
                .build();
    }

    private String metricType(String request) {
        try {
            JsonNode read = json.readTree(request);
            return read == null ? "" : read.path(METRIC_TYPE).asText("");
        } catch (JsonProcessingException e) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT, "request must be a JSON object with " + METRIC_TYPE, e);
        }
    }

    private Status loadBalance(Scope scope, LoadBalanceRequest request) {
        if (request.getCollectionName().isEmpty()) {
            throw new ElanusException(StandardErrorCode.COLLECTION_NOT_FOUND, "collectionName is empty");
        }
        database.collection(scope.context(request.getDbName()), request.getCollectionName());
        throw new ElanusException(
                StandardErrorCode.UNSUPPORTED, "this server is a single node: there is no node to move segments to");
    }

    private ListIndexedSegmentResponse indexedSegments(Scope scope, ListIndexedSegmentRequest request) {
        CallContext context = scope.context();
        String collection = Names.given("collection", request.getCollectionName());
        ListIndexedSegmentResponse.Builder response =
                ListIndexedSegmentResponse.newBuilder().setStatus(WireStatus.SUCCESS);
        boolean known = database.indexes(context, collection).stream()
                .anyMatch(index -> request.getIndexName().isEmpty()
                        || index.spec().name().equals(request.getIndexName()));
        if (!known) {
            throw new ElanusException(
                    StandardErrorCode.INDEX_NOT_FOUND, "there is no index '" + request.getIndexName() + "'");
        }
        for (SegmentInfo segment : database.segments(context, collection)) {
            if (segment.sealed() && segment.indexed()) {
                response.addSegmentIDs(segment.id());
            }
        }
        return response.build();
    }
}
