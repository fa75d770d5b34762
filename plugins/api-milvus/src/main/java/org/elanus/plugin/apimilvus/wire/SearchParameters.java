package org.elanus.plugin.apimilvus.wire;

import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.KeyValuePair;
import org.elanus.spi.database.Grouping;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * The options of a search, which the protocol carries as text.
 *
 * @param field empty when the client leaves it to the server
 * @param metric empty for the index's
 * @param grouping null for none
 * @param parameters what stands in {@code params}, such as {@code ef} or {@code radius}
 */
public record SearchParameters(
        String field,
        int limit,
        int offset,
        String metric,
        int roundDecimal,
        boolean ignoreGrowing,
        Map<String, String> parameters,
        @Nullable Grouping grouping) {

    /** Hits and offset together. */
    private static final long MOST_HITS = 16_384;

    private static final int MOST_DECIMALS = 6;

    public static SearchParameters of(List<KeyValuePair> pairs) {
        Map<String, String> map = KeyValues.toMap(pairs);
        Grouping grouping = grouping(map);
        if (grouping != null && (isOn(map, "iterator") || isOn(map, "search_iter_v2"))) {
            throw ElanusException.invalid("Not allowed to do groupBy when doing iteration");
        }
        if (!map.getOrDefault("order_by_fields", "").isEmpty()) {
            throw unsupported("order_by_fields: ordering hits by fields is not supported");
        }
        Map<String, String> parameters = KeyValues.flatten("params", map.getOrDefault("params", ""));
        Window window = Window.of(map);
        return new SearchParameters(
                map.getOrDefault("anns_field", ""),
                window.limit(),
                window.offset(),
                metric(map.getOrDefault("metric_type", parameters.getOrDefault("metric_type", ""))),
                roundDecimal(map),
                KeyValues.truth("ignore_growing", map.getOrDefault("ignore_growing", "")),
                without(parameters, "metric_type"),
                grouping);
    }

    private static boolean isOn(Map<String, String> map, String name) {
        return KeyValues.truth(name, map.getOrDefault(name, ""));
    }

    /** How hits are grouped; null when they are not. Groups are always filled, whatever strict_group_size says. */
    static @Nullable Grouping grouping(Map<String, String> map) {
        String field = map.getOrDefault("group_by_field", "");
        if (field.isEmpty()) {
            return null;
        }
        String type = map.getOrDefault("json_type", "");
        if (!type.isEmpty() && !type.equalsIgnoreCase("varchar")) {
            throw unsupported("json_type " + KeyValues.shortened(type) + ": values in JSON are grouped as VarChar only");
        }
        if (isOn(map, "strict_cast")) {
            throw unsupported("strict_cast: values in JSON are grouped by their texts, whatever their types");
        }
        isOn(map, "strict_group_size");
        String size = map.getOrDefault("group_size", "");
        long hits = size.isEmpty() ? 1 : KeyValues.wholeNumber("group_size", size);
        return new Grouping(
                path(field, map.getOrDefault("json_path", "")),
                Math.clamp(hits, Integer.MIN_VALUE, Integer.MAX_VALUE),
                map.getOrDefault("rank_group_scorer", "max"));
    }

    /** A path written after its field, beside it, or as a JSON pointer. */
    private static String path(String field, String path) {
        if (!path.startsWith("/")) {
            return path.isEmpty() ? field : path.startsWith("[") ? field + path : path;
        }
        StringBuilder name = new StringBuilder(field);
        for (String step : path.substring(1).split("/", -1)) {
            String key = step.replace("~1", "/").replace("~0", "~");
            boolean position = !key.isEmpty() && key.length() < 10 && key.chars().allMatch(c -> c >= '0' && c <= '9');
            name.append('[')
                    .append(position ? key : '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                    .append(']');
        }
        return name.toString();
    }

    /** The iterator of the Java client names none by this word. */
    private static String metric(String name) {
        return name.equals("INVALID") ? "" : name;
    }

    /** Which of the best hits are wanted. */
    public record Window(int limit, int offset) {

        public static Window of(Map<String, String> map) {
            String limit = map.containsKey("topk") ? map.get("topk") : map.get("limit");
            if (limit == null || limit.isEmpty()) {
                throw ElanusException.invalid("topk (limit) is missing, it should be in range [1, %d]", MOST_HITS);
            }
            long hits = KeyValues.wholeNumber("topk", limit);
            if (hits < 1 || hits > MOST_HITS) {
                throw ElanusException.invalid("topk [%d] is invalid, it should be in range [1, %d]", hits, MOST_HITS);
            }
            String given = map.getOrDefault("offset", "");
            long offset = given.isEmpty() ? 0 : KeyValues.wholeNumber("offset", given);
            if (offset < 0 || offset > MOST_HITS) {
                throw ElanusException.invalid(
                        "offset [%d] is invalid, it should be in range [0, %d]", offset, MOST_HITS);
            }
            if (hits + offset > MOST_HITS) {
                throw ElanusException.invalid(
                        "offset+limit [%d] is invalid, it should be in range [1, %d]", hits + offset, MOST_HITS);
            }
            return new Window((int) hits, (int) offset);
        }
    }

    /** -1 for none. */
    public static int roundDecimal(Map<String, String> map) {
        String text = map.getOrDefault("round_decimal", "");
        long decimals = text.isEmpty() ? -1 : KeyValues.wholeNumber("round_decimal", text);
        if (decimals < -1 || decimals > MOST_DECIMALS) {
            throw ElanusException.invalid(
                    "round_decimal [%d] is invalid, it should be -1 or in range [0, %d]", decimals, MOST_DECIMALS);
        }
        return (int) decimals;
    }

    static ElanusException unsupported(String message) {
        return new ElanusException(StandardErrorCode.UNSUPPORTED, message);
    }

    private static Map<String, String> without(Map<String, String> map, String key) {
        map.remove(key);
        return map;
    }
}
