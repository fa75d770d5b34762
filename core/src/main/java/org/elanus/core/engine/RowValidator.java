package org.elanus.core.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.index.SparseVectors;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Checks the rows of a mutation against the schema and completes them, so that everything behind it can rely on them:
 * every stored field is there, in the schema's order, with the right type, width and length. Every error names field,
 * row and the allowed range.
 */
final class RowValidator {

    /** The longest JSON value in bytes of UTF-8, as in Milvus. */
    static final int MAX_JSON_BYTES = 65_536;

    private static final int MAX_JSON_DEPTH = 128;
    private static final long MAX_DEFAULT_BYTES = 256L << 20;

    private final JsonFactory json = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_JSON_DEPTH)
                    .build())
            .build();

    /**
     * @param generatedKeys takes the place of the primary key when the server gives it; null when the caller gave it
     */
    ColumnBatch complete(CollectionEntry collection, ColumnBatch rows, @Nullable Column generatedKeys) {
        CollectionSchema schema = collection.info().schema();
        if (rows.rows() < 1) {
            throw ElanusException.invalid("num_rows must be 1 or more, not %d", rows.rows());
        }
        for (String name : rows.columns().keySet()) {
            if (schema.find(name).isEmpty()) {
                throw ElanusException.invalid(
                        "field '%s' is not in the schema of collection '%s'; fields are %s",
                        name,
                        collection.info().name(),
                        schema.fields().stream().map(FieldSchema::name).toList());
            }
        }
        requireBounded(schema, rows);
        Map<String, Column> complete = new LinkedHashMap<>();
        for (FieldSchema field : schema.fields()) {
            Column given = rows.column(field.name());
            Column column = field.primaryKey() && generatedKeys != null
                    ? generatedKeys
                    : given == null ? absent(field, rows.rows()) : check(schema, field, given);
            complete.put(field.name(), column);
        }
        return new ColumnBatch(rows.rows(), complete);
    }

    /** Before anything is made for absent fields: what is there, and what defaults would take. */
    void requireBounded(CollectionSchema schema, ColumnBatch rows) {
        long defaults = 0;
        for (FieldSchema field : schema.fields()) {
            boolean generated = field.primaryKey() && field.autoId();
            if (rows.column(field.name()) == null && !generated) {
                if (field.defaultValue() == null && !field.dynamic() && !field.nullable()) {
                    throw missing(field);
                }
                long each = field.defaultValue() instanceof String text ? 4L + 3L * text.length() : 4L + field.width();
                defaults += each * rows.rows();
            }
        }
        if (defaults > MAX_DEFAULT_BYTES) {
            throw new ElanusException(
                    StandardErrorCode.ARGUMENT_TOO_LARGE,
                    "default values for " + rows.rows() + " rows would take about " + defaults + " bytes, at most "
                            + MAX_DEFAULT_BYTES + " are allowed; send fewer rows at once");
        }
    }

    private static Column absent(FieldSchema field, int rows) {
        if (field.defaultValue() != null) {
            return Rows.constant(field, rows, field.defaultValue());
        }
        if (field.dynamic()) {
            return Rows.constant(field, rows, "{}");
        }
        if (field.nullable()) {
            return Rows.nulls(field, rows);
        }
        throw missing(field);
    }

    private static ElanusException missing(FieldSchema field) {
        return new ElanusException(
                StandardErrorCode.INVALID_ARGUMENT,
                "field '" + field.name() + "' is missing; it is neither nullable nor has a default value");
    }

    /** Checks the primary keys of an upsert or a delete. */
    Column checkKeys(CollectionSchema schema, Column keys) {
        return check(schema, schema.primaryKey(), keys);
    }

    private Column check(CollectionSchema schema, FieldSchema field, Column given) {
        if (given.type() != field.type()) {
            throw ElanusException.invalid("field '%s' is of type %s, not %s", field.name(), field.type(), given.type());
        }
        Column column = given;
        if (given.validity() != null && Rows.hasNulls(given)) {
            if (field.defaultValue() != null) {
                column = Rows.fillNulls(field, given, field.defaultValue());
            } else if (field.dynamic()) {
                column = Rows.fillNulls(field, given, "{}");
            } else if (!field.nullable()) {
                throw ElanusException.invalid(
                        "field '%s' is not nullable, but row %d has no value", field.name(), firstNull(given));
            }
        }
        switch (column) {
            case FixedColumn fixed -> checkFixed(field, fixed);
            case VariableColumn variable -> checkVariable(schema, field, variable);
        }
        return column;
    }

    private static int firstNull(Column column) {
        int row = 0;
        while (!column.isNull(row)) {
            row++;
        }
        return row;
    }

    private static void checkFixed(FieldSchema field, FixedColumn column) {
        int width = field.width();
        if (column.width() != width) {
            if (field.type().isDenseVector()) {
                throw ElanusException.invalid(
                        "vectors of field '%s' must have dimension %d (%d bytes), not %d bytes",
                        field.name(), field.dimension(), width, column.width());
            }
            throw ElanusException.invalid(
                    "values of field '%s' must have %d bytes, not %d", field.name(), width, column.width());
        }
        MemorySegment data = column.data();
        switch (field.type()) {
            case FLOAT, FLOAT_VECTOR -> {
                int perRow = width / 4;
                long values = (long) column.rows() * perRow;
                for (long i = 0; i < values; i++) {
                    // exponent all ones: NaN or infinite
                    if ((data.get(FixedColumn.INT, 4 * i) & 0x7f80_0000) == 0x7f80_0000) {
                        refuseNotFinite(field, column, (int) (i / perRow), (int) (i % perRow));
                    }
                }
            }
            case DOUBLE -> {
                for (int row = 0; row < column.rows(); row++) {
                    if (!Double.isFinite(data.get(FixedColumn.DOUBLE, 8L * row))) {
                        refuseNotFinite(field, column, row, 0);
                    }
                }
            }
            case FLOAT16_VECTOR, BFLOAT16_VECTOR -> {
                int exponent = field.type() == DataType.FLOAT16_VECTOR ? 0x7c00 : 0x7f80;
                int perRow = width / 2;
                long values = (long) column.rows() * perRow;
                for (long i = 0; i < values; i++) {
                    if ((data.get(FixedColumn.SHORT, 2 * i) & exponent) == exponent) {
                        refuseNotFinite(field, column, (int) (i / perRow), (int) (i % perRow));
                    }
                }
            }
            default -> {
                // every bit pattern is a value
            }
        }
    }

    private static void refuseNotFinite(FieldSchema field, FixedColumn column, int row, int dimension) {
        if (!column.isNull(row)) {
            throw ElanusException.invalid(
                    "field '%s' row %d%s is NaN or infinite; only finite numbers are stored",
                    field.name(), row, field.type().isVector() ? " dimension " + dimension : "");
        }
    }

    private void checkVariable(CollectionSchema schema, FieldSchema field, VariableColumn column) {
        if (field.type() == DataType.ARRAY) {
            ArrayRules.check(field, column);
            return;
        }
        int maxLength = field.type() == DataType.VARCHAR
                ? field.maxLength()
                : field.type() == DataType.JSON ? MAX_JSON_BYTES : Integer.MAX_VALUE;
        for (int row = 0; row < column.rows(); row++) {
            if (column.length(row) > maxLength) {
                throw ElanusException.invalid(
                        "field '%s' row %d has %d bytes, the allowed length is 0 to %d bytes",
                        field.name(), row, column.length(row), maxLength);
            }
            if (field.type() == DataType.JSON && !column.isNull(row)) {
                checkJson(schema, field, row, column.getBytes(row));
            } else if (field.type() == DataType.SPARSE_FLOAT_VECTOR && !column.isNull(row)) {
                String fault = SparseVectors.fault(column.slice(row));
                if (fault != null) {
                    throw ElanusException.invalid("field '%s' row %d %s", field.name(), row, fault);
                }
            } else if (field.type() == DataType.GEOMETRY && !column.isNull(row)) {
                String fault = WellKnownText.fault(column.getString(row));
                if (fault != null) {
                    throw ElanusException.invalid("field '%s' row %d %s", field.name(), row, fault);
                }
            }
        }
    }

    private void checkJson(CollectionSchema schema, FieldSchema field, int row, byte[] text) {
        try (JsonParser parser = json.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null || (field.dynamic() && first != JsonToken.START_OBJECT)) {
                throw ElanusException.invalid(
                        "field '%s' row %d must hold a JSON %s",
                        field.name(), row, field.dynamic() ? "object" : "value");
            }
            int depth = 0;
            for (JsonToken token = first; token != null; token = parser.nextToken()) {
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (field.dynamic()
                        && depth == 1
                        && token == JsonToken.FIELD_NAME
                        && schema.find(parser.currentName()).isPresent()) {
                    throw ElanusException.invalid(
                            "row %d has the dynamic key '%s', which is a field of the schema",
                            row, parser.currentName());
                }
                if (depth == 0 && token != first && parser.nextToken() != null) {
                    throw ElanusException.invalid(
                            "field '%s' row %d has text behind its JSON value", field.name(), row);
                }
            }
        } catch (IOException e) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT,
                    "field '" + field.name() + "' row " + row + " is not valid JSON (nesting is allowed to a depth of "
                            + MAX_JSON_DEPTH + ")",
                    e);
        }
    }
}
