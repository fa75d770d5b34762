package org.elanus.plugin.authjwt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.jsonwebtoken.io.DeserializationException;
import io.jsonwebtoken.io.Deserializer;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object of limited depth and number of values; a name that comes twice is refused. Keeps nothing between
 * two readings, in particular no buffers in the threads of the host, which would keep this plugin from being unloaded.
 */
final class BoundedJson implements Deserializer<Map<String, ?>> {

    /** Deep enough for a key set, and for the nested claims that identity providers write. */
    static final int DEEPEST = 32;

    private final long mostValues;
    private final JsonFactory factory;

    /** @param mostValues names of members, and values, that are read */
    BoundedJson(int mostValues) {
        this.mostValues = mostValues;
        this.factory = JsonFactory.builder()
                .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxNumberLength(100)
                        .build())
                .build();
    }

    @Override
    @Deprecated
    public Map<String, ?> deserialize(byte[] bytes) {
        try (JsonParser parser = factory.createParser(bytes)) {
            return document(parser);
        } catch (IOException e) {
            throw new DeserializationException("not a JSON object within the limits", e);
        }
    }

    @Override
    public Map<String, ?> deserialize(Reader reader) {
        try (JsonParser parser = factory.createParser(reader)) {
            return document(parser);
        } catch (IOException e) {
            throw new DeserializationException("not a JSON object within the limits", e);
        }
    }

    private Map<String, ?> document(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new JsonParseException(parser, "not an object");
        }
        Map<String, ?> document = object(parser, new long[1]);
        if (parser.nextToken() != null) {
            throw new JsonParseException(parser, "more than an object");
        }
        return document;
    }

    private Map<String, @Nullable Object> object(JsonParser parser, long[] values) throws IOException {
        Map<String, @Nullable Object> members = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            count(parser, values);
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, value(parser, values));
        }
        return members;
    }

    private @Nullable Object value(JsonParser parser, long[] values) throws IOException {
        count(parser, values);
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, values);
            case START_ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(parser, values));
                }
                yield elements;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default -> throw new JsonParseException(parser, "not a value");
        };
    }

    private void count(JsonParser parser, long[] values) throws IOException {
        if (parser.currentToken() == null || ++values[0] > mostValues) {
            throw new JsonParseException(parser, "more than " + mostValues + " values, or an end too early");
        }
    }
}
