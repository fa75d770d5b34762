package org.elanus.spi.database;

import java.util.List;
import org.elanus.spi.HostImplements;

/**
 * A vector database. Safe for use by many threads; calls block and are meant for virtual threads. A call either does all
 * that it says or throws an {@link org.elanus.spi.error.ElanusException} and changes nothing, except that a mutation
 * over several shards is atomic per shard, and that an outcome is unknown when a mutation fails with IO_FAILURE,
 * TIMEOUT or CLOSED.
 */
@HostImplements
public interface Database extends Definitions {

    /** Inserts rows. A row whose primary key exists replaces it; within one batch the last row of a key wins. */
    MutationResult insert(CallContext context, InsertRequest request);

    /** Replaces the rows of the given keys, or inserts them. With an automatic key, new keys are given. */
    MutationResult upsert(CallContext context, InsertRequest request);

    /** Deletes the rows that pass a filter, which must not be empty. */
    MutationResult delete(CallContext context, DeleteRequest request);

    SearchResult search(CallContext context, SearchRequest request);

    SearchResult hybridSearch(CallContext context, HybridSearchRequest request);

    QueryResult query(CallContext context, QueryRequest request);

    /**
     * Runs the filter of a query or search and tells how its rows were found, segment by segment. Costs what the filter
     * costs.
     */
    Explanation explain(CallContext context, ExplainRequest request);

    /** Rows in a collection, or in one partition when it is not empty. Deleted rows are not counted. */
    long rowCount(CallContext context, String collection, String partition);

    /** Puts everything acknowledged before the call into segments, durably. */
    FlushResult flush(CallContext context, String collection);

    /** Whether everything of the collection up to the hybrid timestamp is in segments. */
    boolean isFlushed(CallContext context, String collection, long timestamp);

    /** Merges small segments and removes deleted rows; returns when it is done. */
    void compact(CallContext context, String collection);

    List<SegmentInfo> segments(CallContext context, String collection);

    /** A new hybrid timestamp, larger than every one given out before. */
    long allocateTimestamp(CallContext context);
}
