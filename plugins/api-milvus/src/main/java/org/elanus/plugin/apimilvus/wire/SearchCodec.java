package org.elanus.plugin.apimilvus.wire;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.FunctionSchema;
import org.elanus.milvus.proto.FunctionScore;
import org.elanus.milvus.proto.FunctionType;
import org.elanus.milvus.proto.IDs;
import org.elanus.milvus.proto.SearchResultData;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.HybridSearchRequest;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Requests and results of searches. */
public final class SearchCodec {

    private static final int MOST_SUB_SEARCHES = 1_024;
    private static final String ALL = "*";
    private static final FixedColumn NO_QUERIES =
            new FixedColumn(DataType.FLOAT_VECTOR, 0, Float.BYTES, MemorySegment.NULL, null);

    private SearchCodec() {}

    public static SearchRequest decode(org.elanus.milvus.proto.SearchRequest request) {
        if (request.hasFunctionScore() && request.getFunctionScore().getFunctionsCount() > 0) {
            throw SearchParameters.unsupported("function_score: ranking hits by functions is not supported");
        }
        if (request.hasHighlighter()) {
            throw SearchParameters.unsupported("highlighter: highlighting is not supported");
        }
        if (request.getSubReqsCount() > 0) {
            throw SearchParameters.unsupported("sub_reqs: send several searches as a HybridSearch");
        }
        if (!request.hasIds() && !request.hasPlaceholderGroup()) {
            throw new ElanusException(StandardErrorCode.MISSING_ARGUMENT, "the search has no query vectors");
        }
        return decode(
                request,
                ConsistencyCodec.ofRead(
                        request.getUseDefaultConsistency(),
                        request.getConsistencyLevel(),
                        request.getGuaranteeTimestamp()));
    }

    private static SearchRequest decode(org.elanus.milvus.proto.SearchRequest request, Consistency consistency) {
        SearchParameters parameters = SearchParameters.of(request.getSearchParamsList());
        SearchRequest search = new SearchRequest(
                request.getCollectionName(),
                request.getPartitionNamesList(),
                parameters.field(),
                request.hasIds()
                        ? NO_QUERIES
                        : PlaceholderDecoder.decode(request.getPlaceholderGroup(), request.getNq()),
                parameters.limit(),
                parameters.offset(),
                Templates.filter(request.getDsl(), request.getExprTemplateValuesMap()),
                request.getOutputFieldsList(),
                parameters.metric(),
                parameters.parameters(),
                parameters.roundDecimal(),
                parameters.ignoreGrowing(),
                consistency,
                null,
                parameters.grouping());
        return request.hasIds() ? search.withKeys(keys(request.getIds())) : search;
    }

    private static Column keys(IDs ids) {
        return ids.hasStrId()
                ? Columns.strings(DataType.VARCHAR, ids.getStrId().getDataList())
                : Columns.longs(ids.getIntId().getDataList().stream()
                        .mapToLong(Long::longValue)
                        .toArray());
    }

    public static HybridSearchRequest decode(org.elanus.milvus.proto.HybridSearchRequest request) {
        if (request.getRequestsCount() == 0 || request.getRequestsCount() > MOST_SUB_SEARCHES) {
            throw ElanusException.invalid(
                    "a hybrid search has 1 to %d searches, not %d", MOST_SUB_SEARCHES, request.getRequestsCount());
        }
        Map<String, String> options = KeyValues.toMap(request.getRankParamsList());
        Consistency consistency = ConsistencyCodec.ofRead(
                request.getUseDefaultConsistency(), request.getConsistencyLevel(), request.getGuaranteeTimestamp());
        List<SearchRequest> searches = new ArrayList<>(request.getRequestsCount());
        for (org.elanus.milvus.proto.SearchRequest search : request.getRequestsList()) {
            SearchRequest decoded = decode(search).withConsistency(consistency);
            searches.add(inCollection(decoded, request));
        }
        Ranker ranker = ranker(options, request);
        SearchParameters.Window window = SearchParameters.Window.of(options);
        return new HybridSearchRequest(
                request.getCollectionName(),
                searches,
                ranker.name(),
                ranker.parameters(),
                window.limit(),
                window.offset(),
                request.getOutputFieldsList(),
                SearchParameters.roundDecimal(options),
                consistency,
                SearchParameters.grouping(options));
    }

    /** The collection and, unless a search names its own, the partitions are those of the whole. */
    private static SearchRequest inCollection(SearchRequest search, org.elanus.milvus.proto.HybridSearchRequest whole) {
        return new SearchRequest(
                whole.getCollectionName(),
                search.partitions().isEmpty() ? whole.getPartitionNamesList() : search.partitions(),
                search.field(),
                search.queries(),
                search.limit(),
                search.offset(),
                search.filter(),
                search.outputFields(),
                search.metric(),
                search.parameters(),
                search.roundDecimal(),
                search.ignoreGrowing(),
                search.consistency(),
                search.keys(),
                null);
    }

    private record Ranker(String name, Map<String, String> parameters) {}

    private static Ranker ranker(Map<String, String> options, org.elanus.milvus.proto.HybridSearchRequest request) {
        if (request.hasFunctionScore() && request.getFunctionScore().getFunctionsCount() > 0) {
            return ranker(request.getFunctionScore());
        }
        String name = options.getOrDefault("strategy", "");
        return new Ranker(
                checkedRanker(name.isEmpty() ? "rrf" : name),
                KeyValues.flatten("params", options.getOrDefault("params", "")));
    }

    /** The newer way of naming a ranker. */
    private static Ranker ranker(FunctionScore score) {
        FunctionSchema function = score.getFunctions(0);
        if (score.getFunctionsCount() > 1 || function.getType() != FunctionType.Rerank) {
            throw SearchParameters.unsupported("function_score: only one function of type Rerank is supported");
        }
        Map<String, String> parameters = new LinkedHashMap<>(KeyValues.toMap(function.getParamsList()));
        String name = parameters.remove("reranker");
        return new Ranker(checkedRanker(name == null ? "" : name), parameters);
    }

    private static String checkedRanker(String name) {
        if (!name.equals("rrf") && !name.equals("weighted")) {
            throw SearchParameters.unsupported(
                    "ranker '" + KeyValues.shortened(name) + "' is not supported; rrf and weighted are");
        }
        return name;
    }

    /** @param limit as the request asked @param groupedBy empty without grouping */
    public static SearchResultData encode(
            SearchResult result, Presentation presentation, int limit, List<String> asked, String groupedBy) {
        SearchResultData.Builder data = SearchResultData.newBuilder()
                .setNumQueries(result.counts().length)
                .setTopK(limit)
                .setIds(FieldDataEncoder.ids(result.keys()))
                .addAllFieldsData(FieldDataEncoder.encode(result.rows(), presentation))
                .addAllOutputFields(outputFields(
                        result.outputFields(), result.rows().columns().keySet(), asked))
                .setPrimaryFieldName(result.primaryKey());
        for (int count : result.counts()) {
            data.addTopks(count); // one for each query, or clients see no hits at all
        }
        for (float score : result.scores()) {
            data.addScores(score);
        }
        if (result.groups() != null) {
            data.setGroupByFieldValue(FieldDataEncoder.encode(groupedBy, result.groups(), presentation));
        }
        return data.build();
    }

    /**
     * The names of the asked fields. Clients take a name that is no column for a key of the dynamic column, so that
     * column is named itself where all keys were asked for.
     */
    public static List<String> outputFields(List<String> resolved, Iterable<String> columns, List<String> asked) {
        if (!asked.contains(ALL) || resolved.contains(FieldSchema.DYNAMIC_NAME)) {
            return resolved;
        }
        for (String column : columns) {
            if (column.equals(FieldSchema.DYNAMIC_NAME)) {
                List<String> all = new ArrayList<>(resolved);
                all.add(FieldSchema.DYNAMIC_NAME);
                return all;
            }
        }
        return resolved;
    }
}
