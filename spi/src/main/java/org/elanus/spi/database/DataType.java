package org.elanus.spi.database;

/** The types of fields. The number is persisted and never reused. */
public enum DataType {
    BOOL(1, 1),
    INT8(2, 1),
    INT16(3, 2),
    INT32(4, 4),
    INT64(5, 8),
    FLOAT(10, 4),
    DOUBLE(11, 8),
    VARCHAR(21, 0),
    /** A list of values of one scalar type. */
    ARRAY(22, 0),
    /** A JSON text in UTF-8. */
    JSON(23, 0),
    /** A shape as well-known text, such as {@code POINT (1 2)}. */
    GEOMETRY(24, 0),
    /** A moment in microseconds since the epoch. */
    TIMESTAMPTZ(26, 8),
    BINARY_VECTOR(100, 0),
    FLOAT_VECTOR(101, 0),
    FLOAT16_VECTOR(102, 0),
    BFLOAT16_VECTOR(103, 0),
    /** Pairs of a u32 index and an f32 value, in ascending order of index. */
    SPARSE_FLOAT_VECTOR(104, 0),
    INT8_VECTOR(105, 0);

    private final int number;
    private final int scalarBytes;

    DataType(int number, int scalarBytes) {
        this.number = number;
        this.scalarBytes = scalarBytes;
    }

    /** The persisted number. */
    public int number() {
        return number;
    }

    /** Bytes of one value of a scalar of fixed width; 0 for every other type. */
    public int scalarBytes() {
        return scalarBytes;
    }

    public boolean isVector() {
        return number >= 100;
    }

    /** A vector in which every dimension is stored. */
    public boolean isDenseVector() {
        return isVector() && this != SPARSE_FLOAT_VECTOR;
    }

    /** Stored as a whole number. */
    public boolean isInteger() {
        return this == INT8 || this == INT16 || this == INT32 || this == INT64 || this == TIMESTAMPTZ;
    }

    public boolean isFloatingPoint() {
        return this == FLOAT || this == DOUBLE;
    }

    /** Stored with offsets: VARCHAR, JSON, ARRAY, GEOMETRY, sparse vectors. */
    public boolean isVariableWidth() {
        return this == VARCHAR
                || this == JSON
                || this == ARRAY
                || this == GEOMETRY
                || this == SPARSE_FLOAT_VECTOR;
    }

    /** Bytes of one dense vector. */
    public int vectorBytes(int dimension) {
        return switch (this) {
            case FLOAT_VECTOR -> Math.multiplyExact(dimension, 4);
            case FLOAT16_VECTOR, BFLOAT16_VECTOR -> Math.multiplyExact(dimension, 2);
            case INT8_VECTOR -> dimension;
            case BINARY_VECTOR -> dimension / 8;
            default -> throw new IllegalStateException(this + " is not a dense vector");
        };
    }

    /** @throws IllegalArgumentException when no type has the number */
    public static DataType ofNumber(int number) {
        for (DataType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw new IllegalArgumentException("no data type has the number " + number);
    }
}
