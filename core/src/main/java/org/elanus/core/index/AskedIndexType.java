package org.elanus.core.index;

import static org.elanus.spi.index.IndexParameter.integer;
import static org.elanus.spi.index.IndexParameter.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.index.IndexParameter;
import org.jspecify.annotations.Nullable;

/**
 * A vector index type that clients ask for by name and that is served by another one: its parameters are checked as its
 * own, and what they say about quality is carried over to the graph that serves it. Where no graph can, the search is
 * exact, and its parameters are checked and nothing else. A plugin that has the type comes first.
 *
 * @param vectorTypes that it may be asked for
 */
record AskedIndexType(
        String name,
        Set<DataType> vectorTypes,
        Set<MetricType> metrics,
        List<IndexParameter> buildParameters,
        List<IndexParameter> searchParameters) {

    /** What a graph is built with when the asked type says nothing about graphs. */
    static final Map<String, String> GRAPH = Map.of("M", "16", "efConstruction", "200");

    /** Asked for by nobody's name but through AUTOINDEX: from 1, quick, to 10, thorough. */
    static final IndexParameter LEVEL = integer("level", 1, 10, null, "Effort of a search.");

    private static final int SMALLEST_EFFORT = 64;
    private static final int LARGEST_EFFORT = 32_768;
    /** The effort of a graph search that stands for looking at every list. */
    private static final int EVERY_LIST = 1024;

    private static final int DEFAULT_LISTS = 128;

    private static final Set<DataType> FLOATS =
            Set.of(DataType.FLOAT_VECTOR, DataType.FLOAT16_VECTOR, DataType.BFLOAT16_VECTOR);
    private static final Set<DataType> DENSE =
            Set.of(DataType.FLOAT_VECTOR, DataType.FLOAT16_VECTOR, DataType.BFLOAT16_VECTOR, DataType.INT8_VECTOR);
    private static final Set<DataType> BINARY = Set.of(DataType.BINARY_VECTOR);
    private static final Set<DataType> SPARSE = Set.of(DataType.SPARSE_FLOAT_VECTOR);
    private static final Set<MetricType> PRODUCT = Set.of(MetricType.IP);
    private static final double BELOW_ONE = Math.nextDown(1.0);
    private static final Set<MetricType> DISTANCES = Set.of(MetricType.L2, MetricType.IP, MetricType.COSINE);
    private static final Set<MetricType> OF_BITS = Set.of(MetricType.HAMMING, MetricType.JACCARD);

    private static final IndexParameter LISTS = integer("nlist", 1, 65_536, null, "Lists.");
    private static final IndexParameter PROBES = integer("nprobe", 1, 65_536, null, "Lists looked at.");
    private static final IndexParameter NEIGHBOURS = integer("M", 2, 2048, null, "Neighbours of a node.");
    private static final IndexParameter CONSTRUCTION =
            integer("efConstruction", 1, Integer.MAX_VALUE, null, "Candidates while building.");
    private static final IndexParameter EFFORT = integer("ef", 1, LARGEST_EFFORT, null, "Candidates of a search.");
    private static final IndexParameter PARTS = integer("m", 1, 65_536, null, "Parts of a vector.");
    private static final IndexParameter CODE_BITS = integer("nbits", 1, 24, null, "Bits of a part's code.");
    private static final IndexParameter REFINE =
            new IndexParameter("refine", IndexParameter.Kind.BOOL, 0, 0, null, List.of(), "Keep finer vectors.");
    private static final IndexParameter REFINE_TYPE = new IndexParameter(
            "refine_type",
            IndexParameter.Kind.TEXT,
            0,
            0,
            null,
            List.of("SQ4U", "SQ6", "SQ8", "FP16", "BF16", "FP32", "FLAT", "DATA_VIEW"),
            "What finer vectors are kept as.");
    private static final IndexParameter REFINE_FACTOR = new IndexParameter(
            "refine_k", IndexParameter.Kind.REAL, 1, 1e6, null, List.of(), "Candidates refined for each hit.");

    private static final Map<String, AskedIndexType> TYPES = new LinkedHashMap<>();

    private static void add(
            String name,
            Set<DataType> types,
            Set<MetricType> metrics,
            List<IndexParameter> build,
            List<IndexParameter> search) {
        TYPES.put(name, new AskedIndexType(name, types, metrics, build, search));
    }

    static {
        add("IVF_FLAT", FLOATS, DISTANCES, List.of(LISTS), List.of(PROBES));
        add("IVF_SQ8", FLOATS, DISTANCES, List.of(LISTS), List.of(PROBES));
        add(
                "IVF_PQ",
                FLOATS,
                DISTANCES,
                List.of(LISTS, PARTS, CODE_BITS, REFINE, REFINE_TYPE),
                List.of(PROBES, REFINE_FACTOR));
        add(
                "IVF_RABITQ",
                FLOATS,
                DISTANCES,
                List.of(LISTS, REFINE, REFINE_TYPE),
                List.of(PROBES, REFINE_FACTOR, integer("rbq_bits_query", 0, 8, null, "Bits of a query's code.")));
        add(
                "SCANN",
                FLOATS,
                DISTANCES,
                List.of(
                        LISTS,
                        new IndexParameter(
                                "with_raw_data",
                                IndexParameter.Kind.BOOL,
                                0,
                                0,
                                null,
                                List.of(),
                                "Keep the vectors.")),
                List.of(PROBES, integer("reorder_k", 1, 1 << 20, null, "Candidates looked at again.")));
        add("HNSW", DENSE, DISTANCES, List.of(NEIGHBOURS, CONSTRUCTION), List.of(EFFORT));
        add(
                "HNSW_SQ",
                DENSE,
                DISTANCES,
                List.of(
                        NEIGHBOURS,
                        CONSTRUCTION,
                        text("sq_type", List.of("SQ4U", "SQ6", "SQ8", "BF16", "FP16"), null, "Kind of code."),
                        REFINE,
                        REFINE_TYPE),
                List.of(EFFORT, REFINE_FACTOR));
        add(
                "HNSW_PQ",
                DENSE,
                DISTANCES,
                List.of(NEIGHBOURS, CONSTRUCTION, PARTS, CODE_BITS, REFINE, REFINE_TYPE),
                List.of(EFFORT, REFINE_FACTOR));
        add(
                "HNSW_PRQ",
                DENSE,
                DISTANCES,
                List.of(
                        NEIGHBOURS,
                        CONSTRUCTION,
                        PARTS,
                        CODE_BITS,
                        integer("nrq", 1, 16, null, "Residual codes."),
                        REFINE,
                        REFINE_TYPE),
                List.of(EFFORT, REFINE_FACTOR));
        add(
                "DISKANN",
                FLOATS,
                DISTANCES,
                List.of(
                        integer("max_degree", 1, 2048, null, "Neighbours of a node."),
                        integer("search_list_size", 1, Integer.MAX_VALUE, null, "Candidates while building."),
                        new IndexParameter(
                                "pq_code_budget_gb_ratio",
                                IndexParameter.Kind.REAL,
                                0,
                                1,
                                null,
                                List.of(),
                                "Memory of codes as a share of the vectors."),
                        new IndexParameter(
                                "search_cache_budget_gb_ratio",
                                IndexParameter.Kind.REAL,
                                0,
                                1,
                                null,
                                List.of(),
                                "Memory of cached nodes as a share of the vectors.")),
                List.of(
                        integer("search_list", 1, LARGEST_EFFORT, null, "Candidates of a search."),
                        integer("beamwidth", 1, 128, null, "Reads under way.")));
        add("BIN_FLAT", BINARY, OF_BITS, List.of(), List.of());
        add("BIN_IVF_FLAT", BINARY, OF_BITS, List.of(LISTS), List.of(PROBES));
        List<IndexParameter> ofLists = List.of(
                text("inverted_index_algo", List.of("DAAT_MAXSCORE", "DAAT_WAND", "TAAT_NAIVE"), null, "Algorithm."),
                new IndexParameter("bm25_k1", IndexParameter.Kind.REAL, 0, 3, null, List.of(), "Weight of frequency."),
                new IndexParameter("bm25_b", IndexParameter.Kind.REAL, 0, 1, null, List.of(), "Weight of length."),
                new IndexParameter("drop_ratio_build", IndexParameter.Kind.REAL, 0, BELOW_ONE, null, List.of(), "Old."));
        List<IndexParameter> ofSearch = List.of(
                new IndexParameter(
                        "drop_ratio_search",
                        IndexParameter.Kind.REAL,
                        0,
                        BELOW_ONE,
                        null,
                        List.of(),
                        "Share of small values that a search may leave out."),
                new IndexParameter(
                        "dim_max_score_ratio", IndexParameter.Kind.REAL, 0.5, 1.3, null, List.of(), "Bound of scores."));
        add("SPARSE_INVERTED_INDEX", SPARSE, PRODUCT, ofLists, ofSearch);
        add("SPARSE_WAND", SPARSE, PRODUCT, ofLists, ofSearch);
    }

    /** The types in the order of documentation. */
    static List<AskedIndexType> all() {
        return List.copyOf(TYPES.values());
    }

    static @Nullable AskedIndexType named(String name) {
        return TYPES.get(name);
    }

    /** Whether any type has a parameter of this name: clients send those of one type along with another. */
    static boolean isParameterOfAny(String parameter) {
        for (AskedIndexType type : TYPES.values()) {
            if (type.buildParameters.stream().anyMatch(one -> one.name().equals(parameter))) {
                return true;
            }
        }
        return false;
    }

    /** @throws ElanusException INVALID_ARGUMENT when the parameters contradict the field */
    void checkAgainst(FieldSchema field, Map<String, String> parameters) {
        String parts = parameters.get(PARTS.name());
        if (parts != null && field.dimension() % Integer.parseInt(parts) != 0) {
            throw ElanusException.invalid(
                    "parameter 'm' of index type %s must divide the dimension %d of field '%s', but it is %s",
                    name, field.dimension(), field.name(), parts);
        }
    }

    /** What the graph that serves this type is built with. @param parameters checked */
    Map<String, String> graphParameters(Map<String, String> parameters) {
        Map<String, String> graph = new HashMap<>(GRAPH);
        if (parameters.containsKey("max_degree")) { // a graph of M neighbours has twice as many where all nodes are
            graph.put("M", Integer.toString(Math.max(2, Integer.parseInt(parameters.get("max_degree")) / 2)));
        }
        if (parameters.containsKey("search_list_size")) {
            graph.put("efConstruction", parameters.get("search_list_size"));
        }
        for (String same : List.of("M", "efConstruction")) {
            if (parameters.containsKey(same)) {
                graph.put(same, parameters.get(same));
            }
        }
        return graph;
    }

    /**
     * The candidates that a graph search keeps to find about what a search of this type would.
     *
     * @param build the parameters of the index
     * @param search the parameters of the search, checked
     * @return 0 when the search says nothing about it
     */
    static int effort(Map<String, String> build, Map<String, String> search, int k) {
        long effort = 0;
        for (String same : List.of("ef", "search_list", "reorder_k")) {
            if (search.containsKey(same)) {
                effort = Long.parseLong(search.get(same));
            }
        }
        if (search.containsKey("nprobe")) {
            long lists = build.containsKey("nlist")
                    ? Long.parseLong(build.get("nlist").strip())
                    : DEFAULT_LISTS;
            long probes = Math.min(lists, Long.parseLong(search.get("nprobe")));
            effort = Math.max(effort, Math.max(SMALLEST_EFFORT, EVERY_LIST * probes / lists));
        }
        if (search.containsKey("refine_k")) {
            effort = Math.max(effort, (long) Math.ceil(Double.parseDouble(search.get("refine_k")) * k));
        }
        if (search.containsKey(LEVEL.name())) {
            effort = (long) SMALLEST_EFFORT * Integer.parseInt(search.get(LEVEL.name()));
        }
        return effort == 0 ? 0 : Math.clamp(effort, Math.min(k, LARGEST_EFFORT), LARGEST_EFFORT);
    }

    /** Candidates that a search asks for must not be fewer than its hits. */
    static void checkCandidates(Map<String, String> search, int k) {
        for (String candidates : List.of("ef", "search_list", "reorder_k")) {
            String given = search.get(candidates);
            if (given != null && Long.parseLong(given) < k) {
                throw ElanusException.invalid(
                        "%s(%s) should be larger than or equal to k(%d)", candidates, given, k);
            }
        }
    }

    /** Types that need hardware which is not used here. */
    static List<String> ofGraphicsProcessors() {
        return new ArrayList<>(List.of("GPU_IVF_FLAT", "GPU_IVF_PQ", "GPU_CAGRA", "GPU_BRUTE_FORCE"));
    }
}
