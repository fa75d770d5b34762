package org.elanus.plugin.apimilvus.call;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.elanus.milvus.proto.SearchIteratorV2Results;
import org.elanus.plugin.apimilvus.wire.KeyValues;
import org.elanus.plugin.apimilvus.wire.PickedRows;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.IndexInfo;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/**
 * One page of a search that a client walks through (version 2 of the protocol's iterators). Each page is a range search
 * that begins at the score at which the page before ended, or a little before it, because a hit's score may differ in
 * its last bits from one search to the next; hits that the pages before had are left out. A client that names a score
 * and no iterator gets what is strictly beyond the score.
 */
final class SearchIterator {

    private static final int LARGEST_PAGE = 16_384;

    /** The template of the keys to leave out; no client's template should have its name. */
    private static final String KEYS = "search_iterator_keys";

    /** How much the scores of one hit may differ, for each unit of the score. */
    private static final float TOLERANCE = 1e-5f;

    private final int size;
    private final String token;
    private final boolean known;
    private final @Nullable Float bound;
    private final Clock clock;

    /** @param known whether the client named the token */
    private SearchIterator(int size, String token, boolean known, @Nullable Float bound, Clock clock) {
        this.size = size;
        this.token = token;
        this.known = known;
        this.bound = bound;
        this.clock = clock;
    }

    /** Null when the options ask for no iterator. */
    static @Nullable SearchIterator of(Map<String, String> options, SearchRequest request, CallRuntime runtime) {
        if (!KeyValues.truth("search_iter_v2", options.getOrDefault("search_iter_v2", ""))) {
            return null;
        }
        if (request.queries().rows() != 1) {
            throw ElanusException.invalid(
                    "a search iterator takes one query vector, not %d",
                    request.queries().rows());
        }
        if (request.offset() != 0) {
            throw ElanusException.invalid("a search iterator takes no offset");
        }
        if (request.roundDecimal() != -1) {
            throw ElanusException.invalid("a search iterator takes no round_decimal");
        }
        String given = options.getOrDefault("search_iter_batch_size", "");
        long size = given.isEmpty() ? request.limit() : KeyValues.wholeNumber("search_iter_batch_size", given);
        if (size < 1 || size > LARGEST_PAGE) {
            throw ElanusException.invalid(
                    "search_iter_batch_size [%d] is invalid, it should be in range [1, %d]", size, LARGEST_PAGE);
        }
        String bound = options.getOrDefault("search_iter_last_bound", "");
        String token = options.getOrDefault("search_iter_id", "");
        return new SearchIterator(
                (int) size,
                token(token, runtime),
                !token.isEmpty(),
                bound.isEmpty() ? null : number("search_iter_last_bound", bound),
                runtime.clock());
    }

    private static String token(String given, CallRuntime runtime) {
        if (given.isEmpty()) {
            return runtime.newToken().toString();
        }
        try {
            return UUID.fromString(given).toString();
        } catch (IllegalArgumentException e) {
            throw ElanusException.invalid("search_iter_id [%s] is no token of an iterator", KeyValues.shortened(given));
        }
    }

    private static float number(String name, String text) {
        try {
            return Float.parseFloat(text);
        } catch (NumberFormatException e) {
            throw ElanusException.invalid("%s [%s] must be a number", name, KeyValues.shortened(text));
        }
    }

    SearchResult page(Database database, CallContext context, SearchRequest request, SearchIterators iterators) {
        boolean larger = largerIsNearer(database, context, request);
        Map<Object, Float> before = before(iterators);
        // Many keys are left out by the search itself: with them, a page would have more hits than a search may find.
        boolean excluding = size + before.size() > LARGEST_PAGE;
        SearchResult result = database.search(
                context,
                new SearchRequest(
                        request.collection(),
                        request.partitions(),
                        request.field(),
                        request.queries(),
                        excluding ? size : size + before.size(),
                        0,
                        excluding ? without(before.keySet(), database, context, request) : request.filter(),
                        request.outputFields(),
                        request.metric(),
                        narrowed(request.parameters(), larger, !before.isEmpty()),
                        -1,
                        request.ignoreGrowing(),
                        request.consistency()));
        float[] scores = result.scores();
        int[] rows = new int[Math.min(size, scores.length)];
        int count = 0;
        for (int row = 0; row < scores.length && count < size; row++) {
            if (!before.containsKey(key(result.keys(), row))) {
                rows[count++] = row;
            }
        }
        SearchResult page = count == scores.length ? result : picked(result, Arrays.copyOf(rows, count));
        iterators.setEdge(token, count == 0 ? before : edge(before, page), clock);
        return page;
    }

    /** What the page before ended with. */
    private Map<Object, Float> before(SearchIterators iterators) {
        if (bound == null || !known) {
            return Map.of();
        }
        Map<Object, Float> before = iterators.edge(token, clock);
        if (before == null) {
            throw ElanusException.invalid(
                    "search_iter_id [%s] is not known to the server any more; begin a new iterator", token);
        }
        return before;
    }

    /** The hits of this page, and of those before it, that the next search may find again. */
    private static Map<Object, Float> edge(Map<Object, Float> before, SearchResult page) {
        float[] scores = page.scores();
        float last = scores[scores.length - 1];
        float near = 2 * tolerance(last);
        Map<Object, Float> edge = new HashMap<>();
        before.forEach((key, score) -> {
            if (Math.abs(score - last) <= near) {
                edge.put(key, score);
            }
        });
        for (int row = scores.length - 1; row >= 0 && Math.abs(scores[row] - last) <= near; row--) {
            edge.put(key(page.keys(), row), scores[row]);
        }
        return edge;
    }

    private static Filter without(Set<Object> keys, Database database, CallContext context, SearchRequest request) {
        String key = database.collection(context, request.collection())
                .schema()
                .primaryKey()
                .name();
        Filter given = request.filter();
        Map<String, Object> parameters = new HashMap<>(given.parameters());
        parameters.put(KEYS, List.copyOf(keys));
        String others = key + " not in {" + KEYS + "}";
        return new Filter(given.isEmpty() ? others : "(" + given.text() + ") and " + others, parameters);
    }

    private static float tolerance(float score) {
        return TOLERANCE * Math.max(1, Math.abs(score));
    }

    private static Object key(Column keys, int row) {
        return keys instanceof FixedColumn numbers
                ? (Object) numbers.getLong(row)
                : ((VariableColumn) keys).getString(row);
    }

    SearchIteratorV2Results results(SearchResult page) {
        float[] scores = page.scores();
        float last = scores.length > 0 ? scores[scores.length - 1] : bound == null ? 0 : bound;
        return SearchIteratorV2Results.newBuilder()
                .setToken(token)
                .setLastBound(last)
                .build();
    }

    /** The search's parameters, narrowed to what the pages before have not had. */
    private Map<String, String> narrowed(Map<String, String> given, boolean larger, boolean tolerant) {
        if (bound == null) {
            return given;
        }
        float begin;
        if (tolerant) {
            begin = larger ? bound + tolerance(bound) : bound - tolerance(bound);
        } else {
            begin = larger ? Math.nextDown(bound) : Math.nextUp(bound);
        }
        Map<String, String> parameters = new HashMap<>(given);
        String own = parameters.get("range_filter");
        if (own != null) {
            float limit = number("range_filter", own);
            begin = larger ? Math.min(limit, begin) : Math.max(limit, begin);
        }
        parameters.put("range_filter", Float.toString(begin));
        parameters.putIfAbsent("radius", Float.toString(larger ? -Float.MAX_VALUE : Float.MAX_VALUE));
        return parameters;
    }

    private static boolean largerIsNearer(Database database, CallContext context, SearchRequest request) {
        String metric = request.metric();
        if (metric.isEmpty()) {
            for (IndexInfo index : database.indexes(context, request.collection())) {
                if (!index.spec().metric().isEmpty()
                        && (request.field().isEmpty()
                                || request.field().equals(index.spec().field()))) {
                    metric = index.spec().metric();
                    break;
                }
            }
        }
        return MetricType.parse(metric).largerIsNearer();
    }

    private static SearchResult picked(SearchResult result, int[] rows) {
        float[] scores = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            scores[i] = result.scores()[rows[i]];
        }
        Map<String, Column> columns = new LinkedHashMap<>();
        for (Map.Entry<String, Column> column : result.rows().columns().entrySet()) {
            columns.put(column.getKey(), PickedRows.of(column.getValue(), rows));
        }
        return new SearchResult(
                result.primaryKey(),
                new int[] {rows.length},
                PickedRows.of(result.keys(), rows),
                scores,
                new ColumnBatch(rows.length, columns),
                result.outputFields(),
                result.timestamp());
    }
}
