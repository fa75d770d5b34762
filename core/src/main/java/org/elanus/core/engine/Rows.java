package org.elanus.core.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.elanus.core.segment.KeyRouting;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.jspecify.annotations.Nullable;

/** Operations on the rows of batches before they reach the log: choosing, routing, deduplicating, filling. */
final class Rows {

    private Rows() {}

    /** The chosen rows of a batch, in the given order, as a copy. */
    static ColumnBatch select(ColumnBatch batch, int[] rows) {
        Map<String, Column> columns = new LinkedHashMap<>();
        batch.columns().forEach((name, column) -> columns.put(name, select(column, rows)));
        return new ColumnBatch(rows.length, columns);
    }

    /** The chosen rows of a column, in the given order, as a copy. */
    static Column select(Column column, int[] rows) {
        MemorySegment validity = column.validity() == null ? null : selectValidity(column, rows);
        return switch (column) {
            case FixedColumn fixed -> {
                int width = fixed.width();
                MemorySegment data = MemorySegment.ofArray(new byte[Math.multiplyExact(rows.length, width)]);
                for (int i = 0; i < rows.length; i++) {
                    MemorySegment.copy(
                            fixed.data(),
                            ValueLayout.JAVA_BYTE,
                            (long) rows[i] * width,
                            data,
                            ValueLayout.JAVA_BYTE,
                            (long) i * width,
                            width);
                }
                yield new FixedColumn(fixed.type(), rows.length, width, data, validity);
            }
            case VariableColumn variable -> {
                MemorySegment offsets = MemorySegment.ofArray(new byte[4 * (rows.length + 1)]);
                long total = 0;
                for (int i = 0; i < rows.length; i++) {
                    total += variable.length(rows[i]);
                    offsets.set(FixedColumn.INT, 4L * (i + 1), Math.toIntExact(total));
                }
                MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(total)]);
                long at = 0;
                for (int row : rows) {
                    int length = variable.length(row);
                    MemorySegment.copy(
                            variable.bytes(),
                            ValueLayout.JAVA_BYTE,
                            variable.start(row),
                            bytes,
                            ValueLayout.JAVA_BYTE,
                            at,
                            length);
                    at += length;
                }
                yield new VariableColumn(variable.type(), rows.length, offsets, bytes, validity);
            }
        };
    }

    private static MemorySegment selectValidity(Column column, int[] rows) {
        byte[] bits = new byte[(rows.length + 7) / 8];
        for (int i = 0; i < rows.length; i++) {
            if (!column.isNull(rows[i])) {
                bits[i >>> 3] |= (byte) (1 << (i & 7));
            }
        }
        return MemorySegment.ofArray(bits);
    }

    /** The rows that stay when of equal keys only the last counts; null when all keys differ. */
    static int @Nullable [] lastOfEachKey(Column keys) {
        int rows = keys.rows();
        Map<Object, Integer> last = HashMap.newHashMap(rows);
        for (int row = 0; row < rows; row++) {
            last.put(keyOf(keys, row), row);
        }
        return last.size() == rows
                ? null
                : last.values().stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    static Object keyOf(Column keys, int row) {
        return switch (keys) {
            case FixedColumn fixed -> fixed.getLong(row);
            case VariableColumn variable -> variable.getString(row);
        };
    }

    /** Splits rows by shard; an element is null when a shard gets none. */
    static int[] @Nullable [] byShard(Column keys, int shards) {
        int[] shardOfRow = new int[keys.rows()];
        int[] counts = new int[shards];
        for (int row = 0; row < shardOfRow.length; row++) {
            shardOfRow[row] = KeyRouting.of(keys, row, shards);
            counts[shardOfRow[row]]++;
        }
        int[] @Nullable [] split = new int[shards] @Nullable [];
        int[] filled = new int[shards];
        for (int row = 0; row < shardOfRow.length; row++) {
            int shard = shardOfRow[row];
            int[] rows = split[shard];
            if (rows == null) {
                rows = new int[counts[shard]];
                split[shard] = rows;
            }
            rows[filled[shard]++] = row;
        }
        return split;
    }

    /** A column in which every row has the given value. */
    static Column constant(FieldSchema field, int rows, Object value) {
        return switch (value) {
            case Boolean bool -> {
                boolean[] values = new boolean[rows];
                Arrays.fill(values, bool);
                yield Columns.bools(values);
            }
            case Number number
            when field.type().isInteger() -> {
                long[] values = new long[rows];
                Arrays.fill(values, number.longValue());
                yield Columns.integers(field.type(), values);
            }
            case Number number
            when field.type() == DataType.FLOAT -> {
                float[] values = new float[rows];
                Arrays.fill(values, number.floatValue());
                yield Columns.floats(values);
            }
            case Number number -> {
                double[] values = new double[rows];
                Arrays.fill(values, number.doubleValue());
                yield Columns.doubles(values);
            }
            default -> {
                byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
                MemorySegment offsets = MemorySegment.ofArray(new byte[4 * (rows + 1)]);
                byte[] bytes = new byte[Math.multiplyExact(rows, text.length)];
                for (int row = 0; row < rows; row++) {
                    System.arraycopy(text, 0, bytes, row * text.length, text.length);
                    offsets.set(FixedColumn.INT, 4L * (row + 1), (row + 1) * text.length);
                }
                yield new VariableColumn(field.type(), rows, offsets, MemorySegment.ofArray(bytes), null);
            }
        };
    }

    /** A column in which every row is null. */
    static Column nulls(FieldSchema field, int rows) {
        MemorySegment none = MemorySegment.ofArray(new byte[(rows + 7) / 8]);
        return field.type().isVariableWidth()
                ? new VariableColumn(
                        field.type(),
                        rows,
                        MemorySegment.ofArray(new byte[4 * (rows + 1)]),
                        MemorySegment.ofArray(new byte[0]),
                        none)
                : new FixedColumn(
                        field.type(),
                        rows,
                        field.width(),
                        MemorySegment.ofArray(new byte[Math.multiplyExact(rows, field.width())]),
                        none);
    }

    /** The column with a default in the place of each null. */
    static Column fillNulls(FieldSchema field, Column column, Object value) {
        Column constant = constant(field, 1, value);
        return switch (column) {
            case FixedColumn fixed -> {
                MemorySegment data = MemorySegment.ofArray(
                        fixed.data().asSlice(0, fixed.payloadBytes()).toArray(ValueLayout.JAVA_BYTE));
                MemorySegment one = ((FixedColumn) constant).data();
                for (int row = 0; row < fixed.rows(); row++) {
                    if (fixed.isNull(row)) {
                        MemorySegment.copy(one, 0, data, (long) row * fixed.width(), fixed.width());
                    }
                }
                yield new FixedColumn(fixed.type(), fixed.rows(), fixed.width(), data, null);
            }
            case VariableColumn variable -> {
                byte[] one = ((VariableColumn) constant).getBytes(0);
                java.util.List<byte[]> values = new java.util.ArrayList<>(variable.rows());
                for (int row = 0; row < variable.rows(); row++) {
                    values.add(variable.isNull(row) ? one : variable.getBytes(row));
                }
                yield Columns.bytes(variable.type(), values);
            }
        };
    }

    static boolean hasNulls(Column column) {
        if (column.validity() == null) {
            return false;
        }
        for (int row = 0; row < column.rows(); row++) {
            if (column.isNull(row)) {
                return true;
            }
        }
        return false;
    }

    /** Bytes that a batch takes in memory, roughly. */
    static long bytes(ColumnBatch batch) {
        long bytes = 0;
        for (Column column : batch.columns().values()) {
            bytes += column.payloadBytes();
        }
        return bytes;
    }
}
