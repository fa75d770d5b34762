package org.elanus.core.query.filter;

import org.elanus.core.query.filter.Operand.ArrayField;
import org.elanus.core.query.filter.Operand.JsonValue;
import org.elanus.core.segment.RowChunk;
import org.elanus.spi.database.VariableColumn;

/** Reads arrays row by row. For one thread. */
interface ElementSource {

    void load(int row, Elements elements);

    /** @param array an ARRAY field or a JSON value */
    static ElementSource of(Operand array, RowChunk chunk) {
        return switch (array) {
            case ArrayField(var field) -> new ArrayReader((VariableColumn) chunk.column(field.name()), field, 0);
            case JsonValue(var field, var path) ->
                new JsonPathReader((VariableColumn) chunk.column(field.name()), path);
            default -> throw new IllegalStateException("not an array");
        };
    }
}
