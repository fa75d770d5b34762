package org.elanus.spi.database;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes columns of ordinary Java values. */
public final class Columns {

    private Columns() {}

    public static FixedColumn bools(boolean... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        return new FixedColumn(DataType.BOOL, values.length, 1, MemorySegment.ofArray(bytes), null);
    }

    /** A column of INT8, INT16, INT32 or INT64; a value that the type cannot hold is cut to its low bytes. */
    public static FixedColumn integers(DataType type, long... values) {
        int width = type.scalarBytes();
        MemorySegment data = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, width)]);
        for (int i = 0; i < values.length; i++) {
            switch (type) {
                case INT8 -> data.set(java.lang.foreign.ValueLayout.JAVA_BYTE, i, (byte) values[i]);
                case INT16 -> data.set(FixedColumn.SHORT, 2L * i, (short) values[i]);
                case INT32 -> data.set(FixedColumn.INT, 4L * i, (int) values[i]);
                case INT64, TIMESTAMPTZ -> data.set(FixedColumn.LONG, 8L * i, values[i]);
                default -> throw new IllegalArgumentException(type + " is not an integer type");
            }
        }
        return new FixedColumn(type, values.length, width, data, null);
    }

    public static FixedColumn longs(long... values) {
        return integers(DataType.INT64, values);
    }

    public static FixedColumn floats(float... values) {
        return new FixedColumn(DataType.FLOAT, values.length, 4, bytesOf(values), null);
    }

    public static FixedColumn doubles(double... values) {
        MemorySegment data = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, 8)]);
        for (int i = 0; i < values.length; i++) {
            data.set(FixedColumn.DOUBLE, 8L * i, values[i]);
        }
        return new FixedColumn(DataType.DOUBLE, values.length, 8, data, null);
    }

    /** Float vectors, one after the other. */
    public static FixedColumn floatVectors(int dimension, float... values) {
        return new FixedColumn(DataType.FLOAT_VECTOR, values.length / dimension, dimension * 4, bytesOf(values), null);
    }

    /** A column of text; a null element is a null value. */
    public static VariableColumn strings(DataType type, List<? extends @Nullable String> values) {
        byte[][] encoded = new byte[values.size()][];
        long total = 0;
        byte @Nullable [] validity = null;
        for (int i = 0; i < encoded.length; i++) {
            String value = values.get(i);
            encoded[i] = value == null ? new byte[0] : value.getBytes(StandardCharsets.UTF_8);
            total += encoded[i].length;
            if (value == null && validity == null) {
                validity = new byte[(encoded.length + 7) / 8];
                java.util.Arrays.fill(validity, (byte) 0xff);
            }
            if (value == null && validity != null) {
                validity[i >>> 3] &= (byte) ~(1 << (i & 7));
            }
        }
        return bytes(type, encoded, Math.toIntExact(total), validity);
    }

    public static VariableColumn varchars(String... values) {
        return strings(DataType.VARCHAR, List.of(values));
    }

    /** A column of byte values of variable width, all present. */
    public static VariableColumn bytes(DataType type, List<byte[]> values) {
        long total = 0;
        for (byte[] value : values) {
            total += value.length;
        }
        return bytes(type, values.toArray(byte[][]::new), Math.toIntExact(total), null);
    }

    private static VariableColumn bytes(DataType type, byte[][] values, int total, byte @Nullable [] validity) {
        MemorySegment offsets = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length + 1, 4)]);
        byte[] bytes = new byte[total];
        int position = 0;
        for (int i = 0; i < values.length; i++) {
            System.arraycopy(values[i], 0, bytes, position, values[i].length);
            position += values[i].length;
            offsets.set(FixedColumn.INT, 4L * (i + 1), position);
        }
        return new VariableColumn(
                type,
                values.length,
                offsets,
                MemorySegment.ofArray(bytes),
                validity == null ? null : MemorySegment.ofArray(validity));
    }

    private static MemorySegment bytesOf(float[] values) {
        MemorySegment data = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, 4)]);
        MemorySegment.copy(values, 0, data, FixedColumn.FLOAT, 0, values.length);
        return data;
    }
}
