package org.elanus.plugin.apimilvus.rest;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Paths that name the resource, such as {@code /collections/{collectionName}}, with the method that says what to do to
 * it. Each is one route of {@link Routes} whose body gets what stands in the path.
 */
final class ResourceRoutes {

    /** Which path and method are which route. */
    private static final String[][] TABLE = {
        {"GET", "collections-list", "collections/list"},
        {"POST", "collections", "collections/create"},
        {"DELETE", "collections/{collectionName}", "collections/drop"},
        {"GET", "collections/{collectionName}", "collections/describe"},
        {"GET", "collections/{collectionName}/schema", "collections/describe"},
        {"PUT", "collections/{collectionName}/load", "collections/load"},
        {"DELETE", "collections/{collectionName}/load", "collections/release"},
        {"GET", "collections/{collectionName}/load", "collections/get_load_state"},
        {"GET", "collections/{collectionName}/statistics", "collections/get_stats"},
        {"GET", "collections/{collectionName}/partitions-list", "partitions/list"},
        {"POST", "collections/{collectionName}/partitions/{partitionName}", "partitions/create"},
        {"DELETE", "collections/{collectionName}/partitions/{partitionName}", "partitions/drop"},
        {"GET", "collections/{collectionName}/partitions/{partitionName}", "partitions/get_stats"},
        {"PUT", "collections/{collectionName}/partitions/{partitionNames}/load", "partitions/load"},
        {"DELETE", "collections/{collectionName}/partitions/{partitionNames}/load", "partitions/release"},
        {"GET", "collections/{collectionName}/partitions/{partitionName}/statistics", "partitions/get_stats"},
        {"GET", "collections/{collectionName}/aliases-list", "aliases/list"},
        {"POST", "collections/{collectionName}/aliases/{aliasName}", "aliases/create"},
        {"PUT", "collections/{collectionName}/aliases/{aliasName}", "aliases/alter"},
        {"GET", "aliases-list", "aliases/list"},
        {"GET", "aliases/{aliasName}", "aliases/describe"},
        {"DELETE", "aliases/{aliasName}", "aliases/drop"},
        {"GET", "collections/{collectionName}/indexes-list", "indexes/list"},
        {"POST", "collections/{collectionName}/indexes", "indexes/create"},
        {"GET", "collections/{collectionName}/indexes/{indexName}", "indexes/describe"},
        {"DELETE", "collections/{collectionName}/indexes/{indexName}", "indexes/drop"},
        {"POST", "collections/{collectionName}/records", "entities/insert"},
        {"PUT", "collections/{collectionName}/records", "entities/upsert"},
        {"DELETE", "collections/{collectionName}/records", "entities/delete"},
        {"POST", "collections/{collectionName}/records/get", "entities/get"},
        {"POST", "collections/{collectionName}/records/query", "entities/query"},
        {"POST", "collections/{collectionName}/records/search", "entities/search"},
        {"POST", "collections/{collectionName}/records/hybrid-search", "entities/hybrid_search"},
        {"POST", "collections/{collectionName}/compactions", "collections/compact"},
        {"GET", "compactions/{compactionID}", "collections/get_compaction_state"},
    };

    /** A path's parts, in which a variable stands for any. */
    private record Pattern(List<String> parts, Map<String, String> routeByMethod) {}

    private final List<Pattern> patterns = new ArrayList<>();

    ResourceRoutes() {
        Map<String, Pattern> byPath = new LinkedHashMap<>();
        for (String[] row : TABLE) {
            byPath.computeIfAbsent(row[1], path -> new Pattern(List.of(path.split("/")), new HashMap<>()))
                    .routeByMethod()
                    .put(row[0], row[2]);
        }
        patterns.addAll(byPath.values());
    }

    /**
     * A resource that a path names.
     *
     * @param routeByMethod paths of {@link Routes} by method
     * @param variables what stands in the path, decoded
     */
    record Resource(Map<String, String> routeByMethod, Map<String, String> variables) {}

    /** Null when the path names none. @throws IllegalArgumentException when it is malformed */
    @Nullable
    Resource find(String path) {
        String[] parts = path.substring(1).split("/", -1);
        for (Pattern pattern : patterns) {
            Map<String, String> variables = match(pattern.parts(), parts);
            if (variables != null) {
                return new Resource(pattern.routeByMethod(), variables);
            }
        }
        return null;
    }

    private static @Nullable Map<String, String> match(List<String> pattern, String[] parts) {
        if (pattern.size() != parts.length) {
            return null;
        }
        Map<String, String> variables = new LinkedHashMap<>();
        for (int i = 0; i < parts.length; i++) {
            String part = pattern.get(i);
            if (part.startsWith("{")) {
                String value = QueryStringDecoder.decodeComponent(parts[i].replace("+", "%2B"));
                if (value.isEmpty()) {
                    return null;
                }
                variables.put(part.substring(1, part.length() - 1), value);
            } else if (!part.equals(parts[i])) {
                return null;
            }
        }
        return variables;
    }

    /** Paths of {@link Routes} that resources lead to. */
    List<String> routes() {
        return patterns.stream()
                .flatMap(pattern -> pattern.routeByMethod().values().stream())
                .toList();
    }

    /** How HTTP says what a code says. */
    static int status(int code) {
        return switch (code) {
            case 0 -> 200;
            case 100, 200, 700, 800, 1600, 1700 -> 404;
            case 101, 201, 109, 702, 1601, 1602 -> 409;
            case 1800, 1400 -> 401;
            case 1401 -> 403;
            case 4, 8, 9 -> 429;
            case 1, 2, 3, 7, 12 -> 503;
            case 10, 3000 -> 501;
            case 10_001 -> 408;
            case RestException.TOO_LARGE -> 413;
            default -> code >= 1100 && code < 1900 || code == 105 || code == 102 ? 400 : 500;
        };
    }
}
