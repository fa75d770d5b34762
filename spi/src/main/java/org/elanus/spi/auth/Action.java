package org.elanus.spi.auth;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a caller may be allowed to do: one for each privilege of the Milvus protocol, under the same name, and a few of
 * this server's own. Later versions add some: a switch over them has a default branch.
 */
public enum Action {
    // what is granted on single collections
    DESCRIBE_COLLECTION("DescribeCollection", Scope.COLLECTION, ObjectType.GLOBAL),
    LOAD("Load", Scope.COLLECTION, ObjectType.COLLECTION),
    RELEASE("Release", Scope.COLLECTION, ObjectType.COLLECTION),
    COMPACTION("Compaction", Scope.COLLECTION, ObjectType.COLLECTION),
    INSERT("Insert", Scope.COLLECTION, ObjectType.COLLECTION),
    DELETE("Delete", Scope.COLLECTION, ObjectType.COLLECTION),
    GET_STATISTICS("GetStatistics", Scope.COLLECTION, ObjectType.COLLECTION),
    CREATE_INDEX("CreateIndex", Scope.COLLECTION, ObjectType.COLLECTION),
    INDEX_DETAIL("IndexDetail", Scope.COLLECTION, ObjectType.COLLECTION),
    DROP_INDEX("DropIndex", Scope.COLLECTION, ObjectType.COLLECTION),
    SEARCH("Search", Scope.COLLECTION, ObjectType.COLLECTION),
    FLUSH("Flush", Scope.COLLECTION, ObjectType.COLLECTION),
    QUERY("Query", Scope.COLLECTION, ObjectType.COLLECTION),
    LOAD_BALANCE("LoadBalance", Scope.COLLECTION, ObjectType.COLLECTION),
    IMPORT("Import", Scope.COLLECTION, ObjectType.COLLECTION),
    UPSERT("Upsert", Scope.COLLECTION, ObjectType.COLLECTION),
    GET_LOADING_PROGRESS("GetLoadingProgress", Scope.COLLECTION, ObjectType.COLLECTION),
    GET_LOAD_STATE("GetLoadState", Scope.COLLECTION, ObjectType.COLLECTION),
    CREATE_PARTITION("CreatePartition", Scope.COLLECTION, ObjectType.COLLECTION),
    DROP_PARTITION("DropPartition", Scope.COLLECTION, ObjectType.COLLECTION),
    SHOW_PARTITIONS("ShowPartitions", Scope.COLLECTION, ObjectType.COLLECTION),
    HAS_PARTITION("HasPartition", Scope.COLLECTION, ObjectType.COLLECTION),
    GET_FLUSH_STATE("GetFlushState", Scope.COLLECTION, ObjectType.COLLECTION),
    CREATE_ALIAS("CreateAlias", Scope.COLLECTION, ObjectType.GLOBAL),
    DROP_ALIAS("DropAlias", Scope.COLLECTION, ObjectType.GLOBAL),
    DESCRIBE_ALIAS("DescribeAlias", Scope.COLLECTION, ObjectType.GLOBAL),
    LIST_ALIASES("ListAliases", Scope.COLLECTION, ObjectType.GLOBAL),
    GET_IMPORT_PROGRESS("GetImportProgress", Scope.COLLECTION, ObjectType.COLLECTION),
    LIST_IMPORT("ListImport", Scope.COLLECTION, ObjectType.COLLECTION),
    ADD_COLLECTION_FIELD("AddCollectionField", Scope.COLLECTION, ObjectType.COLLECTION),

    // what is granted on databases
    CREATE_COLLECTION("CreateCollection", Scope.DATABASE, ObjectType.GLOBAL),
    DROP_COLLECTION("DropCollection", Scope.DATABASE, ObjectType.GLOBAL),
    SHOW_COLLECTIONS("ShowCollections", Scope.DATABASE, ObjectType.GLOBAL),
    ALTER_DATABASE("AlterDatabase", Scope.DATABASE, ObjectType.GLOBAL),
    DESCRIBE_DATABASE("DescribeDatabase", Scope.DATABASE, ObjectType.GLOBAL),

    // what is granted on everything or nothing
    CREATE_OWNERSHIP("CreateOwnership", Scope.CLUSTER, ObjectType.GLOBAL),
    DROP_OWNERSHIP("DropOwnership", Scope.CLUSTER, ObjectType.GLOBAL),
    SELECT_OWNERSHIP("SelectOwnership", Scope.CLUSTER, ObjectType.GLOBAL),
    MANAGE_OWNERSHIP("ManageOwnership", Scope.CLUSTER, ObjectType.GLOBAL),
    CREATE_RESOURCE_GROUP("CreateResourceGroup", Scope.CLUSTER, ObjectType.GLOBAL),
    DROP_RESOURCE_GROUP("DropResourceGroup", Scope.CLUSTER, ObjectType.GLOBAL),
    DESCRIBE_RESOURCE_GROUP("DescribeResourceGroup", Scope.CLUSTER, ObjectType.GLOBAL),
    LIST_RESOURCE_GROUPS("ListResourceGroups", Scope.CLUSTER, ObjectType.GLOBAL),
    TRANSFER_NODE("TransferNode", Scope.CLUSTER, ObjectType.GLOBAL),
    TRANSFER_REPLICA("TransferReplica", Scope.CLUSTER, ObjectType.GLOBAL),
    RENAME_COLLECTION("RenameCollection", Scope.CLUSTER, ObjectType.GLOBAL),
    CREATE_DATABASE("CreateDatabase", Scope.CLUSTER, ObjectType.GLOBAL),
    DROP_DATABASE("DropDatabase", Scope.CLUSTER, ObjectType.GLOBAL),
    LIST_DATABASES("ListDatabases", Scope.CLUSTER, ObjectType.GLOBAL),
    FLUSH_ALL("FlushAll", Scope.CLUSTER, ObjectType.GLOBAL),
    UPDATE_RESOURCE_GROUPS("UpdateResourceGroups", Scope.CLUSTER, ObjectType.GLOBAL),
    BACKUP_RBAC("BackupRBAC", Scope.CLUSTER, ObjectType.GLOBAL),
    RESTORE_RBAC("RestoreRBAC", Scope.CLUSTER, ObjectType.GLOBAL),
    CREATE_PRIVILEGE_GROUP("CreatePrivilegeGroup", Scope.CLUSTER, ObjectType.GLOBAL),
    DROP_PRIVILEGE_GROUP("DropPrivilegeGroup", Scope.CLUSTER, ObjectType.GLOBAL),
    LIST_PRIVILEGE_GROUPS("ListPrivilegeGroups", Scope.CLUSTER, ObjectType.GLOBAL),
    OPERATE_PRIVILEGE_GROUP("OperatePrivilegeGroup", Scope.CLUSTER, ObjectType.GLOBAL),
    ADD_FILE_RESOURCE("AddFileResource", Scope.CLUSTER, ObjectType.GLOBAL),
    REMOVE_FILE_RESOURCE("RemoveFileResource", Scope.CLUSTER, ObjectType.GLOBAL),
    LIST_FILE_RESOURCES("ListFileResources", Scope.CLUSTER, ObjectType.GLOBAL),
    UPDATE_REPLICATE_CONFIGURATION("UpdateReplicateConfiguration", Scope.CLUSTER, ObjectType.GLOBAL),
    GET_REPLICATE_CONFIGURATION("GetReplicateConfiguration", Scope.CLUSTER, ObjectType.GLOBAL),

    // what is granted on users
    UPDATE_USER("UpdateUser", Scope.USER, ObjectType.USER),
    SELECT_USER("SelectUser", Scope.USER, ObjectType.USER),

    // this server's own
    /** Handshake, version, health, timestamps: whoever is signed in may, and no authoriser is asked. */
    CONNECT("Connect", Scope.CLUSTER, ObjectType.GLOBAL),
    /** Reading on the management port: plugins, metrics, the log's state. */
    VIEW_MANAGEMENT("ViewManagement", Scope.CLUSTER, ObjectType.GLOBAL),
    /** Whatever a route of the management port changes. */
    OPERATE("Operate", Scope.CLUSTER, ObjectType.GLOBAL),
    CREATE_API_KEY("CreateApiKey", Scope.USER, ObjectType.USER),
    DROP_API_KEY("DropApiKey", Scope.USER, ObjectType.USER),
    LIST_API_KEYS("ListApiKeys", Scope.USER, ObjectType.USER);

    /** How finely an action can be granted. The resource that is asked about may be finer still. */
    public enum Scope {
        /** On everything or nothing. */
        CLUSTER,
        /** On a database, or all. */
        DATABASE,
        /** On a collection, on all of a database, or on all. */
        COLLECTION,
        /** On a user, or all. */
        USER
    }

    /** What the Milvus protocol's first version of grants counts the privilege to. */
    public enum ObjectType {
        COLLECTION("Collection"),
        GLOBAL("Global"),
        USER("User");

        private final String wireName;

        ObjectType(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    private static final Map<String, Action> BY_WIRE_NAME = new HashMap<>();

    static {
        for (Action action : values()) {
            BY_WIRE_NAME.put(action.wireName, action);
        }
    }

    private final String wireName;
    private final Scope scope;
    private final ObjectType objectType;

    Action(String wireName, Scope scope, ObjectType objectType) {
        this.wireName = wireName;
        this.scope = scope;
        this.objectType = objectType;
    }

    /** The action of a wire name such as {@code Search}; case matters. */
    public static Optional<Action> named(String wireName) {
        return Optional.ofNullable(BY_WIRE_NAME.get(wireName));
    }

    /** As grants name it, such as {@code Search}: the protocol's name without {@code Privilege}. */
    public String wireName() {
        return wireName;
    }

    public Scope scope() {
        return scope;
    }

    public ObjectType objectType() {
        return objectType;
    }
}
