package org.elanus.spi.database;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hits of all queries, one query after the other, best first.
 *
 * @param counts hits of each query
 * @param keys primary keys of all hits
 * @param rows the asked fields of all hits; {@link FieldSchema#DYNAMIC_NAME} when dynamic keys were asked for
 * @param outputFields the names asked for, with {@code *} resolved
 * @param timestamp hybrid: the read saw everything up to it
 * @param groups the value by which each hit is grouped, VARCHAR for one in JSON; null without grouping
 */
public record SearchResult(
        String primaryKey,
        int[] counts,
        Column keys,
        float[] scores,
        ColumnBatch rows,
        List<String> outputFields,
        long timestamp,
        @Nullable Column groups) {

    public SearchResult {
        outputFields = List.copyOf(outputFields);
    }

    /** Without grouping. */
    public SearchResult(
            String primaryKey,
            int[] counts,
            Column keys,
            float[] scores,
            ColumnBatch rows,
            List<String> outputFields,
            long timestamp) {
        this(primaryKey, counts, keys, scores, rows, outputFields, timestamp, null);
    }
}
