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
                .isEqualTo(new ResolvedIndex("HNSW", MetricType.L2, Map.of("M", "18", "efConstruction", "240")));
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
        assertInvalid(() -> types.resolve(VECTOR, spec("FLAT", "", Map.of("M", "8"))), "FLAT", "it has none");
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
        assertThat(types.resolve(BITS, spec("BIN_FLAT", "JACCARD", Map.of())).type())
                .isEqualTo("FLAT");
        FieldSchema sparse = FieldSchema.of("s", DataType.SPARSE_FLOAT_VECTOR);
        assertInvalid(() -> types.resolve(sparse, spec("", "IP", Map.of())), "SPARSE_FLOAT_VECTOR");
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
    void searchParametersOfOtherTypesAreIgnored() {
        withHnsw();
        assertThat(types.searchParameters("HNSW", Map.of("ef", "64", "nprobe", "8", "radius", "1")))
                .isEqualTo(Map.of("ef", "64"));
        assertThat(types.searchParameters("FLAT", Map.of("ef", "0"))).isEmpty();
        assertInvalid(() -> types.searchParameters("HNSW", Map.of("ef", "0")), "'ef'", "from 1 to 32768");
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
