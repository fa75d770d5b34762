package org.elanus.plugin.apimilvus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.DeleteRequest;
import org.elanus.spi.database.ExplainRequest;
import org.elanus.spi.database.Explanation;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.FlushResult;
import org.elanus.spi.database.HybridSearchRequest;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.MutationResult;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.database.SegmentInfo;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Rows in maps; searches compare with every row by L2. Of the filter language it knows {@code key in [..]},
 * {@code key == x} and {@code key >= 0 or key < 0}. Remembers the last requests for tests to look at.
 */
final class MemoryDatabase extends MemoryDefinitions {

    private static final Pattern KEYS = Pattern.compile("\\w+ (?:in \\[(.*)]|== (.*))");

    final AtomicReference<@Nullable InsertRequest> lastInsert = new AtomicReference<>();
    final AtomicReference<@Nullable SearchRequest> lastSearch = new AtomicReference<>();
    final AtomicReference<@Nullable HybridSearchRequest> lastHybridSearch = new AtomicReference<>();
    final AtomicReference<@Nullable QueryRequest> lastQuery = new AtomicReference<>();

    /** That of the last query. */
    final AtomicReference<@Nullable CallContext> lastQueryContext = new AtomicReference<>();

    /** Queries wait for it while it is set. */
    final AtomicReference<@Nullable CountDownLatch> gate = new AtomicReference<>();

    final CountDownLatch waiting = new CountDownLatch(1);

    /** Where a row's values are. */
    record Row(ColumnBatch batch, int row) {}

    @Override
    public synchronized MutationResult insert(CallContext context, InsertRequest request) {
        Stored stored = stored(context, request.collection());
        lastInsert.set(request);
        if (request.schemaTimestamp() != 0 && request.schemaTimestamp() != stored.updatedAt) {
            throw new ElanusException(StandardErrorCode.SCHEMA_MISMATCH, "the schema has changed");
        }
        ColumnBatch rows = request.rows();
        FieldSchema key = stored.spec.schema().primaryKey();
        Map<String, Column> columns = new LinkedHashMap<>(rows.columns());
        if (key.autoId()) {
            long[] given = new long[rows.rows()];
            for (int row = 0; row < given.length; row++) {
                given[row] = clock.incrementAndGet();
            }
            columns.put(key.name(), Columns.longs(given));
        }
        ColumnBatch complete = new ColumnBatch(rows.rows(), columns);
        Column keys = complete.column(key.name());
        if (keys == null) {
            throw ElanusException.invalid("field '%s' is missing", key.name());
        }
        for (int row = 0; row < rows.rows(); row++) {
            stored.rows.put(value(keys, row), new Row(complete, row));
        }
        return new MutationResult(keys, rows.rows(), clock.incrementAndGet());
    }

    @Override
    public synchronized MutationResult upsert(CallContext context, InsertRequest request) {
        return insert(context, request);
    }

    @Override
    public synchronized MutationResult delete(CallContext context, DeleteRequest request) {
        Stored stored = stored(context, request.collection());
        Set<Object> keys = new LinkedHashSet<>(pass(stored, request.filter()).keySet());
        stored.rows.keySet().removeAll(keys);
        long[] numbers = keys.stream()
                .mapToLong(key -> key instanceof Long number ? number : 0)
                .toArray();
        return new MutationResult(Columns.longs(numbers), keys.size(), clock.incrementAndGet());
    }

    private static Map<Object, Row> pass(Stored stored, Filter filter) {
        String text = filter.text().strip();
        if (text.isEmpty() || text.contains(" or ")) {
            return stored.rows;
        }
        if (text.endsWith(" not in {search_iterator_keys}")) {
            Map<Object, Row> passed = new LinkedHashMap<>(stored.rows);
            List<?> others = (List<?>) filter.parameters().getOrDefault("search_iterator_keys", List.of());
            passed.keySet().removeAll(Set.copyOf(others));
            return passed;
        }
        if (text.endsWith(" in {keys}")) {
            Map<Object, Row> passed = new LinkedHashMap<>(stored.rows);
            passed.keySet().retainAll((List<?>) filter.parameters().getOrDefault("keys", List.of()));
            return passed;
        }
        Matcher matcher = KEYS.matcher(text);
        if (!matcher.matches()) {
            throw ElanusException.invalid("cannot parse expression: %s", text);
        }
        Map<Object, Row> passed = new LinkedHashMap<>();
        for (String part : (matcher.group(1) == null ? matcher.group(2) : matcher.group(1)).split(",")) {
            String bare = part.strip();
            Object key = bare.startsWith("\"") || bare.startsWith("'")
                    ? bare.substring(1, bare.length() - 1)
                    : (Object) Long.valueOf(bare);
            Row row = stored.rows.get(key);
            if (row != null) {
                passed.put(key, row);
            }
        }
        return passed;
    }

    static Object value(Column column, int row) {
        return column instanceof FixedColumn fixed
                ? (Object) fixed.getLong(row)
                : ((VariableColumn) column).getString(row);
    }

    private record Hit(Row row, float score) {}

    @Override
    public synchronized SearchResult search(CallContext context, SearchRequest request) {
        Stored stored = loaded(context, request.collection());
        if (request.limit() > 16_384) {
            throw ElanusException.invalid("topk [%d] is invalid", request.limit());
        }
        lastSearch.set(request);
        CollectionSchema schema = stored.spec.schema();
        String field =
                request.field().isEmpty() ? schema.vectorFields().getFirst().name() : request.field();
        List<Row> rows = new ArrayList<>();
        int[] counts = new int[request.queries().rows()];
        List<Float> scores = new ArrayList<>();
        for (int query = 0; query < counts.length; query++) {
            List<Hit> hits = new ArrayList<>();
            for (Row row : pass(stored, request.filter()).values()) {
                FixedColumn vectors = (FixedColumn) row.batch().column(field);
                if (vectors != null && !vectors.isNull(row.row())) {
                    hits.add(new Hit(row, distance((FixedColumn) request.queries(), query, vectors, row.row())));
                }
            }
            double nearest = number(request.parameters(), "range_filter", -1);
            double farthest = number(request.parameters(), "radius", Double.MAX_VALUE);
            hits.removeIf(hit -> hit.score() < nearest || hit.score() >= farthest);
            hits.sort(Comparator.comparingDouble(Hit::score));
            List<Hit> page =
                    hits.stream().skip(request.offset()).limit(request.limit()).toList();
            counts[query] = page.size();
            page.forEach(hit -> {
                rows.add(hit.row());
                scores.add(hit.score());
            });
        }
        float[] flat = new float[scores.size()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = scores.get(i);
        }
        List<String> names = resolve(schema, request.outputFields());
        FieldSchema key = schema.primaryKey();
        return new SearchResult(
                key.name(), counts, gather(key, rows), flat, gather(schema, names, rows), names, clock.get());
    }

    private static double number(Map<String, String> parameters, String name, double otherwise) {
        String text = parameters.get(name);
        return text == null ? otherwise : Double.parseDouble(text);
    }

    private static float distance(FixedColumn queries, int query, FixedColumn vectors, int row) {
        float sum = 0;
        for (int i = 0; i < queries.width(); i += 4) {
            float difference = queries.data().get(FixedColumn.FLOAT, (long) query * queries.width() + i)
                    - vectors.data().get(FixedColumn.FLOAT, (long) row * vectors.width() + i);
            sum += difference * difference;
        }
        return sum;
    }

    @Override
    public synchronized SearchResult hybridSearch(CallContext context, HybridSearchRequest request) {
        lastHybridSearch.set(request);
        return search(context, request.searches().getFirst().withOutputFields(request.outputFields()));
    }

    @Override
    public Explanation explain(CallContext context, ExplainRequest request) {
        return new Explanation(request.collection(), 0, 0, List.of());
    }

    @Override
    public QueryResult query(CallContext context, QueryRequest request) {
        lastQueryContext.set(context);
        CountDownLatch latch = gate.get();
        if (latch != null) {
            waiting.countDown();
            try {
                while (!latch.await(5, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                    if (context.cancellation().isCancelled()) {
                        throw new ElanusException(StandardErrorCode.CANCELLED, "cancelled");
                    }
                }
            } catch (InterruptedException e) {
                throw new ElanusException(StandardErrorCode.CANCELLED, "interrupted", e);
            }
        }
        return answer(context, request);
    }

    private synchronized QueryResult answer(CallContext context, QueryRequest request) {
        Stored stored = loaded(context, request.collection());
        lastQuery.set(request);
        CollectionSchema schema = stored.spec.schema();
        String key = schema.primaryKey().name();
        List<Row> rows = new ArrayList<>(pass(stored, request.filter()).values());
        if (request.outputFields().contains(QueryRequest.COUNT)) {
            return new QueryResult(
                    key,
                    new ColumnBatch(1, Map.of(QueryRequest.COUNT, Columns.longs(rows.size()))),
                    List.of(QueryRequest.COUNT),
                    clock.get());
        }
        List<Row> page = request.limit() < 0
                ? rows
                : rows.stream().skip(request.offset()).limit(request.limit()).toList();
        Set<String> names = new LinkedHashSet<>(List.of(key));
        names.addAll(resolve(schema, request.outputFields()));
        return new QueryResult(key, gather(schema, List.copyOf(names), page), List.copyOf(names), clock.get());
    }

    private Stored loaded(CallContext context, String name) {
        Stored stored = stored(context, name);
        if (!stored.loaded) {
            throw new ElanusException(StandardErrorCode.COLLECTION_NOT_LOADED, "load it first");
        }
        return stored;
    }

    private static List<String> resolve(CollectionSchema schema, List<String> asked) {
        return asked.contains("*")
                ? schema.fields().stream().map(FieldSchema::name).toList()
                : asked;
    }

    private static ColumnBatch gather(CollectionSchema schema, List<String> names, List<Row> rows) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (String name : names) {
            FieldSchema field = schema.find(name).orElseGet(() -> schema.field(FieldSchema.DYNAMIC_NAME));
            columns.put(field.name(), gather(field, rows));
        }
        return new ColumnBatch(rows.size(), columns);
    }

    private static Column gather(FieldSchema field, List<Row> rows) {
        Gather gather = new Gather(field.type(), field.type().isVariableWidth() ? 0 : field.width());
        rows.forEach(row -> gather.add(row.batch().column(field.name()), row.row()));
        return gather.column();
    }

    @Override
    public synchronized long rowCount(CallContext context, String collection, String partition) {
        return stored(context, collection).rows.size();
    }

    @Override
    public synchronized FlushResult flush(CallContext context, String collection) {
        Stored stored = stored(context, collection);
        return new FlushResult(stored.id, List.of(stored.id + 1), clock.incrementAndGet());
    }

    @Override
    public synchronized boolean isFlushed(CallContext context, String collection, long timestamp) {
        stored(context, collection);
        return true;
    }

    @Override
    public synchronized void compact(CallContext context, String collection) {
        stored(context, collection);
    }

    @Override
    public synchronized List<SegmentInfo> segments(CallContext context, String collection) {
        Stored stored = stored(context, collection);
        return List.of(
                new SegmentInfo(stored.id + 1, stored.id, 7, "ch0", true, stored.rows.size(), 0, 100, true),
                new SegmentInfo(stored.id + 2, stored.id, 7, "ch0", false, 5, 0, 10, false));
    }

    @Override
    public long allocateTimestamp(CallContext context) {
        called(context);
        return clock.incrementAndGet();
    }

    /** The last insert's column. */
    Column inserted(String field) {
        InsertRequest request = lastInsert.get();
        Column column = request == null ? null : request.rows().column(field);
        if (column == null) {
            throw new AssertionError("no column " + field + " was inserted");
        }
        return column;
    }

    static DataType typeOf(Column column) {
        return column.type();
    }
}
