package org.elanus.core.access;

import java.util.EnumSet;
import java.util.Set;
import org.elanus.spi.auth.Action;

/** What is called: one for each method of the database. */
public enum Operation {
    CREATE_DATABASE("createDatabase", Kind.DEFINITION, Action.CREATE_DATABASE),
    DROP_DATABASE("dropDatabase", Kind.DEFINITION, Action.DROP_DATABASE),
    DATABASES("databases", Kind.LOOK_UP, Action.LIST_DATABASES, Action.FLUSH_ALL, Action.CONNECT),
    DATABASE("database", Kind.LOOK_UP, Action.DESCRIBE_DATABASE, Incidental.ANY),
    ALTER_DATABASE("alterDatabase", Kind.DEFINITION, Action.ALTER_DATABASE),
    CREATE_COLLECTION("createCollection", Kind.DEFINITION, Action.CREATE_COLLECTION),
    DROP_COLLECTION("dropCollection", Kind.DEFINITION, Action.DROP_COLLECTION),
    COLLECTION("collection", Kind.LOOK_UP, Action.DESCRIBE_COLLECTION, Incidental.OF_COLLECTIONS),
    HAS_COLLECTION("hasCollection", Kind.LOOK_UP, Action.DESCRIBE_COLLECTION, Incidental.OF_COLLECTIONS),
    COLLECTIONS("collections", Kind.LOOK_UP, Action.SHOW_COLLECTIONS, Action.LIST_ALIASES, Action.FLUSH_ALL),
    RENAME_COLLECTION("renameCollection", Kind.DEFINITION, Action.RENAME_COLLECTION),
    ALTER_COLLECTION("alterCollection", Kind.DEFINITION, Action.CREATE_COLLECTION),
    ALTER_FIELD("alterField", Kind.DEFINITION, Action.CREATE_COLLECTION),
    ADD_FIELD("addField", Kind.DEFINITION, Action.ADD_COLLECTION_FIELD),
    LOAD("load", Kind.DEFINITION, Action.LOAD),
    RELEASE("release", Kind.DEFINITION, Action.RELEASE),
    LOAD_STATUS("loadStatus", Kind.LOOK_UP, Action.GET_LOAD_STATE, Incidental.OF_COLLECTIONS),
    TRUNCATE("truncate", Kind.DEFINITION, Action.DROP_COLLECTION),
    CREATE_PARTITION("createPartition", Kind.DEFINITION, Action.CREATE_PARTITION),
    DROP_PARTITION("dropPartition", Kind.DEFINITION, Action.DROP_PARTITION),
    PARTITIONS("partitions", Kind.LOOK_UP, Action.SHOW_PARTITIONS, Incidental.OF_COLLECTIONS),
    CREATE_ALIAS("createAlias", Kind.DEFINITION, Action.CREATE_ALIAS),
    DROP_ALIAS("dropAlias", Kind.DEFINITION, Action.DROP_ALIAS),
    ALTER_ALIAS("alterAlias", Kind.DEFINITION, Action.CREATE_ALIAS),
    ALIAS_TARGET("aliasTarget", Kind.LOOK_UP, Action.DESCRIBE_ALIAS),
    CREATE_INDEX("createIndex", Kind.DEFINITION, Action.CREATE_INDEX),
    ALTER_INDEX("alterIndex", Kind.DEFINITION, Action.CREATE_INDEX),
    DROP_INDEX("dropIndex", Kind.DEFINITION, Action.DROP_INDEX),
    INDEXES("indexes", Kind.LOOK_UP, Action.INDEX_DETAIL, Incidental.OF_COLLECTIONS),

    INSERT("insert", Kind.MUTATION, Action.INSERT),
    UPSERT("upsert", Kind.MUTATION, Action.UPSERT),
    DELETE("delete", Kind.MUTATION, Action.DELETE),
    SEARCH("search", Kind.QUERY, Action.SEARCH),
    HYBRID_SEARCH("hybridSearch", Kind.QUERY, Action.SEARCH),
    /** An upsert of some fields only reads the others. */
    QUERY("query", Kind.QUERY, Action.QUERY, Action.UPSERT),
    EXPLAIN("explain", Kind.QUERY, Action.QUERY),
    ROW_COUNT("rowCount", Kind.LOOK_UP, Action.GET_STATISTICS),
    FLUSH("flush", Kind.MAINTENANCE, Action.FLUSH, Action.FLUSH_ALL),
    IS_FLUSHED("isFlushed", Kind.LOOK_UP, Action.GET_FLUSH_STATE, Action.FLUSH, Action.FLUSH_ALL),
    COMPACT("compact", Kind.MAINTENANCE, Action.COMPACTION),
    SEGMENTS("segments", Kind.LOOK_UP, Action.GET_STATISTICS, Action.INDEX_DETAIL),
    ALLOCATE_TIMESTAMP("allocateTimestamp", Kind.LOOK_UP, Action.CONNECT);

    /** What calls do. */
    public enum Kind {
        /** Changes what there is besides rows, or whether it can be searched. */
        DEFINITION,
        /** Changes rows. */
        MUTATION,
        /** Reads rows. */
        QUERY,
        /** Reads what there is. */
        LOOK_UP,
        /** Changes how rows are stored. */
        MAINTENANCE
    }

    /** Look-ups that are part of calls whose action is another. */
    private enum Incidental {
        /** Whoever may do something to a collection may know what it looks like. */
        OF_COLLECTIONS(EnumSet.of(
                Action.CREATE_COLLECTION,
                Action.DROP_COLLECTION,
                Action.RENAME_COLLECTION,
                Action.SHOW_COLLECTIONS,
                Action.TRANSFER_REPLICA,
                Action.FLUSH_ALL)),
        ANY(EnumSet.allOf(Action.class));

        private final Set<Action> actions;

        Incidental(Set<Action> actions) {
            this.actions = actions;
            for (Action action : Action.values()) {
                if (action.scope() == Action.Scope.COLLECTION) {
                    actions.add(action);
                }
            }
        }
    }

    private final String method;
    private final Kind kind;
    private final Action action;
    private final Set<Action> admitted;

    Operation(String method, Kind kind, Action action, Action... further) {
        this.method = method;
        this.kind = kind;
        this.action = action;
        this.admitted = EnumSet.of(action, further);
    }

    Operation(String method, Kind kind, Action action, Incidental incidental) {
        this.method = method;
        this.kind = kind;
        this.action = action;
        this.admitted = EnumSet.copyOf(incidental.actions);
        this.admitted.add(action);
    }

    /** The database's method. */
    public String method() {
        return method;
    }

    public Kind kind() {
        return kind;
    }

    /** The one that it takes unless an endpoint names another that this may be part of. */
    public Action action() {
        return action;
    }

    boolean admits(Action other) {
        return admitted.contains(other);
    }
}
