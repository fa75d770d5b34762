package org.elanus.core.query.filter;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.elanus.core.index.JsonCursor;
import org.elanus.spi.database.VariableColumn;
import org.jspecify.annotations.Nullable;

/**
 * Reads the value at one path out of each row's JSON text, and no more of the text than it takes. Text that is not JSON
 * reads as missing. For one thread.
 */
final class JsonPathReader implements DynamicSource, ElementSource {

    private final VariableColumn column;
    private final JsonCursor path;

    JsonPathReader(VariableColumn column, List<Object> path) {
        this.column = column;
        this.path = new JsonCursor(path);
    }

    @Override
    public void load(int row, DynamicValue value) {
        value.setMissing();
        try (JsonParser parser = path.open(column, row)) {
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
        try (JsonParser parser = path.open(column, row)) {
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
        try (JsonParser parser = path.open(column, row)) {
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
