package org.elanus.core.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.elanus.core.registry.Registry;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.VectorIndexType;
import org.junit.jupiter.api.Test;

class IndexTypesTest {

    private static final FieldSchema VECTOR = FieldSchema.vector("v", DataType.FLOAT_VECTOR, 8);
    private static final FieldSchema BITS = FieldSchema.vector("b", DataType.BINARY_VECTOR, 8);

    private final Registry registry = new Registry();
    private final IndexTypes types = new IndexTypes(registry);

    private void withHnsw() {
        registry.register(
                VectorIndexType.class,
                "HNSW",
                new ToyIndexType("HNSW", Set.of(DataType.FLOAT_VECTOR, DataType.INT8_VECTOR)),
                "index-hnsw");
    }

    private static IndexSpec spec(String type, String metric, Map<String, String> parameters) {
        return new IndexSpec("v", "", type, metric, parameters);
    }

    @Test
    void autoindexIsHnswWhereThereIsOneAndFlatElsewhere() {
        assertThat(types.resolve(VECTOR, spec("AUTOINDEX", "", Map.of())))
                .isEqualTo(new ResolvedIndex("FLAT", MetricType.COSINE, Map.of()));
        withHnsw();
        assertThat(types.resolve(VECTOR, spec("autoindex", "l2", Map.of())))
                .isEqualTo(new ResolvedIndex("HNSW", MetricType.L2, Map.of("M", "16", "efConstruction", "200")));
        assertThat(types.resolve(VECTOR, spec("", "", Map.of("mmap.enabled", "true")))
                        .type())
                .isEqualTo("HNSW");
        assertThat(types.resolve(BITS, spec("", "", Map.of())))
                .isEqualTo(new ResolvedIndex("FLAT", MetricType.HAMMING, Map.of()));
        assertInvalid(() -> types.resolve(VECTOR, spec("AUTOINDEX", "", Map.of("M", "8"))), "only metric_type", "M");
    }

    @Test
    void namedTypesGetTheirDefaultsAndRanges() {
        withHnsw();
        assertThat(types.resolve(VECTOR, spec("hnsw", "IP", Map.of("M", " 8 "))).parameters())
                .isEqualTo(Map.of("M", "8", "efConstruction", "360"));
        assertInvalid(() -> types.resolve(VECTOR, spec("HNSW", "", Map.of("M", "1"))), "'M'", "from 2 to 2048", "'1'");
        assertInvalid(() -> types.resolve(VECTOR, spec("HNSW", "", Map.of("M", "many"))), "whole number");
        assertInvalid(
                () -> types.resolve(VECTOR, spec("HNSW", "", Map.of("efConstuction", "10"))),
                "'efConstuction'",
                "M, efConstruction",
                "did you mean 'efConstruction'");
        assertInvalid(() -> types.resolve(VECTOR, spec("FLAT", "", Map.of("N", "8"))), "FLAT", "it has none");
        assertThat(types.resolve(VECTOR, spec("FLAT", "", Map.of("M", "8"))).parameters())
                .as("clients send parameters of other types along")
                .isEmpty();
    }

    @Test
    void unknownTypesAndWrongMetricsAreRefusedWithWhatThereIs() {
        withHnsw();
        assertInvalid(
                () -> types.resolve(VECTOR, spec("HNWS", "", Map.of())),
                "HNWS",
                "FLAT, HNSW",
                "AUTOINDEX",
                "did you mean");
        assertInvalid(() -> types.resolve(VECTOR, spec("FLAT", "cosin", Map.of())), "cosin");
        assertInvalid(() -> types.resolve(VECTOR, spec("FLAT", "HAMMING", Map.of())), "HAMMING", "[L2, IP, COSINE]");
        assertInvalid(() -> types.resolve(BITS, spec("FLAT", "L2", Map.of())), "L2", "[HAMMING, JACCARD]");
        assertInvalid(() -> types.resolve(BITS, spec("HNSW", "", Map.of())), "BINARY_VECTOR", "FLOAT_VECTOR");
        assertInvalid(() -> types.resolve(BITS, spec("IVF_FLAT", "", Map.of())), "BINARY_VECTOR", "FLOAT_VECTOR");
        assertInvalid(() -> types.resolve(VECTOR, spec("GPU_CAGRA", "", Map.of())), "GPU_CAGRA", "GPU", "IVF_FLAT");
        assertThat(types.resolve(BITS, spec("BIN_FLAT", "JACCARD", Map.of())).type())
                .isEqualTo("FLAT");
        FieldSchema sparse = FieldSchema.of("s", DataType.SPARSE_FLOAT_VECTOR);
        assertThat(types.resolve(sparse, spec("", "", Map.of())))
                .isEqualTo(new ResolvedIndex("FLAT", MetricType.IP, Map.of()));
        assertThat(types.resolve(
                        sparse, spec("SPARSE_WAND", "IP", Map.of("inverted_index_algo", "daat_wand"))))
                .isEqualTo(new ResolvedIndex("FLAT", MetricType.IP, Map.of()));
        assertInvalid(() -> types.resolve(sparse, spec("", "L2", Map.of())), "L2", "[IP]");
        assertInvalid(() -> types.resolve(sparse, spec("HNSW", "IP", Map.of())), "SPARSE_FLOAT_VECTOR");
    }

    @Test
    void scalarTypesFitTheirFields() {
        FieldSchema number = FieldSchema.of("n", DataType.INT32);
        FieldSchema json = FieldSchema.of("j", DataType.JSON);
        FieldSchema key = FieldSchema.primaryKey("id", DataType.INT64, false);
        assertThat(types.resolve(number, spec("", "", Map.of())).metric()).isNull();
        assertThat(types.resolve(number, spec("STL_SORT", "", Map.of())).type()).isEqualTo("STL_SORT");
        assertThat(types.resolve(FieldSchema.varchar("t", 9), spec("Trie", "", Map.of()))
                        .type())
                .isEqualTo("TRIE");
        assertThat(types.resolve(number, spec("BITMAP", "", Map.of("bitmap_cardinality_limit", "100")))
                        .parameters())
                .containsEntry("bitmap_cardinality_limit", "100");
        assertThat(types.resolve(json, spec("INVERTED", "", Map.of("json_path", "j['a']", "json_cast_type", "DOUBLE")))
                        .type())
                .isEqualTo("INVERTED");
        assertInvalid(() -> types.resolve(key, spec("BITMAP", "", Map.of())), "primary key", "INVERTED, STL_SORT");
        assertInvalid(() -> types.resolve(number, spec("TRIE", "", Map.of())), "TRIE", "INT32", "STL_SORT");
        assertInvalid(() -> types.resolve(number, spec("HNSW", "", Map.of())), "HNSW", "STL_SORT");
    }

    @Test
    void askedTypesAreServedByAGraphWhereOneFitsAndExactlyElsewhere() {
        FieldSchema half = FieldSchema.vector("h", DataType.FLOAT16_VECTOR, 8);
        FieldSchema bytes = FieldSchema.vector("i", DataType.INT8_VECTOR, 8);
        assertThat(types.resolve(VECTOR, spec("IVF_FLAT", "L2", Map.of("nlist", "64"))))
                .isEqualTo(new ResolvedIndex("FLAT", MetricType.L2, Map.of()));
        withHnsw();
        Map<String, String> graph = Map.of("M", "16", "efConstruction", "200");
        for (String type : new String[] {"ivf_flat", "IVF_SQ8", "IVF_PQ", "IVF_RABITQ", "SCANN", "DISKANN", "HNSW_SQ"}) {
            assertThat(types.resolve(VECTOR, spec(type, "L2", Map.of())))
                    .isEqualTo(new ResolvedIndex("HNSW", MetricType.L2, graph));
        }
        assertThat(types.resolve(VECTOR, spec("HNSW_PQ", "IP", Map.of("M", "9", "efConstruction", "50", "m", "4")))
                        .parameters())
                .isEqualTo(Map.of("M", "9", "efConstruction", "50"));
        assertThat(types.resolve(VECTOR, spec("DISKANN", "IP", Map.of("max_degree", "56", "search_list_size", "100")))
                        .parameters())
                .isEqualTo(Map.of("M", "28", "efConstruction", "100"));
        assertThat(types.resolve(half, spec("HNSW", "COSINE", Map.of("M", "9"))).type())
                .isEqualTo("FLAT");
        assertThat(types.resolve(bytes, spec("HNSW", "COSINE", Map.of("M", "9"))).type())
                .isEqualTo("HNSW");
        assertThat(types.resolve(BITS, spec("BIN_IVF_FLAT", "HAMMING", Map.of("nlist", "64")))
                        .type())
                .isEqualTo("FLAT");
    }

    @Test
    void parametersOfAskedTypesAreCheckedAsTheirOwn() {
        withHnsw();
        assertInvalid(() -> types.resolve(VECTOR, spec("IVF_FLAT", "", Map.of("nlist", "0"))), "'nlist'", "1 to 65536");
        assertInvalid(() -> types.resolve(VECTOR, spec("IVF_FLAT", "", Map.of("nlits", "9"))), "did you mean 'nlist'");
        assertInvalid(() -> types.resolve(VECTOR, spec("IVF_PQ", "", Map.of("m", "3"))), "'m'", "divide", "8");
        assertInvalid(() -> types.resolve(VECTOR, spec("HNSW_SQ", "", Map.of("sq_type", "SQ5"))), "sq_type", "SQ4U");
        assertInvalid(() -> types.resolve(VECTOR, spec("DISKANN", "HAMMING", Map.of())), "HAMMING", "[L2, IP, COSINE]");
        assertThat(types.resolve(VECTOR, spec("HNSW", "", Map.of("nlist", "128"))).type())
                .isEqualTo("HNSW");
    }

    @Test
    void searchParametersOfOtherTypesAreIgnored() {
        withHnsw();
        assertThat(search("HNSW", "HNSW", Map.of("ef", "64", "nprobe", "8", "radius", "1")))
                .isEqualTo(Map.of("ef", "64"));
        assertThat(search("FLAT", "FLAT", Map.of("ef", "0"))).isEmpty();
        assertInvalid(() -> search("HNSW", "HNSW", Map.of("ef", "0")), "'ef'", "from 1 to 32768");
        assertInvalid(() -> search("HNSW", "HNSW", Map.of("ef", "9")), "ef(9) should be larger than or equal to k(10)");
        assertInvalid(() -> search("HNSW", "FLAT", Map.of("ef", "9")), "ef(9) should be larger");
    }

    @Test
    void theEffortOfAnAskedTypeBecomesThatOfTheGraph() {
        withHnsw();
        assertThat(search("IVF_FLAT", "HNSW", Map.of())).isEmpty();
        assertThat(search("IVF_FLAT", "HNSW", Map.of("nprobe", "1"))).isEqualTo(Map.of("ef", "64"));
        assertThat(search("IVF_FLAT", "HNSW", Map.of("nprobe", "32"))).isEqualTo(Map.of("ef", "256"));
        assertThat(search("IVF_FLAT", "HNSW", Map.of("nprobe", "65536"))).isEqualTo(Map.of("ef", "1024"));
        assertThat(search("IVF_PQ", "HNSW", Map.of("nprobe", "1", "refine_k", "20"))).isEqualTo(Map.of("ef", "200"));
        assertThat(search("DISKANN", "HNSW", Map.of("search_list", "30"))).isEqualTo(Map.of("ef", "30"));
        assertThat(search("AUTOINDEX", "HNSW", Map.of("level", "3"))).isEqualTo(Map.of("ef", "192"));
        assertThat(search("", "HNSW", Map.of("ef", "70"))).isEqualTo(Map.of("ef", "70"));
        assertThat(search("IVF_FLAT", "FLAT", Map.of("nprobe", "8"))).isEmpty();
        assertInvalid(() -> search("IVF_FLAT", "HNSW", Map.of("nprobe", "0")), "'nprobe'", "from 1 to 65536");
        assertInvalid(() -> search("BIN_IVF_FLAT", "FLAT", Map.of("nprobe", "0")), "'nprobe'");
        assertInvalid(() -> search("DISKANN", "HNSW", Map.of("search_list", "9")), "search_list(9)", "k(10)");
        assertInvalid(() -> search("AUTOINDEX", "HNSW", Map.of("level", "11")), "'level'", "from 1 to 10");
    }

    private Map<String, String> search(String asked, String type, Map<String, String> given) {
        return types.searchParameters(spec(asked, "", Map.of("nlist", "128")), type, given, 10);
    }

    @Test
    void indexesOverMomentsShapesAndPiecesOfTextAreDefinitionsOnly() {
        FieldSchema moment = FieldSchema.of("m", DataType.TIMESTAMPTZ);
        FieldSchema shape = FieldSchema.of("g", DataType.GEOMETRY);
        FieldSchema text = FieldSchema.varchar("t", 9);
        for (IndexSpec spec : new IndexSpec[] {spec("", "", Map.of()), spec("STL_SORT", "", Map.of())}) {
            assertThat(types.builds(types.resolve(moment, spec).type(), 1_000_000)).isFalse();
        }
        assertThat(types.resolve(shape, spec("RTREE", "", Map.of())).metric()).isNull();
        assertThat(types.resolve(text, spec("NGRAM", "", Map.of("min_gram", "2", "max_gram", "3")))
                        .parameters())
                .isEqualTo(Map.of("min_gram", "2", "max_gram", "3"));
        assertInvalid(() -> types.resolve(text, spec("NGRAM", "", Map.of("min_gram", "2"))), "max_gram");
        assertInvalid(
                () -> types.resolve(text, spec("NGRAM", "", Map.of("min_gram", "4", "max_gram", "3"))), "min_gram (4)");
        assertInvalid(() -> types.resolve(text, spec("RTREE", "", Map.of())), "RTREE", "VARCHAR");
        assertInvalid(() -> types.resolve(shape, spec("INVERTED", "", Map.of())), "INVERTED", "RTREE");
    }

    @Test
    void smallSegmentsAndFlatAreNotBuilt() {
        withHnsw();
        assertThat(types.builds("HNSW", 1023)).isFalse();
        assertThat(types.builds("HNSW", 1024)).isTrue();
        assertThat(new IndexTypes(registry, 10).builds("HNSW", 10)).isTrue();
        assertThat(types.builds("FLAT", 1_000_000)).isFalse();
        assertThat(types.builds("STL_SORT", 1_000_000)).isTrue();
    }

    private static void assertInvalid(Runnable call, String... parts) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                .hasMessageContainingAll(parts);
    }
}
