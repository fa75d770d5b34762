package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.elanus.milvus.proto.DataType;

/**
 * Vectors of one field, read from JSON one after the other into what the wire carries: lists of numbers; for types of
 * less than 32 bits also Base64 of their bytes, which is how they are answered.
 */
final class VectorValues {

    private static final int FIRST = 1 << 10;

    private final DataType type;
    private final int dimension;
    private final int width;
    private ByteBuffer buffer = ByteBuffer.allocate(FIRST).order(ByteOrder.LITTLE_ENDIAN);

    VectorValues(DataType type, int dimension) {
        this.type = type;
        this.dimension = dimension;
        this.width = switch (type) {
            case FloatVector -> Math.multiplyExact(dimension, 4);
            case Float16Vector, BFloat16Vector -> Math.multiplyExact(dimension, 2);
            case Int8Vector -> dimension;
            case BinaryVector -> dimension / 8;
            default -> throw new WrongValueException("vectors of type " + type + " are not supported");
        };
    }

    int dimension() {
        return dimension;
    }

    /** Bytes of one vector. */
    int width() {
        return width;
    }

    /** The next vector. @throws WrongValueException when it is none */
    void add(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_STRING && type != DataType.FloatVector) {
            encoded(parser);
        } else if (token == JsonToken.START_ARRAY) {
            list(parser);
        } else {
            throw Values.wrong(
                    parser,
                    token,
                    type == DataType.FloatVector ? "a list of numbers" : "a list of numbers, or Base64 of the vector");
        }
    }

    private void encoded(JsonParser parser) throws IOException {
        byte[] bytes;
        try {
            bytes = parser.getBinaryValue(Base64Variants.MIME_NO_LINEFEEDS);
        } catch (com.fasterxml.jackson.core.JsonProcessingException | IllegalArgumentException e) {
            throw new WrongValueException("the vector is not Base64");
        }
        if (bytes.length != width) {
            throw new WrongValueException("the vector has " + bytes.length + " bytes, but " + type + " of dimension "
                    + dimension + " has " + width);
        }
        ensure(width);
        buffer.put(bytes);
    }

    private void list(JsonParser parser) throws IOException {
        ensure(width);
        int count = 0;
        int most = type == DataType.BinaryVector ? width : dimension;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
                throw Values.wrong(parser, token, "a number");
            }
            if (count < most) {
                element(parser, token);
            }
            count++;
        }
        if (count != most) {
            throw new WrongValueException(
                    type == DataType.BinaryVector
                            ? "the vector has " + count + " bytes, but its dimension " + dimension + " takes " + width
                            : "the vector has " + count + " dimensions, but the field has " + dimension);
        }
    }

    private void element(JsonParser parser, JsonToken token) throws IOException {
        switch (type) {
            case FloatVector -> buffer.putFloat(Values.single(parser, token));
            case Float16Vector -> {
                short half = Float.floatToFloat16(Values.single(parser, token));
                if (!Float.isFinite(Float.float16ToFloat(half))) {
                    throw new WrongValueException(
                            "number " + Json.shortened(parser.getText()) + " is out of the range of 16 bits");
                }
                buffer.putShort(half);
            }
            case BFloat16Vector -> buffer.putShort(shortened(Values.single(parser, token)));
            case Int8Vector -> buffer.put((byte) Values.whole(parser, token, 8));
            default -> {
                long value = Values.whole(parser, token, 16);
                if (value < 0 || value > 255) {
                    throw new WrongValueException("a byte of a binary vector is 0 to 255, not " + value);
                }
                buffer.put((byte) value);
            }
        }
    }

    /** The upper half of a float, rounded to the nearest. */
    private static short shortened(float value) {
        int bits = Float.floatToRawIntBits(value);
        int rounded = bits + 0x7fff + (bits >>> 16 & 1);
        if ((rounded & 0x7f80_0000) == 0x7f80_0000) {
            throw new WrongValueException("number " + value + " is out of the range of 16 bits");
        }
        return (short) (rounded >>> 16);
    }

    private void ensure(int more) {
        if (buffer.remaining() < more) {
            long wanted = Math.max(buffer.position() + (long) more, buffer.capacity() * 2L);
            int size = (int) Math.min(wanted, Integer.MAX_VALUE - 8);
            if (size - buffer.position() < more) {
                throw new WrongValueException("the vectors have more than 2 GiB");
            }
            buffer = ByteBuffer.wrap(Arrays.copyOf(buffer.array(), size), buffer.position(), size - buffer.position())
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    int count() {
        return buffer.position() / width;
    }

    MemorySegment segment() {
        return MemorySegment.ofArray(buffer.array()).asSlice(0, buffer.position());
    }

    ByteString bytes() {
        return UnsafeByteOperations.unsafeWrap(buffer.array(), 0, buffer.position());
    }
}
