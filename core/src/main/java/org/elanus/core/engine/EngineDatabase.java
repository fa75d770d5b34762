package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.log.DataRecord;
import org.elanus.core.query.QueryEngine;
import org.elanus.core.segment.Segment;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.DeleteRequest;
import org.elanus.spi.database.ExplainRequest;
import org.elanus.spi.database.Explanation;
import org.elanus.spi.database.FlushResult;
import org.elanus.spi.database.HybridSearchRequest;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.MutationResult;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.database.SegmentInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** The data half of the database: mutations go to the log and return once applied, reads go to views. */
final class EngineDatabase extends EngineDefinitions implements Database {

    private final QueryEngine queries;
    private final Flusher flusher;
    private final Compactor compactor;
    private final Mutations mutations;

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
        this.mutations = new Mutations(state, queries, this::catalog);
    }

    @Override
    public MutationResult insert(CallContext context, InsertRequest request) {
        return mutations.write(context, request, false);
    }

    @Override
    public MutationResult upsert(CallContext context, InsertRequest request) {
        return mutations.write(context, request, true);
    }

    @Override
    public MutationResult delete(CallContext context, DeleteRequest request) {
        return mutations.delete(context, request);
    }

    static List<SegmentView> inPartition(List<SegmentView> views, long partitionId) {
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
        requireLoaded(collection);
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
            state.awaitWritten(context, live);
        } else if (level == Consistency.Level.SESSION
                || asked.timestamp() != 0 && level != Consistency.Level.EVENTUAL) {
            state.logs(live).forEach(log -> log.awaitOwn(context.deadlineNanos()));
        }
        return live.views(collection.info().schema(), state.expired(collection));
    }

    /**
     * The views of partitions that were loaded when the call began, or are now: a row may have moved to a new partition
     * between, and must not be missing in both.
     *
     * @throws ElanusException COLLECTION_NOT_FOUND, COLLECTION_NOT_LOADED when nobody can tell any more
     */
    private List<SegmentView> loadedViews(CollectionEntry collection, LiveCollection.Views views) {
        Set<Long> before = collection.loadedPartitions();
        CollectionEntry present = catalog()
                .find(collection.id())
                .orElseThrow(() -> new ElanusException(
                        StandardErrorCode.COLLECTION_NOT_FOUND,
                        "collection '" + collection.info().name() + "' was dropped while it was read"));
        requireLoaded(present);
        Set<Long> now = present.loadedPartitions();
        return views.views().stream()
                .filter(view -> before.contains(view.partitionId()) || now.contains(view.partitionId()))
                .toList();
    }

    private static void requireLoaded(CollectionEntry collection) {
        if (!collection.isLoaded()) {
            throw new ElanusException(
                    StandardErrorCode.COLLECTION_NOT_LOADED,
                    "collection not loaded[collection=" + collection.info().name() + "]; load it first");
        }
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
