package org.elanus.core.query;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.core.query.filter.CompiledFilter;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ExplainRequest;
import org.elanus.spi.database.Explanation;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.Grouping;
import org.elanus.spi.database.HybridSearchRequest;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Answers searches and queries over views of segments. Safe for use by many threads; holds nothing between calls.
 *
 * <p>The caller opens the views (of the partitions it may read; partitions that the request does not name and growing
 * segments that it ignores are left out here), keeps them open during the call and closes them. Results are copies and
 * outlive the views. Every call looks at the context's cancellation and deadline while it works and ends with CANCELLED
 * or TIMEOUT. Requests are validated completely before any row is read.
 */
public final class QueryEngine {

    /** The most searches of a hybrid search. */
    private static final int MAX_SEARCHES = 1024;

    /** Checks search parameters against the index type that a definition resolved to. */
    @FunctionalInterface
    public interface ParameterCheck {

        /**
         * @param k hits of a search
         * @return those to search with
         * @throws ElanusException INVALID_ARGUMENT naming the parameter and its range
         */
        Map<String, String> check(IndexDefinition index, Map<String, String> parameters, int k);
    }

    private final Clock clock;
    private final Executor executor;
    private final ParameterCheck parameterCheck;

    /**
     * @param clock measures deadlines
     * @param executor runs parts of large searches beside the calling thread
     * @param parameterCheck checks the search parameters; {@code radius} and {@code range_filter} are not shown to it
     */
    public QueryEngine(Clock clock, Executor executor, ParameterCheck parameterCheck) {
        this.clock = clock;
        this.executor = executor;
        this.parameterCheck = parameterCheck;
    }

    /** Finds the nearest rows. @param timestamp hybrid, that of the views */
    public SearchResult search(
            CollectionEntry collection,
            SearchRequest request,
            List<SegmentView> views,
            long timestamp,
            CallContext context) {
        CollectionSchema schema = collection.info().schema();
        GroupBy groups = groups(schema, request.grouping());
        OutputFields output = OutputFields.of(schema, request.outputFields(), false);
        List<Integer> wanted = wanted(collection, request.partitions(), request.ignoreGrowing(), views);
        CallGuard guard = new CallGuard(clock, context);
        RowSpace space = new RowSpace(views, schema.primaryKey());
        SearchPlan plan = SearchPlan.of(
                collection,
                KeyVectors.resolve(schema, request, space, wanted, guard, executor),
                groups == null ? 1 : groups.size(),
                parameterCheck);
        KeyPartitions.requireOneKey(collection, plan.filter());
        wanted = KeyPartitions.prune(collection, plan.filter(), wanted, views);
        HitList[] hits;
        if (groups == null) {
            hits = VectorSearch.run(plan, space, wanted, guard, executor);
        } else {
            hits = new GroupSearch(plan, groups, space, wanted, guard, executor).run(plan.k(), request.offset());
        }
        int offset = groups == null ? request.offset() : 0;
        return SearchAnswer.of(hits, offset, groups, request.roundDecimal(), output, space, timestamp, guard);
    }

    private static @Nullable GroupBy groups(CollectionSchema schema, @Nullable Grouping grouping) {
        return grouping == null ? null : GroupBy.of(schema, grouping);
    }

    /** Runs several searches over the same views and merges their hits by a ranker. */
    public SearchResult hybridSearch(
            CollectionEntry collection,
            HybridSearchRequest request,
            List<SegmentView> views,
            long timestamp,
            CallContext context) {
        CollectionSchema schema = collection.info().schema();
        List<SearchRequest> searches = request.searches();
        if (searches.isEmpty() || searches.size() > MAX_SEARCHES) {
            throw ElanusException.invalid(
                    "a hybrid search has 1 to %d searches, not %d", MAX_SEARCHES, searches.size());
        }
        SearchPlan.checkWindow(request.limit(), request.offset());
        SearchPlan.checkRoundDecimal(request.roundDecimal());
        Grouping grouping = request.grouping();
        GroupBy groups = groups(schema, grouping);
        int groupSize = groups == null ? 1 : groups.size();
        CallGuard guard = new CallGuard(clock, context);
        RowSpace space = new RowSpace(views, schema.primaryKey());
        List<SearchPlan> plans = new ArrayList<>();
        List<List<Integer>> wanted = new ArrayList<>();
        for (SearchRequest search : searches) {
            List<Integer> read = wanted(collection, search.partitions(), search.ignoreGrowing(), views);
            SearchPlan plan = SearchPlan.of(
                    collection,
                    KeyVectors.resolve(schema, search, space, read, guard, executor),
                    groupSize,
                    parameterCheck);
            KeyPartitions.requireOneKey(collection, plan.filter());
            wanted.add(KeyPartitions.prune(collection, plan.filter(), read, views));
            plans.add(plan);
        }
        List<Integer> counts = plans.stream().map(plan -> plan.queries().rows()).toList();
        if (counts.stream().distinct().count() > 1) {
            throw ElanusException.invalid(
                    "nq should be the same in all search requests of a hybrid search: %s", counts);
        }
        long limits =
                plans.stream().mapToLong(plan -> (long) plan.k() * groupSize).sum();
        if (counts.getFirst() * limits > SearchPlan.MAX_HITS) {
            throw new ElanusException(
                    StandardErrorCode.ARGUMENT_TOO_LARGE,
                    "nq [%d] with limit + offset [%d] summed over %d searches is more than %d hits; search in several calls"
                            .formatted(counts.getFirst(), limits, plans.size(), SearchPlan.MAX_HITS));
        }
        Ranker ranker = Ranker.of(
                request.ranker(),
                request.rankerParameters(),
                plans.stream().map(SearchPlan::metric).toList());
        OutputFields output = OutputFields.of(schema, request.outputFields(), false);
        List<HitList[]> found = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            SearchPlan plan = plans.get(i);
            found.add(
                    groups == null
                            ? VectorSearch.run(plan, space, wanted.get(i), guard, executor)
                            : new GroupSearch(plan, groups, space, wanted.get(i), guard, executor).run(plan.k(), 0));
        }
        GroupCodes codes = groups == null ? null : new GroupCodes(groups, space, guard);
        HitList[] merged = new HitList[counts.getFirst()];
        for (int q = 0; q < merged.length; q++) {
            guard.check();
            int query = q;
            List<HitList> lists = found.stream().map(hits -> hits[query]).toList();
            merged[q] = grouping == null || codes == null
                    ? HybridSearch.merge(lists, ranker, request.limit() + request.offset(), space)
                    : HybridSearch.mergeGroups(
                            lists, ranker, request.limit(), request.offset(), grouping, codes, space);
        }
        int offset = groups == null ? request.offset() : 0;
        return SearchAnswer.of(merged, offset, groups, request.roundDecimal(), output, space, timestamp, guard);
    }

    /** Finds the rows that pass a filter, or counts them. */
    public QueryResult query(
            CollectionEntry collection,
            QueryRequest request,
            List<SegmentView> views,
            long timestamp,
            CallContext context) {
        CollectionSchema schema = collection.info().schema();
        RowQuery query = RowQuery.of(schema, request);
        List<Integer> wanted = KeyPartitions.prune(
                collection,
                query.filter(),
                wanted(collection, request.partitions(), request.ignoreGrowing(), views),
                views);
        CallGuard guard = new CallGuard(clock, context);
        RowSpace space = new RowSpace(views, schema.primaryKey());
        return new QueryResult(
                schema.primaryKey().name(), query.run(space, wanted, guard, executor), query.names(), timestamp);
    }

    /** Runs the filter of a query or search and tells how its rows were found. */
    public Explanation explain(
            CollectionEntry collection, ExplainRequest request, List<SegmentView> views, CallContext context) {
        FilterExplainer explainer = new FilterExplainer(collection, request, new CallGuard(clock, context), clock);
        List<Explanation.Segment> segments = new ArrayList<>();
        long began = clock.nanos();
        long passing = 0;
        List<Integer> wanted = wanted(collection, request.partitions(), request.ignoreGrowing(), views);
        for (int view : KeyPartitions.prune(collection, explainer.filter(), wanted, views)) {
            Explanation.Segment segment = explainer.explain(views.get(view));
            passing += segment.passingRows();
            segments.add(segment);
        }
        return new Explanation(collection.info().name(), passing, clock.nanos() - began, segments);
    }

    /**
     * The keys that a delete's filter names when it does nothing but name keys ({@code id == 1}, {@code id in [1, 2]}),
     * distinct and ascending; null when rows must be read to know ({@link #keysMatching}).
     *
     * @throws ElanusException INVALID_ARGUMENT when the filter is empty, passes every row, or is wrong
     */
    public @Nullable Column keysNamed(CollectionSchema schema, Filter filter) {
        CompiledFilter compiled = deleteFilter(schema, filter);
        return compiled.isPrimaryKeysOnly() ? compiled.primaryKeys() : null;
    }

    /**
     * The keys of the visible rows that pass a delete's filter, distinct and ascending.
     *
     * @param views of the partitions to delete from
     * @throws ElanusException INVALID_ARGUMENT as for {@link #keysNamed}
     */
    public Column keysMatching(CollectionSchema schema, Filter filter, List<SegmentView> views, CallContext context) {
        CompiledFilter compiled = deleteFilter(schema, filter);
        CallGuard guard = new CallGuard(clock, context);
        RowSpace space = new RowSpace(views, schema.primaryKey());
        List<Integer> all = IntStream.range(0, views.size()).boxed().toList();
        List<@Nullable RowFilter> passing = PassingRows.of(space, all, compiled, guard, executor);
        KeyOrder order = new KeyOrder(space, Integer.MAX_VALUE, guard);
        for (int i = 0; i < views.size(); i++) {
            order.add(i, passing.get(i));
        }
        return order.keys();
    }

    private static CompiledFilter deleteFilter(CollectionSchema schema, Filter filter) {
        CompiledFilter compiled = CompiledFilter.compile(filter, schema);
        // What the filter is required to say beside its text does not make a text of one that says nothing.
        CompiledFilter asked = filter.required().isEmpty()
                ? compiled
                : CompiledFilter.compile(new Filter(filter.text(), filter.parameters()), schema);
        if (asked.isAlwaysTrue()) {
            throw ElanusException.invalid(
                    filter.isEmpty()
                            ? "expr cannot be empty: a delete needs a filter"
                            : "a delete needs a filter that does not pass every row");
        }
        return compiled;
    }

    /** How many rows the views show. */
    public static long rowCount(List<SegmentView> views) {
        long count = 0;
        for (SegmentView view : views) {
            count += PassingRows.count(view, view.visible());
        }
        return count;
    }

    /** The positions of the views that a request reads. */
    private static List<Integer> wanted(
            CollectionEntry collection, List<String> partitions, boolean ignoreGrowing, List<SegmentView> views) {
        Set<Long> ids = new HashSet<>();
        for (String partition : partitions) {
            ids.add(collection.partition(partition).id());
        }
        List<Integer> wanted = new ArrayList<>();
        for (int i = 0; i < views.size(); i++) {
            SegmentView view = views.get(i);
            boolean inPartition = partitions.isEmpty() || ids.contains(view.partitionId());
            if (inPartition && (view.sealed() || !ignoreGrowing) && view.rows() > 0) {
                wanted.add(i);
            }
        }
        return wanted;
    }
}
