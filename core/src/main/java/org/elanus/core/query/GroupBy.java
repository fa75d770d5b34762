package org.elanus.core.query;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.query.filter.JsonPath;
import org.elanus.core.segment.RowChunk;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Grouping;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/**
 * What hits are grouped by, checked against the schema.
 *
 * @param field null when the values lie in JSON
 * @param path null when they are a field
 * @param size the most hits of a group
 */
record GroupBy(@Nullable FieldSchema field, @Nullable JsonPath path, int size) {

    static GroupBy of(CollectionSchema schema, Grouping grouping) {
        FieldSchema field = schema.find(grouping.field()).orElse(null);
        if (field != null) {
            CollectionEntry.requireLoaded(field);
        }
        if (field == null || field.type() == DataType.JSON) {
            return new GroupBy(null, JsonPath.of(grouping.field(), schema), grouping.size());
        }
        if (!field.type().isInteger() && field.type() != DataType.BOOL && field.type() != DataType.VARCHAR) {
            throw ElanusException.invalid(
                    "unsupported data type %s for group by: field '%s' must be BOOL, INT8, INT16, INT32, INT64, VARCHAR "
                            + "or lie in JSON",
                    field.type(), field.name());
        }
        return new GroupBy(field, null, grouping.size());
    }

    /** The values of rows. */
    Column values(RowSpace space, long[] rows, CallGuard guard) {
        if (field != null) {
            return new Gathering(space, rows, guard).column(field);
        }
        List<String> texts = new ArrayList<>(rows.length);
        byte[] present = new byte[(rows.length + 7) / 8];
        boolean missing = false;
        for (int i = 0; i < rows.length; i++) {
            RowChunk chunk = space.chunk(rows[i]);
            String text = path().bind(chunk).text(RowSpace.place(chunk, rows[i]));
            texts.add(text == null ? "" : text);
            missing |= text == null;
            present[i >>> 3] |= (byte) (text == null ? 0 : 1 << (i & 7));
        }
        VariableColumn column = Columns.strings(DataType.VARCHAR, texts);
        return missing
                ? new VariableColumn(
                        DataType.VARCHAR, rows.length, column.offsets(), column.bytes(), MemorySegment.ofArray(present))
                : column;
    }

    @Override
    public JsonPath path() {
        if (path == null) {
            throw new IllegalStateException("not in JSON");
        }
        return path;
    }
}
