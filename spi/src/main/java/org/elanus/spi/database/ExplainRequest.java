package org.elanus.spi.database;

import java.util.List;

/**
 * Asks how the rows for a query, or for a search, are found.
 *
 * @param filter may be empty
 * @param vectorField whose search would follow the filter; empty for a query
 * @param limit hits of that search; without effect for a query
 */
public record ExplainRequest(
        String collection,
        List<String> partitions,
        Filter filter,
        boolean ignoreGrowing,
        Consistency consistency,
        String vectorField,
        int limit) {

    public ExplainRequest {
        partitions = List.copyOf(partitions);
    }

    public static ExplainRequest of(String collection, Filter filter) {
        return new ExplainRequest(collection, List.of(), filter, false, Consistency.DEFAULT, "", 10);
    }
}
