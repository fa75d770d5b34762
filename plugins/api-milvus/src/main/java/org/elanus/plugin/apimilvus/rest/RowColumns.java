package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.CollectionSchema;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.JSONArray;
import org.elanus.milvus.proto.ScalarField;
import org.elanus.plugin.apimilvus.wire.FloatPayloads;
import org.jspecify.annotations.Nullable;

/** Turns rows of JSON objects into the columns of an insert, while reading. */
final class RowColumns {

    private static final String DYNAMIC = "$meta";

    /** Rows as a request carries them. @param floats beside the message, by position of the field */
    record Batch(int rows, List<FieldData> fields, FloatPayloads floats) {}

    private final CollectionSchema schema;
    private final boolean partial;
    private final Map<String, RowColumn> columns = new LinkedHashMap<>();
    private final Map<String, FieldSchema> fields = new HashMap<>();
    private final JSONArray.Builder dynamic = JSONArray.newBuilder();
    private boolean anyDynamic;
    private int rows;

    private RowColumns(CollectionSchema schema, boolean partial) {
        this.schema = schema;
        this.partial = partial;
        for (FieldSchema field : schema.getFieldsList()) {
            fields.put(field.getName(), field);
            columns.put(field.getName(), RowColumn.of(field));
        }
    }

    /**
     * Reads a list of rows, or one.
     *
     * @param partial whether rows may leave out any field
     * @throws RestException naming the row and the field that is wrong
     */
    static Batch read(JsonSlice data, CollectionSchema schema, boolean partial) {
        RowColumns columns = new RowColumns(schema, partial);
        try (JsonParser parser = data.parser()) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_OBJECT) {
                columns.row(parser);
            } else if (token == JsonToken.START_ARRAY) {
                for (token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                    if (token != JsonToken.START_OBJECT) {
                        throw RestException.wrongRow("row " + columns.rows + " is no object");
                    }
                    columns.row(parser);
                }
            } else {
                throw RestException.wrongFormat("'data' must be a list of objects");
            }
        } catch (JsonProcessingException e) {
            throw Json.malformed(e);
        } catch (IOException e) {
            throw RestException.wrongFormat("the rows cannot be read");
        }
        if (columns.rows == 0) {
            throw RestException.missing("data");
        }
        return columns.batch();
    }

    private void row(JsonParser parser) throws IOException {
        ByteArrayOutputStream bytes = null;
        JsonGenerator others = null;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            RowColumn column = columns.get(name);
            try {
                if (column != null) {
                    value(fields.get(name), column, parser, token);
                } else if (token != JsonToken.VALUE_NULL) {
                    checkDynamic(name);
                    if (others == null) {
                        bytes = new ByteArrayOutputStream();
                        others = Json.FACTORY.createGenerator(bytes);
                        others.writeStartObject();
                    }
                    others.writeFieldName(Json.wellFormed(name));
                    JsonTexts.copy(parser, others);
                }
            } catch (WrongValueException e) {
                throw RestException.wrongRow("row " + rows + ", field '" + Json.shortened(name) + "': " + e.text());
            }
        }
        dynamic.addData(members(others, bytes));
        rows++;
        for (Map.Entry<String, RowColumn> entry : columns.entrySet()) {
            if (entry.getValue().rows() < rows) {
                absent(fields.get(entry.getKey()), entry.getValue());
            }
        }
    }

    private ByteString members(@Nullable JsonGenerator others, @Nullable ByteArrayOutputStream bytes)
            throws IOException {
        if (others == null || bytes == null) {
            return EMPTY;
        }
        anyDynamic = true;
        others.writeEndObject();
        others.close();
        return ByteString.copyFrom(bytes.toByteArray());
    }

    private static final ByteString EMPTY = ByteString.copyFromUtf8("{}");

    private void checkDynamic(String name) {
        if (!schema.getEnableDynamicField()) {
            throw new WrongValueException(
                    "the collection has no such field, and no dynamic field; its fields are " + columns.keySet());
        }
        if (name.equals(DYNAMIC)) {
            throw new WrongValueException("the name is reserved");
        }
    }

    private static boolean optional(FieldSchema field) {
        return field.getNullable() || field.hasDefaultValue();
    }

    private static void value(@Nullable FieldSchema field, RowColumn column, JsonParser parser, JsonToken token)
            throws IOException {
        if (token != JsonToken.VALUE_NULL) {
            column.value(parser, token);
        } else if (field != null && optional(field)) {
            column.nothing();
        } else if (field == null || !field.getAutoID()) {
            throw new WrongValueException("it is null, but the field is not nullable");
        }
    }

    /** The row that was read last does not name the field. */
    private void absent(@Nullable FieldSchema field, RowColumn column) {
        if (field == null || (column.rows() == 0 && (partial || field.getAutoID()))) {
            return; // it may be absent from every row
        }
        if (partial || field.getAutoID()) {
            throw RestException.wrongRow("field '" + field.getName() + "' is in some rows, but not in all");
        }
        if (!optional(field)) {
            throw RestException.wrongRow("row " + (rows - 1) + " does not have field '" + field.getName() + "'");
        }
        column.nothing();
    }

    private Batch batch() {
        List<FieldData> all = new ArrayList<>();
        Map<Integer, MemorySegment> floats = new HashMap<>();
        for (Map.Entry<String, RowColumn> entry : columns.entrySet()) {
            RowColumn column = entry.getValue();
            if (column.rows() == 0) {
                continue;
            }
            if (column.rows() != rows) {
                throw RestException.wrongRow("field '" + entry.getKey() + "' is in some rows, but not in all");
            }
            MemorySegment payload = column.floats();
            if (payload != null) {
                floats.put(all.size(), payload);
            }
            all.add(column.build());
        }
        if (schema.getEnableDynamicField() && (anyDynamic || !partial)) {
            all.add(FieldData.newBuilder()
                    .setFieldName(DYNAMIC)
                    .setType(DataType.JSON)
                    .setIsDynamic(true)
                    .setScalars(ScalarField.newBuilder().setJsonData(dynamic))
                    .build());
        }
        return new Batch(rows, all, new FloatPayloads(floats));
    }
}
