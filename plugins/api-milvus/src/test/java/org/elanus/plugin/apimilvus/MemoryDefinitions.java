package org.elanus.plugin.apimilvus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.DatabaseInfo;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexInfo;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.LoadStatus;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** Definitions in maps, without checks of their own. One lock for all: the object's. */
abstract class MemoryDefinitions implements Database {

    /** Thrown by every call while it is set. */
    final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    /** The context of the last call. */
    final AtomicReference<@Nullable CallContext> lastContext = new AtomicReference<>();

    final Map<String, DatabaseInfo> databases = new TreeMap<>();
    final Map<String, Map<String, Stored>> collections = new HashMap<>();
    final AtomicLong ids = new AtomicLong(400);
    final AtomicLong clock = new AtomicLong(System.currentTimeMillis() << 18);

    /** A collection and its rows. */
    static final class Stored {
        long id;
        CollectionSpec spec;
        long createdAt;
        long updatedAt;
        boolean loaded;
        final List<String> aliases = new ArrayList<>();
        final Map<String, PartitionInfo> partitions = new LinkedHashMap<>();
        final List<IndexInfo> indexes = new ArrayList<>();
        final Map<Object, MemoryDatabase.Row> rows = new TreeMap<>();

        Stored(long id, CollectionSpec spec, long now) {
            this.id = id;
            this.spec = spec;
            this.createdAt = now;
            this.updatedAt = now;
        }
    }

    MemoryDefinitions() {
        databases.put("default", new DatabaseInfo(1, "default", Map.of(), clock.get()));
        collections.put("default", new HashMap<>());
    }

    void called(CallContext context) {
        lastContext.set(context);
        RuntimeException thrown = failure.get();
        if (thrown != null) {
            throw thrown;
        }
    }

    Map<String, Stored> in(CallContext context) {
        called(context);
        Map<String, Stored> found = collections.get(context.database());
        if (found == null) {
            throw new ElanusException(StandardErrorCode.DATABASE_NOT_FOUND, "no database " + context.database());
        }
        return found;
    }

    Stored stored(CallContext context, String name) {
        Map<String, Stored> all = in(context);
        Stored found = all.get(name);
        if (found != null) {
            return found;
        }
        for (Stored each : all.values()) {
            if (each.aliases.contains(name)) {
                return each;
            }
        }
        throw new ElanusException(StandardErrorCode.COLLECTION_NOT_FOUND, "collections are " + all.keySet());
    }

    private static CollectionInfo info(String database, Stored stored) {
        return new CollectionInfo(
                stored.id,
                database,
                stored.spec.name(),
                stored.spec.schema(),
                stored.spec.shards(),
                stored.spec.partitions(),
                stored.spec.consistency(),
                stored.spec.properties(),
                stored.aliases,
                List.of("ch0_" + stored.id + "v0"),
                stored.createdAt,
                stored.updatedAt);
    }

    @Override
    public synchronized void createDatabase(CallContext context, String name, Map<String, String> properties) {
        called(context);
        databases.put(name, new DatabaseInfo(ids.incrementAndGet(), name, properties, clock.incrementAndGet()));
        collections.put(name, new HashMap<>());
    }

    @Override
    public synchronized void dropDatabase(CallContext context, String name) {
        called(context);
        databases.remove(name);
        collections.remove(name);
    }

    @Override
    public synchronized List<DatabaseInfo> databases(CallContext context) {
        called(context);
        return List.copyOf(databases.values());
    }

    @Override
    public synchronized DatabaseInfo database(CallContext context, String name) {
        in(context.in(name));
        return databases.get(name);
    }

    @Override
    public synchronized void alterDatabase(
            CallContext context, String name, Map<String, String> set, List<String> remove) {
        DatabaseInfo old = database(context, name);
        databases.put(name, new DatabaseInfo(old.id(), name, altered(old.properties(), set, remove), old.createdAt()));
    }

    private static Map<String, String> altered(Map<String, String> old, Map<String, String> set, List<String> remove) {
        Map<String, String> properties = new HashMap<>(old);
        properties.putAll(set);
        remove.forEach(properties::remove);
        return properties;
    }

    @Override
    public synchronized CollectionInfo createCollection(CallContext context, CollectionSpec spec) {
        Map<String, Stored> all = in(context);
        List<FieldSchema> fields = new ArrayList<>();
        for (FieldSchema field : spec.schema().fields()) {
            fields.add(field.withId(100 + fields.size()));
        }
        if (spec.schema().dynamicField()) {
            fields.add(new FieldSchema(
                    100 + fields.size(),
                    FieldSchema.DYNAMIC_NAME,
                    "",
                    DataType.JSON,
                    null,
                    false,
                    false,
                    false,
                    false,
                    false,
                    true,
                    null,
                    Map.of()));
        }
        CollectionSchema schema = new CollectionSchema(
                spec.schema().description(), fields, spec.schema().dynamicField());
        CollectionSpec complete = new CollectionSpec(
                spec.name(),
                schema,
                Math.max(1, spec.shards()),
                Math.max(1, spec.partitions()),
                spec.consistency(),
                spec.properties());
        Stored stored = new Stored(ids.incrementAndGet(), complete, clock.incrementAndGet());
        stored.partitions.put(
                "_default", new PartitionInfo(ids.incrementAndGet(), "_default", clock.incrementAndGet(), false));
        all.put(spec.name(), stored);
        return info(context.database(), stored);
    }

    @Override
    public synchronized void dropCollection(CallContext context, String name) {
        in(context).remove(name);
    }

    @Override
    public synchronized CollectionInfo collection(CallContext context, String name) {
        return info(context.database(), stored(context, name));
    }

    @Override
    public synchronized CollectionInfo collection(CallContext context, long id) {
        for (Stored each : in(context).values()) {
            if (each.id == id) {
                return info(context.database(), each);
            }
        }
        throw new ElanusException(StandardErrorCode.COLLECTION_NOT_FOUND, "no collection " + id);
    }

    @Override
    public synchronized boolean hasCollection(CallContext context, String name) {
        return in(context).containsKey(name);
    }

    @Override
    public synchronized List<CollectionInfo> collections(CallContext context) {
        return new TreeMap<>(in(context))
                .values().stream().map(each -> info(context.database(), each)).toList();
    }

    @Override
    public synchronized void renameCollection(CallContext context, String name, String newDatabase, String newName) {
        Stored moved = stored(context, name);
        in(context).remove(name);
        moved.spec = new CollectionSpec(
                newName,
                moved.spec.schema(),
                moved.spec.shards(),
                moved.spec.partitions(),
                moved.spec.consistency(),
                moved.spec.properties());
        in(context.in(newDatabase)).put(newName, moved);
    }

    @Override
    public synchronized void alterCollection(
            CallContext context, String name, Map<String, String> set, List<String> remove) {
        Stored stored = stored(context, name);
        stored.spec = new CollectionSpec(
                stored.spec.name(),
                stored.spec.schema(),
                stored.spec.shards(),
                stored.spec.partitions(),
                stored.spec.consistency(),
                altered(stored.spec.properties(), set, remove));
    }

    @Override
    public synchronized void alterField(
            CallContext context, String collection, String field, Map<String, String> set, List<String> remove) {
        stored(context, collection).spec.schema().field(field);
    }

    @Override
    public synchronized void addField(CallContext context, String collection, FieldSchema field) {
        Stored stored = stored(context, collection);
        List<FieldSchema> fields = new ArrayList<>(stored.spec.schema().fields());
        fields.add(field.withId(100 + fields.size()));
        CollectionSchema old = stored.spec.schema();
        stored.spec = new CollectionSpec(
                stored.spec.name(),
                new CollectionSchema(old.description(), fields, old.dynamicField()),
                stored.spec.shards(),
                stored.spec.partitions(),
                stored.spec.consistency(),
                stored.spec.properties());
        stored.updatedAt = clock.incrementAndGet();
    }

    @Override
    public synchronized void load(CallContext context, String collection, List<String> partitions) {
        stored(context, collection).loaded = true;
    }

    @Override
    public synchronized void release(CallContext context, String collection, List<String> partitions) {
        stored(context, collection).loaded = false;
    }

    @Override
    public synchronized LoadStatus loadStatus(CallContext context, String collection, List<String> partitions) {
        Stored stored = in(context).get(collection);
        if (stored == null) {
            return new LoadStatus(LoadStatus.State.NOT_FOUND, 0);
        }
        return stored.loaded
                ? new LoadStatus(LoadStatus.State.LOADED, 100)
                : new LoadStatus(LoadStatus.State.NOT_LOADED, 0);
    }

    @Override
    public synchronized void createPartition(CallContext context, String collection, String partition) {
        stored(context, collection)
                .partitions
                .put(partition, new PartitionInfo(ids.incrementAndGet(), partition, clock.incrementAndGet(), false));
    }

    @Override
    public synchronized void dropPartition(CallContext context, String collection, String partition) {
        stored(context, collection).partitions.remove(partition);
    }

    @Override
    public synchronized List<PartitionInfo> partitions(CallContext context, String collection) {
        return List.copyOf(stored(context, collection).partitions.values());
    }

    @Override
    public synchronized void createAlias(CallContext context, String collection, String alias) {
        stored(context, collection).aliases.add(alias);
    }

    @Override
    public synchronized void dropAlias(CallContext context, String alias) {
        in(context).values().forEach(each -> each.aliases.remove(alias));
    }

    @Override
    public synchronized void alterAlias(CallContext context, String collection, String alias) {
        dropAlias(context, alias);
        createAlias(context, collection, alias);
    }

    @Override
    public synchronized String aliasTarget(CallContext context, String alias) {
        for (Stored each : in(context).values()) {
            if (each.aliases.contains(alias)) {
                return each.spec.name();
            }
        }
        throw new ElanusException(StandardErrorCode.ALIAS_NOT_FOUND, "no alias " + alias);
    }

    @Override
    public synchronized void createIndex(CallContext context, String collection, IndexSpec spec) {
        Stored stored = stored(context, collection);
        IndexSpec complete = new IndexSpec(
                spec.field(),
                spec.name().isEmpty() ? spec.field() : spec.name(),
                spec.type(),
                spec.metric(),
                spec.parameters());
        stored.indexes.add(new IndexInfo(
                ids.incrementAndGet(), complete, stored.rows.size(), stored.rows.size(), IndexInfo.State.FINISHED, ""));
    }

    @Override
    public synchronized void alterIndex(
            CallContext context, String collection, String index, Map<String, String> set, List<String> remove) {
        stored(context, collection);
    }

    @Override
    public synchronized void dropIndex(CallContext context, String collection, String index) {
        stored(context, collection).indexes.removeIf(each -> each.spec().name().equals(index));
    }

    @Override
    public synchronized List<IndexInfo> indexes(CallContext context, String collection) {
        return List.copyOf(stored(context, collection).indexes);
    }
}
