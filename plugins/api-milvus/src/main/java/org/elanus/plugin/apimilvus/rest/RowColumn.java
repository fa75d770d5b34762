package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.elanus.milvus.proto.ArrayArray;
import org.elanus.milvus.proto.BoolArray;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.DoubleArray;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.FloatArray;
import org.elanus.milvus.proto.GeometryWktArray;
import org.elanus.milvus.proto.IntArray;
import org.elanus.milvus.proto.JSONArray;
import org.elanus.milvus.proto.KeyValuePair;
import org.elanus.milvus.proto.LongArray;
import org.elanus.milvus.proto.ScalarField;
import org.elanus.milvus.proto.SparseFloatArray;
import org.elanus.milvus.proto.StringArray;
import org.elanus.milvus.proto.VectorField;
import org.jspecify.annotations.Nullable;

/** The values of one field, collected row by row. */
abstract class RowColumn {

    private final FieldData.Builder data;
    private int rows;
    private int values;

    RowColumn(FieldSchema field) {
        data = FieldData.newBuilder().setFieldName(field.getName()).setType(field.getDataType());
    }

    static RowColumn of(FieldSchema field) {
        return switch (field.getDataType()) {
            case FloatVector, BinaryVector, Float16Vector, BFloat16Vector, Int8Vector -> new Vectors(field);
            case SparseFloatVector -> new SparseVectors(field);
            case JSON -> new Texts(field);
            case Array -> new Arrays(field);
            default -> new Scalars(field);
        };
    }

    /** Rows that named the field. */
    final int rows() {
        return rows;
    }

    final void value(JsonParser parser, JsonToken token) throws IOException {
        add(parser, token);
        data.addValidData(true);
        rows++;
        values++;
    }

    final void nothing() {
        data.addValidData(false);
        rows++;
    }

    /** The field as a request carries it: values of the rows that have one. */
    final FieldData build() {
        if (values == rows) {
            data.clearValidData();
        }
        if (values > 0) {
            put(data);
        }
        return data.build();
    }

    /** Floats that go beside the message; null when there are none. */
    @Nullable
    MemorySegment floats() {
        return null;
    }

    abstract void add(JsonParser parser, JsonToken token) throws IOException;

    abstract void put(FieldData.Builder field);

    /** Values of a scalar type. */
    static final class Builder {

        private final DataType type;
        private final ScalarField.Builder scalars = ScalarField.newBuilder();
        private final BoolArray.Builder truths = BoolArray.newBuilder();
        private final IntArray.Builder ints = IntArray.newBuilder();
        private final LongArray.Builder longs = LongArray.newBuilder();
        private final FloatArray.Builder floats = FloatArray.newBuilder();
        private final DoubleArray.Builder doubles = DoubleArray.newBuilder();
        private final StringArray.Builder texts = StringArray.newBuilder();

        Builder(DataType type) {
            this.type = type;
        }

        void add(JsonParser parser, JsonToken token) throws IOException {
            switch (type) {
                case Bool -> truths.addData(Values.truth(parser, token));
                case Int8 -> ints.addData((int) Values.whole(parser, token, 8));
                case Int16 -> ints.addData((int) Values.whole(parser, token, 16));
                case Int32 -> ints.addData((int) Values.whole(parser, token, 32));
                case Int64 -> longs.addData(Values.whole(parser, token, 64));
                case Float -> floats.addData(Values.single(parser, token));
                case Double -> doubles.addData(Values.real(parser, token));
                case VarChar, Timestamptz, Geometry -> texts.addData(Values.text(parser, token));
                default -> throw new WrongValueException("values of type " + type + " are not supported");
            }
        }

        ScalarField build() {
            return switch (type) {
                case Bool -> scalars.setBoolData(truths).build();
                case Int8, Int16, Int32 -> scalars.setIntData(ints).build();
                case Int64 -> scalars.setLongData(longs).build();
                case Float -> scalars.setFloatData(floats).build();
                case Double -> scalars.setDoubleData(doubles).build();
                case Geometry ->
                    scalars.setGeometryWktData(GeometryWktArray.newBuilder().addAllData(texts.getDataList()))
                            .build();
                default -> scalars.setStringData(texts).build();
            };
        }
    }

    private static final class Scalars extends RowColumn {

        private final Builder values;

        Scalars(FieldSchema field) {
            super(field);
            values = new Builder(field.getDataType());
        }

        @Override
        void add(JsonParser parser, JsonToken token) throws IOException {
            values.add(parser, token);
        }

        @Override
        void put(FieldData.Builder field) {
            field.setScalars(values.build());
        }
    }

    private static final class Arrays extends RowColumn {

        private final DataType element;
        private final ArrayArray.Builder arrays;

        Arrays(FieldSchema field) {
            super(field);
            element = field.getElementType();
            arrays = ArrayArray.newBuilder().setElementType(element);
        }

        @Override
        void add(JsonParser parser, JsonToken token) throws IOException {
            if (token != JsonToken.START_ARRAY) {
                throw Values.wrong(parser, token, "a list of " + element);
            }
            Builder array = new Builder(element);
            for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                array.add(parser, next);
            }
            arrays.addData(array.build());
        }

        @Override
        void put(FieldData.Builder field) {
            field.setScalars(ScalarField.newBuilder().setArrayData(arrays));
        }
    }

    /** JSON texts. A string that holds JSON stands for that JSON, which is how such fields are answered. */
    private static final class Texts extends RowColumn {

        private final JSONArray.Builder texts = JSONArray.newBuilder();

        Texts(FieldSchema field) {
            super(field);
        }

        @Override
        void add(JsonParser parser, JsonToken token) throws IOException {
            if (token == JsonToken.VALUE_STRING) {
                ByteString inner = ByteString.copyFromUtf8(Json.wellFormed(parser.getText()));
                texts.addData(JsonTexts.isJson(inner) ? inner : JsonTexts.copy(parser));
            } else {
                texts.addData(JsonTexts.copy(parser));
            }
        }

        @Override
        void put(FieldData.Builder field) {
            field.setScalars(ScalarField.newBuilder().setJsonData(texts));
        }
    }

    private static final class SparseVectors extends RowColumn {

        private final SparseFloatArray.Builder vectors = SparseFloatArray.newBuilder();

        SparseVectors(FieldSchema field) {
            super(field);
        }

        @Override
        void add(JsonParser parser, JsonToken token) throws IOException {
            vectors.addContents(SparseValues.read(parser, token));
        }

        @Override
        void put(FieldData.Builder field) {
            field.setVectors(VectorField.newBuilder().setSparseFloatVector(vectors));
        }
    }

    private static final class Vectors extends RowColumn {

        private final DataType type;
        private final VectorValues values;

        Vectors(FieldSchema field) {
            super(field);
            type = field.getDataType();
            values = new VectorValues(type, dimension(field));
        }

        @Override
        void add(JsonParser parser, JsonToken token) throws IOException {
            values.add(parser, token);
        }

        @Override
        void put(FieldData.Builder field) {
            VectorField.Builder vectors = VectorField.newBuilder().setDim(values.dimension());
            switch (type) {
                case FloatVector -> vectors.setFloatVector(FloatArray.getDefaultInstance()); // beside the message
                case BinaryVector -> vectors.setBinaryVector(values.bytes());
                case Float16Vector -> vectors.setFloat16Vector(values.bytes());
                case BFloat16Vector -> vectors.setBfloat16Vector(values.bytes());
                default -> vectors.setInt8Vector(values.bytes());
            }
            field.setVectors(vectors);
        }

        @Override
        @Nullable
        MemorySegment floats() {
            return type == DataType.FloatVector && values.count() > 0 ? values.segment() : null;
        }
    }

    static int dimension(FieldSchema field) {
        for (KeyValuePair parameter : field.getTypeParamsList()) {
            if (parameter.getKey().equals("dim")) {
                return Integer.parseInt(parameter.getValue());
            }
        }
        throw new WrongValueException("the field has no dimension");
    }
}
