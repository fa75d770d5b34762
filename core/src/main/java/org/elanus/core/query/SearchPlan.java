package org.elanus.core.query;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.core.index.SparseVectors;
import org.elanus.core.query.filter.CompiledFilter;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * A search request that was checked.
 *
 * @param k hits to find for each query: limit plus offset
 * @param range null unless the hits' scores are bounded
 * @param parameters those that the index type knows
 */
record SearchPlan(
        FieldSchema field,
        MetricType metric,
        Column queries,
        int k,
        CompiledFilter filter,
        @Nullable ScoreRange range,
        Map<String, String> parameters) {

    /** The most queries of a call, hits of a query, and rows of a page with what lies before it. */
    static final int MAX_WINDOW = 16_384;
    /** The most hits of a call, over all searches of a hybrid one. */
    static final long MAX_HITS = 1L << 24;

    /** What looking at a sparse vector is taken to cost. */
    private static final int USUAL_PAIRS = 256;

    private static final String RADIUS = "radius";
    private static final String RANGE_FILTER = "range_filter";

    /** @param groupSize hits of a group, 1 without grouping */
    static SearchPlan of(
            CollectionEntry collection, SearchRequest request, int groupSize, QueryEngine.ParameterCheck check) {
        CollectionSchema schema = collection.info().schema();
        Column queries = request.queries();
        checkWindow(request.limit(), request.offset());
        if (queries.rows() < 1 || queries.rows() > MAX_WINDOW) {
            throw ElanusException.invalid(
                    "nq (number of search vectors) [%d] is invalid, it should be in range [1, %d]",
                    queries.rows(), MAX_WINDOW);
        }
        int k = request.limit() + request.offset();
        long hits = (long) k * groupSize;
        if (queries.rows() * hits > MAX_HITS) {
            throw new ElanusException(
                    StandardErrorCode.ARGUMENT_TOO_LARGE,
                    "nq [%d] with limit + offset [%d] hits is more than %d hits; search in several calls"
                            .formatted(queries.rows(), hits, MAX_HITS));
        }
        checkRoundDecimal(request.roundDecimal());
        FieldSchema field = vectorField(schema, request.field());
        checkVectors(field, queries);
        IndexDefinition index = collection
                .indexOfField(field.name())
                .orElseThrow(() -> new ElanusException(
                        StandardErrorCode.INDEX_NOT_FOUND,
                        "index not found[field=" + field.name() + "]; create one before searching"));
        String metricName = index.spec().metric();
        if (!request.metric().isBlank() && !request.metric().strip().equalsIgnoreCase(metricName)) {
            throw ElanusException.invalid(
                    "metric type not match: invalid [expected=%s][actual=%s]", metricName, request.metric());
        }
        MetricType metric = MetricType.parse(metricName);
        Map<String, String> parameters = new HashMap<>(request.parameters());
        ScoreRange range = range(metric, parameters.remove(RADIUS), parameters.remove(RANGE_FILTER));
        Map<String, String> known = check.check(index, parameters, k);
        return new SearchPlan(
                field, metric, queries, k, CompiledFilter.compile(request.filter(), schema), range, known);
    }

    static void checkWindow(long limit, long offset) {
        if (limit < 1 || limit > MAX_WINDOW) {
            throw ElanusException.invalid("topk [%d] is invalid, it should be in range [1, %d]", limit, MAX_WINDOW);
        }
        if (offset < 0 || offset + limit > MAX_WINDOW) {
            throw ElanusException.invalid(
                    "offset [%d] is invalid, it should be 0 or more, and offset + limit [%d] at most %d",
                    offset, offset + limit, MAX_WINDOW);
        }
    }

    static void checkRoundDecimal(int decimals) {
        if (decimals < -1 || decimals > 6) {
            throw ElanusException.invalid(
                    "round_decimal [%d] is invalid, it should be -1 or in range [0, 6]", decimals);
        }
    }

    static FieldSchema vectorField(CollectionSchema schema, String name) {
        List<FieldSchema> vectors = schema.vectorFields().stream()
                .filter(field -> !field.parameters().containsKey(CollectionEntry.NOT_LOADED))
                .toList();
        List<String> names = vectors.stream().map(FieldSchema::name).toList();
        if (name.isEmpty()) {
            if (vectors.size() != 1) {
                throw ElanusException.invalid("name the vector field to search: one of %s", names);
            }
            return vectors.getFirst();
        }
        FieldSchema field = schema.find(name)
                .orElseThrow(() -> new ElanusException(
                        StandardErrorCode.FIELD_NOT_FOUND,
                        "failed to get field schema by name: field '" + name + "' not found; vector fields are "
                                + names));
        if (!field.type().isVector()) {
            throw ElanusException.invalid(
                    "field '%s' of type %s is not a vector; vector fields are %s", name, field.type(), names);
        }
        CollectionEntry.requireLoaded(field);
        return field;
    }

    private static void checkVectors(FieldSchema field, Column vectors) {
        if (vectors.type() != field.type()) {
            throw ElanusException.invalid(
                    "vector type must be the same, field '%s' - type %s, search vectors - type %s",
                    field.name(), field.type(), vectors.type());
        }
        if (vectors instanceof VariableColumn sparse) {
            for (int row = 0; row < sparse.rows(); row++) {
                String fault = SparseVectors.fault(sparse.slice(row));
                if (fault != null) {
                    throw ElanusException.invalid("search vector %d for field '%s' %s", row, field.name(), fault);
                }
            }
            return;
        }
        FixedColumn queries = (FixedColumn) vectors;
        if (queries.width() != field.width()) {
            throw ElanusException.invalid(
                    "vector dimension mismatch: field '%s' has dimension %d, but the search vectors have %d",
                    field.name(), field.dimension(), (long) queries.width() * field.dimension() / field.width());
        }
        checkFinite(field, queries);
    }

    private static void checkFinite(FieldSchema field, FixedColumn queries) {
        MemorySegment data = queries.data();
        DataType type = queries.type();
        int width = type == DataType.FLOAT_VECTOR ? Float.BYTES : Short.BYTES;
        if (type == DataType.BINARY_VECTOR || type == DataType.INT8_VECTOR) {
            return;
        }
        int exponent = type == DataType.FLOAT16_VECTOR ? 0x7c00 : 0x7f80;
        long values = (long) queries.rows() * queries.width() / width;
        for (long i = 0; i < values; i++) {
            boolean finite = width == Float.BYTES
                    ? Float.isFinite(data.get(FixedColumn.FLOAT, i * width))
                    : (data.get(FixedColumn.SHORT, i * width) & exponent) != exponent;
            if (!finite) {
                int perVector = queries.width() / width;
                throw ElanusException.invalid(
                        "value at position %d of search vector %d for field '%s' is not a number or infinite",
                        i % perVector, i / perVector, field.name());
            }
        }
    }

    private static @Nullable ScoreRange range(
            MetricType metric, @Nullable String radiusText, @Nullable String filterText) {
        if (radiusText == null && filterText == null) {
            return null;
        }
        if (radiusText == null) {
            throw ElanusException.invalid("range_filter needs radius beside it");
        }
        float radius = number(RADIUS, radiusText);
        if (filterText == null) {
            return ScoreRange.of(
                    metric, radius, metric.largerIsNearer() ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY);
        }
        float filter = number(RANGE_FILTER, filterText);
        if (metric.largerIsNearer() ? filter <= radius : filter >= radius) {
            throw ElanusException.invalid(
                    "metric type '%s', range_filter(%s) must be %s than radius(%s)",
                    metric, filter, metric.largerIsNearer() ? "greater" : "less", radius);
        }
        return ScoreRange.of(metric, radius, filter);
    }

    private static float number(String name, String text) {
        try {
            float value = Float.parseFloat(text.strip());
            if (!Float.isNaN(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT, name + " must be a number, not '" + text + "'", e);
        }
        throw ElanusException.invalid("%s must be a number, not '%s'", name, text);
    }

    /** The same search for more or fewer hits. */
    SearchPlan withK(int newK) {
        return new SearchPlan(field, metric, queries, newK, filter, range, parameters);
    }

    SearchPlan withQueries(Column newQueries) {
        return new SearchPlan(field, metric, newQueries, k, filter, range, parameters);
    }

    /** One query alone. */
    Column query(int number) {
        return Slices.of(queries, number, 1);
    }

    /** About how many multiply-adds it takes to look at a row. */
    int dimensions() {
        return field.type().isDenseVector() ? field.dimension() : USUAL_PAIRS;
    }

    /** The queries one after the other, each aligned to 8 bytes, for index searchers; none where there is no index. */
    MemorySegment[] alignedQueries() {
        if (!(this.queries instanceof FixedColumn queries)) {
            return new MemorySegment[0];
        }
        MemorySegment[] aligned = new MemorySegment[queries.rows()];
        for (int q = 0; q < aligned.length; q++) {
            if (queries.type() == DataType.FLOAT_VECTOR) {
                aligned[q] = MemorySegment.ofArray(queries.slice(q).toArray(FixedColumn.FLOAT));
            } else {
                MemorySegment copy = MemorySegment.ofArray(new long[(queries.width() + 7) / 8]);
                MemorySegment.copy(
                        queries.data(),
                        ValueLayout.JAVA_BYTE,
                        (long) q * queries.width(),
                        copy,
                        ValueLayout.JAVA_BYTE,
                        0,
                        queries.width());
                aligned[q] = copy.asSlice(0, queries.width());
            }
        }
        return aligned;
    }
}
