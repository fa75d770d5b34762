package org.elanus.plugin.apimilvus.wire;

import com.google.protobuf.ByteString;
import java.lang.foreign.MemorySegment;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.ArrayArray;
import org.elanus.milvus.proto.BoolArray;
import org.elanus.milvus.proto.DoubleArray;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.FloatArray;
import org.elanus.milvus.proto.GeometryWktArray;
import org.elanus.milvus.proto.IDs;
import org.elanus.milvus.proto.IntArray;
import org.elanus.milvus.proto.JSONArray;
import org.elanus.milvus.proto.LongArray;
import org.elanus.milvus.proto.ScalarField;
import org.elanus.milvus.proto.SparseFloatArray;
import org.elanus.milvus.proto.StringArray;
import org.elanus.milvus.proto.VectorField;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.Moments;
import org.elanus.spi.database.VariableColumn;

/**
 * Columns of results. Unlike in inserts, a scalar payload is as long as the rows, with filler at nulls; a vector payload
 * holds the vectors that there are.
 */
public final class FieldDataEncoder {

    private FieldDataEncoder() {}

    /** @param schema tells the types of array elements and the ids of fields */
    public static List<FieldData> encode(ColumnBatch rows, CollectionSchema schema) {
        return encode(rows, new Presentation(schema, ZoneOffset.UTC));
    }

    public static List<FieldData> encode(ColumnBatch rows, Presentation presentation) {
        return rows.columns().entrySet().stream()
                .map(column -> encode(
                        column.getKey(), column.getValue(), presentation.schema(), presentation.zone()))
                .toList();
    }

    /** Whether encoding needs more than the columns themselves say. */
    public static boolean needsPresentation(ColumnBatch rows) {
        for (Map.Entry<String, Column> column : rows.columns().entrySet()) {
            if (column.getValue().type() == DataType.ARRAY || column.getValue().type() == DataType.TIMESTAMPTZ) {
                return true;
            }
        }
        return false;
    }

    /** One column. */
    public static FieldData encode(String name, Column column, Presentation presentation) {
        return encode(name, column, presentation.schema(), presentation.zone());
    }

    private static FieldData encode(String name, Column column, CollectionSchema schema, ZoneId zone) {
        FieldData.Builder field = FieldData.newBuilder().setFieldName(name).setType(Types.toWire(column.type()));
        if (name.equals(FieldSchema.DYNAMIC_NAME)) {
            field.setIsDynamic(true);
        }
        if (column.validity() != null) {
            for (int row = 0; row < column.rows(); row++) {
                field.addValidData(!column.isNull(row));
            }
        }
        if (column.type() == DataType.ARRAY) {
            DataType element = schema.field(name).elementType();
            field.setScalars(arrays((VariableColumn) column, element == null ? DataType.INT64 : element));
        } else if (column.type() == DataType.SPARSE_FLOAT_VECTOR) {
            field.setVectors(sparse((VariableColumn) column));
        } else if (column.type().isVector()) {
            field.setVectors(dense((FixedColumn) column));
        } else if (column instanceof VariableColumn text) {
            field.setScalars(texts(text));
        } else if (column.type() == DataType.TIMESTAMPTZ) {
            field.setScalars(moments((FixedColumn) column, zone));
        } else {
            field.setScalars(fixed((FixedColumn) column));
        }
        return field.build();
    }

    /** Primary keys. */
    public static IDs ids(Column keys) {
        IDs.Builder ids = IDs.newBuilder();
        if (keys instanceof FixedColumn numbers) {
            LongArray.Builder data = LongArray.newBuilder();
            for (int row = 0; row < numbers.rows(); row++) {
                data.addData(numbers.getLong(row));
            }
            return ids.setIntId(data).build();
        }
        StringArray.Builder data = StringArray.newBuilder();
        for (int row = 0; row < keys.rows(); row++) {
            data.addDataBytes(bytes(((VariableColumn) keys).slice(row)));
        }
        return ids.setStrId(data).build();
    }

    private static ScalarField fixed(FixedColumn column) {
        int rows = column.rows();
        ScalarField.Builder scalars = ScalarField.newBuilder();
        switch (column.type()) {
            case BOOL -> {
                BoolArray.Builder data = BoolArray.newBuilder();
                for (int row = 0; row < rows; row++) {
                    data.addData(column.getBoolean(row));
                }
                scalars.setBoolData(data);
            }
            case INT64 -> {
                LongArray.Builder data = LongArray.newBuilder();
                for (int row = 0; row < rows; row++) {
                    data.addData(column.getLong(row));
                }
                scalars.setLongData(data);
            }
            case FLOAT -> {
                FloatArray.Builder data = FloatArray.newBuilder();
                for (int row = 0; row < rows; row++) {
                    data.addData((float) column.getDouble(row));
                }
                scalars.setFloatData(data);
            }
            case DOUBLE -> {
                DoubleArray.Builder data = DoubleArray.newBuilder();
                for (int row = 0; row < rows; row++) {
                    data.addData(column.getDouble(row));
                }
                scalars.setDoubleData(data);
            }
            default -> {
                IntArray.Builder data = IntArray.newBuilder();
                for (int row = 0; row < rows; row++) {
                    data.addData((int) column.getLong(row));
                }
                scalars.setIntData(data);
            }
        }
        return scalars.build();
    }

    private static ScalarField texts(VariableColumn column) {
        if (column.type() == DataType.JSON) {
            JSONArray.Builder data = JSONArray.newBuilder();
            for (int row = 0; row < column.rows(); row++) {
                data.addData(column.isNull(row) ? ByteString.EMPTY : bytes(column.slice(row)));
            }
            return ScalarField.newBuilder().setJsonData(data).build();
        }
        if (column.type() == DataType.GEOMETRY) {
            GeometryWktArray.Builder data = GeometryWktArray.newBuilder();
            for (int row = 0; row < column.rows(); row++) {
                data.addDataBytes(column.isNull(row) ? ByteString.EMPTY : bytes(column.slice(row)));
            }
            return ScalarField.newBuilder().setGeometryWktData(data).build();
        }
        StringArray.Builder data = StringArray.newBuilder();
        for (int row = 0; row < column.rows(); row++) {
            data.addDataBytes(column.isNull(row) ? ByteString.EMPTY : bytes(column.slice(row)));
        }
        return ScalarField.newBuilder().setStringData(data).build();
    }

    private static ScalarField moments(FixedColumn column, ZoneId zone) {
        StringArray.Builder data = StringArray.newBuilder();
        for (int row = 0; row < column.rows(); row++) {
            data.addData(column.isNull(row) ? "" : Moments.format(column.getLong(row), zone));
        }
        return ScalarField.newBuilder().setStringData(data).build();
    }

    private static ScalarField arrays(VariableColumn column, DataType element) {
        ArrayArray.Builder data = ArrayArray.newBuilder().setElementType(Types.toWire(element));
        for (int row = 0; row < column.rows(); row++) {
            data.addData(
                    column.isNull(row)
                            ? ScalarField.getDefaultInstance()
                            : ArrayCodec.encode(element, column.slice(row)));
        }
        return ScalarField.newBuilder().setArrayData(data).build();
    }

    private static VectorField dense(FixedColumn column) {
        int width = column.width();
        int present = 0;
        for (int row = 0; row < column.rows(); row++) {
            present += column.isNull(row) ? 0 : 1;
        }
        VectorField.Builder vectors = VectorField.newBuilder();
        if (column.type() == DataType.FLOAT_VECTOR) {
            FloatArray.Builder data = FloatArray.newBuilder();
            for (int row = 0; row < column.rows(); row++) {
                if (!column.isNull(row)) {
                    long start = (long) row * width;
                    for (int i = 0; i < width; i += 4) {
                        data.addData(column.data().get(FixedColumn.FLOAT, start + i));
                    }
                }
            }
            return vectors.setDim(width / 4).setFloatVector(data).build();
        }
        byte[] compact = new byte[Math.multiplyExact(present, width)];
        MemorySegment target = MemorySegment.ofArray(compact);
        long position = 0;
        for (int row = 0; row < column.rows(); row++) {
            if (!column.isNull(row)) {
                MemorySegment.copy(column.data(), (long) row * width, target, position, width);
                position += width;
            }
        }
        ByteString bytes = com.google.protobuf.UnsafeByteOperations.unsafeWrap(compact);
        return switch (column.type()) {
            case BINARY_VECTOR ->
                vectors.setDim(width * 8L).setBinaryVector(bytes).build();
            case FLOAT16_VECTOR ->
                vectors.setDim(width / 2).setFloat16Vector(bytes).build();
            case BFLOAT16_VECTOR ->
                vectors.setDim(width / 2).setBfloat16Vector(bytes).build();
            default -> vectors.setDim(width).setInt8Vector(bytes).build();
        };
    }

    private static VectorField sparse(VariableColumn column) {
        SparseFloatArray.Builder data = SparseFloatArray.newBuilder();
        long dimension = 0;
        for (int row = 0; row < column.rows(); row++) {
            if (!column.isNull(row)) {
                MemorySegment vector = column.slice(row);
                if (vector.byteSize() >= 8) {
                    long last = Integer.toUnsignedLong(vector.get(FixedColumn.INT, vector.byteSize() - 8));
                    dimension = Math.max(dimension, last + 1);
                }
                data.addContents(bytes(vector));
            }
        }
        return VectorField.newBuilder()
                .setDim(dimension)
                .setSparseFloatVector(data.setDim(dimension))
                .build();
    }

    private static ByteString bytes(MemorySegment segment) {
        return ByteString.copyFrom(segment.asByteBuffer());
    }
}
