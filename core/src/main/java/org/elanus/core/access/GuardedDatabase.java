package org.elanus.core.access;

import java.util.List;
import java.util.function.Supplier;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.DeleteRequest;
import org.elanus.spi.database.ExplainRequest;
import org.elanus.spi.database.Explanation;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.FlushResult;
import org.elanus.spi.database.HybridSearchRequest;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.MutationResult;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.database.SegmentInfo;
import org.elanus.spi.runtime.Clock;

/**
 * The database behind the door: the only one that endpoints, plugins, management routes and applications get. Every
 * method takes its call through the chain, and adds the caller's row filter to whatever reads or deletes rows.
 */
final class GuardedDatabase extends GuardedDefinitions implements Database {

    GuardedDatabase(Supplier<Database> database, Permissions permissions, Chain chain, Clock clock) {
        super(database, permissions, chain, clock);
    }

    @Override
    public MutationResult insert(CallContext context, InsertRequest request) {
        return ofCollection(context, Operation.INSERT, request.collection(), call -> inner().insert(context, request));
    }

    @Override
    public MutationResult upsert(CallContext context, InsertRequest request) {
        return ofCollection(context, Operation.UPSERT, request.collection(), call -> inner().upsert(context, request));
    }

    @Override
    public MutationResult delete(CallContext context, DeleteRequest request) {
        return ofCollection(context, Operation.DELETE, request.collection(), call -> inner()
                .delete(
                        context,
                        new DeleteRequest(
                                request.collection(), request.partition(), narrowed(call, request.filter()))));
    }

    @Override
    public SearchResult search(CallContext context, SearchRequest request) {
        return ofCollection(context, Operation.SEARCH, request.collection(), call -> inner()
                .search(context, narrowed(call, request)));
    }

    @Override
    public SearchResult hybridSearch(CallContext context, HybridSearchRequest request) {
        return ofCollection(context, Operation.HYBRID_SEARCH, request.collection(), call -> {
            List<SearchRequest> searches = request.searches().stream()
                    .map(search -> narrowed(call, search))
                    .toList();
            return inner()
                    .hybridSearch(
                            context,
                            new HybridSearchRequest(
                                    request.collection(),
                                    searches,
                                    request.ranker(),
                                    request.rankerParameters(),
                                    request.limit(),
                                    request.offset(),
                                    request.outputFields(),
                                    request.roundDecimal(),
                                    request.consistency(),
                                    request.grouping()));
        });
    }

    @Override
    public QueryResult query(CallContext context, QueryRequest request) {
        return ofCollection(context, Operation.QUERY, request.collection(), call -> inner()
                .query(
                        context,
                        new QueryRequest(
                                request.collection(),
                                request.partitions(),
                                narrowed(call, request.filter()),
                                request.outputFields(),
                                request.limit(),
                                request.offset(),
                                request.ignoreGrowing(),
                                request.consistency())));
    }

    @Override
    public Explanation explain(CallContext context, ExplainRequest request) {
        return ofCollection(context, Operation.EXPLAIN, request.collection(), call -> {
            requireAllRows(call);
            return inner().explain(context, request);
        });
    }

    /** Somebody who may not see all rows is told how many are there for it, which takes a loaded collection. */
    @Override
    public long rowCount(CallContext context, String collection, String partition) {
        return ofCollection(context, Operation.ROW_COUNT, collection, call -> {
            if (call.rowFilter().isEmpty()) {
                return inner().rowCount(context, collection, partition);
            }
            QueryRequest count = new QueryRequest(
                    collection,
                    partition.isEmpty() ? List.of() : List.of(partition),
                    narrowed(call, Filter.NONE),
                    List.of(QueryRequest.COUNT),
                    -1,
                    0,
                    false,
                    Consistency.DEFAULT);
            QueryResult counted = inner().query(context, count);
            if (counted.rows().columns().get(QueryRequest.COUNT) instanceof FixedColumn number) {
                return number.getLong(0);
            }
            throw new IllegalStateException("a count was answered without a number");
        });
    }

    @Override
    public FlushResult flush(CallContext context, String collection) {
        return ofCollection(context, Operation.FLUSH, collection, call -> inner().flush(context, collection));
    }

    @Override
    public boolean isFlushed(CallContext context, String collection, long timestamp) {
        return ofCollection(context, Operation.IS_FLUSHED, collection, call -> inner()
                .isFlushed(context, collection, timestamp));
    }

    @Override
    public void compact(CallContext context, String collection) {
        changeCollection(context, Operation.COMPACT, collection, () -> inner().compact(context, collection));
    }

    @Override
    public List<SegmentInfo> segments(CallContext context, String collection) {
        return ofCollection(context, Operation.SEGMENTS, collection, call -> {
            requireAllRows(call);
            return inner().segments(context, collection);
        });
    }

    @Override
    public long allocateTimestamp(CallContext context) {
        return call(context, Operation.ALLOCATE_TIMESTAMP, Resource.CLUSTER, call -> inner()
                .allocateTimestamp(context));
    }

    /** For what tells of rows that a row filter hides. */
    private void requireAllRows(Call call) {
        if (!call.rowFilter().isEmpty()) {
            throw permissions.denied(
                    call.context(), call.action(), call.named(), "it tells of rows that the caller's row filter hides");
        }
    }

    private static SearchRequest narrowed(Call call, SearchRequest request) {
        return call.rowFilter().isEmpty() ? request : request.withFilter(narrowed(call, request.filter()));
    }

    private static Filter narrowed(Call call, Filter filter) {
        return call.rowFilter().isEmpty() ? filter : filter.requiring(call.rowFilter());
    }
}
