package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.elanus.core.catalog.Catalog;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.DataRecord;
import org.elanus.core.log.LogPosition;
import org.elanus.core.log.RememberedRecord;
import org.elanus.core.query.QueryEngine;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.DeleteRequest;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.MutationResult;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** Inserts, upserts and deletes: to the log, and back once they are applied. Safe for use by many threads. */
final class Mutations {

    private final EngineState state;
    private final QueryEngine queries;
    private final Supplier<Catalog> catalog;
    private final RowValidator validator = new RowValidator();
    private final Requests requests = new Requests();

    /** @param catalog throws when the database is closing */
    Mutations(EngineState state, QueryEngine queries, Supplier<Catalog> catalog) {
        this.state = state;
        this.queries = queries;
        this.catalog = catalog;
    }

    MutationResult write(CallContext context, InsertRequest request, boolean upsert) {
        CollectionEntry collection = catalog.get().get(context.database(), request.collection());
        checkSchemaVersion(collection, request.schemaTimestamp());
        CollectionSchema schema = collection.info().schema();
        List<PartitionInfo> partitions = targetPartitions(collection, request.partition());
        validator.requireBounded(schema, request.rows());
        DataRecord content = new DataRecord(collection.id(), 0, 0, 0, null, 0, request.rows());
        try (Requests.Request once = requests.begin(
                context,
                state.logs(state.live(collection)),
                upsert ? "upsert" : "insert",
                content,
                request.partition())) {
            return write(context, request, upsert, collection, partitions, once);
        }
    }

    private MutationResult write(
            CallContext context,
            InsertRequest request,
            boolean upsert,
            CollectionEntry collection,
            List<PartitionInfo> partitions,
            Requests.Request once) {
        CollectionSchema schema = collection.info().schema();
        FieldSchema primaryKey = schema.primaryKey();
        int rowCount = request.rows().rows();
        Column replaced = null;
        Column generated = null;
        if (primaryKey.autoId()) {
            Column given = request.rows().column(primaryKey.name());
            if (upsert) {
                if (given == null) {
                    throw ElanusException.invalid(
                            "upsert needs the primary key '%s' of the rows to replace", primaryKey.name());
                }
                replaced = validator.checkKeys(schema, given);
            } else if (given != null && !allowsGivenKeys(collection)) {
                throw ElanusException.invalid(
                        "field '%s' is given by the server (autoID); leave it out, or set the collection's property"
                                + " allow_insert_auto_id to true",
                        primaryKey.name());
            }
            if (given == null || upsert) {
                generated = generateKeys(primaryKey, rowCount, once);
            }
        }
        ColumnBatch rows = validator.complete(collection, request.rows(), generated);
        state.memory().admitInsert(Rows.bytes(rows));
        Column keys = Objects.requireNonNull(rows.column(primaryKey.name()));
        int[] last = generated == null ? Rows.lastOfEachKey(keys) : null;
        ColumnBatch distinct = last == null ? rows : Rows.select(rows, last);
        Column explicit = primaryKey.autoId() && generated == null ? keys : null;
        RowAppends appends = new RowAppends(context, once, collection, partitions);
        return new MutationResult(keys, rowCount, append(appends, distinct, explicit, replaced));
    }

    /** What the records of one insert or upsert have in common. */
    private record RowAppends(
            CallContext context, Requests.Request once, CollectionEntry collection, List<PartitionInfo> partitions) {

        /** Rows of a shard go to each partition in one record at most. */
        CompletableFuture<LogPosition> rows(
                ChannelLog log, int shard, PartitionInfo partition, @Nullable Column hidden, ColumnBatch batch) {
            DataRecord record = new DataRecord(
                    collection.id(), shard, collection.schemaVersion(), partition.id(), hidden, 0, batch);
            return once.append(context, log, record, part(shard, partition.id()), 0, batch.rows());
        }

        CompletableFuture<LogPosition> hiding(ChannelLog log, int shard, Column keys) {
            DataRecord record = new DataRecord(
                    collection.id(), shard, collection.schemaVersion(), DataRecord.ALL_PARTITIONS, keys, 0, null);
            return once.append(context, log, record, part(shard, DataRecord.ALL_PARTITIONS), 0, keys.rows());
        }
    }

    /** Tells the records of one request apart. */
    private static long part(int shard, long partitionId) {
        return partitionId * 65_536 + shard;
    }

    private static void checkSchemaVersion(CollectionEntry collection, long known) {
        if (known != 0 && known != collection.info().updatedAt()) {
            throw new ElanusException(
                    StandardErrorCode.SCHEMA_MISMATCH,
                    "the schema of collection '" + collection.info().name()
                            + "' has changed since the client read it; read it again");
        }
    }

    private static boolean allowsGivenKeys(CollectionEntry collection) {
        return Boolean.parseBoolean(collection.info().properties().getOrDefault("allow_insert_auto_id", "false"));
    }

    private static List<PartitionInfo> targetPartitions(CollectionEntry collection, String name) {
        boolean keyed = collection.info().schema().partitionKey().isPresent();
        if (!keyed) {
            return List.of(collection.partition(name));
        }
        if (!name.isEmpty()) {
            throw ElanusException.invalid(
                    "collection '%s' has a partition key; name no partition",
                    collection.info().name());
        }
        return collection.partitions();
    }

    /** The same ones when the request is repeated: they decide which shards its rows go to. */
    private Column generateKeys(FieldSchema primaryKey, int rows, Requests.Request once) {
        long first = once.firstId() == 0 ? state.clock().next(Math.max(1, rows)) : once.firstId();
        once.gives(first);
        long[] keys = new long[rows];
        for (int i = 0; i < rows; i++) {
            keys[i] = first + i;
        }
        if (primaryKey.type() == DataType.INT64) {
            return Columns.longs(keys);
        }
        List<String> texts = new ArrayList<>(rows);
        for (long key : keys) {
            texts.add(Long.toString(key));
        }
        return Columns.strings(DataType.VARCHAR, texts);
    }

    /**
     * Appends rows as one record for each shard and partition.
     *
     * @param explicit the rows' own keys when they hide older rows though keys are usually generated
     * @param replaced keys to hide, beside what the rows' keys hide
     * @return the largest timestamp
     */
    private long append(RowAppends appends, ColumnBatch rows, @Nullable Column explicit, @Nullable Column replaced) {
        CollectionEntry collection = appends.collection();
        CollectionSchema schema = collection.info().schema();
        LiveCollection live = state.live(collection);
        int shards = live.shards().size();
        Column keys = Objects.requireNonNull(rows.column(schema.primaryKey().name()));
        List<CompletableFuture<LogPosition>> appended = new ArrayList<>();
        int[] @Nullable [] hideAfterwards = new int[shards] @Nullable [];
        int[] @Nullable [] rowsOfShard = Rows.byShard(keys, shards);
        int[] @Nullable [] replacedOfShard =
                replaced == null ? new int[shards] @Nullable [] : Rows.byShard(replaced, shards);
        live.writing().lock();
        try {
            requirePresent(collection, appends.partitions());
            for (int number = 0; number < shards; number++) {
                int[] shardRows = rowsOfShard[number];
                int[] shardReplaced = replacedOfShard[number];
                if (shardReplaced != null && (shards > 1 || shardRows == null)) {
                    // New keys go to other shards than those they replace: those go once the new rows are safe.
                    hideAfterwards[number] = shardReplaced;
                }
                if (shardRows == null) {
                    continue;
                }
                ColumnBatch batch = shardRows.length == rows.rows() ? rows : Rows.select(rows, shardRows);
                Column hidden = replaced != null && shards == 1 ? replaced : null;
                if (explicit != null) {
                    hidden = batch.column(schema.primaryKey().name());
                }
                appendByPartition(appends, logOf(live, number), number, batch, hidden, appended);
            }
        } catch (ElanusException e) {
            settle(appended); // the caller's memory is read until then
            throw appended.isEmpty() ? e : partly(e);
        } finally {
            live.writing().unlock();
        }
        long timestamp = await(appended);
        if (replaced == null) {
            return timestamp;
        }
        List<CompletableFuture<LogPosition>> hiding = new ArrayList<>();
        try {
            for (int number = 0; number < shards; number++) {
                int[] hidden = hideAfterwards[number];
                if (hidden != null) {
                    hiding.add(appends.hiding(logOf(live, number), number, Rows.select(replaced, hidden)));
                }
            }
        } catch (ElanusException e) {
            settle(hiding);
            throw partly(e); // the rows were written
        }
        return Math.max(timestamp, await(hiding));
    }

    /** They may have been dropped since the call began, and others of the same names been created. */
    private void requirePresent(CollectionEntry collection, List<PartitionInfo> partitions) {
        CollectionEntry now = catalog.get()
                .find(collection.id())
                .orElseThrow(() -> new ElanusException(
                        StandardErrorCode.COLLECTION_NOT_FOUND,
                        "collection '" + collection.info().name() + "' was dropped while rows were written to it"));
        if (now.partitions().equals(collection.partitions())) {
            return;
        }
        for (PartitionInfo partition : partitions) {
            if (now.partitions().stream().noneMatch(present -> present.id() == partition.id())) {
                throw new ElanusException(
                        StandardErrorCode.PARTITION_NOT_FOUND,
                        "partition '" + partition.name() + "' of collection '"
                                + collection.info().name() + "' was dropped while rows were written to it");
            }
        }
    }

    private ChannelLog logOf(LiveCollection live, int shard) {
        return state.log(live.shards().get(shard).channel());
    }

    private static void appendByPartition(
            RowAppends appends,
            ChannelLog log,
            int shard,
            ColumnBatch batch,
            @Nullable Column hidden,
            List<CompletableFuture<LogPosition>> appended) {
        List<PartitionInfo> partitions = appends.partitions();
        if (partitions.size() == 1) {
            appended.add(appends.rows(log, shard, partitions.getFirst(), hidden, batch));
            return;
        }
        FieldSchema partitionKey = appends.collection().info().schema().fields().stream()
                .filter(FieldSchema::partitionKey)
                .findFirst()
                .orElseThrow();
        Column keys = Objects.requireNonNull(batch.column(partitionKey.name()));
        int[] @Nullable [] byPartition = Rows.byShard(keys, partitions.size());
        for (int i = 0; i < byPartition.length; i++) {
            int[] rows = byPartition[i];
            if (rows != null) {
                ColumnBatch part = Rows.select(batch, rows);
                Column own = hidden == null ? null : Rows.select(hidden, rows);
                appended.add(appends.rows(log, shard, partitions.get(i), own, part));
            }
        }
    }

    /** An error that says that nothing was written is wrong once a part was. */
    private static ElanusException partly(ElanusException e) {
        return e.code() != StandardErrorCode.NOT_READY
                ? e
                : new ElanusException(
                        StandardErrorCode.TIMEOUT,
                        "whether a part of the request was written is unknown; a repetition with the same request key"
                                + " takes effect once: " + e.getMessage(),
                        e);
    }

    /** Waits for what was appended, whatever becomes of it. */
    private static void settle(List<CompletableFuture<LogPosition>> appended) {
        appended.forEach(one -> one.handle((position, failure) -> true).join());
    }

    private static long await(List<CompletableFuture<LogPosition>> appended) {
        long timestamp = 0;
        ElanusException failure = null;
        for (CompletableFuture<LogPosition> one : appended) {
            try {
                timestamp = Math.max(timestamp, ChannelLog.join(one).timestamp());
            } catch (ElanusException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return timestamp;
    }

    MutationResult delete(CallContext context, DeleteRequest request) {
        CollectionEntry collection = catalog.get().get(context.database(), request.collection());
        long partitionId = request.partition().isEmpty()
                ? DataRecord.ALL_PARTITIONS
                : collection.partition(request.partition()).id();
        LiveCollection live = state.live(collection);
        DataRecord content = new DataRecord(collection.id(), 0, 0, partitionId, null, 0, null);
        try (Requests.Request once = requests.begin(
                context,
                state.logs(live),
                "delete",
                content,
                request.filter().text(),
                new TreeMap<>(request.filter().parameters())
                        + request.filter().required())) {
            return delete(context, request, collection, partitionId, live, once);
        }
    }

    private MutationResult delete(
            CallContext context,
            DeleteRequest request,
            CollectionEntry collection,
            long partitionId,
            LiveCollection live,
            Requests.Request once) {
        CollectionSchema schema = collection.info().schema();
        Column keys = queries.keysNamed(schema, request.filter());
        boolean named = keys != null;
        List<RememberedRecord> before = once.whole();
        if (!named && before != null) {
            long timestamp = 0;
            for (RememberedRecord record : before) {
                timestamp = Math.max(timestamp, record.timestamp());
            }
            Column none = noKeys(schema.primaryKey().type());
            return new MutationResult(none, once.knownRows(), timestamp);
        }
        long[] below = new long[live.shards().size()];
        if (keys == null) {
            state.awaitWritten(context, live);
            try (LiveCollection.Views views = live.views(schema, state.expired(collection))) {
                keys = queries.keysMatching(
                        schema, request.filter(), EngineDatabase.inPartition(views.views(), partitionId), context);
                for (int i = 0; i < below.length; i++) {
                    below[i] = views.timestamps()[i] + 1;
                }
            }
        }
        // One that the log holds: the clock may have given out later ones that a restart under a wrong clock forgets.
        long timestamp = state.logs(live).stream()
                .mapToLong(log -> log.applied().timestamp())
                .max()
                .orElse(0);
        long count = keys.rows() + (named ? 0 : once.knownRows());
        int[] @Nullable [] byShard = Rows.byShard(keys, below.length);
        int records = 0;
        for (int number = 0; number < byShard.length; number++) {
            records += byShard[number] != null || once.knows(part(number, partitionId)) ? 1 : 0;
        }
        List<CompletableFuture<LogPosition>> appended = new ArrayList<>();
        try {
            for (int number = 0; number < byShard.length; number++) {
                int[] rows = byShard[number];
                // A repetition of a delete that found nothing must not find what came since.
                boolean nothing = records == 0 && number == 0 && once.hasKey();
                if (rows != null || nothing) {
                    Column own = rows == null ? null : rows.length == keys.rows() ? keys : Rows.select(keys, rows);
                    DataRecord record = new DataRecord(
                            collection.id(), number, collection.schemaVersion(), partitionId, own, below[number], null);
                    appended.add(once.append(
                            context,
                            logOf(live, number),
                            record,
                            part(number, partitionId),
                            Math.max(1, records),
                            rows == null ? 0 : rows.length));
                }
            }
        } catch (ElanusException e) {
            settle(appended);
            throw appended.isEmpty() ? e : partly(e);
        }
        return new MutationResult(keys, count, appended.isEmpty() ? timestamp : await(appended));
    }

    private static Column noKeys(DataType type) {
        return type == DataType.INT64 ? Columns.longs() : Columns.strings(type, List.of());
    }
}
