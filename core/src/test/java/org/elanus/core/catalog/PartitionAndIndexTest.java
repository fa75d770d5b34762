package org.elanus.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PartitionAndIndexTest extends CatalogTestBase {

    private long id;

    @BeforeEach
    void createCollection() {
        id = catalog.create(DB, spec("c")).id();
    }

    private static IndexSpec hnsw(String field, String name, String m) {
        return new IndexSpec(field, name, "HNSW", "COSINE", Map.of("M", m));
    }

    private List<String> loaded() {
        return catalog.get(id).partitions().stream()
                .filter(PartitionInfo::loaded)
                .map(PartitionInfo::name)
                .toList();
    }

    // Partitions

    @Test
    void partitionsAreInOrderOfCreation() {
        catalog.createPartition(DB, "c", "z");
        catalog.createPartition(DB, "c", "a");
        CollectionEntry entry = catalog.createPartition(DB, "c", "z");
        assertThat(entry.partitions()).extracting(PartitionInfo::name).containsExactly("_default", "z", "a");
        assertThat(entry.info().partitions()).isEqualTo(3);
        assertThat(entry.partition("").name()).isEqualTo("_default");
        assertThat(catalog.dropPartition(DB, "c", "z").orElseThrow().name()).isEqualTo("z");
        assertThat(catalog.dropPartition(DB, "c", "z")).isEmpty();
        assertThat(catalog.get(id).partitions()).extracting(PartitionInfo::name).containsExactly("_default", "a");
        assertInvalid(() -> catalog.dropPartition(DB, "c", "_default"), "default partition cannot be deleted");
        assertInvalid(() -> catalog.createPartition(DB, "c", "no/good"), "Invalid partition name: no/good");
        assertFails(StandardErrorCode.COLLECTION_NOT_FOUND, () -> catalog.createPartition(DB, "no", "p"));
    }

    @Test
    void partitionsAreLimited() {
        for (int i = 1; i < 1024; i++) {
            catalog.createPartition(DB, "c", "p" + i);
        }
        assertInvalid(() -> catalog.createPartition(DB, "c", "one_more"), "1024");
        catalog.createPartition(DB, "c", "p1");
    }

    @Test
    void dropOfAPartitionTakesItsSegmentsAlong() {
        long partition = catalog.createPartition(DB, "c", "p").partition("p").id();
        long other = catalog.get(id).partition("").id();
        catalog.commit(
                id,
                ManifestEdit.builder()
                        .add(segment(1, partition))
                        .add(segment(2, other))
                        .checkpoint("elanus-0", checkpoint(1))
                        .build());
        catalog.dropPartition(DB, "c", "p");
        assertThat(catalog.manifest(id).segments()).extracting(SegmentEntry::id).containsExactly(2L);
        assertThat(catalog.manifest(id).version()).isEqualTo(2);
        assertThat(catalog.manifest(id).checkpoints()).containsEntry("elanus-0", checkpoint(1));
        assertThat(open().manifest(id)).isEqualTo(catalog.manifest(id));
    }

    // Load state

    @Test
    void loadNeedsAnIndexOnEveryVectorField() {
        assertFails(
                StandardErrorCode.INDEX_NOT_FOUND,
                () -> catalog.load(DB, "c", List.of()),
                "there is no vector index on field: [vector]");
        index("c");
        assertThat(catalog.load(DB, "c", List.of()).isLoaded()).isTrue();
        assertThat(catalog.load(DB, "c", List.of()).loadedPartitions()).hasSize(1);
        assertThat(open().get(id)).isEqualTo(catalog.get(id));
        assertThat(catalog.release(DB, "c", List.of()).isLoaded()).isFalse();
        assertThat(catalog.release(DB, "c", List.of()).isLoaded()).isFalse();
    }

    @Test
    void partitionsAreLoadedOneByOne() {
        index("c");
        catalog.createPartition(DB, "c", "a");
        catalog.createPartition(DB, "c", "b");
        catalog.load(DB, "c", List.of("a"));
        assertThat(loaded()).containsExactly("a");
        catalog.load(DB, "c", List.of("b"));
        assertThat(loaded()).containsExactly("a", "b");
        catalog.release(DB, "c", List.of("a"));
        assertThat(loaded()).containsExactly("b");
        assertFails(
                StandardErrorCode.PARTITION_NOT_FOUND,
                () -> catalog.load(DB, "c", List.of("a", "no")),
                "partition=no",
                "_default");
        assertThat(loaded()).containsExactly("b");
    }

    @Test
    void newPartitionIsLoadedWhenTheWholeCollectionIs() {
        index("c");
        catalog.load(DB, "c", List.of("_default"));
        catalog.createPartition(DB, "c", "a");
        assertThat(loaded()).containsExactly("_default");
        catalog.load(DB, "c", List.of());
        catalog.createPartition(DB, "c", "b");
        assertThat(loaded()).containsExactly("_default", "a", "b");
        catalog.release(DB, "c", List.of());
        catalog.createPartition(DB, "c", "d");
        assertThat(loaded()).isEmpty();
    }

    @Test
    void loadedPartitionIsNotDropped() {
        index("c");
        catalog.createPartition(DB, "c", "p");
        catalog.load(DB, "c", List.of("p"));
        assertInvalid(
                () -> catalog.dropPartition(DB, "c", "p"),
                "partition cannot be dropped, partition is loaded, please release it first");
        catalog.release(DB, "c", List.of("p"));
        assertThat(catalog.dropPartition(DB, "c", "p")).isPresent();
        assertThat(catalog.drop(DB, "c")).isPresent();
    }

    // Indexes

    @Test
    void indexIsNamedAfterItsField() {
        IndexDefinition index = index("c");
        assertThat(index.spec().name()).isEqualTo("vector");
        assertThat(index.resolvedType()).isEqualTo("HNSW");
        assertThat(catalog.get(id).indexOfField("vector")).contains(index);
        assertThat(open().get(id).indexes()).containsExactly(index);
    }

    @Test
    void aFieldHasOneIndex() {
        IndexDefinition first = catalog.createIndex(DB, "c", hnsw("vector", "v", "16"), "HNSW", Map.of());
        assertThat(catalog.createIndex(DB, "c", hnsw("vector", "v", "16"), "HNSW", Map.of()))
                .isEqualTo(first);
        assertInvalid(
                () -> catalog.createIndex(DB, "c", hnsw("vector", "v", "32"), "HNSW", Map.of()),
                "at most one distinct index is allowed per field",
                "'v'");
        assertInvalid(
                () -> catalog.createIndex(DB, "c", hnsw("vector", "w", "16"), "HNSW", Map.of()),
                "creating multiple indexes on same field is not supported");
        assertInvalid(
                () -> catalog.createIndex(
                        DB, "c", new IndexSpec("text", "v", "INVERTED", "", Map.of()), "INVERTED", Map.of()),
                "'v'",
                "'vector'");
        assertFails(
                StandardErrorCode.FIELD_NOT_FOUND,
                () -> catalog.createIndex(DB, "c", hnsw("no", "", "16"), "HNSW", Map.of()),
                "text");
        assertInvalid(() -> catalog.createIndex(DB, "c", hnsw("vector", "1", "16"), "HNSW", Map.of()), "index name");
        assertThat(catalog.get(id).indexes()).containsExactly(first);
    }

    @Test
    void indexesAreDroppedByNameOrField() {
        catalog.createIndex(DB, "c", hnsw("vector", "v", "16"), "HNSW", Map.of());
        IndexSpec scalar = new IndexSpec("text", "t", "INVERTED", "", Map.of());
        catalog.createIndex(DB, "c", scalar, "INVERTED", Map.of());
        assertThat(catalog.dropIndex(DB, "c", "no")).isEmpty();
        catalog.load(DB, "c", List.of());
        assertInvalid(
                () -> catalog.dropIndex(DB, "c", "v"),
                "index cannot be dropped, collection is loaded, please release it first");
        assertThat(catalog.dropIndex(DB, "c", "text").orElseThrow().spec()).isEqualTo(scalar);
        catalog.release(DB, "c", List.of());
        assertThat(catalog.dropIndex(DB, "c", "v")).isPresent();
        assertThat(catalog.get(id).indexes()).isEmpty();
    }

    @Test
    void indexParametersThatDoNotMatterForTheBuildAreAltered() {
        catalog.createIndex(DB, "c", hnsw("vector", "v", "16"), "HNSW", Map.of());
        CollectionEntry entry = catalog.alterIndex(DB, "c", "v", Map.of("mmap.enabled", "true"), List.of());
        assertThat(entry.indexes().getFirst().spec().parameters()).isEqualTo(Map.of("M", "16", "mmap.enabled", "true"));
        // The same index as before, for who asks for it again.
        catalog.createIndex(DB, "c", hnsw("vector", "v", "16"), "HNSW", Map.of());
        catalog.alterIndex(DB, "c", "v", Map.of(), List.of("mmap.enabled"));
        assertThat(catalog.get(id).indexes().getFirst().spec().parameters()).containsOnlyKeys("M");
        assertInvalid(() -> catalog.alterIndex(DB, "c", "v", Map.of("M", "8"), List.of()), "'M'", "mmap.enabled");
        assertInvalid(() -> catalog.alterIndex(DB, "c", "v", Map.of("mmap.enabled", "x"), List.of()), "true or false");
        assertFails(
                StandardErrorCode.INDEX_NOT_FOUND,
                () -> catalog.alterIndex(DB, "c", "no", Map.of("mmap.enabled", "true"), List.of()),
                "index not found[collection=c][indexName=no]",
                "[v]");
    }

    @Test
    void dynamicFieldMayBeIndexed() {
        catalog.create(
                DB,
                CollectionSpec.of(
                        "d",
                        new org.elanus.spi.database.CollectionSchema(
                                "", List.of(key(), vector(), FieldSchema.of("j", DataType.JSON)), true)));
        IndexSpec spec = new IndexSpec("$meta", "", "INVERTED", "", Map.of("json_path", "$meta['a']"));
        assertThat(catalog.createIndex(DB, "d", spec, "INVERTED", Map.of())
                        .spec()
                        .name())
                .isEqualTo("$meta");
    }
}
