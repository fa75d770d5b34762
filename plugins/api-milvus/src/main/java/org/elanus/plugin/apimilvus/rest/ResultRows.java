package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.ScalarField;
import org.elanus.milvus.proto.VectorField;

/**
 * Writes columns of a result as JSON objects, one a row, first to last. Vectors of 32 bits and of Int8 are lists, sparse
 * ones objects, other vectors Base64 of their bytes; a JSON field is a string that holds its text; keys of the dynamic field stand beside
 * the fields.
 */
final class ResultRows {

    private final List<FieldData> columns;
    private final Set<String> dynamicKeys = new HashSet<>();
    private final boolean allDynamicKeys;
    private final boolean longNumbers;

    /** Vectors that have been written, by column: nulls have none. */
    private final int[] vectors;

    private int next;

    /** @param asked names that the result says were asked for */
    ResultRows(List<FieldData> columns, List<String> asked, boolean longNumbers) {
        this.columns = columns;
        this.longNumbers = longNumbers;
        this.vectors = new int[columns.size()];
        Set<String> names = new HashSet<>();
        boolean all = false;
        for (FieldData column : columns) {
            if (column.getIsDynamic()) {
                all |= asked.contains(column.getFieldName());
            } else {
                names.add(column.getFieldName());
            }
        }
        for (String name : asked) {
            if (!names.contains(name)) {
                dynamicKeys.add(name);
            }
        }
        allDynamicKeys = all;
    }

    /** How many rows the columns have. */
    static int count(List<FieldData> columns) {
        if (columns.isEmpty()) {
            return 0;
        }
        FieldData column = columns.getFirst();
        if (column.getValidDataCount() > 0) {
            return column.getValidDataCount();
        }
        if (column.hasVectors()) {
            VectorField data = column.getVectors();
            long dimension = Math.max(1, data.getDim());
            return (int)
                    switch (data.getDataCase()) {
                        case FLOAT_VECTOR -> data.getFloatVector().getDataCount() / dimension;
                        case BINARY_VECTOR -> data.getBinaryVector().size() * 8L / dimension;
                        case FLOAT16_VECTOR -> data.getFloat16Vector().size() / 2 / dimension;
                        case BFLOAT16_VECTOR -> data.getBfloat16Vector().size() / 2 / dimension;
                        case INT8_VECTOR -> data.getInt8Vector().size() / dimension;
                        case SPARSE_FLOAT_VECTOR ->
                            (long) data.getSparseFloatVector().getContentsCount();
                        default -> 0L;
                    };
        }
        ScalarField data = column.getScalars();
        return switch (data.getDataCase()) {
            case BOOL_DATA -> data.getBoolData().getDataCount();
            case INT_DATA -> data.getIntData().getDataCount();
            case LONG_DATA -> data.getLongData().getDataCount();
            case FLOAT_DATA -> data.getFloatData().getDataCount();
            case DOUBLE_DATA -> data.getDoubleData().getDataCount();
            case STRING_DATA -> data.getStringData().getDataCount();
            case JSON_DATA -> data.getJsonData().getDataCount();
            case ARRAY_DATA -> data.getArrayData().getDataCount();
            case GEOMETRY_WKT_DATA -> data.getGeometryWktData().getDataCount();
            default -> 0;
        };
    }

    /** The members of the next row. @param taken names that the row has already, which it grows by */
    void write(JsonGenerator generator, Set<String> taken) throws IOException {
        int row = next++;
        FieldData dynamic = null;
        for (int i = 0; i < columns.size(); i++) {
            FieldData column = columns.get(i);
            if (column.getIsDynamic()) {
                dynamic = column;
                continue;
            }
            boolean present = column.getValidDataCount() == 0 || column.getValidData(row);
            int vector = vectors[i];
            if (present) {
                vectors[i]++;
            }
            if (!taken.add(column.getFieldName())) {
                continue;
            }
            generator.writeFieldName(column.getFieldName());
            if (!present) {
                generator.writeNull();
            } else if (column.hasVectors()) {
                vector(generator, column.getVectors(), vector);
            } else {
                scalar(generator, column.getType(), column.getScalars(), row);
            }
        }
        if (dynamic != null && (dynamic.getValidDataCount() == 0 || dynamic.getValidData(row))) {
            dynamic(generator, dynamic.getScalars().getJsonData().getData(row), taken);
        }
    }

    private void scalar(JsonGenerator generator, DataType type, ScalarField data, int row) throws IOException {
        switch (data.getDataCase()) {
            case BOOL_DATA -> generator.writeBoolean(data.getBoolData().getData(row));
            case INT_DATA -> generator.writeNumber(data.getIntData().getData(row));
            case LONG_DATA -> whole(generator, data.getLongData().getData(row));
            case FLOAT_DATA -> generator.writeNumber(data.getFloatData().getData(row));
            case DOUBLE_DATA -> generator.writeNumber(data.getDoubleData().getData(row));
            case STRING_DATA -> generator.writeString(data.getStringData().getData(row));
            case GEOMETRY_WKT_DATA ->
                generator.writeString(data.getGeometryWktData().getData(row));
            case JSON_DATA -> generator.writeString(text(data.getJsonData().getData(row)));
            case ARRAY_DATA -> {
                ScalarField array = data.getArrayData().getData(row);
                generator.writeStartArray();
                int count = elements(array);
                for (int i = 0; i < count; i++) {
                    scalar(generator, type, array, i);
                }
                generator.writeEndArray();
            }
            default -> generator.writeNull();
        }
    }

    private static int elements(ScalarField array) {
        return switch (array.getDataCase()) {
            case BOOL_DATA -> array.getBoolData().getDataCount();
            case INT_DATA -> array.getIntData().getDataCount();
            case LONG_DATA -> array.getLongData().getDataCount();
            case FLOAT_DATA -> array.getFloatData().getDataCount();
            case DOUBLE_DATA -> array.getDoubleData().getDataCount();
            case STRING_DATA -> array.getStringData().getDataCount();
            default -> 0;
        };
    }

    void whole(JsonGenerator generator, long value) throws IOException {
        whole(generator, value, longNumbers);
    }

    static void whole(JsonGenerator generator, long value, boolean asNumber) throws IOException {
        if (asNumber) {
            generator.writeNumber(value);
        } else {
            generator.writeString(Long.toString(value));
        }
    }

    private static void vector(JsonGenerator generator, VectorField data, int vector) throws IOException {
        int dimension = (int) data.getDim();
        switch (data.getDataCase()) {
            case FLOAT_VECTOR -> {
                generator.writeStartArray();
                for (int i = vector * dimension; i < (vector + 1) * dimension; i++) {
                    generator.writeNumber(data.getFloatVector().getData(i));
                }
                generator.writeEndArray();
            }
            case INT8_VECTOR -> {
                generator.writeStartArray();
                for (int i = vector * dimension; i < (vector + 1) * dimension; i++) {
                    generator.writeNumber(data.getInt8Vector().byteAt(i));
                }
                generator.writeEndArray();
            }
            case BINARY_VECTOR -> encoded(generator, data.getBinaryVector(), vector, dimension / 8);
            case FLOAT16_VECTOR -> encoded(generator, data.getFloat16Vector(), vector, dimension * 2);
            case BFLOAT16_VECTOR -> encoded(generator, data.getBfloat16Vector(), vector, dimension * 2);
            case SPARSE_FLOAT_VECTOR ->
                sparse(generator, data.getSparseFloatVector().getContents(vector));
            default -> generator.writeNull();
        }
    }

    private static void sparse(JsonGenerator generator, ByteString vector) throws IOException {
        ByteBuffer pairs = vector.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        generator.writeStartObject();
        while (pairs.remaining() >= 8) {
            generator.writeFieldName(Integer.toUnsignedString(pairs.getInt()));
            generator.writeNumber(pairs.getFloat());
        }
        generator.writeEndObject();
    }

    private static void encoded(JsonGenerator generator, ByteString all, int vector, int width) throws IOException {
        generator.writeBinary(
                all.substring(vector * width, (vector + 1) * width).toByteArray());
    }

    /** Written as they are stored, whatever a number or a text in them is like. */
    private void dynamic(JsonGenerator generator, ByteString json, Set<String> taken) throws IOException {
        byte[] bytes = json.toByteArray();
        try (JsonParser parser = Json.FACTORY.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return;
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                int from = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                parser.finishToken();
                int to = (int) parser.currentLocation().getByteOffset();
                if ((allDynamicKeys || dynamicKeys.contains(name)) && taken.add(name)) {
                    generator.writeFieldName(text(ByteString.copyFromUtf8(name)));
                    generator.writeRawValue(new String(bytes, from, to - from, StandardCharsets.UTF_8));
                }
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a dynamic field holds what is no JSON", e);
        }
    }

    private static String text(ByteString utf8) {
        return utf8.toStringUtf8();
    }
}
