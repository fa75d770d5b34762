package org.elanus.plugin.apimilvus.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.KeyValuePair;
import org.elanus.spi.error.ElanusException;

/** Lists of keys and values, in which the protocol carries options as text. */
public final class KeyValues {

    private static final ObjectMapper JSON = new ObjectMapper();

    private KeyValues() {}

    /** @throws ElanusException INVALID_ARGUMENT when a key comes twice with different values */
    public static Map<String, String> toMap(List<KeyValuePair> pairs) {
        Map<String, String> map = LinkedHashMap.newLinkedHashMap(pairs.size());
        for (KeyValuePair pair : pairs) {
            String before = map.put(pair.getKey(), pair.getValue());
            if (before != null && !before.equals(pair.getValue())) {
                throw ElanusException.invalid("parameter '%s' is given twice", pair.getKey());
            }
        }
        return map;
    }

    public static List<KeyValuePair> toPairs(Map<String, String> map) {
        return map.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> pair(entry.getKey(), entry.getValue()))
                .toList();
    }

    public static KeyValuePair pair(String key, String value) {
        return KeyValuePair.newBuilder().setKey(key).setValue(value).build();
    }

    /** The members of a JSON object as text: strings bare, everything else as JSON. Blank text is no members. */
    public static Map<String, String> flatten(String name, String json) {
        Map<String, String> members = new LinkedHashMap<>();
        if (json.isBlank()) {
            return members;
        }
        JsonNode node;
        try {
            node = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw ElanusException.invalid("'%s' must be a JSON object, not '%s'", name, shortened(json));
        }
        if (node.isTextual()) { // some clients encode twice
            return flatten(name, node.textValue());
        }
        if (node.isNull()) {
            return members;
        }
        if (!node.isObject()) {
            throw ElanusException.invalid("'%s' must be a JSON object, not '%s'", name, shortened(json));
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            members.put(member.getKey(), text(member.getValue()));
        }
        return members;
    }

    /** A whole number that some clients put into quotes. */
    public static long wholeNumber(String name, String text) {
        String bare = unquoted(text);
        try {
            return Long.parseLong(bare);
        } catch (NumberFormatException e) {
            throw ElanusException.invalid("%s [%s] must be a whole number", name, shortened(text));
        }
    }

    /** True or false in any case. */
    public static boolean truth(String name, String text) {
        String bare = unquoted(text);
        if (bare.equalsIgnoreCase("true") || bare.equals("1")) {
            return true;
        }
        if (bare.isEmpty() || bare.equalsIgnoreCase("false") || bare.equals("0")) {
            return false;
        }
        throw ElanusException.invalid("%s [%s] must be true or false", name, shortened(text));
    }

    /** A JSON text as a tree. */
    static JsonNode tree(String name, byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (java.io.IOException e) {
            throw ElanusException.invalid("'%s' is not valid JSON", name);
        }
    }

    /** At most 64 characters of something a client sent, for a message. */
    public static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 61) + "...";
    }

    private static String unquoted(String text) {
        String bare = text.strip();
        return bare.length() >= 2 && bare.startsWith("\"") && bare.endsWith("\"")
                ? bare.substring(1, bare.length() - 1)
                : bare;
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }
}
