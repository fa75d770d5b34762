package org.elanus.plugin.apimilvus.call;

import java.util.List;
import org.elanus.milvus.proto.HybridSearchRequest;
import org.elanus.milvus.proto.KeyValuePair;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.QueryRequest;
import org.elanus.milvus.proto.QueryResults;
import org.elanus.milvus.proto.SearchRequest;
import org.elanus.milvus.proto.SearchResults;
import org.elanus.plugin.apimilvus.wire.FieldDataEncoder;
import org.elanus.plugin.apimilvus.wire.KeyValues;
import org.elanus.plugin.apimilvus.wire.Names;
import org.elanus.plugin.apimilvus.wire.Presentation;
import org.elanus.plugin.apimilvus.wire.QueryCodec;
import org.elanus.plugin.apimilvus.wire.SearchCodec;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.Grouping;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.database.SearchResult;
import org.jspecify.annotations.Nullable;

/** Searches and queries. */
final class SearchCalls {

    private final Database database;
    private final SearchIterators iterators = new SearchIterators();
    private final Zones zones;

    SearchCalls(Database database) {
        this.database = database;
        this.zones = new Zones(database);
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getSearchMethod(), this::search)
                .serve(MilvusServiceGrpc.getHybridSearchMethod(), this::hybridSearch)
                .serve(MilvusServiceGrpc.getQueryMethod(), this::query);
    }

    private SearchResults search(Scope scope, SearchRequest request) {
        Names.given("collection", request.getCollectionName());
        CallContext context = scope.context(request.getDbName());
        org.elanus.spi.database.SearchRequest decoded = SearchCodec.decode(request);
        SearchIterator iterator =
                SearchIterator.of(KeyValues.toMap(request.getSearchParamsList()), decoded, scope.runtime());
        if (iterator == null) {
            SearchResult result = database.search(context, decoded);
            return results(
                    context,
                    request.getCollectionName(),
                    result,
                    decoded.limit(),
                    request.getOutputFieldsList(),
                    decoded.grouping(),
                    request.getSearchParamsList());
        }
        SearchResult page = iterator.page(database, context, decoded, iterators);
        SearchResults.Builder response =
                results(
                                context,
                                request.getCollectionName(),
                                page,
                                decoded.limit(),
                                request.getOutputFieldsList(),
                                null,
                                request.getSearchParamsList())
                        .toBuilder();
        response.getResultsBuilder().setSearchIteratorV2Results(iterator.results(page));
        return response.build();
    }

    private SearchResults hybridSearch(Scope scope, HybridSearchRequest request) {
        Names.given("collection", request.getCollectionName());
        CallContext context = scope.context(request.getDbName());
        org.elanus.spi.database.HybridSearchRequest decoded = SearchCodec.decode(request);
        SearchResult result = database.hybridSearch(context, decoded);
        return results(
                context,
                request.getCollectionName(),
                result,
                decoded.limit(),
                request.getOutputFieldsList(),
                decoded.grouping(),
                request.getRankParamsList());
    }

    private SearchResults results(
            CallContext context,
            String collection,
            SearchResult result,
            int limit,
            List<String> asked,
            @Nullable Grouping grouping,
            List<KeyValuePair> options) {
        return SearchResults.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setCollectionName(collection)
                .setSessionTs(result.timestamp())
                .setResults(SearchCodec.encode(
                        result,
                        presentation(context, collection, result.rows(), options),
                        limit,
                        asked,
                        grouping == null ? "" : grouping.field()))
                .build();
    }

    private QueryResults query(Scope scope, QueryRequest request) {
        Names.given("collection", request.getCollectionName());
        CallContext context = scope.context(request.getDbName());
        QueryResult result = database.query(context, QueryCodec.decode(request));
        return QueryResults.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setCollectionName(request.getCollectionName())
                .setSessionTs(result.timestamp())
                .setPrimaryFieldName(result.primaryKey())
                .addAllFieldsData(FieldDataEncoder.encode(
                        result.rows(),
                        presentation(
                                context, request.getCollectionName(), result.rows(), request.getQueryParamsList())))
                .addAllOutputFields(SearchCodec.outputFields(
                        result.outputFields(), result.rows().columns().keySet(), request.getOutputFieldsList()))
                .build();
    }

    /** Looked up only for what columns do not say of themselves. */
    private Presentation presentation(
            CallContext context, String collection, ColumnBatch rows, List<KeyValuePair> options) {
        if (!FieldDataEncoder.needsPresentation(rows)) {
            return Presentation.PLAIN;
        }
        CollectionInfo info = database.collection(context, collection);
        return new Presentation(info.schema(), zones.of(context, info, KeyValues.toMap(options)));
    }
}
