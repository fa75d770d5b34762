package org.elanus.spi.database;

import java.util.List;

/**
 * The rows that passed, in ascending order of primary key.
 *
 * @param rows the asked fields and the primary key, or one INT64 column {@link QueryRequest#COUNT}; when nothing passed,
 *     empty columns
 * @param timestamp hybrid: the read saw everything up to it
 */
public record QueryResult(String primaryKey, ColumnBatch rows, List<String> outputFields, long timestamp) {

    public QueryResult {
        outputFields = List.copyOf(outputFields);
    }
}
