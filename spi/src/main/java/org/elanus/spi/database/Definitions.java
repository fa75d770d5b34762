package org.elanus.spi.database;

import java.util.List;
import java.util.Map;
import org.elanus.spi.HostImplements;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * Databases, collections, partitions, aliases, indexes. Safe for use by many threads; every change is durable when its
 * call returns. A collection is named by its name or one of its aliases. A missing thing is reported by its own code
 * ({@code COLLECTION_NOT_FOUND}, ...), a wrong argument by INVALID_ARGUMENT with the allowed range.
 */
@HostImplements
public interface Definitions {

    void createDatabase(CallContext context, String name, Map<String, String> properties);

    /** Refused while the database has collections. */
    void dropDatabase(CallContext context, String name);

    List<DatabaseInfo> databases(CallContext context);

    DatabaseInfo database(CallContext context, String name);

    /** Sets and removes properties. */
    void alterDatabase(CallContext context, String name, Map<String, String> set, List<String> remove);

    /** Creates a collection; one that exists with an identical definition is returned unchanged. */
    CollectionInfo createCollection(CallContext context, CollectionSpec spec);

    /** Drops a collection, loaded or not. Dropping a missing one has no effect. */
    void dropCollection(CallContext context, String name);

    CollectionInfo collection(CallContext context, String name);

    CollectionInfo collection(CallContext context, long id);

    boolean hasCollection(CallContext context, String name);

    /** In order of name. */
    List<CollectionInfo> collections(CallContext context);

    /** Renames, and moves when the new database is another one. */
    void renameCollection(CallContext context, String name, String newDatabase, String newName);

    /** Sets and removes properties. */
    void alterCollection(CallContext context, String name, Map<String, String> set, List<String> remove);

    /** Sets and removes parameters of a field. */
    void alterField(CallContext context, String collection, String field, Map<String, String> set, List<String> remove);

    /** Adds a field to a live collection; it is nullable or has a default. */
    void addField(CallContext context, String collection, FieldSchema field);

    /** Makes a collection searchable. Needs an index on every vector field. Idempotent. */
    void load(CallContext context, String collection, List<String> partitions);

    /**
     * As {@link #load(CallContext, String, List)}, of some fields only; asking for another one is an error then. What is
     * loaded with other fields must be released before.
     */
    default void load(CallContext context, String collection, List<String> partitions, LoadOptions options) {
        if (!options.equals(LoadOptions.ALL)) {
            throw new ElanusException(StandardErrorCode.UNSUPPORTED, "every field is loaded here; name no load fields");
        }
        load(context, collection, partitions);
    }

    /** Idempotent. */
    void release(CallContext context, String collection, List<String> partitions);

    /** For a missing collection, {@link LoadStatus.State#NOT_FOUND}. */
    LoadStatus loadStatus(CallContext context, String collection, List<String> partitions);

    /** Removes every row that was acknowledged before the call. The definition stays. */
    default void truncate(CallContext context, String collection) {
        throw new ElanusException(StandardErrorCode.UNSUPPORTED, "this database does not truncate collections");
    }

    void createPartition(CallContext context, String collection, String partition);

    /** Refused for a loaded partition and for the default one. Dropping a missing one has no effect. */
    void dropPartition(CallContext context, String collection, String partition);

    /** In order of creation. */
    List<PartitionInfo> partitions(CallContext context, String collection);

    void createAlias(CallContext context, String collection, String alias);

    void dropAlias(CallContext context, String alias);

    /** Points an alias to another collection. */
    void alterAlias(CallContext context, String collection, String alias);

    /** The name of the alias's collection. */
    String aliasTarget(CallContext context, String alias);

    /** Creates an index; one that exists with an identical definition is left unchanged. */
    void createIndex(CallContext context, String collection, IndexSpec spec);

    /** Sets and removes parameters that do not change how the index is built. */
    void alterIndex(CallContext context, String collection, String index, Map<String, String> set, List<String> remove);

    /** By index or field name. Dropping a missing one has no effect; refused for a vector index while loaded. */
    void dropIndex(CallContext context, String collection, String index);

    /** In order of creation; empty when there are none. */
    List<IndexInfo> indexes(CallContext context, String collection);
}
