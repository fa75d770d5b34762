package org.elanus.core.query.filter;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.elanus.spi.database.ArrayValues;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * Reads ARRAY fields: elements of fixed width one after the other, texts as count, offsets and bytes. For one thread.
 */
final class ArrayReader implements DynamicSource, ElementSource {

    private final VariableColumn column;
    private final String field;
    private final DataType type;
    private final int position;

    /** @param position of the element that is read as a value */
    ArrayReader(VariableColumn column, FieldSchema field, int position) {
        this.column = column;
        this.field = field.name();
        this.type = Objects.requireNonNull(field.elementType());
        this.position = position;
    }

    @Override
    public void load(int row, DynamicValue value) {
        if (!column.isNull(row) && position < size(row)) {
            read(row, position, value);
        } else {
            value.setMissing();
        }
    }

    @Override
    public void load(int row, Elements elements) {
        if (column.isNull(row)) {
            elements.setMissing();
            return;
        }
        elements.clear();
        int size = size(row);
        for (int i = 0; i < size; i++) {
            read(row, i, elements.add());
        }
    }

    private int size(int row) {
        int count = ArrayValues.count(type, column.bytes(), column.start(row), column.length(row));
        if (count < 0) {
            throw corrupt(row);
        }
        return count;
    }

    private ElanusException corrupt(int row) {
        return new ElanusException(
                StandardErrorCode.CORRUPT,
                "the " + column.length(row) + " stored bytes of a value of array field '" + field
                        + "' are not elements of type " + type);
    }

    private void read(int row, int element, DynamicValue value) {
        MemorySegment bytes = column.bytes();
        long start = column.start(row);
        switch (type) {
            case BOOL -> value.set(bytes.get(ValueLayout.JAVA_BYTE, start + element) != 0);
            case INT8 -> value.set((long) bytes.get(ValueLayout.JAVA_BYTE, start + element));
            case INT16 -> value.set((long) bytes.get(FixedColumn.SHORT, start + 2L * element));
            case INT32 -> value.set((long) bytes.get(FixedColumn.INT, start + 4L * element));
            case INT64 -> value.set(bytes.get(FixedColumn.LONG, start + 8L * element));
            case FLOAT -> value.set((double) bytes.get(FixedColumn.FLOAT, start + 4L * element));
            case DOUBLE -> value.set(bytes.get(FixedColumn.DOUBLE, start + 8L * element));
            default -> {
                int count = bytes.get(FixedColumn.INT, start);
                int from = bytes.get(FixedColumn.INT, start + 4 + 4L * element);
                int to = bytes.get(FixedColumn.INT, start + 8 + 4L * element);
                long room = column.length(row) - 8 - 4L * count;
                if (from < 0 || to < from || to > room) {
                    throw corrupt(row);
                }
                byte[] text =
                        bytes.asSlice(start + 8 + 4L * count + from, to - from).toArray(ValueLayout.JAVA_BYTE);
                value.set(new String(text, StandardCharsets.UTF_8));
            }
        }
    }
}
