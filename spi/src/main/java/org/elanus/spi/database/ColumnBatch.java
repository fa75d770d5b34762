package org.elanus.spi.database;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/** Columns of equal length by field name, in order. */
public record ColumnBatch(int rows, Map<String, Column> columns) {

    public ColumnBatch {
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        for (Map.Entry<String, Column> entry : columns.entrySet()) {
            if (entry.getValue().rows() != rows) {
                throw ElanusException.invalid(
                        "field '%s' has %d rows, but the batch has %d",
                        entry.getKey(), entry.getValue().rows(), rows);
            }
        }
    }

    public @Nullable Column column(String name) {
        return columns.get(name);
    }
}
