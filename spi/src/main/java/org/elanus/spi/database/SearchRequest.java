package org.elanus.spi.database;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A search for the nearest vectors.
 *
 * @param partitions names; empty for all
 * @param field the vector field; empty when there is only one
 * @param queries one vector a row, in the field's type; without rows when there are keys
 * @param limit hits a query, 1 to 16,384
 * @param offset hits to skip; {@code offset + limit} is at most 16,384
 * @param outputFields names of fields or of dynamic keys, {@code *} for all
 * @param metric empty for the index's; otherwise it must be the index's
 * @param parameters search parameters as text, such as {@code ef}, {@code radius}, {@code range_filter}
 * @param roundDecimal decimals to round scores to, 0 to 6; -1 for none
 * @param ignoreGrowing searches sealed segments only
 * @param keys primary keys of rows whose vectors are the queries, in this order; null when the queries are given
 * @param grouping null for none
 */
public record SearchRequest(
        String collection,
        List<String> partitions,
        String field,
        Column queries,
        int limit,
        int offset,
        Filter filter,
        List<String> outputFields,
        String metric,
        Map<String, String> parameters,
        int roundDecimal,
        boolean ignoreGrowing,
        Consistency consistency,
        @Nullable Column keys,
        @Nullable Grouping grouping) {

    public SearchRequest {
        partitions = List.copyOf(partitions);
        outputFields = List.copyOf(outputFields);
        parameters = Map.copyOf(parameters);
    }

    /** A search by given vectors, without grouping. */
    public SearchRequest(
            String collection,
            List<String> partitions,
            String field,
            Column queries,
            int limit,
            int offset,
            Filter filter,
            List<String> outputFields,
            String metric,
            Map<String, String> parameters,
            int roundDecimal,
            boolean ignoreGrowing,
            Consistency consistency) {
        this(
                collection,
                partitions,
                field,
                queries,
                limit,
                offset,
                filter,
                outputFields,
                metric,
                parameters,
                roundDecimal,
                ignoreGrowing,
                consistency,
                null,
                null);
    }

    /** A search with every option at its default. */
    public static SearchRequest of(String collection, Column queries, int limit) {
        return new SearchRequest(
                collection,
                List.of(),
                "",
                queries,
                limit,
                0,
                Filter.NONE,
                List.of(),
                "",
                Map.of(),
                -1,
                false,
                Consistency.DEFAULT);
    }

    /** A search for what is near to stored rows, with every option at its default. */
    public static SearchRequest byKeys(String collection, Column keys, int limit) {
        FixedColumn none = new FixedColumn(DataType.FLOAT_VECTOR, 0, Float.BYTES, MemorySegment.NULL, null);
        return of(collection, none, limit).withKeys(keys);
    }

    /** By these vectors in the place of keys. */
    public SearchRequest withQueries(Column newQueries) {
        return new SearchRequest(
                collection,
                partitions,
                field,
                newQueries,
                limit,
                offset,
                filter,
                outputFields,
                metric,
                parameters,
                roundDecimal,
                ignoreGrowing,
                consistency,
                null,
                grouping);
    }

    public SearchRequest withKeys(Column newKeys) {
        return new SearchRequest(
                collection,
                partitions,
                field,
                queries,
                limit,
                offset,
                filter,
                outputFields,
                metric,
                parameters,
                roundDecimal,
                ignoreGrowing,
                consistency,
                newKeys,
                grouping);
    }

    public SearchRequest withFilter(Filter newFilter) {
        return new SearchRequest(
                collection,
                partitions,
                field,
                queries,
                limit,
                offset,
                newFilter,
                outputFields,
                metric,
                parameters,
                roundDecimal,
                ignoreGrowing,
                consistency,
                keys,
                grouping);
    }

    public SearchRequest withOutputFields(List<String> fields) {
        return new SearchRequest(
                collection,
                partitions,
                field,
                queries,
                limit,
                offset,
                filter,
                fields,
                metric,
                parameters,
                roundDecimal,
                ignoreGrowing,
                consistency,
                keys,
                grouping);
    }

    public SearchRequest withParameters(Map<String, String> newParameters) {
        return new SearchRequest(
                collection,
                partitions,
                field,
                queries,
                limit,
                offset,
                filter,
                outputFields,
                metric,
                newParameters,
                roundDecimal,
                ignoreGrowing,
                consistency,
                keys,
                grouping);
    }

    public SearchRequest withConsistency(Consistency newConsistency) {
        return new SearchRequest(
                collection,
                partitions,
                field,
                queries,
                limit,
                offset,
                filter,
                outputFields,
                metric,
                parameters,
                roundDecimal,
                ignoreGrowing,
                newConsistency,
                keys,
                grouping);
    }

    public SearchRequest withGrouping(@Nullable Grouping newGrouping) {
        return new SearchRequest(
                collection,
                partitions,
                field,
                queries,
                limit,
                offset,
                filter,
                outputFields,
                metric,
                parameters,
                roundDecimal,
                ignoreGrowing,
                consistency,
                keys,
                newGrouping);
    }
}
