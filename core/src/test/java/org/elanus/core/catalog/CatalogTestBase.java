package org.elanus.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.SystemClock;
import org.elanus.core.runtime.SystemRandomness;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.MessageId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
abstract class CatalogTestBase {

    static final String DB = "default";

    final VolatileMetadataStore store = new VolatileMetadataStore();
    final HybridClock clock = new HybridClock(new SystemClock());
    private final List<Catalog> opened = new ArrayList<>();
    Catalog catalog;

    @BeforeEach
    void openCatalog() {
        catalog = open();
    }

    @AfterEach
    void closeCatalogs() {
        opened.forEach(Catalog::close);
        store.close();
    }

    /** Another catalog on the same store, as another process has it. */
    Catalog open() {
        Catalog another = Catalog.open(store, new HybridClock(new SystemClock()), new SystemRandomness(), 2);
        opened.add(another);
        return another;
    }

    static CollectionSchema schema(FieldSchema... fields) {
        return new CollectionSchema("", List.of(fields), false);
    }

    static FieldSchema key() {
        return FieldSchema.primaryKey("id", DataType.INT64, false);
    }

    static FieldSchema vector() {
        return FieldSchema.vector("vector", DataType.FLOAT_VECTOR, 8);
    }

    static CollectionSpec spec(String name) {
        return CollectionSpec.of(name, schema(key(), vector(), FieldSchema.varchar("text", 100)));
    }

    static CollectionSpec sharded(String name, int shards) {
        return new CollectionSpec(
                name, schema(key(), vector()), shards, 0, org.elanus.spi.database.Consistency.Level.BOUNDED, Map.of());
    }

    static FieldSchema with(FieldSchema field, @Nullable Object defaultValue, Map<String, String> parameters) {
        return new FieldSchema(
                field.id(),
                field.name(),
                field.description(),
                field.type(),
                field.elementType(),
                field.primaryKey(),
                field.autoId(),
                field.nullable(),
                field.partitionKey(),
                field.clusteringKey(),
                field.dynamic(),
                defaultValue,
                parameters);
    }

    IndexDefinition index(String collection) {
        return catalog.createIndex(
                DB,
                collection,
                new IndexSpec("vector", "", "AUTOINDEX", "COSINE", Map.of()),
                "HNSW",
                Map.of("M", "18"));
    }

    static SegmentEntry segment(long id, long partition) {
        return new SegmentEntry(id, partition, 0, 100, 5, 10, "data/" + id, 1_000, (int) id, null, List.of());
    }

    static Checkpoint checkpoint(long sequence) {
        return new Checkpoint(new MessageId("test", new byte[] {(byte) sequence, 0}), sequence, sequence * 10);
    }

    static void assertFails(StandardErrorCode code, ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
                .satisfies(e -> List.of(parts)
                        .forEach(part -> assertThat(e.getMessage()).contains(part)));
    }

    static void assertInvalid(ThrowingCallable call, String... parts) {
        assertFails(StandardErrorCode.INVALID_ARGUMENT, call, parts);
    }
}
