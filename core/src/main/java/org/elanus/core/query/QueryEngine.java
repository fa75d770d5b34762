package org.elanus.core.query;

import java.util.List;
import java.util.concurrent.Executor;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.HybridSearchRequest;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Answers searches and queries over views of segments. Safe for use by many threads; holds nothing between calls.
 *
 * <p>The caller opens the views (all at one timestamp, of the partitions it may read; partitions that the request does
 * not name and growing segments that it ignores are left out here), keeps them open during the call and closes them.
 * Results are copies and outlive the views. Every call looks at the context's cancellation and deadline while it works
 * and ends with CANCELLED or TIMEOUT. Requests are validated completely before any row is read.
 */
public final class QueryEngine {

    /** Checks search parameters against the index type that a definition resolved to. */
    @FunctionalInterface
    public interface ParameterCheck {

        /** @throws org.elanus.spi.error.ElanusException INVALID_ARGUMENT naming the parameter and its range */
        void check(IndexDefinition index, java.util.Map<String, String> parameters);
    }

    /**
     * @param clock measures deadlines
     * @param executor runs parts of large searches beside the calling thread
     * @param parameterCheck checks the search parameters; {@code radius} and {@code range_filter} are not shown to it
     */
    public QueryEngine(Clock clock, Executor executor, ParameterCheck parameterCheck) {
        throw new UnsupportedOperationException();
    }

    /** Finds the nearest rows. @param timestamp hybrid, that of the views */
    public SearchResult search(
            CollectionEntry collection,
            SearchRequest request,
            List<SegmentView> views,
            long timestamp,
            CallContext context) {
        throw new UnsupportedOperationException();
    }

    /** Runs several searches over the same views and merges their hits by a ranker. */
    public SearchResult hybridSearch(
            CollectionEntry collection,
            HybridSearchRequest request,
            List<SegmentView> views,
            long timestamp,
            CallContext context) {
        throw new UnsupportedOperationException();
    }

    /** Finds the rows that pass a filter, or counts them. */
    public QueryResult query(
            CollectionEntry collection, QueryRequest request, List<SegmentView> views, long timestamp, CallContext context) {
        throw new UnsupportedOperationException();
    }

    /**
     * The keys that a delete's filter names when it does nothing but name keys ({@code id == 1}, {@code id in [1, 2]}),
     * distinct and ascending; null when rows must be read to know ({@link #keysMatching}).
     *
     * @throws org.elanus.spi.error.ElanusException INVALID_ARGUMENT when the filter is empty, passes every row, or is
     *     wrong
     */
    public @Nullable Column keysNamed(CollectionSchema schema, Filter filter) {
        throw new UnsupportedOperationException();
    }

    /**
     * The keys of the visible rows that pass a delete's filter, distinct and ascending.
     *
     * @param views of the partitions to delete from
     * @throws org.elanus.spi.error.ElanusException INVALID_ARGUMENT as for {@link #keysNamed}
     */
    public Column keysMatching(CollectionSchema schema, Filter filter, List<SegmentView> views, CallContext context) {
        throw new UnsupportedOperationException();
    }

    /** How many rows the views show. */
    public static long rowCount(List<SegmentView> views) {
        throw new UnsupportedOperationException();
    }
}
