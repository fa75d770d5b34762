package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.KeyValuePair;
import org.elanus.plugin.apimilvus.wire.KeyValues;
import org.jspecify.annotations.Nullable;

/** The members of a JSON object of a request, read by name and type. A null is the same as an absent member. */
final class Members {

    private final ObjectNode node;

    Members(ObjectNode node) {
        this.node = node;
    }

    /** The member, or null. */
    private @Nullable JsonNode get(String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    boolean has(String name) {
        return get(name) != null;
    }

    /** A text, empty when it is absent. */
    String text(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return "";
        }
        if (!value.isTextual()) {
            throw wrong(name, "a string");
        }
        return value.textValue();
    }

    String requiredText(String name) {
        String text = text(name);
        if (text.isEmpty()) {
            throw RestException.missing(name);
        }
        return text;
    }

    /** True or false, also as text. */
    boolean flag(String name, boolean otherwise) {
        JsonNode value = get(name);
        if (value == null) {
            return otherwise;
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isTextual() && (value.textValue().equalsIgnoreCase("true") || value.textValue().equalsIgnoreCase("false"))) {
            return value.textValue().equalsIgnoreCase("true");
        }
        throw wrong(name, "true or false");
    }

    /** A whole number, also as text. */
    long whole(String name, long otherwise) {
        JsonNode value = get(name);
        if (value == null) {
            return otherwise;
        }
        if (value.isIntegralNumber()) {
            return value.longValue();
        }
        if (value.isTextual()) {
            try {
                return Long.parseLong(value.textValue());
            } catch (NumberFormatException e) {
                throw wrong(name, "a whole number");
            }
        }
        throw wrong(name, "a whole number");
    }

    int wholeInt(String name, int otherwise) {
        long value = whole(name, otherwise);
        if (value != (int) value) {
            throw RestException.wrongFormat("'" + name + "' is " + value + ", which is out of range");
        }
        return (int) value;
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : array(name)) {
            if (!element.isTextual()) {
                throw wrong(name, "a list of strings");
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    List<String> requiredTexts(String name) {
        List<String> texts = texts(name);
        if (texts.isEmpty()) {
            throw RestException.missing(name);
        }
        return texts;
    }

    /** An object, empty when it is absent. */
    Members object(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return new Members(JsonNodeFactory.instance.objectNode());
        }
        if (!(value instanceof ObjectNode object)) {
            throw wrong(name, "an object");
        }
        return new Members(object);
    }

    List<Members> objects(String name) {
        List<Members> objects = new ArrayList<>();
        for (JsonNode element : array(name)) {
            if (!(element instanceof ObjectNode object)) {
                throw wrong(name, "a list of objects");
            }
            objects.add(new Members(object));
        }
        return objects;
    }

    private Iterable<JsonNode> array(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrong(name, "a list");
        }
        return value;
    }

    /** Whatever the member is. */
    JsonNode required(String name) {
        JsonNode value = get(name);
        if (value == null) {
            throw RestException.missing(name);
        }
        return value;
    }

    JsonSlice requiredSlice(String name) {
        if (required(name) instanceof POJONode holder && holder.getPojo() instanceof JsonSlice slice) {
            if (slice.to() - slice.from() == 4 && slice.bytes()[slice.from()] == 'n') {
                throw RestException.missing(name);
            }
            return slice;
        }
        throw wrong(name, "a list");
    }

    /** Members as pairs of text: strings bare, everything else as JSON. */
    List<KeyValuePair> pairs() {
        List<KeyValuePair> pairs = new ArrayList<>();
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            if (!member.getValue().isNull()) {
                pairs.add(KeyValues.pair(member.getKey(), plain(member.getValue())));
            }
        }
        return pairs;
    }

    Iterable<Map.Entry<String, JsonNode>> entries() {
        return node.properties();
    }

    static String plain(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    private static RestException wrong(String name, String expected) {
        return RestException.wrongFormat("'" + name + "' must be " + expected);
    }
}
