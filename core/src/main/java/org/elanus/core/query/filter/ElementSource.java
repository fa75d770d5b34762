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
            case JsonValue json -> {
                VariableColumn column =
                        (VariableColumn) chunk.column(json.field().name());
                JsonPathReader reader = new JsonPathReader(column, json.path());
                yield (row, elements) -> {
                    reader.load(row, elements);
                    if (elements.isMissing() && json.isPresent(column, row)) {
                        elements.setOther();
                    }
                };
            }
            default -> throw new IllegalStateException("not an array");
        };
    }
}
