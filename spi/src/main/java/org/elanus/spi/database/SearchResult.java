package org.elanus.spi.database;

import java.util.List;

/**
 * The hits of all queries, one query after the other, best first.
 *
 * @param counts hits of each query
 * @param keys primary keys of all hits
 * @param rows the asked fields of all hits; {@link FieldSchema#DYNAMIC_NAME} when dynamic keys were asked for
 * @param outputFields the names asked for, with {@code *} resolved
 * @param timestamp hybrid: the read saw everything up to it
 */
public record SearchResult(
        String primaryKey,
        int[] counts,
        Column keys,
        float[] scores,
        ColumnBatch rows,
        List<String> outputFields,
        long timestamp) {

    public SearchResult {
        outputFields = List.copyOf(outputFields);
    }
}
