package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A sparse vector, read from JSON into what the wire carries: {@code {"1": 0.5, "7": 2}}, which is how it is answered,
 * or {@code {"indices": [1, 7], "values": [0.5, 2]}}. Indices may come in any order.
 */
final class SparseValues {

    private static final String INDICES = "indices";
    private static final String VALUES = "values";
    private static final long LARGEST = 0xffff_fffeL;
    private static final int LONGEST_INDEX = 10;

    private long[] indices = new long[16];
    private float[] values = new float[16];
    private int indexCount;
    private int valueCount;

    private SparseValues() {}

    /** Pairs of a u32 index and an f32 value, ascending by index. @throws WrongValueException when it is no such vector */
    static ByteString read(JsonParser parser, JsonToken token) throws IOException {
        if (token != JsonToken.START_OBJECT) {
            throw Values.wrong(parser, token, "an object of indices and their values");
        }
        SparseValues vector = new SparseValues();
        boolean hasIndices = false;
        boolean hasValues = false;
        boolean hasPairs = false;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken next = parser.nextToken();
            if (name.equals(INDICES)) {
                hasIndices = true;
                vector.indices(parser, next);
            } else if (name.equals(VALUES)) {
                hasValues = true;
                vector.values(parser, next);
            } else {
                hasPairs = true;
                vector.index(index(name));
                vector.value(parser, next);
            }
        }
        if (hasIndices != hasValues || (hasIndices && hasPairs)) {
            throw new WrongValueException(
                    "a sparse vector has either 'indices' and 'values', or indices as the names of its members");
        }
        if (vector.indexCount != vector.valueCount) {
            throw new WrongValueException("the sparse vector has " + vector.indexCount + " indices, but "
                    + vector.valueCount + " values");
        }
        return vector.bytes();
    }

    private void indices(JsonParser parser, JsonToken list) throws IOException {
        if (list != JsonToken.START_ARRAY) {
            throw Values.wrong(parser, list, "a list of indices");
        }
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token != JsonToken.VALUE_NUMBER_INT) {
                throw Values.wrong(parser, token, "an index from 0 to " + LARGEST);
            }
            index(index(parser.getText()));
        }
    }

    private void values(JsonParser parser, JsonToken list) throws IOException {
        if (list != JsonToken.START_ARRAY) {
            throw Values.wrong(parser, list, "a list of numbers");
        }
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            value(parser, token);
        }
    }

    private static long index(String text) {
        boolean digits = !text.isEmpty() && text.length() <= LONGEST_INDEX;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        long index = digits ? Long.parseLong(text) : Long.MAX_VALUE;
        if (index > LARGEST) {
            throw new WrongValueException(
                    "an index of a sparse vector is 0 to " + LARGEST + ", not '" + Json.shortened(text) + "'");
        }
        return index;
    }

    private void index(long index) {
        if (indexCount == indices.length) {
            indices = Arrays.copyOf(indices, indexCount * 2);
        }
        indices[indexCount++] = index;
    }

    private void value(JsonParser parser, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
            throw Values.wrong(parser, token, "a number");
        }
        if (valueCount == values.length) {
            values = Arrays.copyOf(values, valueCount * 2);
        }
        values[valueCount++] = Values.single(parser, token);
    }

    private ByteString bytes() {
        long[] pairs = new long[indexCount];
        for (int i = 0; i < pairs.length; i++) {
            // The sign turned, so that indices order as unsigned numbers.
            pairs[i] = (indices[i] << 32 | Integer.toUnsignedLong(Float.floatToRawIntBits(values[i]))) ^ Long.MIN_VALUE;
        }
        Arrays.sort(pairs);
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(pairs.length, 8)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < pairs.length; i++) {
            long pair = pairs[i] ^ Long.MIN_VALUE;
            if (i > 0 && pairs[i] >>> 32 == pairs[i - 1] >>> 32) {
                throw new WrongValueException("the sparse vector has the index " + (pair >>> 32) + " twice");
            }
            bytes.putInt((int) (pair >>> 32)).putInt((int) pair);
        }
        return UnsafeByteOperations.unsafeWrap(bytes.array());
    }
}
