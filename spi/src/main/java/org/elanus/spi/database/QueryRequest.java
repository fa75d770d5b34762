package org.elanus.spi.database;

import java.util.List;

/**
 * A query by filter.
 *
 * @param outputFields names of fields or of dynamic keys, {@code *} for all, or {@code count(*)} alone
 * @param limit rows, or -1 for all that pass (the filter must then not be empty, unless counting)
 */
public record QueryRequest(
        String collection,
        List<String> partitions,
        Filter filter,
        List<String> outputFields,
        long limit,
        long offset,
        boolean ignoreGrowing,
        Consistency consistency) {

    /** Asks for the number of rows that pass. */
    public static final String COUNT = "count(*)";

    public QueryRequest {
        partitions = List.copyOf(partitions);
        outputFields = List.copyOf(outputFields);
    }

    public static QueryRequest of(String collection, String filter, String... outputFields) {
        return new QueryRequest(
                collection, List.of(), Filter.of(filter), List.of(outputFields), -1, 0, false, Consistency.DEFAULT);
    }

    public QueryRequest withConsistency(Consistency newConsistency) {
        return new QueryRequest(
                collection, partitions, filter, outputFields, limit, offset, ignoreGrowing, newConsistency);
    }
}
