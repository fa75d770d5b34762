package org.elanus.core.engine;

import static org.elanus.core.engine.TestDatabase.CALL;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.elanus.core.query.TestRows;
import org.elanus.core.query.naive.Data;
import org.elanus.core.query.naive.Expression;
import org.elanus.core.query.naive.Filters;
import org.elanus.core.query.naive.Groups;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.DeleteRequest;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.Grouping;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.database.VariableColumn;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random searches and queries over random rows give what looking at every row gives: by every metric and vector type, with
 * filter, range, grouping, offset and partitions, by vectors and by keys, over growing and sealed segments, among upserts,
 * deletes, flushes and merges. {@code -Delanus.searches=} says how many, {@code -Delanus.test.seed=} repeats a run. A
 * failure is made small: what can be left out of the request is left out.
 */
class SearchPropertyTest {

    private static final int SEARCHES = Integer.getInteger("elanus.searches", 10_000);
    private static final int SEARCHES_PER_COLLECTION = 40;
    private static final int DIMENSION = 16;
    private static final String VECTOR = "vector";

    @TempDir
    private Path temporary;

    @Test
    void randomSearchesFindWhatLookingAtEveryRowFinds() {
        long seed = Long.getLong("elanus.test.seed", System.nanoTime());
        System.out.println("seed " + seed + ", " + SEARCHES + " searches");
        SplittableRandom random = new SplittableRandom(seed);
        try (TestDatabase database = new TestDatabase(temporary).open()) {
            for (int done = 0; done < SEARCHES; done += SEARCHES_PER_COLLECTION) {
                // Each collection of its own seed, so that a failure can be repeated without those before it.
                long own = done == 0 ? seed : random.nextLong();
                String name = "c" + done;
                new World(database, name, own).run(Math.min(SEARCHES_PER_COLLECTION, SEARCHES - done));
                database.database().dropCollection(CALL, name);
            }
        }
    }

    /** A search, and the query with its filter. */
    private record Trial(
            List<Object> vectors,
            List<Object> keys,
            int limit,
            int offset,
            @Nullable Expression filter,
            Map<String, Object> templates,
            @Nullable String groupBy,
            int groupSize,
            @Nullable Float radius,
            @Nullable Float rangeFilter,
            List<String> partitions) {

        /** The same with something left out. */
        List<Trial> simpler() {
            List<Trial> simpler = new ArrayList<>();
            if (filter != null) {
                simpler.add(with(null, groupBy, groupSize, radius, rangeFilter, offset, partitions));
                for (Expression part : filter.parts()) {
                    simpler.add(with(part, groupBy, groupSize, radius, rangeFilter, offset, partitions));
                }
            }
            if (groupBy != null) {
                simpler.add(with(filter, null, 1, radius, rangeFilter, offset, partitions));
                if (groupSize > 1) {
                    simpler.add(with(filter, groupBy, 1, radius, rangeFilter, offset, partitions));
                }
            }
            if (radius != null) {
                simpler.add(with(filter, groupBy, groupSize, null, null, offset, partitions));
            }
            if (offset > 0) {
                simpler.add(with(filter, groupBy, groupSize, radius, rangeFilter, 0, partitions));
            }
            if (!partitions.isEmpty()) {
                simpler.add(with(filter, groupBy, groupSize, radius, rangeFilter, offset, List.of()));
            }
            return simpler;
        }

        private Trial with(
                @Nullable Expression newFilter,
                @Nullable String newGroupBy,
                int newSize,
                @Nullable Float newRadius,
                @Nullable Float newRangeFilter,
                int newOffset,
                List<String> newPartitions) {
            return new Trial(
                    vectors,
                    keys,
                    limit,
                    newOffset,
                    newFilter,
                    templates,
                    newGroupBy,
                    newSize,
                    newRadius,
                    newRangeFilter,
                    newPartitions);
        }
    }

    /** A row of the naive side. */
    private record Row(Object key, Map<String, Object> values, Object vector, String partition) {}

    private record Hit(Row row, float score) {}

    /** One collection, and the same rows in a map. */
    private static final class World {

        private final TestDatabase database;
        private final String name;
        private final long seed;
        private final SplittableRandom random;
        private final Data data;
        private final Filters filters;
        private final MetricType metric;
        private final DataType vectorType;
        private final List<FieldSchema> fields;
        private final FieldSchema vectorField;
        private final boolean textKeys;
        private final Map<Object, Row> rows = new HashMap<>();
        private long nextKey;

        World(TestDatabase database, String name, long seed) {
            this.database = database;
            this.name = name;
            this.seed = seed;
            random = new SplittableRandom(seed);
            data = new Data(random.split());
            filters = new Filters(random.split());
            metric = MetricType.values()[random.nextInt(MetricType.values().length)];
            vectorType = metric == MetricType.HAMMING || metric == MetricType.JACCARD
                    ? DataType.BINARY_VECTOR
                    : pick(List.of(
                            DataType.FLOAT_VECTOR,
                            DataType.FLOAT_VECTOR,
                            DataType.FLOAT16_VECTOR,
                            DataType.BFLOAT16_VECTOR,
                            DataType.INT8_VECTOR));
            textKeys = random.nextInt(3) == 0;
            fields = new ArrayList<>(Data.fields());
            if (textKeys) {
                // The old key stays a field, for the filters that name it.
                fields.set(0, FieldSchema.of("id", DataType.INT64));
                fields.addFirst(FieldSchema.primaryKey("key", DataType.VARCHAR, false));
            }
            vectorField = FieldSchema.vector(VECTOR, vectorType, DIMENSION);
            fields.add(vectorField);
            List<FieldSchema> defined = new ArrayList<>(fields);
            defined.removeIf(FieldSchema::dynamic);
            if (textKeys) {
                defined.set(
                        0,
                        new FieldSchema(
                                0,
                                "key",
                                "",
                                DataType.VARCHAR,
                                null,
                                true,
                                false,
                                false,
                                false,
                                false,
                                false,
                                null,
                                Map.of("max_length", "100")));
            }
            database.database()
                    .createCollection(
                            CALL,
                            new CollectionSpec(
                                    name,
                                    new CollectionSchema("", defined, true),
                                    1 + random.nextInt(2),
                                    0,
                                    Consistency.Level.STRONG,
                                    Map.of()));
            database.database().createPartition(CALL, name, "two");
            database.database().createIndex(CALL, name, new IndexSpec(VECTOR, "", "FLAT", metric.name(), Map.of()));
            database.database().load(CALL, name, List.of());
        }

        private <T> T pick(List<T> values) {
            return values.get(random.nextInt(values.size()));
        }

        void run(int searches) {
            for (int changes = 2 + random.nextInt(4); changes > 0; changes--) {
                upsert(10 + random.nextInt(60), 1);
                change();
            }
            for (int i = 0; i < searches; i++) {
                if (random.nextInt(4) == 0) {
                    change();
                }
                check(trial());
            }
        }

        // ---- changes

        private void change() {
            switch (random.nextInt(7)) {
                case 0, 1, 2 -> upsert(1 + random.nextInt(random.nextBoolean() ? 12 : 60), 0);
                case 3 -> upsert(1 + random.nextInt(10), 6);
                case 4 -> delete();
                case 5 -> database.flush(name);
                default -> {
                    if (random.nextInt(4) == 0) {
                        database.compact(name);
                    } else {
                        database.flush(name);
                    }
                }
            }
        }

        /** @param again of ten rows, how many have keys that are there */
        private void upsert(int count, int again) {
            Map<Object, Row> batch = new LinkedHashMap<>();
            String partition = random.nextInt(3) == 0 ? "two" : "_default";
            List<Object> present = new ArrayList<>(new TreeMap<>(rows).keySet());
            for (int i = 0; i < count; i++) {
                boolean old = !present.isEmpty() && random.nextInt(10) < again;
                long number = old && !textKeys ? (Long) pick(present) : nextKey++ * 7919 % 20_011 - 5000;
                Object key = textKeys ? old ? pick(present) : "k" + number : number;
                Map<String, Object> values = data.row(fields, number);
                values.put("id", number);
                if (textKeys) {
                    values.put("key", key);
                }
                batch.put(key, new Row(key, values, vector(), partition));
            }
            List<Row> list = List.copyOf(batch.values());
            Map<String, Column> columns = new HashMap<>();
            for (FieldSchema field : fields) {
                List<@Nullable Object> values = new ArrayList<>();
                for (Row row : list) {
                    values.add(
                            field.type().isVector()
                                    ? row.vector
                                    : Data.stored(fields, row.values).get(field.name()));
                }
                columns.put(field.name(), field.type().isVector() ? vectors(values) : TestRows.column(field, values));
            }
            InsertRequest request = new InsertRequest(name, partition, new ColumnBatch(list.size(), columns), 0);
            if (random.nextBoolean()) {
                database.database().upsert(CALL, request);
            } else {
                database.database().insert(CALL, request);
            }
            rows.putAll(batch);
        }

        private void delete() {
            if (rows.isEmpty()) {
                return;
            }
            if (random.nextBoolean()) {
                Filters.Case filter = filters.next(1);
                List<Object> gone = rows.values().stream()
                        .filter(row -> Boolean.TRUE.equals(filter.filter().value(row.values)))
                        .map(Row::key)
                        .toList();
                if (gone.size() > rows.size() / 5) {
                    return;
                }
                database.database()
                        .delete(
                                CALL,
                                new DeleteRequest(
                                        name, "", new Filter(filter.filter().text(), filter.templates())));
                gone.forEach(rows::remove);
                return;
            }
            List<Object> gone = new ArrayList<>(new TreeMap<>(rows).keySet());
            Collections.shuffle(gone, new java.util.Random(random.nextLong()));
            gone = gone.subList(0, Math.min(gone.size() / 2, 1 + random.nextInt(8)));
            if (!gone.isEmpty()) {
                database.database()
                        .delete(
                                CALL,
                                new DeleteRequest(
                                        name,
                                        "",
                                        new Filter((textKeys ? "key" : "id") + " in {keys}", Map.of("keys", gone))));
                gone.forEach(rows::remove);
            }
        }

        // ---- vectors: float[] whatever the type, or byte[] of bits

        private Object vector() {
            if (vectorType == DataType.BINARY_VECTOR) {
                byte[] bits = new byte[DIMENSION / 8];
                random.nextBytes(bits);
                return random.nextInt(20) == 0 ? new byte[bits.length] : bits;
            }
            float[] vector = new float[DIMENSION];
            boolean zero = random.nextInt(30) == 0;
            for (int i = 0; !zero && i < DIMENSION; i++) {
                // Few whole values, so that distances are exact and tie.
                vector[i] = vectorType == DataType.FLOAT_VECTOR && metric == MetricType.COSINE
                        ? (float) random.nextDouble(-1, 1)
                        : random.nextInt(-2, 3);
            }
            return vector;
        }

        private FixedColumn vectors(List<@Nullable Object> vectors) {
            int width = vectorType.vectorBytes(DIMENSION);
            MemorySegment bytes = MemorySegment.ofArray(new byte[width * vectors.size()]);
            for (int row = 0; row < vectors.size(); row++) {
                Object vector = Objects.requireNonNull(vectors.get(row));
                if (vector instanceof byte[] bits) {
                    MemorySegment.copy(MemorySegment.ofArray(bits), 0, bytes, (long) row * width, width);
                    continue;
                }
                float[] floats = (float[]) vector;
                for (int i = 0; i < DIMENSION; i++) {
                    long at = (long) row * width + (long) i * width / DIMENSION;
                    switch (vectorType) {
                        case FLOAT_VECTOR -> bytes.set(FixedColumn.FLOAT, at, floats[i]);
                        case FLOAT16_VECTOR -> bytes.set(FixedColumn.SHORT, at, Float.floatToFloat16(floats[i]));
                        case BFLOAT16_VECTOR ->
                            bytes.set(FixedColumn.SHORT, at, (short) (Float.floatToRawIntBits(floats[i]) >>> 16));
                        default -> bytes.set(java.lang.foreign.ValueLayout.JAVA_BYTE, at, (byte) floats[i]);
                    }
                }
            }
            return new FixedColumn(vectorType, vectors.size(), width, bytes, null);
        }

        private float score(Object left, Object right) {
            if (left instanceof byte[] a && right instanceof byte[] b) {
                int differ = 0;
                int common = 0;
                int any = 0;
                for (int i = 0; i < DIMENSION; i++) {
                    int p = a[i / 8] >> i % 8 & 1;
                    int q = b[i / 8] >> i % 8 & 1;
                    differ += p ^ q;
                    common += p & q;
                    any += p | q;
                }
                return metric == MetricType.HAMMING ? differ : any == 0 ? 1 : (float) (1 - (double) common / any);
            }
            double squares = 0;
            double product = 0;
            double lengths = 1;
            double p = 0;
            double q = 0;
            for (int i = 0; i < DIMENSION; i++) {
                double a = ((float[]) left)[i];
                double b = ((float[]) right)[i];
                squares += (a - b) * (a - b);
                product += a * b;
                p += a * a;
                q += b * b;
            }
            lengths = Math.sqrt(p * q);
            return (float)
                    switch (metric) {
                        case L2 -> squares;
                        case IP -> product;
                        default -> lengths == 0 ? 0 : product / lengths;
                    };
        }

        // ---- searches

        private Trial trial() {
            List<Object> vectors = new ArrayList<>();
            List<Object> keys = new ArrayList<>();
            List<Row> present = List.copyOf(new TreeMap<>(rows).values());
            boolean byKeys = !present.isEmpty() && random.nextInt(5) == 0;
            for (int left = 1 + random.nextInt(3); left > 0; left--) {
                if (byKeys) {
                    Row row = pick(present);
                    keys.add(row.key);
                    vectors.add(row.vector);
                } else {
                    vectors.add(vector());
                }
            }
            Filters.Case filter = random.nextInt(3) > 0 ? filters.next(random.nextInt(3)) : null;
            boolean grouped = random.nextInt(5) < 2;
            Float radius = null;
            Float rangeFilter = null;
            if (random.nextInt(3) == 0) {
                float one = score(vector(), vectors.getFirst());
                float other = score(vector(), vectors.getFirst());
                if (metric == MetricType.COSINE || metric == MetricType.JACCARD) {
                    one += 0.01f;
                    other -= 0.012f;
                }
                boolean larger = metric.largerIsNearer();
                radius = larger ? Math.min(one, other) : Math.max(one, other);
                if (random.nextBoolean() && one != other) {
                    rangeFilter = larger ? Math.max(one, other) : Math.min(one, other);
                }
            }
            return new Trial(
                    vectors,
                    keys,
                    1 + random.nextInt(random.nextInt(4) == 0 ? 200 : 10),
                    random.nextInt(3) == 0 ? random.nextInt(12) : 0,
                    filter == null ? null : filter.filter(),
                    filter == null ? Map.of() : filter.templates(),
                    grouped ? pick(Groups.NAMES) : null,
                    grouped ? 1 + random.nextInt(random.nextBoolean() ? 10 : 3) : 1,
                    radius,
                    rangeFilter,
                    byKeys || random.nextInt(4) > 0 ? List.of() : List.of(random.nextBoolean() ? "two" : "_default"));
        }

        private void check(Trial trial) {
            String problem = problem(trial);
            if (problem == null) {
                return;
            }
            Trial smallest = trial;
            boolean smaller = true;
            while (smaller) {
                smaller = false;
                for (Trial simpler : smallest.simpler()) {
                    String same = problem(simpler);
                    if (same != null) {
                        smallest = simpler;
                        problem = same;
                        smaller = true;
                        break;
                    }
                }
            }
            throw new AssertionError("""
                    -Delanus.test.seed=%d -Delanus.searches=%d
                    %s over %s, %d rows, nq %d, keys %s, limit %d, offset %d, group by %s of %d, radius %s, \
                    range_filter %s, partitions %s
                    filter %s with %s
                    %s""".formatted(
                            seed,
                            SEARCHES_PER_COLLECTION,
                            metric,
                            vectorType,
                            rows.size(),
                            smallest.vectors.size(),
                            smallest.keys,
                            smallest.limit,
                            smallest.offset,
                            smallest.groupBy,
                            smallest.groupSize,
                            smallest.radius,
                            smallest.rangeFilter,
                            smallest.partitions,
                            smallest.filter == null ? "none" : smallest.filter.text(),
                            smallest.templates,
                            problem));
        }

        private List<Row> passing(Trial trial) {
            return rows.values().stream()
                    .filter(row -> trial.partitions.isEmpty() || trial.partitions.contains(row.partition))
                    .filter(row -> trial.filter == null || Boolean.TRUE.equals(trial.filter.value(row.values)))
                    .toList();
        }

        /** What is wrong with the answers; null when nothing is. */
        private @Nullable String problem(Trial trial) {
            List<Row> passing = passing(trial);
            String counted = queryProblem(trial, passing);
            if (counted != null) {
                return counted;
            }
            Map<String, String> parameters = new HashMap<>();
            if (trial.radius != null) {
                parameters.put("radius", trial.radius.toString());
            }
            if (trial.rangeFilter != null) {
                parameters.put("range_filter", trial.rangeFilter.toString());
            }
            SearchRequest request = new SearchRequest(
                    name,
                    trial.partitions,
                    "",
                    vectors(new ArrayList<>(trial.vectors)),
                    trial.limit,
                    trial.offset,
                    filter(trial),
                    List.of("id", "s", "meta"),
                    "",
                    parameters,
                    -1,
                    false,
                    Consistency.DEFAULT,
                    trial.keys.isEmpty() ? null : keys(trial.keys),
                    trial.groupBy == null ? null : Grouping.by(trial.groupBy, trial.groupSize));
            SearchResult result;
            try {
                result = database.database().search(CALL, request);
            } catch (RuntimeException e) {
                return "the search failed: " + e;
            }
            int at = 0;
            for (int q = 0; q < trial.vectors.size(); q++) {
                String problem = problem(trial, passing, trial.vectors.get(q), result, at, result.counts()[q]);
                if (problem != null) {
                    return "query " + q + ": " + problem;
                }
                at += result.counts()[q];
            }
            return at == result.scores().length ? null : "there are hits beyond those counted";
        }

        private Filter filter(Trial trial) {
            return trial.filter == null ? Filter.NONE : new Filter(trial.filter.text(), trial.templates);
        }

        private Column keys(List<Object> keys) {
            return textKeys
                    ? Columns.strings(
                            DataType.VARCHAR,
                            keys.stream().map(String.class::cast).toList())
                    : Columns.longs(keys.stream().mapToLong(Long.class::cast).toArray());
        }

        private @Nullable String queryProblem(Trial trial, List<Row> passing) {
            QueryResult count;
            QueryResult page;
            try {
                count = database.database()
                        .query(
                                CALL,
                                new QueryRequest(
                                        name,
                                        trial.partitions,
                                        filter(trial),
                                        List.of(QueryRequest.COUNT),
                                        -1,
                                        0,
                                        false,
                                        Consistency.DEFAULT));
                page = database.database()
                        .query(
                                CALL,
                                new QueryRequest(
                                        name,
                                        trial.partitions,
                                        filter(trial),
                                        List.of("id"),
                                        trial.limit,
                                        trial.offset,
                                        false,
                                        Consistency.DEFAULT));
            } catch (RuntimeException e) {
                return "the query failed: " + e;
            }
            long counted = ((FixedColumn) count.rows().column(QueryRequest.COUNT)).getLong(0);
            if (counted != passing.size()) {
                return "count is %d in the place of %d".formatted(counted, passing.size());
            }
            List<Object> expected = passing.stream()
                    .map(Row::key)
                    .sorted()
                    .skip(trial.offset)
                    .limit(trial.limit)
                    .toList();
            List<Object> found = new ArrayList<>();
            Column keys = page.rows().column(textKeys ? "key" : "id");
            for (int i = 0; i < page.rows().rows(); i++) {
                found.add(value(keys, i));
            }
            return found.equals(expected) ? null : "the query gives %s in the place of %s".formatted(found, expected);
        }

        private static Object value(Column keys, int row) {
            return keys instanceof FixedColumn numbers
                    ? (Object) numbers.getLong(row)
                    : ((VariableColumn) keys).getString(row);
        }

        private @Nullable String problem(
                Trial trial, List<Row> passing, Object query, SearchResult result, int first, int count) {
            boolean larger = metric.largerIsNearer();
            List<Hit> candidates = new ArrayList<>();
            for (Row row : passing) {
                float score = score(query, row.vector);
                if (isNear(score, trial.radius) || isNear(score, trial.rangeFilter)) {
                    return null; // too near to a bound to say
                }
                boolean inside = trial.radius == null
                        || (larger ? score > trial.radius : score < trial.radius)
                                && (trial.rangeFilter == null
                                        || (larger ? score <= trial.rangeFilter : score >= trial.rangeFilter));
                if (inside) {
                    candidates.add(new Hit(row, score));
                }
            }
            Comparator<Hit> byScore = Comparator.comparing(Hit::score);
            candidates.sort(larger ? byScore.reversed() : byScore);

            List<Hit> found = new ArrayList<>();
            Set<Object> seen = new HashSet<>();
            for (int i = first; i < first + count; i++) {
                Object key = value(result.keys(), i);
                Row row = rows.get(key);
                if (row == null || !passing.contains(row)) {
                    return "the hit %s is no row that passes".formatted(key);
                }
                if (!seen.add(key)) {
                    return "the hit %s comes twice".formatted(key);
                }
                float score = result.scores()[i];
                if (!isClose(score, score(query, row.vector))) {
                    return "the hit %s has the score %s in the place of %s"
                            .formatted(key, score, score(query, row.vector));
                }
                if (((FixedColumn) result.rows().column("id")).getLong(i) != (Long) row.values.get("id")
                        || !Objects.equals(text(result, "s", i), row.values.get("s"))
                        || !Objects.equals(
                                text(result, "meta", i),
                                Data.stored(fields, row.values).get("meta"))) {
                    return "the hit %s has fields of another row".formatted(key);
                }
                if (trial.groupBy != null && !Objects.equals(group(result, i), Groups.of(trial.groupBy, row.values))) {
                    return "the hit %s is in group %s in the place of %s"
                            .formatted(key, group(result, i), Groups.of(trial.groupBy, row.values));
                }
                found.add(new Hit(row, score));
            }
            String groupBy = trial.groupBy;
            return groupBy == null
                    ? different("scores", scores(found), page(scores(candidates), trial), found)
                    : groupProblem(trial, hit -> Groups.of(groupBy, hit.row.values), candidates, found);
        }

        private @Nullable String groupProblem(
                Trial trial, Function<Hit, @Nullable Object> groupOf, List<Hit> candidates, List<Hit> found) {
            Map<@Nullable Object, List<Hit>> groups = new LinkedHashMap<>();
            candidates.forEach(hit -> groups.computeIfAbsent(groupOf.apply(hit), absent -> new ArrayList<>())
                    .add(hit));
            Map<@Nullable Object, List<Hit>> foundGroups = new LinkedHashMap<>();
            @Nullable Object last = null;
            for (Hit hit : found) {
                Object group = groupOf.apply(hit);
                if (foundGroups.containsKey(group) && !Objects.equals(group, last)) {
                    return "the hits of group %s do not lie together".formatted(group);
                }
                last = group;
                foundGroups.computeIfAbsent(group, absent -> new ArrayList<>()).add(hit);
            }
            for (Map.Entry<@Nullable Object, List<Hit>> group : foundGroups.entrySet()) {
                List<Float> all = scores(groups.getOrDefault(group.getKey(), List.of()));
                String problem = different(
                        "scores in group " + group.getKey(),
                        scores(group.getValue()),
                        all.subList(0, Math.min(trial.groupSize, all.size())),
                        group.getValue());
                if (problem != null) {
                    return problem;
                }
            }
            Function<Map<@Nullable Object, List<Hit>>, List<Float>> best = map ->
                    map.values().stream().map(hits -> hits.getFirst().score).toList();
            return different("groups' best scores", best.apply(foundGroups), page(best.apply(groups), trial), found);
        }

        private static List<Float> scores(List<Hit> hits) {
            return hits.stream().map(Hit::score).toList();
        }

        private static List<Float> page(List<Float> scores, Trial trial) {
            return scores.subList(
                    Math.min(trial.offset, scores.size()), Math.min(trial.offset + trial.limit, scores.size()));
        }

        private @Nullable String different(String what, List<Float> found, List<Float> expected, List<Hit> hits) {
            boolean same = found.size() == expected.size();
            for (int i = 0; same && i < found.size(); i++) {
                same = isClose(found.get(i), expected.get(i));
                // Of equal scores the smaller key comes first.
                if (same && i > 0 && hits.size() == found.size() && found.get(i).equals(found.get(i - 1))) {
                    same = compareKeys(hits.get(i - 1).row.key, hits.get(i).row.key) < 0;
                }
            }
            return same
                    ? null
                    : "%s are %s in the place of %s, keys %s"
                            .formatted(
                                    what,
                                    found,
                                    expected,
                                    hits.stream().map(hit -> hit.row.key).toList());
        }

        private static int compareKeys(Object left, Object right) {
            return left instanceof Long a && right instanceof Long b
                    ? Long.compare(a, b)
                    : ((String) left).compareTo((String) right);
        }

        private boolean isNear(float score, @Nullable Float bound) {
            boolean exact = metric != MetricType.COSINE && metric != MetricType.JACCARD;
            return !exact && bound != null && Math.abs(score - bound) < 1e-4;
        }

        private static boolean isClose(float left, float right) {
            return Math.abs(left - right) <= 2e-5 * Math.max(1, Math.abs(right));
        }

        private static @Nullable String text(SearchResult result, String field, int row) {
            VariableColumn column = (VariableColumn) result.rows().column(field);
            return column.isNull(row) ? null : column.getString(row);
        }

        private static @Nullable Object group(SearchResult result, int row) {
            Column groups = Objects.requireNonNull(result.groups());
            if (groups.isNull(row)) {
                return null;
            }
            return groups instanceof FixedColumn fixed
                    ? fixed.type() == DataType.BOOL ? (Object) fixed.getBoolean(row) : (Object) fixed.getLong(row)
                    : ((VariableColumn) groups).getString(row);
        }
    }
}
