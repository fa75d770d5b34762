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
    private static final Map<String, String> AUTOMATIC_PARAMETERS = Map.of("M", "18", "efConstruction", "240");
    /** The name that Milvus has for FLAT over binary vectors. */
    private static final String BINARY_FLAT = "BIN_FLAT";
    /** Parameters that clients send along and that do not change how an index is built. */
    private static final Set<String> WITHOUT_EFFECT = Set.of("mmap.enabled");

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
            throw unknown(name, names());
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
            return ScalarIndexes.resolve(field, type, parameters);
        }
        MetricType metric = spec.metric().isBlank()
                ? field.type() == DataType.BINARY_VECTOR ? MetricType.HAMMING : MetricType.COSINE
                : MetricType.parse(spec.metric().strip());
        if (type.isEmpty() || type.equals(IndexSpec.AUTOINDEX)) {
            if (!parameters.isEmpty()) {
                throw ElanusException.invalid(
                        "only metric_type can be passed with %s, not %s; name an index type to set parameters",
                        IndexSpec.AUTOINDEX, new TreeSet<>(parameters.keySet()));
            }
            return automatic(field, metric);
        }
        if (type.equals(BINARY_FLAT) && field.type() == DataType.BINARY_VECTOR) {
            type = FlatIndexType.NAME;
        }
        try (Registry.Lease<VectorIndexType> lease = lease(type)) {
            requireFit(lease.get(), field, metric);
            Map<String, String> checked =
                    IndexParameters.check(type, lease.get().buildParameters(), parameters);
            return new ResolvedIndex(type, metric, checked);
        }
    }

    /**
     * The search parameters that the type knows, values checked; others are left out, as clients send them freely.
     *
     * @throws ElanusException INVALID_ARGUMENT when a value of a known parameter is out of range
     */
    public Map<String, String> searchParameters(String type, Map<String, String> given) {
        if (given.isEmpty() || type.equals(FlatIndexType.NAME) || !names().contains(type)) {
            return Map.of();
        }
        try (Registry.Lease<VectorIndexType> lease = lease(type)) {
            Map<String, String> known = new HashMap<>();
            for (IndexParameter parameter : lease.get().searchParameters()) {
                String value = given.get(parameter.name());
                if (value != null) {
                    known.put(parameter.name(), IndexParameters.checkValue(type, parameter, value));
                }
            }
            return known;
        }
    }

    private ResolvedIndex automatic(FieldSchema field, MetricType metric) {
        if (registry.names(VectorIndexType.class).contains(AUTOMATIC_TYPE)) {
            try (Registry.Lease<VectorIndexType> lease = lease(AUTOMATIC_TYPE)) {
                if (lease.get().vectorTypes().contains(field.type())
                        && lease.get().metrics().contains(metric)) {
                    Map<String, String> checked =
                            IndexParameters.check(AUTOMATIC_TYPE, lease.get().buildParameters(), AUTOMATIC_PARAMETERS);
                    return new ResolvedIndex(AUTOMATIC_TYPE, metric, checked);
                }
            }
        }
        requireFit(flat, field, metric);
        return new ResolvedIndex(FlatIndexType.NAME, metric, Map.of());
    }

    private void requireFit(VectorIndexType type, FieldSchema field, MetricType metric) {
        if (!type.vectorTypes().contains(field.type())) {
            throw ElanusException.invalid(
                    "index type %s does not support field '%s' of type %s; it supports %s",
                    type.name(), field.name(), field.type(), new TreeSet<>(type.vectorTypes()));
        }
        boolean binary = field.type() == DataType.BINARY_VECTOR;
        TreeSet<MetricType> fitting = new TreeSet<>(type.metrics());
        fitting.removeIf(m -> binary != (m == MetricType.HAMMING || m == MetricType.JACCARD));
        if (!fitting.contains(metric)) {
            throw ElanusException.invalid(
                    "metric type %s is not supported by index type %s over field '%s' of type %s; supported are %s",
                    metric, type.name(), field.name(), field.type(), fitting);
        }
    }

    static ElanusException unknown(String name, List<String> available) {
        return ElanusException.invalid(
                "invalid index type: %s; available are %s and %s%s",
                name, String.join(", ", available), IndexSpec.AUTOINDEX, Suggestion.didYouMean(name, available));
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
