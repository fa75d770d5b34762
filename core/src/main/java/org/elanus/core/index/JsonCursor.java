package org.elanus.core.index;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.elanus.spi.database.VariableColumn;
import org.jspecify.annotations.Nullable;

/**
 * Finds the value at one path in JSON texts, reading no more of a text than it takes. What filters and indexes see is
 * the same because both go this way. For one thread.
 */
public final class JsonCursor {

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
            // Texts are short and already stored; nothing is gained by refusing deep ones.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final Object[] path;
    private byte[] buffer = new byte[256];

    /** @param path String keys and Integer positions; empty for the whole */
    public JsonCursor(List<Object> path) {
        this.path = path.toArray();
    }

    /**
     * A parser that stands at the value of a row; null when there is none. The caller closes it, before the next call.
     *
     * @throws IOException when the text is not JSON
     */
    public @Nullable JsonParser open(VariableColumn column, int row) throws IOException {
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
    private static boolean enterObject(JsonParser parser, @Nullable JsonToken token, String key) throws IOException {
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
    private static boolean enterArray(JsonParser parser, @Nullable JsonToken token, Object position)
            throws IOException {
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
}
