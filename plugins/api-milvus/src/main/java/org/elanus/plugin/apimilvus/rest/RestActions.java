package org.elanus.plugin.apimilvus.rest;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.elanus.plugin.apimilvus.call.RpcActions;
import org.elanus.spi.auth.Action;

/** Which action a caller needs for which route: that of the call of the protocol that the route is for. */
public final class RestActions {

    private static final Map<String, Action> ACTIONS = new HashMap<>();

    static {
        put("collections/list", "ShowCollections");
        put("collections/has", "HasCollection");
        put("collections/describe", "DescribeCollection");
        put("collections/get_stats", "GetCollectionStatistics");
        put("collections/get_load_state", "GetLoadState");
        put("collections/create", "CreateCollection");
        put("collections/drop", "DropCollection");
        put("collections/rename", "RenameCollection");
        put("collections/load", "LoadCollection");
        put("collections/refresh_load", "LoadCollection");
        put("collections/release", "ReleaseCollection");
        put("collections/flush", "Flush");
        put("collections/compact", "ManualCompaction");
        put("collections/get_compaction_state", "GetCompactionState");
        put("collections/alter_properties", "AlterCollection");
        put("collections/drop_properties", "AlterCollection");
        put("collections/fields/add", "AddCollectionField");
        put("collections/fields/alter_properties", "AlterCollectionField");
        put("collections/truncate", "TruncateCollection");
        put("collections/add_function", "AddCollectionFunction");
        put("collections/alter_function", "AlterCollectionFunction");
        put("collections/drop_function", "DropCollectionFunction");
        put("entities/insert", "Insert");
        put("entities/upsert", "Upsert");
        put("entities/delete", "Delete");
        put("entities/get", "Query");
        put("entities/query", "Query");
        put("entities/search", "Search");
        put("entities/hybrid_search", "HybridSearch");
        put("entities/advanced_search", "HybridSearch");
        put("partitions/list", "ShowPartitions");
        put("partitions/has", "HasPartition");
        put("partitions/get_stats", "GetPartitionStatistics");
        put("partitions/create", "CreatePartition");
        put("partitions/drop", "DropPartition");
        put("partitions/load", "LoadPartitions");
        put("partitions/release", "ReleasePartitions");
        put("indexes/list", "DescribeIndex");
        put("indexes/describe", "DescribeIndex");
        put("indexes/create", "CreateIndex");
        put("indexes/drop", "DropIndex");
        put("indexes/alter_properties", "AlterIndex");
        put("indexes/drop_properties", "AlterIndex");
        put("aliases/list", "ListAliases");
        put("aliases/describe", "DescribeAlias");
        put("aliases/create", "CreateAlias");
        put("aliases/alter", "AlterAlias");
        put("aliases/drop", "DropAlias");
        put("databases/list", "ListDatabases");
        put("databases/describe", "DescribeDatabase");
        put("databases/create", "CreateDatabase");
        put("databases/drop", "DropDatabase");
        put("databases/alter", "AlterDatabase");
        put("databases/alter_properties", "AlterDatabase");
        put("databases/drop_properties", "AlterDatabase");
        put("users/list", "ListCredUsers");
        put("users/describe", "SelectUser");
        put("users/create", "CreateCredential");
        put("users/update_password", "UpdateCredential");
        put("users/drop", "DeleteCredential");
        put("users/grant_role", "OperateUserRole");
        put("users/revoke_role", "OperateUserRole");
        put("roles/list", "SelectRole");
        put("roles/describe", "SelectGrant");
        put("roles/create", "CreateRole");
        put("roles/alter", "AlterRole");
        put("roles/drop", "DropRole");
        put("roles/grant_privilege", "OperatePrivilege");
        put("roles/revoke_privilege", "OperatePrivilege");
        put("roles/grant_privilege_v2", "OperatePrivilegeV2");
        put("roles/revoke_privilege_v2", "OperatePrivilegeV2");
        put("privilege_groups/create", "CreatePrivilegeGroup");
        put("privilege_groups/drop", "DropPrivilegeGroup");
        put("privilege_groups/list", "ListPrivilegeGroups");
        put("privilege_groups/add_privileges_to_group", "OperatePrivilegeGroup");
        put("privilege_groups/remove_privileges_from_group", "OperatePrivilegeGroup");
        put("jobs/import/list", "ListImportTasks");
        put("jobs/import/create", "Import");
        put("jobs/import/describe", "GetImportState");
        put("jobs/import/get_progress", "GetImportState");
        put("resource_groups/create", "CreateResourceGroup");
        put("resource_groups/drop", "DropResourceGroup");
        put("resource_groups/alter", "UpdateResourceGroups");
        put("resource_groups/describe", "DescribeResourceGroup");
        put("resource_groups/list", "ListResourceGroups");
        put("resource_groups/transfer_replica", "TransferReplica");
        put("segments/describe", "GetPersistentSegmentInfo");
        put("quotacenter/describe", "GetMetrics");
        put("common/run_analyzer", "RunAnalyzer");
    }

    private RestActions() {}

    private static void put(String path, String call) {
        ACTIONS.put(path, RpcActions.of(call));
    }

    /** @throws IllegalArgumentException when nobody has said what the route needs; a test makes sure that somebody has */
    public static Action of(String path) {
        Action action = ACTIONS.get(path);
        if (action == null) {
            throw new IllegalArgumentException("no action is known for the route " + path);
        }
        return action;
    }

    public static Set<String> paths() {
        return Set.copyOf(ACTIONS.keySet());
    }
}
