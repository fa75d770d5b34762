package org.elanus.core.segment;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.spi.database.ArrayValues;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;

/** Schemas and rows for tests. */
final class SegmentSamples {

    private SegmentSamples() {}

    /** A field of every type, nullable where the database allows it. */
    static CollectionSchema everyType(DataType keyType) {
        List<FieldSchema> fields = new ArrayList<>();
        fields.add(FieldSchema.primaryKey("id", keyType, false).withId(100));
        long id = 101;
        for (DataType type : DataType.values()) {
            FieldSchema field = switch (type) {
                case VARCHAR -> FieldSchema.varchar("varchar", 200).withNullable(true);
                case ARRAY ->
                    new FieldSchema(
                            0,
                            "array",
                            "",
                            DataType.ARRAY,
                            DataType.INT32,
                            false,
                            false,
                            true,
                            false,
                            false,
                            false,
                            null,
                            Map.of("max_capacity", "10"));
                case BINARY_VECTOR -> FieldSchema.vector("binary_vector", type, 24);
                case SPARSE_FLOAT_VECTOR -> FieldSchema.of("sparse_float_vector", type);
                default ->
                    type.isVector()
                            ? FieldSchema.vector(type.name().toLowerCase(java.util.Locale.ROOT), type, 5)
                            : FieldSchema.of(type.name().toLowerCase(java.util.Locale.ROOT), type)
                                    .withNullable(true);
            };
            fields.add(field.withId(id++));
        }
        fields.add(new FieldSchema(
                id,
                FieldSchema.DYNAMIC_NAME,
                "",
                DataType.JSON,
                null,
                false,
                false,
                false,
                false,
                false,
                true,
                null,
                Map.of()));
        return new CollectionSchema("", fields, true);
    }

    /** Rows whose keys count up from the given one and whose values are drawn. */
    static ColumnBatch rows(CollectionSchema schema, int firstKey, int rows, Random random) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (FieldSchema field : schema.fields()) {
            columns.put(field.name(), column(field, firstKey, rows, random));
        }
        return new ColumnBatch(rows, columns);
    }

    static Column keys(DataType type, int firstKey, int rows) {
        long[] longs = new long[rows];
        String[] texts = new String[rows];
        for (int i = 0; i < rows; i++) {
            longs[i] = firstKey + i;
            texts[i] = "key " + (firstKey + i);
        }
        return type == DataType.INT64 ? Columns.longs(longs) : Columns.varchars(texts);
    }

    private static Column column(FieldSchema field, int firstKey, int rows, Random random) {
        if (field.primaryKey()) {
            return keys(field.type(), firstKey, rows);
        }
        MemorySegment validity = null;
        if (field.nullable() && random.nextInt(4) != 0) {
            byte[] bits = new byte[(rows + 7) / 8];
            random.nextBytes(bits);
            validity = MemorySegment.ofArray(bits);
        }
        if (!field.type().isVariableWidth()) {
            byte[] bytes = new byte[rows * field.width()];
            random.nextBytes(bytes);
            if (field.type() == DataType.BOOL) {
                for (int i = 0; i < rows; i++) {
                    bytes[i] &= 1;
                }
            }
            return new FixedColumn(field.type(), rows, field.width(), MemorySegment.ofArray(bytes), validity);
        }
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            values.add(
                    switch (field.type()) {
                        case ARRAY ->
                            ArrayValues.ofLongs(
                                    DataType.INT32,
                                    random.longs(random.nextInt(4)).toArray());
                        case JSON -> ("{\"a\":" + random.nextInt(1000) + "}").getBytes();
                        default -> ("x".repeat(random.nextInt(20)) + random.nextInt()).getBytes();
                    });
        }
        VariableColumn made = Columns.bytes(field.type(), values);
        return new VariableColumn(field.type(), rows, made.offsets(), made.bytes(), validity);
    }

    /** A value as something that can be compared; null for a null. */
    static Object value(Column column, int row) {
        if (column.isNull(row)) {
            return "null";
        }
        MemorySegment bytes = switch (column) {
            case FixedColumn fixed -> fixed.slice(row);
            case VariableColumn variable -> variable.slice(row);
        };
        return java.util.HexFormat.of().formatHex(bytes.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
    }

    static SegmentEntry flush(MemoryObjectStore store, GrowingSegment growing, CollectionSchema schema, long id) {
        growing.freeze();
        try (SegmentView view = growing.view(schema, Long.MAX_VALUE)) {
            return SegmentWriter.write(store, target(id), schema, List.of(view), 0);
        }
    }

    static SegmentWriter.Target target(long id) {
        return new SegmentWriter.Target(11, id, 7, 0, "segments/" + id + "/data", "segments/" + id + "/deletes");
    }
}
