package org.elanus.core.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** The column of a field that rows do not have because the schema got it later: its default, or nulls. */
final class AbsentColumns {

    private AbsentColumns() {}

    /** @throws ElanusException SCHEMA_MISMATCH when the field has no default and cannot be null */
    static Column of(FieldSchema field, int rows) {
        Object value = field.defaultValue();
        if (value == null && !field.nullable() && !field.dynamic()) {
            throw new ElanusException(
                    StandardErrorCode.SCHEMA_MISMATCH,
                    "there are no values for field '" + field.name()
                            + "', which is neither nullable nor has a default");
        }
        if (field.type().isVariableWidth()) {
            return variable(field, rows, value);
        }
        int width = field.width();
        MemorySegment data = MemorySegment.ofArray(new byte[Math.multiplyExact(rows, width)]);
        if (value == null) {
            return new FixedColumn(field.type(), rows, width, data, allNull(rows));
        }
        for (int row = 0; row < rows; row++) {
            switch (field.type()) {
                case BOOL -> data.set(ValueLayout.JAVA_BYTE, row, (byte) ((Boolean) value ? 1 : 0));
                case INT8 -> data.set(ValueLayout.JAVA_BYTE, row, ((Long) value).byteValue());
                case INT16 -> data.set(FixedColumn.SHORT, 2L * row, ((Long) value).shortValue());
                case INT32 -> data.set(FixedColumn.INT, 4L * row, ((Long) value).intValue());
                case INT64, TIMESTAMPTZ -> data.set(FixedColumn.LONG, 8L * row, (Long) value);
                case FLOAT -> data.set(FixedColumn.FLOAT, 4L * row, ((Number) value).floatValue());
                case DOUBLE -> data.set(FixedColumn.DOUBLE, 8L * row, ((Number) value).doubleValue());
                default -> throw new IllegalStateException(field.type() + " has no default values");
            }
        }
        return new FixedColumn(field.type(), rows, width, data, null);
    }

    private static Column variable(FieldSchema field, int rows, @Nullable Object value) {
        // An absent dynamic field is an empty object, not a null: filters read keys of it.
        byte[] one = value != null
                ? ((String) value).getBytes(StandardCharsets.UTF_8)
                : field.dynamic() ? new byte[] {'{', '}'} : new byte[0];
        byte[] bytes = new byte[Math.multiplyExact(rows, one.length)];
        MemorySegment offsets = MemorySegment.ofArray(new byte[Math.multiplyExact(rows + 1, 4)]);
        for (int row = 0; row < rows; row++) {
            System.arraycopy(one, 0, bytes, row * one.length, one.length);
            offsets.set(FixedColumn.INT, 4L * (row + 1), (row + 1) * one.length);
        }
        return new VariableColumn(
                field.type(),
                rows,
                offsets,
                MemorySegment.ofArray(bytes),
                value == null && !field.dynamic() ? allNull(rows) : null);
    }

    private static MemorySegment allNull(int rows) {
        return MemorySegment.ofArray(new byte[(rows + 7) / 8]);
    }
}
