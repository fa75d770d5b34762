package org.elanus.core.index.scalar;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.elanus.core.index.JsonCursor;
import org.elanus.core.index.ScalarIndex;
import org.elanus.core.index.ScalarIndex.Values;
import org.elanus.spi.database.VariableColumn;
import org.jspecify.annotations.Nullable;

/**
 * The terms of JSON texts at a path: values of the wanted type alone, since filters compare types, too. What a term
 * cannot stand for exactly makes its row undecided. For one thread.
 */
class JsonTerms {

    enum Outcome {
        /** The path leads to nothing or to null. */
        MISSING,
        /** The terms say all about the row. */
        DECIDED,
        UNDECIDED
    }

    private final JsonCursor path;
    private final Values values;
    private final boolean elements;
    private long[] keys = new long[16];
    private final List<byte[]> texts = new ArrayList<>();
    private int size;
    private boolean exact;

    JsonTerms(List<Object> path, Values values, boolean elements) {
        this.path = new JsonCursor(path);
        this.values = values;
        this.elements = elements;
    }

    Outcome read(VariableColumn column, int row) {
        size = 0;
        texts.clear();
        exact = true;
        try (JsonParser parser = path.open(column, row)) {
            JsonToken token = parser == null ? null : parser.currentToken();
            if (parser == null || token == JsonToken.VALUE_NULL || token == null) {
                return Outcome.MISSING;
            }
            if (!elements) {
                take(parser, token);
            } else if (token == JsonToken.START_ARRAY) {
                for (JsonToken next = parser.nextToken();
                        next != null && next != JsonToken.END_ARRAY;
                        next = parser.nextToken()) {
                    take(parser, next);
                    parser.skipChildren();
                }
            }
            return exact ? Outcome.DECIDED : Outcome.UNDECIDED;
        } catch (IOException e) {
            return Outcome.UNDECIDED; // not JSON: the scan knows what to make of it
        }
    }

    int size() {
        return size;
    }

    long key(int i) {
        return keys[i];
    }

    byte[] text(int i) {
        return texts.get(i);
    }

    private void take(JsonParser parser, @Nullable JsonToken token) throws IOException {
        switch (token) {
            case VALUE_STRING -> {
                if (values == Values.TEXT) {
                    String text = parser.getText();
                    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                    // Half a surrogate pair has no bytes of its own.
                    exact &= new String(bytes, StandardCharsets.UTF_8).equals(text);
                    texts.add(bytes);
                    size++;
                }
            }
            case VALUE_TRUE -> add(Values.BOOLEAN, 1);
            case VALUE_FALSE -> add(Values.BOOLEAN, 0);
            case VALUE_NUMBER_FLOAT -> add(Values.FLOATING, ScalarIndex.keyOf(parser.getDoubleValue()));
            case VALUE_NUMBER_INT -> {
                double real = parser.getDoubleValue();
                if (values == Values.FLOATING && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                    long whole = parser.getLongValue();
                    real = whole;
                    exact &= real < 0x1p63 && (long) real == whole;
                }
                add(Values.FLOATING, ScalarIndex.keyOf(real));
            }
            case null, default -> {}
        }
    }

    private void add(Values type, long key) {
        if (values == type) {
            if (size == keys.length) {
                keys = Arrays.copyOf(keys, size * 2);
            }
            keys[size++] = key;
        }
    }
}
