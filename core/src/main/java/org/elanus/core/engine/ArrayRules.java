package org.elanus.core.engine;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.elanus.spi.database.ArrayValues;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;

/**
 * What the values of an ARRAY field must be: laid out as {@link ArrayValues} says, and within the field's limits. Reads
 * the column in place, for every row passes here.
 */
final class ArrayRules {

    private ArrayRules() {}

    /** @throws ElanusException INVALID_ARGUMENT naming field, row and the allowed range */
    static void check(FieldSchema field, VariableColumn column) {
        DataType element = Objects.requireNonNull(field.elementType());
        int capacity = field.maxCapacity();
        int maxLength = element == DataType.VARCHAR ? field.maxLength() : 0;
        MemorySegment bytes = column.bytes();
        for (int row = 0; row < column.rows(); row++) {
            if (column.isNull(row)) {
                continue;
            }
            long start = column.start(row);
            int length = column.length(row);
            if (!ArrayValues.isWellFormed(element, bytes, start, length)) {
                throw ElanusException.invalid(
                        "array field '%s' row %d: its %d bytes are not an array of element type %s",
                        field.name(), row, length, element);
            }
            int count = ArrayValues.count(element, bytes, start, length);
            if (count > capacity) {
                throw ElanusException.invalid(
                        "array field '%s' row %d has %d elements, the allowed number (max_capacity) is 0 to %d",
                        field.name(), row, count, capacity);
            }
            switch (element) {
                case VARCHAR -> checkLengths(field, row, bytes, start, count, maxLength);
                case FLOAT, DOUBLE -> checkFinite(field, element, row, bytes, start, count);
                default -> {
                    // every value that fits into the width is one
                }
            }
        }
    }

    private static void checkLengths(
            FieldSchema field, int row, MemorySegment bytes, long start, int count, int maxLength) {
        for (int i = 0; i < count; i++) {
            long at = start + 4L * (i + 1L);
            int length = bytes.get(FixedColumn.INT, at + 4) - bytes.get(FixedColumn.INT, at);
            if (length > maxLength) {
                throw ElanusException.invalid(
                        "array field '%s' row %d element %d has %d bytes, the allowed length (max_length) is 0 to %d"
                                + " bytes",
                        field.name(), row, i, length, maxLength);
            }
        }
    }

    private static void checkFinite(
            FieldSchema field, DataType element, int row, MemorySegment bytes, long start, int count) {
        for (int i = 0; i < count; i++) {
            double value = element == DataType.FLOAT
                    ? bytes.get(FixedColumn.FLOAT, start + 4L * i)
                    : bytes.get(FixedColumn.DOUBLE, start + 8L * i);
            if (!Double.isFinite(value)) {
                throw ElanusException.invalid(
                        "array field '%s' row %d element %d is NaN or infinite; only finite numbers are stored",
                        field.name(), row, i);
            }
        }
    }
}
