package org.elanus.core.access;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.DatabaseInfo;
import org.elanus.spi.database.Definitions;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexInfo;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.LoadOptions;
import org.elanus.spi.database.LoadStatus;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;

/** The definitions behind the door. */
abstract class GuardedDefinitions implements Definitions {

    private final Supplier<Database> database;
    private final Chain chain;
    private final Clock clock;
    final Permissions permissions;

    GuardedDefinitions(Supplier<Database> database, Permissions permissions, Chain chain, Clock clock) {
        this.database = database;
        this.permissions = permissions;
        this.chain = chain;
        this.clock = clock;
    }

    final Database inner() {
        return database.get();
    }

    /** One call of something that a name alone stands for. */
    final <T> T call(CallContext context, Operation operation, Resource resource, Function<Call, T> body) {
        return call(context, operation, resource, resource, body);
    }

    /** One call about a collection, named by its name or an alias. */
    final <T> T ofCollection(CallContext context, Operation operation, String name, Function<Call, T> body) {
        return call(
                context,
                operation,
                permissions.collection(context, name),
                named(context, name),
                body);
    }

    private <T> T call(
            CallContext context, Operation operation, Resource resource, Resource named, Function<Call, T> body) {
        Action given = context.action();
        Action action = given != null && operation.admits(given) ? given : operation.action();
        try {
            return chain.run(new Call(context, operation, action, resource, named, "", clock.nanos()), body);
        } catch (ElanusException e) {
            throw permissions.discreet(e, context.database());
        }
    }

    private static Resource database(String name) {
        return Resource.database(Permissions.databaseName(name));
    }

    private static Resource named(CallContext context, String collection) {
        return Resource.collection(Permissions.databaseName(context.database()), collection);
    }

    private void change(CallContext context, Operation operation, Resource resource, Runnable body) {
        call(context, operation, resource, call -> {
            body.run();
            return true;
        });
    }

    final void changeCollection(CallContext context, Operation operation, String name, Runnable body) {
        ofCollection(context, operation, name, call -> {
            body.run();
            return true;
        });
    }

    @Override
    public void createDatabase(CallContext context, String name, Map<String, String> properties) {
        change(context, Operation.CREATE_DATABASE, database(name), () -> inner()
                .createDatabase(context, name, properties));
    }

    @Override
    public void dropDatabase(CallContext context, String name) {
        change(context, Operation.DROP_DATABASE, database(name), () -> inner().dropDatabase(context, name));
    }

    @Override
    public List<DatabaseInfo> databases(CallContext context) {
        return call(context, Operation.DATABASES, Resource.CLUSTER, call -> inner().databases(context).stream()
                .filter(info -> call.action() == Action.FLUSH_ALL || permissions.mayKnow(context, info.name()))
                .toList());
    }

    @Override
    public DatabaseInfo database(CallContext context, String name) {
        return call(context.in(name), Operation.DATABASE, database(name), call -> {
            DatabaseInfo info = inner().database(context, name);
            if (Authorization.picks(call) && !permissions.mayKnow(context, info.name())) {
                throw new ElanusException(StandardErrorCode.DATABASE_NOT_FOUND, name);
            }
            return info;
        });
    }

    @Override
    public void alterDatabase(CallContext context, String name, Map<String, String> set, List<String> remove) {
        change(context, Operation.ALTER_DATABASE, database(name), () -> inner()
                .alterDatabase(context, name, set, remove));
    }

    @Override
    public CollectionInfo createCollection(CallContext context, CollectionSpec spec) {
        return ofCollection(context, Operation.CREATE_COLLECTION, spec.name(), call -> inner()
                .createCollection(context, spec));
    }

    @Override
    public void dropCollection(CallContext context, String name) {
        changeCollection(context, Operation.DROP_COLLECTION, name, () -> inner().dropCollection(context, name));
    }

    @Override
    public CollectionInfo collection(CallContext context, String name) {
        return ofCollection(context, Operation.COLLECTION, name, call -> inner().collection(context, name));
    }

    /** An id is guessed easily: one that the caller may not know is as missing as one that nobody has. */
    @Override
    public CollectionInfo collection(CallContext context, long id) {
        Optional<CollectionInfo> found = byId(context, id);
        Resource resource = found.filter(info -> permissions.mayKnow(context, info))
                .map(info -> Resource.collection(info.database(), info.name()))
                .orElse(database(context.database()));
        if (resource.collection().isEmpty()) {
            throw new ElanusException(
                    StandardErrorCode.COLLECTION_NOT_FOUND, "can't find collection[collection=" + id + "]");
        }
        return call(context, Operation.COLLECTION, resource, call -> found.orElseThrow());
    }

    private Optional<CollectionInfo> byId(CallContext context, long id) {
        try {
            return Optional.of(inner().collection(context, id));
        } catch (ElanusException e) {
            if (e.code() != StandardErrorCode.COLLECTION_NOT_FOUND) {
                throw e;
            }
            return Optional.empty();
        }
    }

    @Override
    public boolean hasCollection(CallContext context, String name) {
        return ofCollection(context, Operation.HAS_COLLECTION, name, call -> inner().hasCollection(context, name));
    }

    @Override
    public List<CollectionInfo> collections(CallContext context) {
        return call(context, Operation.COLLECTIONS, database(context.database()), call -> {
            List<CollectionInfo> all = inner().collections(context);
            if (!permissions.isEnabled() || call.action() == Action.FLUSH_ALL) {
                return all;
            }
            return all.stream()
                    .filter(info -> permissions.mayKnow(context, info))
                    .toList();
        });
    }

    /** Needs the same right at both ends. */
    @Override
    public void renameCollection(CallContext context, String name, String newDatabase, String newName) {
        changeCollection(context, Operation.RENAME_COLLECTION, name, () -> {
            Resource target = named(newDatabase.isEmpty() ? context : context.in(newDatabase), newName);
            permissions.require(context, Action.RENAME_COLLECTION, target, target);
            inner().renameCollection(context, name, newDatabase, newName);
        });
    }

    @Override
    public void alterCollection(CallContext context, String name, Map<String, String> set, List<String> remove) {
        changeCollection(context, Operation.ALTER_COLLECTION, name, () -> inner()
                .alterCollection(context, name, set, remove));
    }

    @Override
    public void alterField(
            CallContext context, String collection, String field, Map<String, String> set, List<String> remove) {
        changeCollection(context, Operation.ALTER_FIELD, collection, () -> inner()
                .alterField(context, collection, field, set, remove));
    }

    @Override
    public void addField(CallContext context, String collection, FieldSchema field) {
        changeCollection(context, Operation.ADD_FIELD, collection, () -> inner().addField(context, collection, field));
    }

    @Override
    public void load(CallContext context, String collection, List<String> partitions) {
        changeCollection(context, Operation.LOAD, collection, () -> inner().load(context, collection, partitions));
    }

    @Override
    public void load(CallContext context, String collection, List<String> partitions, LoadOptions options) {
        changeCollection(context, Operation.LOAD, collection, () -> inner()
                .load(context, collection, partitions, options));
    }

    @Override
    public void release(CallContext context, String collection, List<String> partitions) {
        changeCollection(context, Operation.RELEASE, collection, () -> inner().release(context, collection, partitions));
    }

    @Override
    public LoadStatus loadStatus(CallContext context, String collection, List<String> partitions) {
        return ofCollection(context, Operation.LOAD_STATUS, collection, call -> inner()
                .loadStatus(context, collection, partitions));
    }

    @Override
    public void truncate(CallContext context, String collection) {
        changeCollection(context, Operation.TRUNCATE, collection, () -> inner().truncate(context, collection));
    }

    @Override
    public void createPartition(CallContext context, String collection, String partition) {
        changeCollection(context, Operation.CREATE_PARTITION, collection, () -> inner()
                .createPartition(context, collection, partition));
    }

    @Override
    public void dropPartition(CallContext context, String collection, String partition) {
        changeCollection(context, Operation.DROP_PARTITION, collection, () -> inner()
                .dropPartition(context, collection, partition));
    }

    @Override
    public List<PartitionInfo> partitions(CallContext context, String collection) {
        return ofCollection(context, Operation.PARTITIONS, collection, call -> inner().partitions(context, collection));
    }

    @Override
    public void createAlias(CallContext context, String collection, String alias) {
        changeCollection(context, Operation.CREATE_ALIAS, collection, () -> inner()
                .createAlias(context, collection, alias));
    }

    @Override
    public void dropAlias(CallContext context, String alias) {
        changeCollection(context, Operation.DROP_ALIAS, alias, () -> inner().dropAlias(context, alias));
    }

    /** Takes the alias from one collection and gives it to another, and needs the right at both. */
    @Override
    public void alterAlias(CallContext context, String collection, String alias) {
        changeCollection(context, Operation.ALTER_ALIAS, collection, () -> {
            permissions.require(
                    context,
                    Action.CREATE_ALIAS,
                    permissions.collection(context, alias),
                    named(context, alias));
            inner().alterAlias(context, collection, alias);
        });
    }

    @Override
    public String aliasTarget(CallContext context, String alias) {
        return ofCollection(context, Operation.ALIAS_TARGET, alias, call -> inner().aliasTarget(context, alias));
    }

    @Override
    public void createIndex(CallContext context, String collection, IndexSpec spec) {
        changeCollection(context, Operation.CREATE_INDEX, collection, () -> inner()
                .createIndex(context, collection, spec));
    }

    @Override
    public void alterIndex(
            CallContext context, String collection, String index, Map<String, String> set, List<String> remove) {
        changeCollection(context, Operation.ALTER_INDEX, collection, () -> inner()
                .alterIndex(context, collection, index, set, remove));
    }

    @Override
    public void dropIndex(CallContext context, String collection, String index) {
        changeCollection(context, Operation.DROP_INDEX, collection, () -> inner().dropIndex(context, collection, index));
    }

    /** Numbers of rows are not for somebody who may not see all of them. */
    @Override
    public List<IndexInfo> indexes(CallContext context, String collection) {
        return ofCollection(context, Operation.INDEXES, collection, call -> {
            List<IndexInfo> indexes = inner().indexes(context, collection);
            return call.rowFilter().isEmpty()
                    ? indexes
                    : indexes.stream()
                            .map(index -> new IndexInfo(index.id(), index.spec(), 0, 0, index.state(), index.failure()))
                            .toList();
        });
    }
}
