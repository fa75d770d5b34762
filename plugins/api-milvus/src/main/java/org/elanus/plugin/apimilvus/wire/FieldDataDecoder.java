package org.elanus.plugin.apimilvus.wire;

import com.google.protobuf.ByteString;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.ScalarField;
import org.elanus.milvus.proto.VectorField;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.Moments;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/**
 * Columns of inserted data. Checks only that the payload is what it says; whether it fits the schema is the database's
 * to say. Any message that parses either decodes or is refused as INVALID_ARGUMENT naming the field.
 */
public final class FieldDataDecoder {

    /** What the largest vector type allows, which is the binary one; keeps widths within an int. */
    private static final int MOST_DIMENSIONS = 1 << 18;

    /**
     * What one field's vectors may take when missing ones are filled in, unless that many bytes have come: as much as a
     * message, for without a missing vector the rows would have to fit into one.
     */
    private static final long MOST_FILLED = 64L << 20;

    private FieldDataDecoder() {}

    /**
     * What decoding allocates for vectors that are missing, and so for bytes that have not come.
     *
     * @throws ElanusException INVALID_ARGUMENT when it is too much for any request
     */
    public static long fillerBytes(List<FieldData> fields, int rows) {
        long total = 0;
        for (FieldData field : fields) {
            if (field.getValidDataCount() > 0 && field.hasVectors()) {
                String name = name(field);
                DataType type = Types.ofWire(name, field.getTypeValue());
                Rows present = Rows.of(name, rows, field.getValidDataList());
                if (type.isDenseVector() && present.values() < rows && field.getVectors().getDim() > 0) {
                    long width = width(name, type, field.getVectors().getDim());
                    long filled = width * rows;
                    if (filled > Math.max(MOST_FILLED, 2 * width * present.values())) {
                        throw ElanusException.invalid(
                                "field '%s' needs %d bytes for %d rows, most of which are null; at most %d are allowed:"
                                        + " send fewer rows",
                                name, filled, rows, MOST_FILLED);
                    }
                    total += width * (rows - present.values());
                }
            }
        }
        return total;
    }

    /**
     * @param floats by position of the field: float vectors that were read apart from the message
     * @param zone of moments that come without an offset
     * @param elements the element types of the collection's array fields by name, which a message does not tell reliably
     */
    public static ColumnBatch decode(
            List<FieldData> fields, int rows, FloatPayloads floats, ZoneId zone, Map<String, DataType> elements) {
        if (rows <= 0) {
            throw ElanusException.invalid("num_rows must be 1 or more, not %s", Integer.toUnsignedString(rows));
        }
        if (fields.isEmpty()) {
            // Each field bounds num_rows by what arrived; without any, a small message could claim 2^31 rows.
            throw ElanusException.invalid(
                    "num_rows is %d, but fields_data is empty: give at least one field with %d rows", rows, rows);
        }
        fillerBytes(fields, rows); // refuses before anything is allocated
        Map<String, Column> columns = LinkedHashMap.newLinkedHashMap(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            FieldData field = fields.get(i);
            String name = name(field);
            Column column = column(name, field, rows, floats.of(i), zone, elements);
            if (column != null && columns.put(name, column) != null) {
                throw ElanusException.invalid("field '%s' is given twice", name);
            }
        }
        return new ColumnBatch(rows, columns);
    }

    private static String name(FieldData field) {
        if (field.getIsDynamic()) {
            return FieldSchema.DYNAMIC_NAME;
        }
        if (field.getFieldName().isEmpty()) {
            throw ElanusException.invalid("a field of the data has no name");
        }
        return field.getFieldName();
    }

    /** Null for a vector column without any value, which is the same as an absent one. */
    private static @Nullable Column column(
            String name,
            FieldData field,
            int count,
            @Nullable MemorySegment floats,
            ZoneId zone,
            Map<String, DataType> elements) {
        DataType type = Types.ofWire(name, field.getTypeValue());
        Rows rows = Rows.of(name, count, field.getValidDataList());
        if (type.isVector()) {
            if (!field.hasVectors() && rows.values() > 0) {
                throw ElanusException.invalid("field '%s' of type %s has no vectors", name, type);
            }
            return vectors(name, type, field.getVectors(), rows, floats);
        }
        if (!field.hasScalars() && rows.values() > 0) {
            throw ElanusException.invalid("field '%s' of type %s has no scalars", name, type);
        }
        return scalars(name, type, field, rows, zone, elements);
    }

    private static Column scalars(
            String name, DataType type, FieldData field, Rows rows, ZoneId zone, Map<String, DataType> elements) {
        ScalarField data = field.getScalars();
        ScalarField.DataCase expected = switch (type) {
            case BOOL -> ScalarField.DataCase.BOOL_DATA;
            case INT8, INT16, INT32 -> ScalarField.DataCase.INT_DATA;
            case INT64 -> ScalarField.DataCase.LONG_DATA;
            case FLOAT -> ScalarField.DataCase.FLOAT_DATA;
            case DOUBLE -> ScalarField.DataCase.DOUBLE_DATA;
            case VARCHAR, TIMESTAMPTZ -> ScalarField.DataCase.STRING_DATA;
            case GEOMETRY -> ScalarField.DataCase.GEOMETRY_WKT_DATA;
            case JSON -> ScalarField.DataCase.JSON_DATA;
            case ARRAY -> ScalarField.DataCase.ARRAY_DATA;
            default -> throw new IllegalStateException(type + " is no scalar");
        };
        if (data.getDataCase() != expected
                && (rows.values() > 0 || data.getDataCase() != ScalarField.DataCase.DATA_NOT_SET)) {
            throw ElanusException.invalid(
                    "field '%s' of type %s must come as %s, not as %s",
                    name,
                    type,
                    expected.name().toLowerCase(java.util.Locale.ROOT),
                    data.getDataCase().name().toLowerCase(java.util.Locale.ROOT));
        }
        return switch (type) {
            case VARCHAR -> {
                rows.check(name, data.getStringData().getDataCount());
                List<ByteString> values = data.getStringData().getDataList().asByteStringList();
                yield variable(name, type, rows, values);
            }
            case GEOMETRY -> {
                rows.check(name, data.getGeometryWktData().getDataCount());
                yield variable(
                        name, type, rows, data.getGeometryWktData().getDataList().asByteStringList());
            }
            case TIMESTAMPTZ -> moments(name, data.getStringData().getDataList(), rows, zone);
            case JSON -> {
                rows.check(name, data.getJsonData().getDataCount());
                yield emptyAsNull(variable(name, type, rows, data.getJsonData().getDataList()), rows);
            }
            case ARRAY -> {
                rows.check(name, data.getArrayData().getDataCount());
                DataType element = elements.get(name);
                if (element == null) {
                    throw ElanusException.invalid(
                            "field '%s' is no array field of the collection; array fields are %s",
                            name, elements.keySet().stream().sorted().toList());
                }
                yield variable(name, type, rows, ArrayCodec.decode(name, element, data.getArrayData()));
            }
            default -> fixed(name, type, data, rows);
        };
    }

    private static FixedColumn moments(String name, List<String> texts, Rows rows, ZoneId zone) {
        rows.check(name, texts.size());
        MemorySegment compact = MemorySegment.ofArray(new byte[Math.multiplyExact(texts.size(), 8)]);
        for (int i = 0; i < texts.size(); i++) {
            try {
                compact.set(FixedColumn.LONG, 8L * i, Moments.parse(texts.get(i), zone));
            } catch (ElanusException e) {
                throw ElanusException.invalid("field '%s': %s", name, String.valueOf(e.getMessage()));
            }
        }
        return new FixedColumn(
                DataType.TIMESTAMPTZ, rows.count(), 8, rows.spread(name, compact, 8), rows.validity());
    }

    private static FixedColumn fixed(String name, DataType type, ScalarField data, Rows rows) {
        int width = type.scalarBytes();
        int values = rows.values();
        rows.check(
                name,
                switch (type) {
                    case BOOL -> data.getBoolData().getDataCount();
                    case INT64 -> data.getLongData().getDataCount();
                    case FLOAT -> data.getFloatData().getDataCount();
                    case DOUBLE -> data.getDoubleData().getDataCount();
                    default -> data.getIntData().getDataCount();
                });
        MemorySegment compact = MemorySegment.ofArray(new byte[Math.multiplyExact(values, width)]);
        switch (type) {
            case BOOL -> {
                for (int i = 0; i < values; i++) {
                    compact.set(
                            ValueLayout.JAVA_BYTE, i, (byte) (data.getBoolData().getData(i) ? 1 : 0));
                }
            }
            case INT64 -> {
                for (int i = 0; i < values; i++) {
                    compact.set(FixedColumn.LONG, 8L * i, data.getLongData().getData(i));
                }
            }
            case FLOAT -> {
                for (int i = 0; i < values; i++) {
                    compact.set(FixedColumn.FLOAT, 4L * i, data.getFloatData().getData(i));
                }
            }
            case DOUBLE -> {
                for (int i = 0; i < values; i++) {
                    compact.set(FixedColumn.DOUBLE, 8L * i, data.getDoubleData().getData(i));
                }
            }
            default -> {
                for (int i = 0; i < values; i++) {
                    int value = data.getIntData().getData(i);
                    switch (type) {
                        case INT8 -> compact.set(ValueLayout.JAVA_BYTE, i, (byte) inRange(name, type, value));
                        case INT16 -> compact.set(FixedColumn.SHORT, 2L * i, (short) inRange(name, type, value));
                        default -> compact.set(FixedColumn.INT, 4L * i, value);
                    }
                }
            }
        }
        return new FixedColumn(type, rows.count(), width, rows.spread(name, compact, width), rows.validity());
    }

    /** Refuses an INT8 or INT16 value that came as an int too large for it. */
    static int inRange(String name, DataType type, int value) {
        int limit = type == DataType.INT8 ? 1 << 7 : type == DataType.INT16 ? 1 << 15 : 0;
        if (limit != 0 && (value < -limit || value >= limit)) {
            throw ElanusException.invalid(
                    "field '%s': value %d is out of range of %s, which is %d to %d",
                    name, value, type, -limit, limit - 1);
        }
        return value;
    }

    private static VariableColumn variable(String name, DataType type, Rows rows, List<ByteString> values) {
        long total = 0;
        for (ByteString value : values) {
            total += value.size();
        }
        if (total > Integer.MAX_VALUE - 8) {
            throw ElanusException.invalid("field '%s' has %d bytes, at most 2 GiB are allowed", name, total);
        }
        MemorySegment offsets = MemorySegment.ofArray(new byte[Math.multiplyExact(rows.count() + 1, 4)]);
        byte[] bytes = new byte[(int) total];
        int position = 0;
        int next = 0;
        for (int row = 0; row < rows.count(); row++) {
            if (rows.has(row)) {
                ByteString value = values.get(next++);
                value.copyTo(bytes, position);
                position += value.size();
            }
            offsets.set(FixedColumn.INT, 4L * (row + 1), position);
        }
        return new VariableColumn(type, rows.count(), offsets, MemorySegment.ofArray(bytes), rows.validity());
    }

    /** The Node client sends a null of a JSON field as a value without a byte, which is no JSON. */
    private static VariableColumn emptyAsNull(VariableColumn column, Rows rows) {
        boolean[] present = new boolean[rows.count()];
        int values = 0;
        for (int row = 0; row < present.length; row++) {
            present[row] = rows.has(row) && column.length(row) > 0;
            values += present[row] ? 1 : 0;
        }
        return values == rows.values()
                ? column
                : new VariableColumn(
                        column.type(),
                        column.rows(),
                        column.offsets(),
                        column.bytes(),
                        new Rows(present, rows.count(), values).validity());
    }

    private static @Nullable Column vectors(
            String name, DataType type, VectorField data, Rows rows, @Nullable MemorySegment floats) {
        VectorField.DataCase expected = switch (type) {
            case FLOAT_VECTOR -> VectorField.DataCase.FLOAT_VECTOR;
            case BINARY_VECTOR -> VectorField.DataCase.BINARY_VECTOR;
            case FLOAT16_VECTOR -> VectorField.DataCase.FLOAT16_VECTOR;
            case BFLOAT16_VECTOR -> VectorField.DataCase.BFLOAT16_VECTOR;
            case SPARSE_FLOAT_VECTOR -> VectorField.DataCase.SPARSE_FLOAT_VECTOR;
            case INT8_VECTOR -> VectorField.DataCase.INT8_VECTOR;
            default -> throw new IllegalStateException(type + " is no vector");
        };
        if (data.getDataCase() != expected) {
            if (rows.values() == 0 && data.getDataCase() == VectorField.DataCase.DATA_NOT_SET) {
                return null;
            }
            throw ElanusException.invalid(
                    "field '%s' of type %s must come as %s, not as %s",
                    name,
                    type,
                    expected.name().toLowerCase(java.util.Locale.ROOT),
                    data.getDataCase().name().toLowerCase(java.util.Locale.ROOT));
        }
        if (type == DataType.SPARSE_FLOAT_VECTOR) {
            List<ByteString> contents = data.getSparseFloatVector().getContentsList();
            rows.check(name, contents.size());
            for (ByteString content : contents) {
                if (content.size() % 8 != 0) {
                    throw ElanusException.invalid(
                            "field '%s': a sparse vector has %d bytes, which is no multiple of 8",
                            name, content.size());
                }
            }
            return variable(name, type, rows, contents);
        }
        MemorySegment compact = switch (type) {
            case FLOAT_VECTOR -> floats != null ? floats : floats(data);
            case BINARY_VECTOR -> bytes(data.getBinaryVector());
            case FLOAT16_VECTOR -> bytes(data.getFloat16Vector());
            case BFLOAT16_VECTOR -> bytes(data.getBfloat16Vector());
            default -> bytes(data.getInt8Vector());
        };
        if (rows.values() == 0 && data.getDim() == 0 && compact.byteSize() == 0) {
            return null;
        }
        int width = width(name, type, data.getDim());
        if (compact.byteSize() % width != 0) {
            throw ElanusException.invalid(
                    "field '%s': %d bytes of vectors cannot be divided into vectors of %d dimensions (%d bytes each)",
                    name, compact.byteSize(), data.getDim(), width);
        }
        rows.check(name, compact.byteSize() / width);
        return new FixedColumn(type, rows.count(), width, rows.spread(name, compact, width), rows.validity());
    }

    private static int width(String name, DataType type, long dimension) {
        if (dimension < 1 || dimension > MOST_DIMENSIONS) {
            throw ElanusException.invalid("field '%s': the dimension of its vectors cannot be %d", name, dimension);
        }
        if (type == DataType.BINARY_VECTOR && dimension % 8 != 0) {
            throw ElanusException.invalid(
                    "field '%s': the dimension of a binary vector must be a multiple of 8, not %d", name, dimension);
        }
        return type.vectorBytes((int) dimension);
    }

    private static MemorySegment floats(VectorField data) {
        int count = data.getFloatVector().getDataCount();
        MemorySegment segment = MemorySegment.ofArray(new byte[Math.multiplyExact(count, 4)]);
        for (int i = 0; i < count; i++) {
            segment.set(FixedColumn.FLOAT, 4L * i, data.getFloatVector().getData(i));
        }
        return segment;
    }

    private static MemorySegment bytes(ByteString bytes) {
        return MemorySegment.ofArray(bytes.toByteArray());
    }
}
