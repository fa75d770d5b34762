package org.elanus.plugin.apimilvus.call;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.elanus.milvus.proto.CreateResourceGroupRequest;
import org.elanus.milvus.proto.DescribeResourceGroupRequest;
import org.elanus.milvus.proto.DescribeResourceGroupResponse;
import org.elanus.milvus.proto.DropResourceGroupRequest;
import org.elanus.milvus.proto.ListResourceGroupsRequest;
import org.elanus.milvus.proto.ListResourceGroupsResponse;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.NodeInfo;
import org.elanus.milvus.proto.ResourceGroup;
import org.elanus.milvus.proto.ResourceGroupConfig;
import org.elanus.milvus.proto.ResourceGroupLimit;
import org.elanus.milvus.proto.Status;
import org.elanus.milvus.proto.TransferNodeRequest;
import org.elanus.milvus.proto.TransferReplicaRequest;
import org.elanus.milvus.proto.UpdateResourceGroupsRequest;
import org.elanus.plugin.apimilvus.wire.KeyValues;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * Groups of nodes. This server is one node, which stays in the default group; other groups have no nodes, hold nothing
 * but their configuration, and last until the server stops.
 */
final class ResourceGroups {

    static final String DEFAULT = "__default_resource_group";

    private static final int MOST = 1024;
    private static final int LONGEST_NAME = 255;

    private final Map<String, ResourceGroupConfig> groups = new ConcurrentSkipListMap<>(Map.of(
            DEFAULT,
            ResourceGroupConfig.newBuilder()
                    .setRequests(ResourceGroupLimit.newBuilder().setNodeNum(0))
                    .setLimits(ResourceGroupLimit.newBuilder().setNodeNum(1))
                    .build()));

    void add(Calls calls) {
        calls.serveAtOnce(MilvusServiceGrpc.getCreateResourceGroupMethod(), this::create)
                .serveAtOnce(MilvusServiceGrpc.getDropResourceGroupMethod(), this::drop)
                .serveAtOnce(MilvusServiceGrpc.getUpdateResourceGroupsMethod(), this::update)
                .serveAtOnce(MilvusServiceGrpc.getDescribeResourceGroupMethod(), this::describe)
                .serveAtOnce(MilvusServiceGrpc.getListResourceGroupsMethod(), this::list)
                .serveAtOnce(MilvusServiceGrpc.getTransferNodeMethod(), this::transferNode)
                .serveAtOnce(MilvusServiceGrpc.getTransferReplicaMethod(), this::transferReplica);
    }

    private Status create(Scope scope, CreateResourceGroupRequest request) {
        String name = request.getResourceGroup();
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0," + (LONGEST_NAME - 1) + "}")) {
            throw ElanusException.invalid(
                    "resource group name '%s' must be 1 to %d letters, digits and _, not beginning with a digit",
                    KeyValues.shortened(name), LONGEST_NAME);
        }
        if (groups.size() >= MOST) {
            throw new ElanusException(StandardErrorCode.QUOTA_EXCEEDED, "there are " + MOST + " resource groups");
        }
        requireNoNodes(name, request.getConfig());
        ResourceGroupConfig before = groups.putIfAbsent(name, request.getConfig());
        if (before != null && !before.equals(request.getConfig())) {
            throw ElanusException.invalid("resource group '%s' exists with another configuration", name);
        }
        return WireStatus.SUCCESS;
    }

    /** A group that requests nodes would wait for them for ever. */
    private static void requireNoNodes(String name, ResourceGroupConfig config) {
        if (!name.equals(DEFAULT) && config.getRequests().getNodeNum() > 0) {
            throw noOtherNode("resource group '" + name + "' cannot get " + config.getRequests().getNodeNum() + " nodes");
        }
    }

    private Status drop(Scope scope, DropResourceGroupRequest request) {
        if (request.getResourceGroup().equals(DEFAULT)) {
            throw ElanusException.invalid("the default resource group cannot be dropped");
        }
        groups.remove(request.getResourceGroup());
        return WireStatus.SUCCESS;
    }

    private Status update(Scope scope, UpdateResourceGroupsRequest request) {
        Map<String, ResourceGroupConfig> changes = new TreeMap<>(request.getResourceGroupsMap());
        changes.forEach((name, config) -> {
            known(name);
            requireNoNodes(name, config);
        });
        groups.putAll(changes);
        return WireStatus.SUCCESS;
    }

    private DescribeResourceGroupResponse describe(Scope scope, DescribeResourceGroupRequest request) {
        String name = request.getResourceGroup();
        ResourceGroup.Builder group = ResourceGroup.newBuilder().setName(name).setConfig(known(name));
        if (name.equals(DEFAULT)) {
            group.setCapacity(1)
                    .setNumAvailableNode(1)
                    .addNodes(NodeInfo.newBuilder().setNodeId(ClusterCalls.NODE));
        }
        return DescribeResourceGroupResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setResourceGroup(group)
                .build();
    }

    private ListResourceGroupsResponse list(Scope scope, ListResourceGroupsRequest request) {
        return ListResourceGroupsResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .addAllResourceGroups(groups.keySet())
                .build();
    }

    private Status transferNode(Scope scope, TransferNodeRequest request) {
        known(request.getSourceResourceGroup());
        known(request.getTargetResourceGroup());
        throw noOtherNode("no node can change its group");
    }

    private Status transferReplica(Scope scope, TransferReplicaRequest request) {
        known(request.getSourceResourceGroup());
        known(request.getTargetResourceGroup());
        throw noOtherNode("no replica can change its group");
    }

    private ResourceGroupConfig known(String name) {
        ResourceGroupConfig config = groups.get(name);
        if (config == null) {
            throw ElanusException.invalid(
                    "resource group not found[rg=%s]; there are %s", KeyValues.shortened(name), groups.keySet());
        }
        return config;
    }

    private static ElanusException noOtherNode(String what) {
        return new ElanusException(StandardErrorCode.UNSUPPORTED, what + ": this server is a single node");
    }
}
