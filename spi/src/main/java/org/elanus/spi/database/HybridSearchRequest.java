package org.elanus.spi.database;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Several searches over one collection whose hits are merged by a ranker.
 *
 * @param searches at least one, all with the same number of queries; their output fields are not used
 * @param ranker {@code rrf} or {@code weighted}
 * @param rankerParameters {@code k} of rrf; {@code weights} (a JSON array) and {@code norm_score} of weighted
 * @param grouping of every search and of what the ranker has merged; those of the searches are not used; null for none
 */
public record HybridSearchRequest(
        String collection,
        List<SearchRequest> searches,
        String ranker,
        Map<String, String> rankerParameters,
        int limit,
        int offset,
        List<String> outputFields,
        int roundDecimal,
        Consistency consistency,
        @Nullable Grouping grouping) {

    public HybridSearchRequest {
        searches = List.copyOf(searches);
        rankerParameters = Map.copyOf(rankerParameters);
        outputFields = List.copyOf(outputFields);
    }

    /** Without grouping. */
    public HybridSearchRequest(
            String collection,
            List<SearchRequest> searches,
            String ranker,
            Map<String, String> rankerParameters,
            int limit,
            int offset,
            List<String> outputFields,
            int roundDecimal,
            Consistency consistency) {
        this(
                collection,
                searches,
                ranker,
                rankerParameters,
                limit,
                offset,
                outputFields,
                roundDecimal,
                consistency,
                null);
    }
}
