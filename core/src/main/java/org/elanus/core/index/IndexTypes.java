package org.elanus.core.index;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.elanus.core.registry.Registry;
import org.elanus.core.registry.Suggestion;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.index.IndexParameter;
import org.elanus.spi.index.VectorIndexType;

/**
 * The index types of the running plugins and the built-in FLAT: checks specifications and search parameters against
 * them. Safe for use by many threads.
 */
public final class IndexTypes {

    /** Segments with fewer rows get no index unless the operator says otherwise: they are searched exactly. */
    public static final int MIN_ROWS = 1024;

    private static final String AUTOMATIC_TYPE = "HNSW";
    /** Parameters that clients send along and that do not change how an index is built. */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("mmap.enabled", "warmup", "indexoffsetcache.enabled", "index_offset_cache_enabled", "load_priority");

    private final Registry registry;
    private final int minRows;
    private final VectorIndexType flat = new FlatIndexType();

    public IndexTypes(Registry registry) {
        this(registry, MIN_ROWS);
    }

    /** @param minRows segments with fewer rows get no index */
    public IndexTypes(Registry registry, int minRows) {
        this.registry = registry;
        this.minRows = minRows;
    }

    /** The names of the vector index types that there are, the built-in FLAT first. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        names.add(FlatIndexType.NAME);
        for (String name : registry.names(VectorIndexType.class)) {
            if (!names.contains(name)) {
                names.add(name);
            }
        }
        return names;
    }

    /**
     * Takes a lease on a vector index type; the caller closes it.
     *
     * @throws ElanusException INVALID_ARGUMENT listing the types that there are
     */
    public Registry.Lease<VectorIndexType> lease(String name) {
        if (name.equals(FlatIndexType.NAME)) {
            return new FlatLease();
        }
        if (!registry.names(VectorIndexType.class).contains(name)) {
            throw unknown(name, askable());
        }
        return registry.lease(VectorIndexType.class, name);
    }

    /** Whether it is a type of index over scalar fields. */
    public static boolean isScalar(String type) {
        return ScalarIndexes.isScalar(type);
    }

    /** Whether indexes of this type can be built and opened. */
    public boolean knows(String type) {
        return isScalar(type) || names().contains(type);
    }

    /** Whether an index of this type is built for a segment of so many rows; otherwise it is searched exactly. */
    public boolean builds(String type, int rows) {
        return rows >= minRows && !type.equals(FlatIndexType.NAME) && knows(type);
    }

    /**
     * Checks a specification and fills in what it leaves open.
     *
     * @throws ElanusException INVALID_ARGUMENT naming what is wrong and what is allowed
     */
    public ResolvedIndex resolve(FieldSchema field, IndexSpec spec) {
        String type = spec.type().strip().toUpperCase(Locale.ROOT);
        Map<String, String> parameters = new HashMap<>(spec.parameters());
        parameters.keySet().removeAll(WITHOUT_EFFECT);
        if (!field.type().isVector()) {
            parameters = withoutThoseOfOthers(List.of(), parameters);
        }
        if (!field.type().isVector() && ScannedIndexes.covers(field, type)) {
            return ScannedIndexes.resolve(field, type, parameters);
        }
        if (!field.type().isVector()) {
            return ScalarIndexes.resolve(field, type, parameters);
        }
        MetricType metric = spec.metric().isBlank()
                ? usualMetric(field.type())
                : MetricType.parse(spec.metric().strip());
        if (type.isEmpty() || type.equals(IndexSpec.AUTOINDEX)) {
            if (!parameters.isEmpty()) {
                throw ElanusException.invalid(
                        "only metric_type can be passed with %s, not %s; name an index type to set parameters",
                        IndexSpec.AUTOINDEX, new TreeSet<>(parameters.keySet()));
            }
            return automatic(field, metric);
        }
        if (AskedIndexType.ofGraphicsProcessors().contains(type)) {
            throw ElanusException.invalid(
                    "invalid index type: %s needs a GPU, which this server does not use; available are %s",
                    type, String.join(", ", askable()));
        }
        AskedIndexType asked = AskedIndexType.named(type);
        if (asked != null && !hasFitting(type, field, metric)) {
            requireFit(type, asked.vectorTypes(), asked.metrics(), field, metric);
            Map<String, String> checked = IndexParameters.check(
                    type, asked.buildParameters(), withoutThoseOfOthers(asked.buildParameters(), parameters));
            asked.checkAgainst(field, checked);
            return served(field, metric, asked.graphParameters(checked));
        }
        try (Registry.Lease<VectorIndexType> lease = lease(type)) {
            VectorIndexType found = lease.get();
            requireFit(type, found.vectorTypes(), found.metrics(), field, metric);
            Map<String, String> checked = IndexParameters.check(
                    type, found.buildParameters(), withoutThoseOfOthers(found.buildParameters(), parameters));
            return new ResolvedIndex(type, metric, checked);
        }
    }

    /** The names that an index may be asked for by, over vectors. */
    public List<String> askable() {
        List<String> askable = names();
        for (AskedIndexType type : AskedIndexType.all()) {
            if (!askable.contains(type.name())) {
                askable.add(type.name());
            }
        }
        askable.add(IndexSpec.AUTOINDEX);
        return askable;
    }

    /** Clients keep the parameters of one type when they change to another; what no type knows is a mistake. */
    private static Map<String, String> withoutThoseOfOthers(List<IndexParameter> own, Map<String, String> given) {
        Map<String, String> kept = new HashMap<>(given);
        kept.keySet()
                .removeIf(name -> own.stream().noneMatch(one -> one.name().equals(name))
                        && AskedIndexType.isParameterOfAny(name));
        return kept;
    }

    /**
     * The parameters to search with, values checked as those of the asked type; others are left out, as clients send
     * them freely.
     *
     * @param asked as the index was asked for
     * @param type the type that serves it
     * @param k hits of a search
     * @throws ElanusException INVALID_ARGUMENT when a value of a known parameter is out of range
     */
    public Map<String, String> searchParameters(IndexSpec asked, String type, Map<String, String> given, int k) {
        if (given.isEmpty()) {
            return Map.of();
        }
        String name = asked.type().strip().toUpperCase(Locale.ROOT);
        AskedIndexType named = AskedIndexType.named(name);
        boolean own = names().contains(type) && !type.equals(FlatIndexType.NAME);
        if (named != null && !name.equals(type)) {
            Map<String, String> checked = known(name, named.searchParameters(), given);
            AskedIndexType.checkCandidates(checked, k);
            return own ? withEffort(AskedIndexType.effort(asked.parameters(), checked, k)) : Map.of();
        }
        if (!own) {
            return Map.of();
        }
        Map<String, String> checked;
        try (Registry.Lease<VectorIndexType> lease = lease(type)) {
            checked = known(type, lease.get().searchParameters(), given);
        }
        AskedIndexType.checkCandidates(checked, k);
        if (!checked.isEmpty() || !type.equals(AUTOMATIC_TYPE)) {
            return checked;
        }
        return withEffort(
                AskedIndexType.effort(Map.of(), known(name, List.of(AskedIndexType.LEVEL), given), k));
    }

    private static Map<String, String> withEffort(int effort) {
        return effort == 0 ? Map.of() : Map.of("ef", Integer.toString(effort));
    }

    private static Map<String, String> known(String type, List<IndexParameter> parameters, Map<String, String> given) {
        Map<String, String> known = new HashMap<>();
        for (IndexParameter parameter : parameters) {
            String value = given.get(parameter.name());
            if (value != null) {
                known.put(parameter.name(), IndexParameters.checkValue(type, parameter, value));
            }
        }
        return known;
    }

    private static MetricType usualMetric(DataType type) {
        return switch (type) {
            case BINARY_VECTOR -> MetricType.HAMMING;
            case SPARSE_FLOAT_VECTOR -> MetricType.IP;
            default -> MetricType.COSINE;
        };
    }

    private ResolvedIndex automatic(FieldSchema field, MetricType metric) {
        AskedIndexType sparse = AskedIndexType.named("SPARSE_INVERTED_INDEX");
        if (field.type() == DataType.SPARSE_FLOAT_VECTOR && sparse != null) {
            requireFit(IndexSpec.AUTOINDEX, sparse.vectorTypes(), sparse.metrics(), field, metric);
            return served(field, metric, Map.of());
        }
        requireFit(FlatIndexType.NAME, flat.vectorTypes(), flat.metrics(), field, metric);
        return served(field, metric, AskedIndexType.GRAPH);
    }

    /** By a graph where one fits; else every search is exact. */
    private ResolvedIndex served(FieldSchema field, MetricType metric, Map<String, String> graph) {
        if (!hasFitting(AUTOMATIC_TYPE, field, metric)) {
            return new ResolvedIndex(FlatIndexType.NAME, metric, Map.of());
        }
        try (Registry.Lease<VectorIndexType> lease = lease(AUTOMATIC_TYPE)) {
            Map<String, String> checked =
                    IndexParameters.check(AUTOMATIC_TYPE, lease.get().buildParameters(), graph);
            return new ResolvedIndex(AUTOMATIC_TYPE, metric, checked);
        }
    }

    /** Whether a plugin has the type and it fits. */
    private boolean hasFitting(String type, FieldSchema field, MetricType metric) {
        if (!registry.names(VectorIndexType.class).contains(type)) {
            return false;
        }
        try (Registry.Lease<VectorIndexType> lease = lease(type)) {
            return lease.get().vectorTypes().contains(field.type())
                    && lease.get().metrics().contains(metric);
        }
    }

    private static void requireFit(
            String type, Set<DataType> types, Set<MetricType> metrics, FieldSchema field, MetricType metric) {
        if (!types.contains(field.type())) {
            throw ElanusException.invalid(
                    "index type %s does not support field '%s' of type %s; it supports %s",
                    type, field.name(), field.type(), new TreeSet<>(types));
        }
        boolean binary = field.type() == DataType.BINARY_VECTOR;
        TreeSet<MetricType> fitting = new TreeSet<>(metrics);
        fitting.removeIf(m -> binary != (m == MetricType.HAMMING || m == MetricType.JACCARD));
        if (!fitting.contains(metric)) {
            throw ElanusException.invalid(
                    "metric type %s is not supported by index type %s over field '%s' of type %s; supported are %s",
                    metric, type, field.name(), field.type(), fitting);
        }
    }

    static ElanusException unknown(String name, List<String> available) {
        return ElanusException.invalid(
                "invalid index type: %s; available are %s%s",
                name, String.join(", ", available), Suggestion.didYouMean(name, available));
    }

    private final class FlatLease implements Registry.Lease<VectorIndexType> {

        @Override
        public VectorIndexType get() {
            return flat;
        }

        @Override
        public String plugin() {
            return "core";
        }

        @Override
        public String name() {
            return FlatIndexType.NAME;
        }

        @Override
        public void close() {}
    }
}
