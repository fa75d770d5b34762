package org.elanus.dist;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.elanus.milvus.proto.ArrayArray;
import org.elanus.milvus.proto.BoolArray;
import org.elanus.milvus.proto.CollectionSchema;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.DoubleArray;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.FloatArray;
import org.elanus.milvus.proto.IntArray;
import org.elanus.milvus.proto.JSONArray;
import org.elanus.milvus.proto.KeyValuePair;
import org.elanus.milvus.proto.LongArray;
import org.elanus.milvus.proto.PlaceholderGroup;
import org.elanus.milvus.proto.PlaceholderType;
import org.elanus.milvus.proto.PlaceholderValue;
import org.elanus.milvus.proto.ScalarField;
import org.elanus.milvus.proto.StringArray;
import org.elanus.milvus.proto.ValueField;
import org.elanus.milvus.proto.VectorField;

/** The collections that the fuzzer plays with, one for each name, and rows that fit them. */
final class Shapes {

    static final int DIMENSION = 8;

    private Shapes() {}

    /** @param number picks one of the shapes; every number is allowed */
    static CollectionSchema of(int number, String name) {
        CollectionSchema.Builder schema = CollectionSchema.newBuilder().setName(name);
        switch (Math.floorMod(number, 3)) {
            case 0 -> {
                schema.setEnableDynamicField(true).addFields(key(DataType.Int64));
                schema.addFields(vector("vector", DataType.FloatVector));
            }
            case 1 -> {
                schema.addFields(key(DataType.VarChar));
                schema.addFields(field("word", DataType.VarChar).setNullable(true));
                schema.addFields(field("tags", DataType.Array)
                        .setElementType(DataType.Int32)
                        .addTypeParams(pair("max_capacity", "8")));
                schema.addFields(field("meta", DataType.JSON).setNullable(true));
                schema.addFields(vector("vector", DataType.Float16Vector));
                schema.addFields(vector("bits", DataType.BinaryVector));
            }
            default -> {
                schema.setEnableDynamicField(true).addFields(key(DataType.Int64).setAutoID(true));
                schema.addFields(field("owner", DataType.Int64).setIsPartitionKey(true));
                for (DataType type : List.of(
                        DataType.Bool,
                        DataType.Int8,
                        DataType.Int16,
                        DataType.Int32,
                        DataType.Float,
                        DataType.Double)) {
                    schema.addFields(field("a" + type, type).setNullable(true));
                }
                schema.addFields(field("year", DataType.Int32)
                        .setDefaultValue(ValueField.newBuilder().setIntData(2020)));
                schema.addFields(vector("vector", DataType.Int8Vector));
                schema.addFields(vector("other", DataType.BFloat16Vector));
            }
        }
        return schema.build();
    }

    private static FieldSchema.Builder field(String name, DataType type) {
        FieldSchema.Builder field = FieldSchema.newBuilder().setName(name).setDataType(type);
        return type == DataType.VarChar ? field.addTypeParams(pair("max_length", "64")) : field;
    }

    private static FieldSchema.Builder key(DataType type) {
        return field("id", type).setIsPrimaryKey(true);
    }

    private static FieldSchema.Builder vector(String name, DataType type) {
        return field(name, type).addTypeParams(pair("dim", Integer.toString(DIMENSION)));
    }

    static KeyValuePair pair(String key, String value) {
        return KeyValuePair.newBuilder().setKey(key).setValue(value).build();
    }

    static List<FieldSchema> vectors(CollectionSchema schema) {
        return schema.getFieldsList().stream()
                .filter(field -> field.getDataTypeValue() >= 100)
                .toList();
    }

    static String metric(FieldSchema vector) {
        return vector.getDataType() == DataType.BinaryVector ? "HAMMING" : "COSINE";
    }

    /** Columns of as many rows; keys come from a small range, so that rows meet each other again. */
    static List<FieldData> columns(CollectionSchema schema, int rows, Random random) {
        List<FieldData> columns = new ArrayList<>();
        for (FieldSchema field : schema.getFieldsList()) {
            if (!field.getAutoID()) {
                columns.add(column(field, rows, random));
            }
        }
        if (schema.getEnableDynamicField() && random.nextBoolean()) {
            columns.add(column(field("$meta", DataType.JSON).setIsDynamic(true).build(), rows, random).toBuilder()
                    .setIsDynamic(true)
                    .build());
        }
        return columns;
    }

    private static FieldData column(FieldSchema field, int rows, Random random) {
        FieldData.Builder data =
                FieldData.newBuilder().setFieldName(field.getName()).setType(field.getDataType());
        if (field.getDataTypeValue() >= 100) {
            return data.setVectors(vectors(field.getDataType(), rows, random)).build();
        }
        int values = rows;
        if (field.getNullable() && random.nextBoolean()) {
            values = 0;
            for (int row = 0; row < rows; row++) {
                boolean valid = random.nextInt(4) != 0;
                values += valid ? 1 : 0;
                data.addValidData(valid);
            }
        }
        DataType element = field.getElementType();
        return data.setScalars(
                        field.getDataType() == DataType.Array
                                ? ScalarField.newBuilder()
                                        .setArrayData(ArrayArray.newBuilder()
                                                .setElementType(said(element, random))
                                                .addAllData(list(
                                                        values,
                                                        i -> scalars(sent(element, random), random.nextInt(4), random))))
                                        .build()
                                : scalars(field.getDataType(), values, random))
                .build();
    }

    private static final List<DataType> ELEMENTS = List.of(
            DataType.Bool, DataType.Int8, DataType.Int64, DataType.Float, DataType.Double, DataType.VarChar);

    /** The element type that the message names: pymilvus names none, and a client may err. */
    private static DataType said(DataType element, Random random) {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> DataType.None;
            case 3 -> ELEMENTS.get(random.nextInt(ELEMENTS.size()));
            default -> element;
        };
    }

    /** The element type that the data has: now and then not that of the field. */
    private static DataType sent(DataType element, Random random) {
        return random.nextInt(32) == 0 ? ELEMENTS.get(random.nextInt(ELEMENTS.size())) : element;
    }

    private static ScalarField scalars(DataType type, int count, Random random) {
        ScalarField.Builder scalars = ScalarField.newBuilder();
        switch (type) {
            case Bool -> scalars.setBoolData(BoolArray.newBuilder().addAllData(list(count, i -> random.nextBoolean())));
            case Int8, Int16, Int32 ->
                scalars.setIntData(IntArray.newBuilder().addAllData(list(count, i -> random.nextInt(100))));
            case Int64 ->
                scalars.setLongData(LongArray.newBuilder().addAllData(list(count, i -> (long) random.nextInt(500))));
            case Float ->
                scalars.setFloatData(FloatArray.newBuilder().addAllData(list(count, i -> random.nextFloat())));
            case Double ->
                scalars.setDoubleData(DoubleArray.newBuilder().addAllData(list(count, i -> random.nextDouble())));
            case JSON ->
                scalars.setJsonData(JSONArray.newBuilder()
                        .addAllData(list(count, i -> ByteString.copyFromUtf8(Dictionary.json(random)))));
            default ->
                scalars.setStringData(StringArray.newBuilder().addAllData(list(count, i -> "w" + random.nextInt(500))));
        }
        return scalars.build();
    }

    private static <T> List<T> list(int count, IntFunction<T> value) {
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(value.apply(i));
        }
        return list;
    }

    private static VectorField vectors(DataType type, int rows, Random random) {
        VectorField.Builder vectors = VectorField.newBuilder().setDim(DIMENSION);
        switch (type) {
            case FloatVector -> {
                FloatArray.Builder floats = FloatArray.newBuilder();
                for (int i = 0; i < rows * DIMENSION; i++) {
                    floats.addData((float) random.nextGaussian());
                }
                vectors.setFloatVector(floats);
            }
            case BinaryVector -> vectors.setBinaryVector(bytes(rows, type, random));
            case Float16Vector -> vectors.setFloat16Vector(bytes(rows, type, random));
            case BFloat16Vector -> vectors.setBfloat16Vector(bytes(rows, type, random));
            default -> vectors.setInt8Vector(bytes(rows, type, random));
        }
        return vectors.build();
    }

    private static ByteString bytes(int rows, DataType type, Random random) {
        ByteString bytes = ByteString.EMPTY;
        for (int row = 0; row < rows; row++) {
            bytes = bytes.concat(bytes(type, random));
        }
        return bytes;
    }

    /** One vector as it travels. */
    private static ByteString bytes(DataType type, Random random) {
        int length = switch (type) {
            case FloatVector -> DIMENSION * 4;
            case Float16Vector, BFloat16Vector -> DIMENSION * 2;
            case BinaryVector -> DIMENSION / 8;
            default -> DIMENSION;
        };
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        // The byte with the exponent: neither infinite nor no number.
        int step = type == DataType.FloatVector ? 4 : 2;
        if (type != DataType.BinaryVector && type != DataType.Int8Vector) {
            for (int i = step - 1; i < length; i += step) {
                bytes[i] = 0x3b;
            }
        }
        return ByteString.copyFrom(bytes);
    }

    static PlaceholderGroup placeholders(FieldSchema vector, int queries, Random random) {
        PlaceholderValue.Builder values = PlaceholderValue.newBuilder()
                .setTag("$0")
                .setType(PlaceholderType.forNumber(vector.getDataTypeValue()));
        for (int i = 0; i < queries; i++) {
            values.addValues(bytes(vector.getDataType(), random));
        }
        return PlaceholderGroup.newBuilder().addPlaceholders(values).build();
    }
}
