package org.elanus.plugin.apimilvus.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.FieldPartialUpdateOp;
import org.elanus.plugin.apimilvus.wire.PickedRows;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/**
 * Completes the rows of an upsert that names only some fields with what is stored, as Milvus does: it reads the rows by
 * their keys, merges, and upserts whole rows. Two partial updates of one row at the same time may lose one of them.
 */
final class PartialUpdates {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Database database;

    PartialUpdates(Database database) {
        this.database = database;
    }

    ColumnBatch complete(
            CallContext context,
            String collection,
            String partition,
            ColumnBatch given,
            List<FieldPartialUpdateOp> operations) {
        CollectionSchema schema = database.collection(context, collection).schema();
        String key = schema.primaryKey().name();
        Column keys = given.column(key);
        if (keys == null) {
            throw ElanusException.invalid("a partial update needs the primary key '%s' of each row", key);
        }
        requireTypes(schema, given);
        ColumnBatch stored = database.query(
                        context,
                        new QueryRequest(
                                collection,
                                partition.isEmpty() ? List.of() : List.of(partition),
                                new Filter(key + " in {keys}", Map.of("keys", values(keys))),
                                List.of("*"),
                                -1,
                                0,
                                false,
                                Consistency.STRONG))
                .rows();
        int[] rows = match(keys, stored.column(key));
        Map<String, Column> columns = new LinkedHashMap<>(given.columns());
        for (FieldSchema field : schema.fields()) {
            Column old = stored.rows() == 0 ? null : stored.column(field.name());
            Column now = given.column(field.name());
            if (now == null && old != null) {
                columns.put(field.name(), PickedRows.of(old, rows));
            } else if (now != null && old != null && field.name().equals(FieldSchema.DYNAMIC_NAME)) {
                columns.put(field.name(), merged((VariableColumn) now, (VariableColumn) old, rows));
            }
        }
        for (FieldPartialUpdateOp operation : operations) {
            apply(operation, schema, columns, stored, rows);
        }
        return new ColumnBatch(given.rows(), columns);
    }

    /** What is merged here is read before the database checks it. */
    private static void requireTypes(CollectionSchema schema, ColumnBatch given) {
        for (FieldSchema field : schema.fields()) {
            Column column = given.column(field.name());
            if (column != null && column.type() != field.type()) {
                throw ElanusException.invalid(
                        "field '%s' is of type %s, not %s", field.name(), field.type(), column.type());
            }
        }
    }

    private static List<Object> values(Column keys) {
        List<Object> values = new ArrayList<>(keys.rows());
        for (int row = 0; row < keys.rows(); row++) {
            values.add(value(keys, row));
        }
        return values;
    }

    private static Object value(Column keys, int row) {
        return keys instanceof FixedColumn numbers
                ? (Object) numbers.getLong(row)
                : ((VariableColumn) keys).getString(row);
    }

    /** For each key its row among the stored ones. */
    private static int[] match(Column keys, @Nullable Column stored) {
        Map<Object, Integer> found = new HashMap<>();
        for (int row = 0; stored != null && row < stored.rows(); row++) {
            found.put(value(stored, row), row);
        }
        int[] rows = new int[keys.rows()];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = found.getOrDefault(value(keys, row), PickedRows.NONE);
        }
        return rows;
    }

    /** Dynamic keys that the request does not name stay. */
    private static VariableColumn merged(VariableColumn now, VariableColumn old, int[] rows) {
        List<byte[]> values = new ArrayList<>(rows.length);
        for (int row = 0; row < rows.length; row++) {
            byte[] before = PickedRows.bytes(old, rows[row]);
            byte[] after = PickedRows.bytes(now, row);
            values.add(after == null ? (before == null ? new byte[] {'{', '}'} : before) : merged(before, after));
        }
        return Columns.bytes(DataType.JSON, values);
    }

    private static byte[] merged(byte @Nullable [] before, byte[] after) {
        if (before == null) {
            return after;
        }
        try {
            JsonNode changes = JSON.readTree(after);
            if (JSON.readTree(before) instanceof ObjectNode object && changes instanceof ObjectNode members) {
                object.setAll(members);
                return JSON.writeValueAsBytes(object);
            }
            return after; // no object: the database refuses it
        } catch (JsonProcessingException e) {
            throw ElanusException.invalid("field '%s' holds a value that is not valid JSON", FieldSchema.DYNAMIC_NAME);
        } catch (IOException e) {
            throw new IllegalStateException("reading bytes in memory failed", e);
        }
    }

    private static void apply(
            FieldPartialUpdateOp operation,
            CollectionSchema schema,
            Map<String, Column> columns,
            ColumnBatch stored,
            int[] rows) {
        if (operation.getOp() == FieldPartialUpdateOp.OpType.REPLACE) {
            return;
        }
        FieldSchema field = schema.field(operation.getFieldName());
        DataType element = field.elementType();
        Column given = columns.get(field.name());
        if (element == null || !(given instanceof VariableColumn changes)) {
            throw ElanusException.invalid(
                    "operation %s needs values of an array field, which '%s' is not", operation.getOp(), field.name());
        }
        VariableColumn old = (VariableColumn) stored.column(field.name());
        List<byte[]> values = new ArrayList<>(rows.length);
        for (int row = 0; row < rows.length; row++) {
            if (rows[row] == PickedRows.NONE || old == null) {
                throw ElanusException.invalid(
                        "operation %s on field '%s': row %d of the request does not exist",
                        operation.getOp(), field.name(), row);
            }
            byte[] before = PickedRows.bytes(old, rows[row]);
            byte[] change = PickedRows.bytes(changes, row);
            values.add(
                    switch (operation.getOp()) {
                        case ARRAY_APPEND -> ArrayChanges.append(element, before, change);
                        case ARRAY_REMOVE -> ArrayChanges.remove(element, before, change);
                        default ->
                            throw ElanusException.invalid(
                                    "operation %d on field '%s' is unknown", operation.getOpValue(), field.name());
                    });
        }
        columns.put(field.name(), Columns.bytes(DataType.ARRAY, values));
    }
}
