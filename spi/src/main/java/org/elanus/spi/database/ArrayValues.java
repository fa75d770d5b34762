package org.elanus.spi.database;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * The layout of one value of an ARRAY column, little-endian without alignment. Elements of fixed width stand one after
 * the other, so that their number is the length divided by the width (BOOL is a byte 0 or 1). VARCHAR elements are an
 * int count n, n + 1 int offsets into what follows them, and the elements' bytes in UTF-8; no bytes at all is an empty
 * array too. Elements are never null.
 */
public final class ArrayValues {

    private ArrayValues() {}

    /**
     * The number of elements.
     *
     * @throws ElanusException CORRUPT when bytes of that length cannot hold an array
     */
    public static int count(DataType elementType, MemorySegment value) {
        int count = count(elementType, value, 0, (int) value.byteSize());
        if (count < 0) {
            throw corrupt(elementType, value);
        }
        return count;
    }

    /**
     * The number of elements of a value within a column's bytes; allocates nothing.
     *
     * @return -1 when the bytes cannot hold an array
     */
    public static int count(DataType elementType, MemorySegment bytes, long start, int length) {
        if (elementType != DataType.VARCHAR) {
            int width = width(elementType);
            return length % width == 0 ? length / width : -1;
        }
        if (length == 0) {
            return 0;
        }
        int count = length < 8 ? -1 : bytes.get(FixedColumn.INT, start);
        return count < 0 || 4L * (count + 2L) > length ? -1 : count;
    }

    /**
     * Whether bytes are a value as this class lays it out; allocates nothing. What is, can be read element by element.
     *
     * @param start of the value in a column's bytes
     */
    public static boolean isWellFormed(DataType elementType, MemorySegment bytes, long start, int length) {
        int count = count(elementType, bytes, start, length);
        if (count < 0) {
            return false;
        }
        if (elementType == DataType.BOOL) {
            for (int i = 0; i < length; i++) {
                if ((bytes.get(ValueLayout.JAVA_BYTE, start + i) & ~1) != 0) {
                    return false;
                }
            }
        }
        if (elementType != DataType.VARCHAR || length == 0) {
            return true;
        }
        long before = 0;
        for (int i = 0; i <= count; i++) {
            int offset = bytes.get(FixedColumn.INT, start + 4L * (i + 1L));
            if (offset < before || (i == 0 && offset != 0)) {
                return false;
            }
            before = offset;
        }
        return before == length - 4L * (count + 2L);
    }

    /** Element i of BOOL (0 or 1) or an integer type. */
    public static long getLong(DataType elementType, MemorySegment value, int i) {
        return switch (elementType) {
            case BOOL, INT8 -> value.get(ValueLayout.JAVA_BYTE, i);
            case INT16 -> value.get(FixedColumn.SHORT, 2L * i);
            case INT32 -> value.get(FixedColumn.INT, 4L * i);
            case INT64 -> value.get(FixedColumn.LONG, 8L * i);
            default -> throw new IllegalArgumentException(elementType + " is not an integer");
        };
    }

    /** Element i of any numeric type. */
    public static double getDouble(DataType elementType, MemorySegment value, int i) {
        return switch (elementType) {
            case FLOAT -> value.get(FixedColumn.FLOAT, 4L * i);
            case DOUBLE -> value.get(FixedColumn.DOUBLE, 8L * i);
            default -> getLong(elementType, value, i);
        };
    }

    /**
     * The bytes of VARCHAR element i.
     *
     * @throws ElanusException CORRUPT when they are not within the value
     */
    public static MemorySegment slice(MemorySegment value, int i) {
        long base = 4L * (count(DataType.VARCHAR, value) + 2L);
        int start = value.get(FixedColumn.INT, 4L * (i + 1L));
        int end = value.get(FixedColumn.INT, 4L * (i + 2L));
        if (start < 0 || end < start || base + end > value.byteSize()) {
            throw corrupt(DataType.VARCHAR, value);
        }
        return value.asSlice(base + start, end - start);
    }

    private static ElanusException corrupt(DataType elementType, MemorySegment value) {
        return new ElanusException(
                StandardErrorCode.CORRUPT,
                "the " + value.byteSize() + " bytes of an array are not elements of type " + elementType);
    }

    /** VARCHAR element i. */
    public static String getString(MemorySegment value, int i) {
        return new String(slice(value, i).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /** A value of BOOL (not 0 is true) or integer elements; what the type cannot hold is cut to its low bytes. */
    public static byte[] ofLongs(DataType elementType, long... elements) {
        byte[] bytes = new byte[Math.multiplyExact(elements.length, width(elementType))];
        MemorySegment value = MemorySegment.ofArray(bytes);
        for (int i = 0; i < elements.length; i++) {
            switch (elementType) {
                case BOOL -> bytes[i] = (byte) (elements[i] == 0 ? 0 : 1);
                case INT8 -> bytes[i] = (byte) elements[i];
                case INT16 -> value.set(FixedColumn.SHORT, 2L * i, (short) elements[i]);
                case INT32 -> value.set(FixedColumn.INT, 4L * i, (int) elements[i]);
                case INT64 -> value.set(FixedColumn.LONG, 8L * i, elements[i]);
                default -> throw new IllegalArgumentException(elementType + " is not an integer");
            }
        }
        return bytes;
    }

    /** A value of FLOAT or DOUBLE elements. */
    public static byte[] ofDoubles(DataType elementType, double... elements) {
        byte[] bytes = new byte[Math.multiplyExact(elements.length, width(elementType))];
        MemorySegment value = MemorySegment.ofArray(bytes);
        for (int i = 0; i < elements.length; i++) {
            switch (elementType) {
                case FLOAT -> value.set(FixedColumn.FLOAT, 4L * i, (float) elements[i]);
                case DOUBLE -> value.set(FixedColumn.DOUBLE, 8L * i, elements[i]);
                default -> throw new IllegalArgumentException(elementType + " is not a floating point type");
            }
        }
        return bytes;
    }

    /** A value of VARCHAR elements. */
    public static byte[] ofStrings(List<String> elements) {
        byte[][] encoded = new byte[elements.size()][];
        long total = 4L * (encoded.length + 2L);
        for (int i = 0; i < encoded.length; i++) {
            encoded[i] = elements.get(i).getBytes(StandardCharsets.UTF_8);
            total += encoded[i].length;
        }
        byte[] bytes = new byte[Math.toIntExact(total)];
        MemorySegment value = MemorySegment.ofArray(bytes);
        value.set(FixedColumn.INT, 0, encoded.length);
        int base = 4 * (encoded.length + 2);
        int position = 0;
        for (int i = 0; i < encoded.length; i++) {
            System.arraycopy(encoded[i], 0, bytes, base + position, encoded[i].length);
            position += encoded[i].length;
            value.set(FixedColumn.INT, 4L * (i + 2L), position);
        }
        return bytes;
    }

    private static int width(DataType elementType) {
        if (elementType.scalarBytes() == 0) {
            throw new IllegalArgumentException(elementType + " has no fixed width");
        }
        return elementType.scalarBytes();
    }
}
