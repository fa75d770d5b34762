package org.elanus.plugin.apimilvus.call;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.elanus.spi.auth.Action;

/** Which action a caller needs for which call of the protocol. */
public final class RpcActions {

    private static final Map<String, Action> ACTIONS = new HashMap<>();

    static {
        // as the protocol's definition says
        put("CreateCollection", Action.CREATE_COLLECTION);
        put("DropCollection", Action.DROP_COLLECTION);
        put("LoadCollection", Action.LOAD);
        put("ReleaseCollection", Action.RELEASE);
        put("DescribeCollection", Action.DESCRIBE_COLLECTION);
        put("BatchDescribeCollection", Action.DESCRIBE_COLLECTION);
        put("GetCollectionStatistics", Action.GET_STATISTICS);
        put("AlterCollection", Action.CREATE_COLLECTION);
        put("AlterCollectionField", Action.CREATE_COLLECTION);
        put("AddCollectionFunction", Action.CREATE_COLLECTION);
        put("AlterCollectionFunction", Action.CREATE_COLLECTION);
        put("DropCollectionFunction", Action.CREATE_COLLECTION);
        put("TruncateCollection", Action.DROP_COLLECTION);
        put("CreatePartition", Action.CREATE_PARTITION);
        put("DropPartition", Action.DROP_PARTITION);
        put("HasPartition", Action.HAS_PARTITION);
        put("LoadPartitions", Action.LOAD);
        put("ReleasePartitions", Action.RELEASE);
        put("ShowPartitions", Action.SHOW_PARTITIONS);
        put("GetLoadingProgress", Action.GET_LOAD_STATE);
        put("GetLoadState", Action.GET_LOAD_STATE);
        put("CreateAlias", Action.CREATE_ALIAS);
        put("DropAlias", Action.DROP_ALIAS);
        put("CreateIndex", Action.CREATE_INDEX);
        put("AlterIndex", Action.CREATE_INDEX);
        put("DescribeIndex", Action.INDEX_DETAIL);
        put("GetIndexStatistics", Action.INDEX_DETAIL);
        put("GetIndexState", Action.INDEX_DETAIL);
        put("GetIndexBuildProgress", Action.INDEX_DETAIL);
        put("DropIndex", Action.DROP_INDEX);
        put("Insert", Action.INSERT);
        put("Delete", Action.DELETE);
        put("Upsert", Action.UPSERT);
        put("Search", Action.SEARCH);
        put("HybridSearch", Action.SEARCH);
        put("Flush", Action.FLUSH);
        put("Query", Action.QUERY);
        put("FlushAll", Action.FLUSH_ALL);
        put("AddCollectionField", Action.ADD_COLLECTION_FIELD);
        put("GetFlushState", Action.GET_FLUSH_STATE);
        put("LoadBalance", Action.LOAD_BALANCE);
        put("ManualCompaction", Action.COMPACTION);
        put("Import", Action.IMPORT);
        put("CreateCredential", Action.CREATE_OWNERSHIP);
        put("UpdateCredential", Action.UPDATE_USER);
        put("DeleteCredential", Action.DROP_OWNERSHIP);
        put("ListCredUsers", Action.SELECT_OWNERSHIP);
        put("CreateRole", Action.CREATE_OWNERSHIP);
        put("AlterRole", Action.CREATE_OWNERSHIP);
        put("DropRole", Action.DROP_OWNERSHIP);
        put("OperateUserRole", Action.MANAGE_OWNERSHIP);
        put("SelectRole", Action.SELECT_OWNERSHIP);
        put("SelectUser", Action.SELECT_USER);
        put("OperatePrivilege", Action.MANAGE_OWNERSHIP);
        put("OperatePrivilegeV2", Action.MANAGE_OWNERSHIP);
        put("SelectGrant", Action.SELECT_OWNERSHIP);
        put("CreateResourceGroup", Action.CREATE_RESOURCE_GROUP);
        put("DropResourceGroup", Action.DROP_RESOURCE_GROUP);
        put("UpdateResourceGroups", Action.UPDATE_RESOURCE_GROUPS);
        put("TransferNode", Action.TRANSFER_NODE);
        put("TransferReplica", Action.TRANSFER_REPLICA);
        put("ListResourceGroups", Action.LIST_RESOURCE_GROUPS);
        put("DescribeResourceGroup", Action.DESCRIBE_RESOURCE_GROUP);
        put("RenameCollection", Action.RENAME_COLLECTION);
        put("CreateDatabase", Action.CREATE_DATABASE);
        put("DropDatabase", Action.DROP_DATABASE);
        put("AlterDatabase", Action.ALTER_DATABASE);
        put("DescribeDatabase", Action.DESCRIBE_DATABASE);
        put("BackupRBAC", Action.BACKUP_RBAC);
        put("RestoreRBAC", Action.RESTORE_RBAC);
        put("CreatePrivilegeGroup", Action.CREATE_PRIVILEGE_GROUP);
        put("DropPrivilegeGroup", Action.DROP_PRIVILEGE_GROUP);
        put("ListPrivilegeGroups", Action.LIST_PRIVILEGE_GROUPS);
        put("OperatePrivilegeGroup", Action.OPERATE_PRIVILEGE_GROUP);
        put("AddFileResource", Action.ADD_FILE_RESOURCE);
        put("RemoveFileResource", Action.REMOVE_FILE_RESOURCE);
        put("ListFileResources", Action.LIST_FILE_RESOURCES);
        put("AddUserTags", Action.UPDATE_USER);
        put("DeleteUserTags", Action.UPDATE_USER);
        put("GetUserTags", Action.SELECT_USER);
        put("ListUsersWithTag", Action.SELECT_USER);
        put("CreateRowPolicy", Action.CREATE_OWNERSHIP);
        put("DropRowPolicy", Action.DROP_OWNERSHIP);
        put("ListRowPolicies", Action.SELECT_OWNERSHIP);
        put("UpdateReplicateConfiguration", Action.UPDATE_REPLICATE_CONFIGURATION);
        put("GetReplicateConfiguration", Action.GET_REPLICATE_CONFIGURATION);

        // the protocol says nothing; Milvus asks for no privilege
        put("HasCollection", Action.DESCRIBE_COLLECTION);
        put("ShowCollections", Action.SHOW_COLLECTIONS);
        put("GetPartitionStatistics", Action.GET_STATISTICS);
        put("AlterAlias", Action.CREATE_ALIAS);
        put("DescribeAlias", Action.DESCRIBE_ALIAS);
        put("ListAliases", Action.LIST_ALIASES);
        put("CalcDistance", Action.CONNECT);
        put("GetFlushAllState", Action.FLUSH_ALL);
        put("GetPersistentSegmentInfo", Action.GET_STATISTICS);
        put("GetQuerySegmentInfo", Action.GET_STATISTICS);
        put("GetReplicas", Action.GET_LOAD_STATE);
        put("Dummy", Action.CONNECT);
        put("RegisterLink", Action.CONNECT);
        put("GetMetrics", Action.VIEW_MANAGEMENT);
        put("GetComponentStates", Action.CONNECT);
        put("GetCompactionState", Action.CONNECT);
        put("GetCompactionStateWithPlans", Action.CONNECT);
        put("GetImportState", Action.GET_IMPORT_PROGRESS);
        put("ListImportTasks", Action.LIST_IMPORT);
        put("GetVersion", Action.CONNECT);
        put("CheckHealth", Action.CONNECT);
        put("ListIndexedSegment", Action.INDEX_DETAIL);
        put("DescribeSegmentIndexData", Action.INDEX_DETAIL);
        put("Connect", Action.CONNECT);
        put("AllocTimestamp", Action.CONNECT);
        put("ListDatabases", Action.LIST_DATABASES);
        put("ReplicateMessage", Action.UPDATE_REPLICATE_CONFIGURATION);
        put("RunAnalyzer", Action.CONNECT);
        put("GetReplicateInfo", Action.GET_REPLICATE_CONFIGURATION);
        put("CreateReplicateStream", Action.UPDATE_REPLICATE_CONFIGURATION);
        put("DumpMessages", Action.UPDATE_REPLICATE_CONFIGURATION);
    }

    private RpcActions() {}

    private static void put(String call, Action action) {
        ACTIONS.put(call, action);
    }

    /** @throws IllegalArgumentException when nobody has said what the call needs; a test makes sure that somebody has */
    public static Action of(String call) {
        Action action = ACTIONS.get(call);
        if (action == null) {
            throw new IllegalArgumentException("no action is known for " + call);
        }
        return action;
    }

    static Set<String> calls() {
        return Set.copyOf(ACTIONS.keySet());
    }
}
