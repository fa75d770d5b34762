package org.elanus.plugin.apimilvus.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.elanus.milvus.proto.ArrayArray;
import org.elanus.milvus.proto.BoolArray;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.DoubleArray;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.FloatArray;
import org.elanus.milvus.proto.IntArray;
import org.elanus.milvus.proto.JSONArray;
import org.elanus.milvus.proto.LongArray;
import org.elanus.milvus.proto.ScalarField;
import org.elanus.milvus.proto.SparseFloatArray;
import org.elanus.milvus.proto.StringArray;
import org.elanus.milvus.proto.VectorField;
import org.elanus.spi.database.ArrayValues;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;

class FieldDataTest {

    private static final CollectionSchema ARRAYS = new CollectionSchema(
            "",
            List.of(new FieldSchema(
                    100,
                    "a",
                    "",
                    org.elanus.spi.database.DataType.ARRAY,
                    org.elanus.spi.database.DataType.VARCHAR,
                    false,
                    false,
                    true,
                    false,
                    false,
                    false,
                    null,
                    java.util.Map.of())),
            false);

    private static FieldData scalars(String name, DataType type, ScalarField.Builder data, boolean... valid) {
        FieldData.Builder field =
                FieldData.newBuilder().setFieldName(name).setType(type).setScalars(data);
        for (boolean each : valid) {
            field.addValidData(each);
        }
        return field.build();
    }

    private static ScalarField.Builder longs(long... values) {
        LongArray.Builder data = LongArray.newBuilder();
        for (long value : values) {
            data.addData(value);
        }
        return ScalarField.newBuilder().setLongData(data);
    }

    private static ScalarField.Builder ints(int... values) {
        IntArray.Builder data = IntArray.newBuilder();
        for (int value : values) {
            data.addData(value);
        }
        return ScalarField.newBuilder().setIntData(data);
    }

    private static FieldData vectors(String name, DataType type, VectorField.Builder data, boolean... valid) {
        FieldData.Builder field =
                FieldData.newBuilder().setFieldName(name).setType(type).setVectors(data);
        for (boolean each : valid) {
            field.addValidData(each);
        }
        return field.build();
    }

    private static ColumnBatch decode(List<FieldData> fields, int rows) {
        return decode(fields, rows, org.elanus.spi.database.DataType.VARCHAR);
    }

    private static ColumnBatch decode(List<FieldData> fields, int rows, org.elanus.spi.database.DataType element) {
        return FieldDataDecoder.decode(
                fields, rows, FloatPayloads.NONE, ZoneOffset.UTC, java.util.Map.of("a", element));
    }

    private static Column decode(FieldData field, int rows) {
        ColumnBatch batch = decode(List.of(field), rows);
        Column column = batch.column(field.getFieldName());
        if (column == null) {
            throw new AssertionError("no column");
        }
        return column;
    }

    @Test
    void spreadsCompactScalarsOverTheirRows() {
        FixedColumn column = (FixedColumn) decode(scalars("x", DataType.Int64, longs(7, 9), true, false, true), 3);
        assertThat(column.getLong(0)).isEqualTo(7);
        assertThat(column.isNull(1)).isTrue();
        assertThat(column.getLong(2)).isEqualTo(9);
        assertThat(column.isNull(2)).isFalse();
    }

    @Test
    void takesEveryScalarType() {
        assertThat(((FixedColumn) decode(scalars("x", DataType.Int8, ints(-128)), 1)).getLong(0))
                .isEqualTo(-128);
        assertThat(((FixedColumn) decode(scalars("x", DataType.Int16, ints(-300)), 1)).getLong(0))
                .isEqualTo(-300);
        assertThat(((FixedColumn) decode(scalars("x", DataType.Int32, ints(70_000)), 1)).getLong(0))
                .isEqualTo(70_000);
        assertThat(((FixedColumn) decode(
                                scalars(
                                        "x",
                                        DataType.Bool,
                                        ScalarField.newBuilder()
                                                .setBoolData(
                                                        BoolArray.newBuilder().addData(true))),
                                1))
                        .getBoolean(0))
                .isTrue();
        assertThat(((FixedColumn) decode(
                                scalars(
                                        "x",
                                        DataType.Float,
                                        ScalarField.newBuilder()
                                                .setFloatData(
                                                        FloatArray.newBuilder().addData(0.5f))),
                                1))
                        .getDouble(0))
                .isEqualTo(0.5);
        assertThat(((FixedColumn) decode(
                                scalars(
                                        "x",
                                        DataType.Double,
                                        ScalarField.newBuilder()
                                                .setDoubleData(
                                                        DoubleArray.newBuilder().addData(0.1))),
                                1))
                        .getDouble(0))
                .isEqualTo(0.1);
        assertThat(((VariableColumn) decode(
                                scalars(
                                        "x",
                                        DataType.VarChar,
                                        ScalarField.newBuilder()
                                                .setStringData(
                                                        StringArray.newBuilder().addData("é"))),
                                1))
                        .getString(0))
                .isEqualTo("é");
        assertThat(((VariableColumn) decode(
                                scalars(
                                        "x",
                                        DataType.JSON,
                                        ScalarField.newBuilder()
                                                .setJsonData(JSONArray.newBuilder()
                                                        .addData(ByteString.copyFromUtf8("{\"k\":1}")))),
                                1))
                        .getString(0))
                .isEqualTo("{\"k\":1}");
    }

    @Test
    void spreadsCompactStringsOverTheirRows() {
        VariableColumn column = (VariableColumn) decode(
                scalars(
                        "x",
                        DataType.VarChar,
                        ScalarField.newBuilder()
                                .setStringData(
                                        StringArray.newBuilder().addData("a").addData("b")),
                        false,
                        true,
                        false,
                        true),
                4);
        assertThat(column.isNull(0)).isTrue();
        assertThat(column.getString(1)).isEqualTo("a");
        assertThat(column.length(2)).isZero();
        assertThat(column.getString(3)).isEqualTo("b");
    }

    @Test
    void arraysComeAndGoWithNulls() {
        FieldData field = scalars(
                "a",
                DataType.Array,
                ScalarField.newBuilder()
                        .setArrayData(ArrayArray.newBuilder()
                                .setElementType(DataType.VarChar)
                                .addData(ScalarField.newBuilder()
                                        .setStringData(StringArray.newBuilder()
                                                .addData("x")
                                                .addData("")))
                                .addData(ScalarField.getDefaultInstance())),
                true,
                false,
                true);
        VariableColumn column = (VariableColumn) decode(field, 3);
        assertThat(ArrayValues.getString(column.slice(0), 0)).isEqualTo("x");
        assertThat(column.isNull(1)).isTrue();
        assertThat(ArrayValues.count(org.elanus.spi.database.DataType.VARCHAR, column.slice(2)))
                .isZero();

        FieldData encoded = FieldDataEncoder.encode(new ColumnBatch(3, java.util.Map.of("a", column)), ARRAYS)
                .getFirst();
        assertThat(encoded.getScalars().getArrayData().getDataCount()).isEqualTo(3);
        assertThat(encoded.getScalars().getArrayData().getElementType()).isEqualTo(DataType.VarChar);
        assertThat(encoded.getScalars()
                        .getArrayData()
                        .getData(0)
                        .getStringData()
                        .getDataList())
                .containsExactly("x", "");
        assertThat(encoded.getValidDataList()).containsExactly(true, false, true);
    }

    private static FieldData array(DataType said, ScalarField.Builder data) {
        return scalars(
                "a",
                DataType.Array,
                ScalarField.newBuilder()
                        .setArrayData(
                                ArrayArray.newBuilder().setElementType(said).addData(data)));
    }

    /** As pymilvus, which names none, and as a client that names another one. */
    @Test
    void theSchemaTellsTheElementTypeOfArrays() {
        for (DataType said : List.of(DataType.None, DataType.Int8, DataType.Int32)) {
            List<FieldData> small = List.of(array(said, ints(5, -6)));
            VariableColumn column =
                    (VariableColumn) decode(small, 1, org.elanus.spi.database.DataType.INT8).column("a");
            assertThat(column).isNotNull();
            assertThat(column.getBytes(0)).containsExactly(5, -6);
            assertThatThrownBy(() -> decode(
                            List.of(array(said, ints(300))), 1, org.elanus.spi.database.DataType.INT8))
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                    .hasMessageContainingAll("'a'", "300", "INT8", "-128 to 127");
            assertThatThrownBy(() -> decode(
                            List.of(array(said, ints(-32_769))), 1, org.elanus.spi.database.DataType.INT16))
                    .hasMessageContainingAll("'a'", "-32769", "INT16");
        }
    }

    @Test
    void arraysOfOtherElementsAreRefusedNamingBoth() {
        for (DataType said : List.of(DataType.None, DataType.Int32, DataType.VarChar)) {
            assertThatThrownBy(() -> decode(List.of(array(said, ints(1, 1_000_000))), 1))
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                    .hasMessageContainingAll("'a'", "VARCHAR", "string_data", "int_data");
        }
        assertThatThrownBy(() -> decode(
                        List.of(array(DataType.None, longs(1))), 1, org.elanus.spi.database.DataType.INT32))
                .hasMessageContainingAll("'a'", "INT32", "int_data", "long_data");
        FieldData elsewhere =
                array(DataType.VarChar, ints(1)).toBuilder().setFieldName("b").build();
        assertThatThrownBy(() -> decode(elsewhere, 1)).hasMessageContainingAll("'b'", "no array field", "[a]");
    }

    @Test
    void resultsHoldAllScalarsButOnlyPresentVectors() {
        VectorField.Builder data = VectorField.newBuilder()
                .setDim(2)
                .setFloatVector(FloatArray.newBuilder().addData(1).addData(2));
        FixedColumn vectors = (FixedColumn) decode(vectors("v", DataType.FloatVector, data, false, true), 2);
        assertThat(vectors.isNull(0)).isTrue();
        FieldData encoded = FieldDataEncoder.encode(new ColumnBatch(2, java.util.Map.of("v", vectors)), ARRAYS)
                .getFirst();
        assertThat(encoded.getVectors().getFloatVector().getDataList()).containsExactly(1f, 2f);
        assertThat(encoded.getVectors().getDim()).isEqualTo(2);
        assertThat(encoded.getValidDataList()).containsExactly(false, true);

        FixedColumn numbers = (FixedColumn) decode(scalars("n", DataType.Int32, ints(5), false, true), 2);
        FieldData scalars = FieldDataEncoder.encode(new ColumnBatch(2, java.util.Map.of("n", numbers)), ARRAYS)
                .getFirst();
        assertThat(scalars.getScalars().getIntData().getDataList()).containsExactly(0, 5);
        assertThat(scalars.getValidDataList()).containsExactly(false, true);
    }

    @Test
    void everyVectorTypeComesBackAsItWas() {
        ByteString four = ByteString.copyFrom(new byte[] {1, 2, 3, 4});
        List<FieldData> fields = List.of(
                vectors(
                        "f16",
                        DataType.Float16Vector,
                        VectorField.newBuilder().setDim(2).setFloat16Vector(four)),
                vectors(
                        "b16",
                        DataType.BFloat16Vector,
                        VectorField.newBuilder().setDim(2).setBfloat16Vector(four)),
                vectors(
                        "i8",
                        DataType.Int8Vector,
                        VectorField.newBuilder().setDim(4).setInt8Vector(four)),
                vectors(
                        "bin",
                        DataType.BinaryVector,
                        VectorField.newBuilder().setDim(32).setBinaryVector(four)),
                vectors(
                        "sp",
                        DataType.SparseFloatVector,
                        VectorField.newBuilder()
                                .setDim(4)
                                .setSparseFloatVector(SparseFloatArray.newBuilder()
                                        .setDim(4)
                                        .addContents(ByteString.copyFrom(new byte[] {3, 0, 0, 0, 0, 0, 0, 63})))));
        ColumnBatch batch = decode(fields, 1);
        assertThat(FieldDataEncoder.encode(batch, ARRAYS)).containsExactlyElementsOf(fields);
    }

    @Test
    void namesFieldAndBothNumbersWhenRowsDiffer() {
        assertThatThrownBy(() -> decode(scalars("age", DataType.Int64, longs(1, 2)), 3))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                .hasMessageContainingAll("age", "2", "3");
        assertThatThrownBy(() -> decode(scalars("age", DataType.Int64, longs(1, 2, 3), true, false, true), 3))
                .hasMessageContainingAll("age", "3 values", "2 of its 3");
        assertThatThrownBy(() -> decode(
                        vectors(
                                "v",
                                DataType.FloatVector,
                                VectorField.newBuilder()
                                        .setDim(2)
                                        .setFloatVector(FloatArray.newBuilder()
                                                .addData(1)
                                                .addData(2)
                                                .addData(3))),
                        1))
                .hasMessageContainingAll("v", "12", "2 dimensions");
    }

    @Test
    void absentVectorsOfNullableFieldsMakeNoColumn() {
        FieldData field = vectors("v", DataType.FloatVector, VectorField.newBuilder(), false, false);
        assertThat(decode(List.of(field), 2).columns()).isEmpty();
    }

    @Test
    void refusesValuesThatSmallIntegersCannotHold() {
        assertThatThrownBy(() -> decode(scalars("x", DataType.Int8, ints(128)), 1))
                .hasMessageContainingAll("128", "INT8", "127");
    }

    @Test
    void dynamicColumnsGetTheirName() {
        FieldData field = FieldData.newBuilder()
                .setType(DataType.JSON)
                .setIsDynamic(true)
                .setScalars(ScalarField.newBuilder()
                        .setJsonData(JSONArray.newBuilder().addData(ByteString.copyFromUtf8("{}"))))
                .build();
        assertThat(decode(List.of(field), 1).columns()).containsOnlyKeys("$meta");
    }

    @Test
    void jsonWithoutAByteIsNull() {
        Column column = decode(
                scalars(
                        "j",
                        DataType.JSON,
                        ScalarField.newBuilder()
                                .setJsonData(JSONArray.newBuilder()
                                        .addData(ByteString.EMPTY)
                                        .addData(ByteString.copyFromUtf8("1"))),
                        true,
                        false,
                        true),
                3);
        assertThat(column.isNull(0)).isTrue();
        assertThat(column.isNull(1)).isTrue();
        assertThat(column.isNull(2)).isFalse();
    }

    @Test
    void noPayloadCrashesTheDecoder() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[][] samples = {
            scalars("x", DataType.Int64, longs(7, 9), true, false, true).toByteArray(),
            scalars("x", DataType.Int8, ints(7, 9, 1)).toByteArray(),
            array(DataType.None, ints(7, 9, 1)).toByteArray(),
            vectors(
                            "v",
                            DataType.FloatVector,
                            VectorField.newBuilder()
                                    .setDim(2)
                                    .setFloatVector(
                                            FloatArray.newBuilder().addData(1).addData(2)))
                    .toByteArray(),
            vectors(
                            "v",
                            DataType.BinaryVector,
                            VectorField.newBuilder().setDim(16).setBinaryVector(ByteString.copyFrom(new byte[6])))
                    .toByteArray(),
            vectors(
                            "v",
                            DataType.Int8Vector,
                            VectorField.newBuilder().setDim(-1).setInt8Vector(ByteString.copyFrom(new byte[6])))
                    .toByteArray(),
        };
        int parsed = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = samples[random.nextInt(samples.length)].clone();
            for (int damage = random.nextInt(4); damage > 0; damage--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(random.nextBoolean() ? 256 : 32);
            }
            FieldData field;
            try {
                field = FieldData.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                continue;
            }
            parsed++;
            try {
                decode(List.of(field), random.nextInt(5) - 1);
            } catch (ElanusException e) {
                assertThat(e.code())
                        .as("seed %d round %d", seed, round)
                        .isIn(StandardErrorCode.INVALID_ARGUMENT, StandardErrorCode.UNSUPPORTED);
            }
        }
        assertThat(parsed).isPositive();
    }

    @Test
    void aFieldWhoseLengthIsNotTheNumberOfRowsIsRefusedNamingBoth() {
        List<FieldData> fields = List.of(
                scalars("flags", DataType.Bool, ScalarField.newBuilder().setBoolData(BoolArray.newBuilder())),
                scalars("small", DataType.Int8, ints()),
                scalars("long", DataType.Int64, longs()),
                scalars("text", DataType.VarChar, ScalarField.newBuilder().setStringData(StringArray.newBuilder())),
                scalars("long", DataType.Int64, longs(1, 2), true, false, true),
                vectors(
                        "v",
                        DataType.FloatVector,
                        VectorField.newBuilder().setDim(4).setFloatVector(FloatArray.newBuilder())));
        for (FieldData field : fields) {
            assertThatThrownBy(() -> decode(field, Integer.MAX_VALUE))
                    .isInstanceOf(ElanusException.class)
                    .hasMessageContaining("field '" + field.getFieldName() + "'")
                    .hasMessageContaining(field.getValidDataCount() == 0 ? " 0 " : " 3 ")
                    .hasMessageContaining("2147483647");
        }
        assertThatThrownBy(() -> decode(List.of(), Integer.MAX_VALUE))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("2147483647");
    }

    /** A few bytes would otherwise allocate up to 2 GiB. */
    @Test
    void nullsThatWouldFillMoreThanAMessageHoldsAreRefusedBeforeAllocation() {
        FieldData.Builder field = FieldData.newBuilder()
                .setFieldName("v")
                .setType(DataType.FloatVector)
                .setVectors(VectorField.newBuilder().setDim(1 << 18).setFloatVector(FloatArray.newBuilder()));
        for (int i = 0; i < 1000; i++) {
            field.addValidData(false);
        }
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> decode(field.build(), 1000))
                .isInstanceOf(ElanusException.class)
                .hasMessageContaining("field 'v'")
                .hasMessageContaining("1048576000 bytes for 1000 rows")
                .hasMessageContaining(Integer.toString(64 << 20));
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8 << 20);
    }

    @Test
    void nullsThatAreFilledCountByWhatTheyAllocate() {
        FieldData.Builder field = FieldData.newBuilder()
                .setFieldName("v")
                .setType(DataType.FloatVector)
                .setVectors(VectorField.newBuilder()
                        .setDim(256)
                        .setFloatVector(FloatArray.newBuilder().addAllData(java.util.Collections.nCopies(256, 1f))));
        for (int i = 0; i < 1000; i++) {
            field.addValidData(i == 7);
        }
        assertThat(FieldDataDecoder.fillerBytes(List.of(field.build()), 1000)).isEqualTo(999 * 1024);
        assertThat(decode(field.build(), 1000).isNull(7)).isFalse();
        field.clearValidData();
        assertThat(FieldDataDecoder.fillerBytes(List.of(field.build()), 1)).isZero();
    }
}
