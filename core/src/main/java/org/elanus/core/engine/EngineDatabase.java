package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.DataRecord;
import org.elanus.core.log.LogPosition;
import org.elanus.core.query.QueryEngine;
import org.elanus.core.segment.Segment;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.DeleteRequest;
import org.elanus.spi.database.ExplainRequest;
import org.elanus.spi.database.Explanation;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FlushResult;
import org.elanus.spi.database.HybridSearchRequest;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.MutationResult;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.database.SegmentInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** The data half of the database: mutations go to the log and return once applied, reads go to views. */
final class EngineDatabase extends EngineDefinitions implements Database {

    private final QueryEngine queries;
    private final Flusher flusher;
    private final Compactor compactor;
    private final RowValidator validator = new RowValidator();

    EngineDatabase(
            EngineState state,
            QueryEngine queries,
            Flusher flusher,
            Compactor compactor,
            IndexBuilds indexBuilds,
            Garbage garbage,
            Runnable wakeBuilds) {
        super(state, indexBuilds, garbage, wakeBuilds);
        this.queries = queries;
        this.flusher = flusher;
        this.compactor = compactor;
    }

    @Override
    public MutationResult insert(CallContext context, InsertRequest request) {
        return write(context, request, false);
    }

    @Override
    public MutationResult upsert(CallContext context, InsertRequest request) {
        return write(context, request, true);
    }

    private MutationResult write(CallContext context, InsertRequest request, boolean upsert) {
        CollectionEntry collection = catalog().get(context.database(), request.collection());
        checkSchemaVersion(collection, request.schemaTimestamp());
        CollectionSchema schema = collection.info().schema();
        FieldSchema primaryKey = schema.primaryKey();
        List<PartitionInfo> partitions = targetPartitions(collection, request.partition());
        validator.requireBounded(schema, request.rows());
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
                generated = generateKeys(primaryKey, rowCount);
            }
        }
        ColumnBatch rows = validator.complete(collection, request.rows(), generated);
        state.memory().admitInsert(Rows.bytes(rows));
        Column keys = Objects.requireNonNull(rows.column(primaryKey.name()));
        int[] last = generated == null ? Rows.lastOfEachKey(keys) : null;
        ColumnBatch distinct = last == null ? rows : Rows.select(rows, last);
        Column explicit = primaryKey.autoId() && generated == null ? keys : null;
        long timestamp = append(collection, distinct, partitions, explicit, replaced);
        return new MutationResult(keys, rowCount, timestamp);
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

    private Column generateKeys(FieldSchema primaryKey, int rows) {
        long[] keys = new long[rows];
        for (int i = 0; i < rows; i++) {
            keys[i] = state.clock().next();
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
    private long append(
            CollectionEntry collection,
            ColumnBatch rows,
            List<PartitionInfo> partitions,
            @Nullable Column explicit,
            @Nullable Column replaced) {
        CollectionSchema schema = collection.info().schema();
        LiveCollection live = state.live(collection);
        int shards = live.shards().size();
        Column keys = Objects.requireNonNull(rows.column(schema.primaryKey().name()));
        List<CompletableFuture<LogPosition>> appended = new ArrayList<>();
        List<DataRecord> hideAfterwards = new ArrayList<>();
        int[] @Nullable [] rowsOfShard = Rows.byShard(keys, shards);
        int[] @Nullable [] replacedOfShard =
                replaced == null ? new int[shards] @Nullable [] : Rows.byShard(replaced, shards);
        live.writing().lock();
        try {
            requirePresent(collection, partitions);
            for (int number = 0; number < shards; number++) {
                int[] shardRows = rowsOfShard[number];
                int[] shardReplaced = replacedOfShard[number];
                ChannelLog log = state.log(live.shards().get(number).channel());
                if (shardReplaced != null && replaced != null && (shards > 1 || shardRows == null)) {
                    // New keys go to other shards than those they replace: those go once the new rows are safe.
                    hideAfterwards.add(new DataRecord(
                            collection.id(),
                            number,
                            collection.schemaVersion(),
                            DataRecord.ALL_PARTITIONS,
                            Rows.select(replaced, shardReplaced),
                            0,
                            null));
                }
                if (shardRows == null) {
                    continue;
                }
                ColumnBatch batch = shardRows.length == rows.rows() ? rows : Rows.select(rows, shardRows);
                Column hidden = replaced != null && shards == 1 ? replaced : null;
                if (explicit != null) {
                    hidden = batch.column(schema.primaryKey().name());
                }
                appendByPartition(collection, partitions, log, number, batch, hidden, appended);
            }
        } finally {
            live.writing().unlock();
        }
        long timestamp = await(appended);
        if (hideAfterwards.isEmpty()) {
            return timestamp;
        }
        List<CompletableFuture<LogPosition>> hiding = new ArrayList<>();
        for (DataRecord record : hideAfterwards) {
            hiding.add(state.log(live.shards().get(record.shard()).channel()).append(record));
        }
        return Math.max(timestamp, await(hiding));
    }

    /** They may have been dropped since the call began, and others of the same names been created. */
    private void requirePresent(CollectionEntry collection, List<PartitionInfo> partitions) {
        CollectionEntry now = catalog()
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

    private static void appendByPartition(
            CollectionEntry collection,
            List<PartitionInfo> partitions,
            ChannelLog log,
            int shard,
            ColumnBatch batch,
            @Nullable Column hidden,
            List<CompletableFuture<LogPosition>> appended) {
        if (partitions.size() == 1) {
            appended.add(log.append(new DataRecord(
                    collection.id(),
                    shard,
                    collection.schemaVersion(),
                    partitions.getFirst().id(),
                    hidden,
                    0,
                    batch)));
            return;
        }
        FieldSchema partitionKey = collection.info().schema().partitionKey().orElseThrow();
        Column keys = Objects.requireNonNull(batch.column(partitionKey.name()));
        int[] @Nullable [] byPartition = Rows.byShard(keys, partitions.size());
        for (int i = 0; i < byPartition.length; i++) {
            int[] rows = byPartition[i];
            if (rows != null) {
                ColumnBatch part = Rows.select(batch, rows);
                Column own = hidden == null ? null : Rows.select(hidden, rows);
                appended.add(log.append(new DataRecord(
                        collection.id(),
                        shard,
                        collection.schemaVersion(),
                        partitions.get(i).id(),
                        own,
                        0,
                        part)));
            }
        }
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

    @Override
    public MutationResult delete(CallContext context, DeleteRequest request) {
        CollectionEntry collection = catalog().get(context.database(), request.collection());
        CollectionSchema schema = collection.info().schema();
        long partitionId = request.partition().isEmpty()
                ? DataRecord.ALL_PARTITIONS
                : collection.partition(request.partition()).id();
        LiveCollection live = state.live(collection);
        Column keys = queries.keysNamed(schema, request.filter());
        long[] before = new long[live.shards().size()];
        if (keys == null) {
            awaitAll(context, live);
            try (LiveCollection.Views views = live.views(schema, state.expired(collection))) {
                keys = queries.keysMatching(schema, request.filter(), inPartition(views.views(), partitionId), context);
                for (int i = 0; i < before.length; i++) {
                    before[i] = views.timestamps()[i] + 1;
                }
            }
        }
        // One that the log holds: the clock may have given out later ones that a restart under a wrong clock forgets.
        long timestamp = logsOf(live).stream()
                .mapToLong(log -> log.applied().timestamp())
                .max()
                .orElse(0);
        if (keys.rows() > 0) {
            List<CompletableFuture<LogPosition>> appended = new ArrayList<>();
            int[] @Nullable [] byShard = Rows.byShard(keys, before.length);
            for (int number = 0; number < before.length; number++) {
                int[] rows = byShard[number];
                if (rows != null) {
                    Column own = rows.length == keys.rows() ? keys : Rows.select(keys, rows);
                    appended.add(state.log(live.shards().get(number).channel())
                            .append(new DataRecord(
                                    collection.id(),
                                    number,
                                    collection.schemaVersion(),
                                    partitionId,
                                    own,
                                    before[number],
                                    null)));
                }
            }
            timestamp = await(appended);
        }
        return new MutationResult(keys, keys.rows(), timestamp);
    }

    private static List<SegmentView> inPartition(List<SegmentView> views, long partitionId) {
        return partitionId == DataRecord.ALL_PARTITIONS
                ? views
                : views.stream()
                        .filter(view -> view.partitionId() == partitionId)
                        .toList();
    }

    @Override
    public SearchResult search(CallContext context, SearchRequest request) {
        CollectionEntry collection =
                loaded(context, request.collection(), request.partitions(), StandardErrorCode.UNSUPPORTED);
        try (LiveCollection.Views views = read(context, collection, request.consistency())) {
            return queries.search(collection, request, loadedViews(collection, views), views.timestamp(), context);
        }
    }

    @Override
    public SearchResult hybridSearch(CallContext context, HybridSearchRequest request) {
        CollectionEntry collection = loaded(context, request.collection(), List.of(), StandardErrorCode.UNSUPPORTED);
        for (SearchRequest search : request.searches()) {
            loaded(context, request.collection(), search.partitions(), StandardErrorCode.UNSUPPORTED);
        }
        try (LiveCollection.Views views = read(context, collection, request.consistency())) {
            return queries.hybridSearch(
                    collection, request, loadedViews(collection, views), views.timestamp(), context);
        }
    }

    @Override
    public QueryResult query(CallContext context, QueryRequest request) {
        CollectionEntry collection =
                loaded(context, request.collection(), request.partitions(), StandardErrorCode.INVALID_ARGUMENT);
        try (LiveCollection.Views views = read(context, collection, request.consistency())) {
            return queries.query(collection, request, loadedViews(collection, views), views.timestamp(), context);
        }
    }

    @Override
    public Explanation explain(CallContext context, ExplainRequest request) {
        CollectionEntry collection =
                loaded(context, request.collection(), request.partitions(), StandardErrorCode.INVALID_ARGUMENT);
        try (LiveCollection.Views views = read(context, collection, request.consistency())) {
            return queries.explain(collection, request, loadedViews(collection, views), context);
        }
    }

    /**
     * The collection for reading, when it and the partitions asked for are loaded.
     *
     * @param partitionsOfKeys what it is to name partitions that hold rows by key: Milvus tells searches otherwise than
     *     queries
     */
    private CollectionEntry loaded(
            CallContext context, String name, List<String> partitions, StandardErrorCode partitionsOfKeys) {
        CollectionEntry collection = catalog().get(context.database(), name);
        if (!collection.isLoaded()) {
            throw new ElanusException(
                    StandardErrorCode.COLLECTION_NOT_LOADED,
                    "collection not loaded[collection=" + collection.info().name() + "]; load it first");
        }
        if (!partitions.isEmpty() && collection.info().schema().partitionKey().isPresent()) {
            throw new ElanusException(
                    partitionsOfKeys,
                    "not support manually specifying the partition names if partition key mode is used");
        }
        for (String partition : partitions) {
            if (!collection
                    .loadedPartitions()
                    .contains(collection.partition(partition).id())) {
                throw new ElanusException(
                        StandardErrorCode.PARTITION_NOT_LOADED,
                        "partition not loaded[partition=" + partition + "]; load it first");
            }
        }
        return collection.readable();
    }

    /** Until everything is applied that anybody had written to any channel of the collection when this was called. */
    private void awaitAll(CallContext context, LiveCollection live) {
        for (ChannelLog log : logsOf(live)) {
            log.awaitApplied(context.deadlineNanos());
        }
    }

    /**
     * Everything acknowledged by this process is applied, so only what is under way makes a session's read wait. A strong
     * one makes sure that no other process has acknowledged anything since.
     */
    private LiveCollection.Views read(CallContext context, CollectionEntry collection, Consistency asked) {
        if (asked.timestamp() != 0 && asked.level() != Consistency.Level.EVENTUAL) {
            Guarantee.await(asked.timestamp(), state.clock(), state.seams().clock(), context);
        }
        LiveCollection live = state.live(collection);
        Consistency.Level level =
                asked.level() == Consistency.Level.DEFAULT ? collection.info().consistency() : asked.level();
        if (level == Consistency.Level.STRONG) {
            awaitAll(context, live);
        } else if (level == Consistency.Level.SESSION
                || asked.timestamp() != 0 && level != Consistency.Level.EVENTUAL) {
            logsOf(live).forEach(ChannelLog::awaitOwn);
        }
        return live.views(collection.info().schema(), state.expired(collection));
    }

    /**
     * The views of partitions that were loaded when the call began, or are now: a row may have moved to a new partition
     * between, and must not be missing in both.
     */
    private List<SegmentView> loadedViews(CollectionEntry collection, LiveCollection.Views views) {
        Set<Long> before = collection.loadedPartitions();
        Set<Long> now = catalog()
                .find(collection.id())
                .map(CollectionEntry::loadedPartitions)
                .orElse(before);
        return views.views().stream()
                .filter(view -> before.contains(view.partitionId()) || now.contains(view.partitionId()))
                .toList();
    }

    @Override
    public long rowCount(CallContext context, String collection, String partition) {
        CollectionEntry entry = catalog().get(context.database(), collection);
        long partitionId = partition.isEmpty()
                ? DataRecord.ALL_PARTITIONS
                : entry.partition(partition).id();
        try (LiveCollection.Views views = state.live(entry).views(entry.info().schema(), state.expired(entry))) {
            return QueryEngine.rowCount(inPartition(views.views(), partitionId));
        }
    }

    @Override
    public FlushResult flush(CallContext context, String collection) {
        CollectionEntry entry = catalog().get(context.database(), collection);
        long timestamp = state.clock().next();
        List<Long> segments = flusher.flush(state.live(entry));
        wakeBuilds.run();
        return new FlushResult(entry.id(), segments, timestamp);
    }

    @Override
    public void truncate(CallContext context, String collection) {
        flusher.removeRows(state.live(catalog().get(context.database(), collection)));
    }

    @Override
    public boolean isFlushed(CallContext context, String collection, long timestamp) {
        CollectionEntry entry = catalog().get(context.database(), collection);
        for (Shard shard : state.live(entry).shards()) {
            Shard.Hold held = shard.held();
            if (held != null && held.firstTimestamp() <= timestamp) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void compact(CallContext context, String collection) {
        CollectionEntry entry = catalog().get(context.database(), collection);
        compactor.compact(state.live(entry), true);
        wakeBuilds.run();
    }

    @Override
    public List<SegmentInfo> segments(CallContext context, String collection) {
        CollectionEntry entry = catalog().get(context.database(), collection);
        LiveCollection live = state.live(entry);
        List<SegmentInfo> infos = new ArrayList<>();
        for (Shard shard : live.shards()) {
            for (Segment segment : shard.segments()) {
                boolean indexed = entry.indexes().stream()
                        .allMatch(index ->
                                !indexBuilds.wants(index, segment) || indexBuilds.isBuilt(live, index, segment));
                infos.add(new SegmentInfo(
                        segment.id(),
                        entry.id(),
                        segment.partitionId(),
                        entry.info().channels().get(shard.number()),
                        segment.sealed(),
                        segment.rows(),
                        segment.deletedRows(),
                        segment.bytes(),
                        indexed));
            }
        }
        return infos;
    }

    @Override
    public long allocateTimestamp(CallContext context) {
        catalog();
        return state.clock().next();
    }
}
