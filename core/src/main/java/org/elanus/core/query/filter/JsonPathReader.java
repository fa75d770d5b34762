package org.elanus.core.query.filter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.elanus.spi.database.VariableColumn;
import org.jspecify.annotations.Nullable;

/**
 * Reads the value at one path out of each row's JSON text, and no more of the text than it takes. Text that is not JSON
 * reads as missing. For one thread.
 */
final class JsonPathReader implements DynamicSource, ElementSource {

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
            // Texts are short and already stored; nothing is gained by refusing deep ones.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final VariableColumn column;
    private final Object[] path;
    private byte[] buffer = new byte[256];

    JsonPathReader(VariableColumn column, List<Object> path) {
        this.column = column;
        this.path = path.toArray();
    }

    @Override
    public void load(int row, DynamicValue value) {
        value.setMissing();
        try (JsonParser parser = open(row)) {
            if (parser != null) {
                take(parser, parser.currentToken(), value);
            }
        } catch (IOException e) {
            value.setMissing();
        }
    }

    @Override
    public void load(int row, Elements elements) {
        elements.setMissing();
        try (JsonParser parser = open(row)) {
            if (parser == null || parser.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                elements.setOther();
                return;
            }
            elements.clear();
            for (JsonToken token = parser.nextToken();
                    token != null && token != JsonToken.END_ARRAY;
                    token = parser.nextToken()) {
                take(parser, token, elements.add());
                parser.skipChildren();
            }
        } catch (IOException e) {
            elements.setMissing();
        }
    }

    /** The value as {@link Nested} has it; null when there is none. */
    @Nullable
    Object nested(int row) {
        try (JsonParser parser = open(row)) {
            return parser == null || parser.currentToken() == JsonToken.VALUE_NULL
                    ? null
                    : nested(parser, parser.currentToken());
        } catch (IOException e) {
            return null;
        }
    }

    /** Recursion goes as deep as what the rows hold, which inserts bound. */
    private static Object nested(JsonParser parser, JsonToken token) throws IOException {
        switch (token) {
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                for (JsonToken next = parser.nextToken();
                        next != null && next != JsonToken.END_ARRAY;
                        next = parser.nextToken()) {
                    list.add(nested(parser, next));
                }
                return list;
            }
            case START_OBJECT -> {
                parser.skipChildren();
                return Nested.OTHER;
            }
            default -> {
                DynamicValue value = new DynamicValue();
                take(parser, token, value);
                return switch (value.kind) {
                    case LONG -> value.number;
                    case DOUBLE -> value.real;
                    case BOOLEAN -> value.bool;
                    case TEXT -> value.text;
                    case MISSING, ABSENT, OTHER -> Nested.OTHER;
                };
            }
        }
    }

    /** A parser that stands at the value; null when there is none. The caller closes it. */
    private @Nullable JsonParser open(int row) throws IOException {
        if (column.isNull(row)) {
            return null;
        }
        int length = column.length(row);
        if (length > buffer.length) {
            buffer = new byte[Math.max(length, buffer.length * 2)];
        }
        MemorySegment.copy(column.bytes(), ValueLayout.JAVA_BYTE, column.start(row), buffer, 0, length);
        JsonParser parser = JSON.createParser(buffer, 0, length);
        boolean found = false;
        try {
            found = enter(parser);
            return found ? parser : null;
        } finally {
            if (!found) {
                parser.close();
            }
        }
    }

    private boolean enter(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        for (Object step : path) {
            if (!(step instanceof String key ? enterObject(parser, token, key) : enterArray(parser, token, step))) {
                return false;
            }
            token = parser.currentToken();
        }
        return token != null;
    }

    /** Moves to the value of a key; false when there is none. */
    private static boolean enterObject(JsonParser parser, JsonToken token, String key) throws IOException {
        if (token != JsonToken.START_OBJECT) {
            return false;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = parser.currentName().equals(key);
            parser.nextToken();
            if (found) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    /** Moves to an element; false when there is none. */
    private static boolean enterArray(JsonParser parser, JsonToken token, Object position) throws IOException {
        if (token != JsonToken.START_ARRAY) {
            return false;
        }
        int left = (Integer) position;
        for (JsonToken next = parser.nextToken();
                next != null && next != JsonToken.END_ARRAY;
                next = parser.nextToken()) {
            if (left-- == 0) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    private static void take(JsonParser parser, JsonToken token, DynamicValue value) throws IOException {
        switch (token) {
            case VALUE_STRING -> value.set(parser.getText());
            case VALUE_TRUE -> value.set(true);
            case VALUE_FALSE -> value.set(false);
            case VALUE_NUMBER_FLOAT -> value.set(parser.getDoubleValue());
            case VALUE_NUMBER_INT -> {
                if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                    value.set(parser.getDoubleValue());
                } else {
                    value.set(parser.getLongValue());
                }
            }
            case START_OBJECT, START_ARRAY -> value.setOther();
            case null, default -> value.setMissing();
        }
    }
}
