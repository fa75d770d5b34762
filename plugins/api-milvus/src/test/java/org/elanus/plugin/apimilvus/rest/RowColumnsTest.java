package org.elanus.plugin.apimilvus.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.CollectionSchema;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.FloatArray;
import org.elanus.milvus.proto.ValueField;
import org.elanus.plugin.apimilvus.wire.FieldDataDecoder;
import org.elanus.plugin.apimilvus.wire.KeyValues;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.error.ElanusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of JSON to columns, and columns to rows of JSON. */
class RowColumnsTest {

    private static FieldSchema.Builder field(String name, DataType type) {
        return FieldSchema.newBuilder().setName(name).setDataType(type);
    }

    private static FieldSchema.Builder vector(String name, DataType type, int dimension) {
        return field(name, type).addTypeParams(KeyValues.pair("dim", Integer.toString(dimension)));
    }

    private static CollectionSchema schema(boolean dynamic, FieldSchema.Builder... fields) {
        CollectionSchema.Builder schema = CollectionSchema.newBuilder().setEnableDynamicField(dynamic);
        for (FieldSchema.Builder field : fields) {
            schema.addFields(field);
        }
        return schema.build();
    }

    private static JsonSlice slice(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return new JsonSlice(bytes, 0, bytes.length);
    }

    private static ColumnBatch decode(RowColumns.Batch batch) {
        return FieldDataDecoder.decode(batch.fields(), batch.rows(), batch.floats(), ZoneOffset.UTC, Map.of());
    }

    private static RowColumns.Batch read(CollectionSchema schema, String rows) {
        return RowColumns.read(slice(rows), schema, false);
    }

    /** As a result carries columns: floats in the message, scalars as long as the rows. */
    private static List<FieldData> asResult(RowColumns.Batch batch) {
        List<FieldData> result = new ArrayList<>();
        for (int i = 0; i < batch.fields().size(); i++) {
            FieldData field = batch.fields().get(i);
            if (batch.floats().byField().containsKey(i)) {
                FloatArray.Builder floats = FloatArray.newBuilder();
                for (float value : batch.floats().byField().get(i).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)) {
                    floats.addData(value);
                }
                field = field.toBuilder()
                        .setVectors(field.getVectors().toBuilder().setFloatVector(floats))
                        .build();
            }
            result.add(field);
        }
        return result;
    }

    private static JsonNode write(List<FieldData> columns, List<String> asked, boolean longNumbers, int count)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ResultRows rows = new ResultRows(columns, asked, longNumbers);
        try (JsonGenerator generator = Json.FACTORY.createGenerator(bytes)) {
            generator.writeStartArray();
            for (int row = 0; row < count; row++) {
                generator.writeStartObject();
                rows.write(generator, new HashSet<>());
                generator.writeEndObject();
            }
            generator.writeEndArray();
        }
        return new ObjectMapper().readTree(bytes.toByteArray());
    }

    @Test
    void valuesOfEveryTypeComeBackAsTheyWere() throws IOException {
        CollectionSchema schema = schema(
                true,
                field("bool", DataType.Bool),
                field("i8", DataType.Int8),
                field("i16", DataType.Int16),
                field("i32", DataType.Int32),
                field("i64", DataType.Int64),
                field("f32", DataType.Float),
                field("f64", DataType.Double),
                field("text", DataType.VarChar),
                field("json", DataType.JSON),
                field("longs", DataType.Array).setElementType(DataType.Int64),
                field("texts", DataType.Array).setElementType(DataType.VarChar),
                vector("v", DataType.FloatVector, 3),
                vector("half", DataType.Float16Vector, 2),
                vector("brain", DataType.BFloat16Vector, 2),
                vector("bytes", DataType.Int8Vector, 2),
                vector("bits", DataType.BinaryVector, 16));
        String row = """
                {"bool":true,"i8":-128,"i16":32767,"i32":-2147483648,"i64":9223372036854775807,"f32":0.1,"f64":1e-300,
                 "text":"ä\\u0000😀","json":{"a":[1,{"b":null}],"n":1.50},"longs":[1,-9223372036854775808],"texts":["","x"],
                 "v":[0.1,-2,3e10],"half":[1.5,-65504],"brain":[1,3.0],"bytes":[-128,127],"bits":[255,1],
                 "extra":{"deep":[1.0,12345678901234567890]},"word":"w"}""";
        RowColumns.Batch batch = read(schema, "[" + row + "]");
        assertThat(batch.rows()).isEqualTo(1);
        List<FieldData> columns = asResult(batch);
        assertThat(ResultRows.count(columns)).isEqualTo(1);
        JsonNode back = write(columns, List.of("$meta"), true, 1).get(0);
        assertThat(back.get("bool").booleanValue()).isTrue();
        assertThat(back.get("i8").intValue()).isEqualTo(-128);
        assertThat(back.get("i16").intValue()).isEqualTo(32767);
        assertThat(back.get("i32").intValue()).isEqualTo(Integer.MIN_VALUE);
        assertThat(back.get("i64").longValue()).isEqualTo(Long.MAX_VALUE);
        assertThat(back.get("f32").toString()).isEqualTo("0.1");
        assertThat(back.get("f64").doubleValue()).isEqualTo(1e-300);
        assertThat(back.get("text").textValue()).isEqualTo("ä\0😀");
        assertThat(back.get("json").textValue()).isEqualTo("{\"a\":[1,{\"b\":null}],\"n\":1.50}");
        assertThat(back.get("longs")).hasToString("[1,-9223372036854775808]");
        assertThat(back.get("texts")).hasToString("[\"\",\"x\"]");
        assertThat(back.get("v")).hasToString("[0.1,-2.0,3.0E10]");
        assertThat(back.get("half").binaryValue()).containsExactly(0x00, 0x3e, 0xff, 0xfb);
        assertThat(back.get("brain").binaryValue()).containsExactly(0x80, 0x3f, 0x40, 0x40);
        assertThat(back.get("bytes")).hasToString("[-128,127]");
        assertThat(back.get("bits").binaryValue()).containsExactly(0xff, 1);
        assertThat(back.get("extra")).hasToString("{\"deep\":[1.0,12345678901234567890]}");
        assertThat(back.get("word").textValue()).isEqualTo("w");

        // What was answered may be sent again.
        JsonNode asText = write(columns, List.of("$meta"), false, 1);
        assertThat(asText.get(0).get("i64").textValue()).isEqualTo("9223372036854775807");
        assertThat(asText.get(0).get("longs")).hasToString("[\"1\",\"-9223372036854775808\"]");
        RowColumns.Batch again = read(schema, asText.toString());
        assertThat(asResult(again).subList(0, 16)).isEqualTo(columns.subList(0, 16));
    }

    @Test
    void nullsDefaultsAndAbsentMembersAreMissingValues() throws IOException {
        CollectionSchema schema = schema(
                false,
                field("id", DataType.Int64).setIsPrimaryKey(true).setAutoID(true),
                field("a", DataType.Int64).setNullable(true),
                field("b", DataType.VarChar).setDefaultValue(ValueField.newBuilder().setStringData("x")),
                vector("v", DataType.FloatVector, 2).setNullable(true),
                field("never", DataType.JSON).setNullable(true));
        RowColumns.Batch batch = read(schema, """
                [{"a":null,"b":"y"},{"v":[1,2]},{"a":3,"b":null,"v":null}]""");
        assertThat(batch.fields()).extracting(FieldData::getFieldName).containsExactly("a", "b", "v", "never");
        assertThat(batch.fields().get(0).getValidDataList()).containsExactly(false, false, true);
        assertThat(batch.fields().get(0).getScalars().getLongData().getDataList()).containsExactly(3L);
        assertThat(batch.fields().get(1).getValidDataList()).containsExactly(true, false, false);
        assertThat(batch.fields().get(2).getValidDataList()).containsExactly(false, true, false);
        assertThat(batch.fields().get(3).getValidDataList()).containsExactly(false, false, false);
        JsonNode vectors = write(List.of(asResult(batch).get(2)), List.of(), true, 3);
        assertThat(vectors).hasToString("[{\"v\":null},{\"v\":[1.0,2.0]},{\"v\":null}]");
    }

    @Test
    void aPartialRowMayLeaveOutAnyFieldButNotOneThatOthersName() {
        CollectionSchema schema =
                schema(true, field("id", DataType.Int64), field("a", DataType.Int64), field("b", DataType.Int64));
        assertThat(RowColumns.read(slice("[{\"id\":1,\"b\":2},{\"id\":2,\"b\":3}]"), schema, true).fields())
                .extracting(FieldData::getFieldName)
                .containsExactly("id", "b");
        assertWrong(schema, true, "[{\"id\":1,\"b\":2},{\"id\":2}]", "field 'b' is in some rows");
        assertWrong(schema, true, "[{\"id\":1},{\"id\":2,\"b\":2}]", "field 'b' is in some rows");
    }

    private static void assertWrong(CollectionSchema schema, boolean partial, String rows, String message) {
        assertThatExceptionOfType(RestException.class)
                .isThrownBy(() -> RowColumns.read(slice(rows), schema, partial))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.code()).isEqualTo(RestException.WRONG_ROW));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Bool | 1 | true or false",
                "Bool | \"yes\" | true or false",
                "Int8 | 128 | out of the range of 8 bits",
                "Int16 | -32769 | out of the range of 16 bits",
                "Int32 | 2147483648 | out of the range of 32 bits",
                "Int64 | 9223372036854775808 | out of the range of 64 bits",
                "Int64 | 1.0 | whole number",
                "Int64 | \"1x\" | whole number of 64 bits",
                "Int64 | {} | whole number",
                "Float | 1e39 | out of the range of single precision",
                "Float | \"NaN\" | a number",
                "Double | \"Infinity\" | a number",
                "Double | 1e400 | out of range",
                "Double | true | a number",
                "VarChar | [1] | a string",
                "VarChar | null | not nullable"
            })
    void aValueThatDoesNotFitIsNamed(String type, String value, String message) {
        CollectionSchema schema = schema(false, field("f", DataType.valueOf(type)));
        assertWrong(schema, false, "[{\"f\":" + value + "}]", message);
        assertWrong(schema, false, "[{\"f\":" + value + "}]", "row 0, field 'f'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FloatVector | [1] | 1 dimensions, but the field has 8",
                "FloatVector | [1,2,3,4,5,6,7,8,9] | 9 dimensions",
                "FloatVector | [] | 0 dimensions",
                "FloatVector | \"AAAA\" | a list of numbers",
                "FloatVector | [1,2,3,4,5,6,7,null] | a number, not null",
                "FloatVector | [1,2,3,4,5,6,7,\"8\"] | a number",
                "FloatVector | [1,2,3,4,5,6,7,1e39] | out of the range",
                "FloatVector | [[1,2,3,4,5,6,7,8]] | a number, not a list",
                "Float16Vector | [1,2,3,4,5,6,7,65536] | out of the range of 16 bits",
                "Float16Vector | \"AAAA\" | 3 bytes",
                "Float16Vector | \"%%%\" | not Base64",
                "BFloat16Vector | 1 | Base64",
                "Int8Vector | [1,2,3,4,5,6,7,128] | out of the range of 8 bits",
                "Int8Vector | [1,2,3,4,5,6,7,0.5] | a whole number",
                "BinaryVector | [256] | 0 to 255",
                "BinaryVector | [1,2] | 2 bytes",
                "SparseFloatVector | [1,2] | an object of indices",
                "SparseFloatVector | {\"-1\":2} | 0 to 4294967294, not '-1'",
                "SparseFloatVector | {\"4294967295\":2} | 0 to 4294967294",
                "SparseFloatVector | {\"\":2} | 0 to 4294967294",
                "SparseFloatVector | {\"1\":\"2\"} | a number",
                "SparseFloatVector | {\"1\":null} | a number, not null",
                "SparseFloatVector | {\"1\":1e39} | out of the range",
                "SparseFloatVector | {\"1\":1,\"01\":2} | the index 1 twice",
                "SparseFloatVector | {\"indices\":[3,3],\"values\":[1,2]} | the index 3 twice",
                "SparseFloatVector | {\"indices\":[3],\"values\":[1,2]} | 1 indices, but 2 values",
                "SparseFloatVector | {\"indices\":[3]} | either",
                "SparseFloatVector | {\"indices\":[3],\"values\":[1],\"4\":1} | either",
                "SparseFloatVector | {\"indices\":[3.5],\"values\":[1]} | an index",
                "SparseFloatVector | {\"indices\":3,\"values\":[1]} | a list of indices"
            })
    void aVectorThatDoesNotFitIsNamed(String type, String value, String message) {
        try {
            assertWrong(
                    schema(false, vector("f", DataType.valueOf(type), 8)), false, "[{\"f\":" + value + "}]", message);
        } catch (WrongValueException e) {
            assertThat(e).hasMessageContaining(message);
        }
    }

    @Test
    void sparseVectorsComeInEitherFormAndAnyOrder() throws IOException {
        CollectionSchema schema =
                schema(false, field("s", DataType.SparseFloatVector).setNullable(true));
        List<FieldData> columns = read(schema, """
                [{"s":{"7":2,"1":0.5}},{"s":null},{"s":{"values":[-1.5,3],"indices":[4294967294,0]}},{"s":{}}]""").fields();
        assertThat(columns.getFirst().getValidDataList()).containsExactly(true, false, true, true);
        assertThat(columns.getFirst()
                        .getVectors()
                        .getSparseFloatVector()
                        .getContents(0)
                        .toByteArray())
                .containsExactly(1, 0, 0, 0, 0, 0, 0, 0x3f, 7, 0, 0, 0, 0, 0, 0, 0x40);
        assertThat(write(columns, List.of(), true, 4))
                .hasToString("[{\"s\":{\"1\":0.5,\"7\":2.0}},{\"s\":null},"
                        + "{\"s\":{\"0\":3.0,\"4294967294\":-1.5}},{\"s\":{}}]");
        CollectionSchema certain = schema(false, field("s", DataType.SparseFloatVector));
        assertThat(ResultRows.count(read(certain, "[{\"s\":{\"1\":1}},{\"s\":{}}]").fields()))
                .isEqualTo(2);
    }

    @Test
    void momentsAndShapesAreTexts() throws IOException {
        CollectionSchema schema = schema(
                false, field("at", DataType.Timestamptz), field("where", DataType.Geometry));
        String rows = """
                [{"at":"2026-01-31T12:00:00+08:00","where":"POINT (1 2)"}]""";
        RowColumns.Batch batch = read(schema, rows);
        assertThat(write(batch.fields(), List.of(), true, 1)).hasToString(rows);
        assertThat(ResultRows.count(List.of(batch.fields().get(1)))).isEqualTo(1);
        ColumnBatch decoded = decode(batch);
        assertThat(decoded.columns().get("at"))
                .isInstanceOfSatisfying(
                        FixedColumn.class, at -> assertThat(at.getLong(0)).isEqualTo(1_769_832_000_000_000L));
        assertThat(decoded.columns()).containsKey("where");
        RowColumns.Batch wrong = read(schema, "[{\"at\":\"noon\",\"where\":\"POINT (1 2)\"}]");
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> decode(wrong))
                .withMessageContaining("field 'at': 'noon' is no moment");
        assertWrong(schema, false, "[{\"at\":\"2026-01-31\",\"where\":{}}]", "row 0, field 'where': it must be a string");
    }

    @Test
    void rowsThatAreNoneAreNamed() {
        CollectionSchema fixed = schema(false, field("a", DataType.Int64));
        assertWrong(fixed, false, "[{\"a\":1},2]", "row 1 is no object");
        assertWrong(fixed, false, "[{\"a\":1,\"b\":2}]", "no dynamic field");
        assertWrong(fixed, false, "[{}]", "row 0 does not have field 'a'");
        assertWrong(schema(true, field("a", DataType.Int64)), false, "[{\"a\":1,\"$meta\":{}}]", "reserved");
        assertThatExceptionOfType(RestException.class)
                .isThrownBy(() -> read(fixed, "[]"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(RestException.MISSING_PARAMETER));
        assertThatExceptionOfType(RestException.class)
                .isThrownBy(() -> read(fixed, "7"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(RestException.WRONG_FORMAT));
    }

    @Test
    void keysOfTheDynamicFieldAreAnsweredAsAsked() throws IOException {
        CollectionSchema schema = schema(true, field("id", DataType.Int64));
        List<FieldData> columns = read(schema, "[{\"id\":1,\"x\":1,\"y\":null},{\"id\":2,\"y\":\"2\",\"distance\":3}]").fields();
        assertThat(columns.getLast().getScalars().getJsonData().getDataList())
                .extracting(ByteString::toStringUtf8)
                .containsExactly("{\"x\":1}", "{\"y\":\"2\",\"distance\":3}");
        assertThat(write(columns, List.of("id", "y"), true, 2)).hasToString("[{\"id\":1},{\"id\":2,\"y\":\"2\"}]");
        assertThat(write(columns, List.of("id", "$meta"), true, 2))
                .hasToString("[{\"id\":1,\"x\":1},{\"id\":2,\"y\":\"2\",\"distance\":3}]");
    }
}
