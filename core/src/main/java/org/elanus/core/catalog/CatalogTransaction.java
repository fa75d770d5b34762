package org.elanus.core.catalog;

import java.util.LinkedHashMap;
import java.util.Map;
import org.elanus.core.catalog.CatalogRows.CollectionRow;
import org.elanus.core.catalog.CatalogRows.DatabaseRow;
import org.elanus.spi.metadata.MetadataTransaction;
import org.jspecify.annotations.Nullable;

/** Collects the conditions and writes of one change of the catalog. For one thread. */
final class CatalogTransaction {

    private final Map<String, Long> conditions = new LinkedHashMap<>();
    private final Map<String, byte @Nullable []> writes = new LinkedHashMap<>();

    /** The key must still have the revision; 0 means that it must be absent. */
    CatalogTransaction require(String key, long revision) {
        conditions.put(key, revision);
        return this;
    }

    CatalogTransaction put(String key, byte[] value) {
        writes.put(key, value);
        return this;
    }

    CatalogTransaction delete(String key) {
        writes.put(key, null);
        return this;
    }

    CatalogTransaction create(String key, byte[] value) {
        return require(key, 0).put(key, value);
    }

    CatalogTransaction replace(String key, long revision, byte[] value) {
        return require(key, revision).put(key, value);
    }

    CatalogTransaction deleteAt(String key, long revision) {
        return require(key, revision).delete(key);
    }

    /**
     * Writes the collection again unchanged, so that this change and one that rests on the old revision, such as its
     * drop, cannot both win.
     */
    CatalogTransaction touch(CollectionRow row) {
        return replace(CatalogKeys.collection(row.entry().id()), row.revision(), row.value());
    }

    /** As for a collection. */
    CatalogTransaction touch(DatabaseRow row) {
        return replace(CatalogKeys.database(row.info().name()), row.revision(), row.value());
    }

    boolean isEmpty() {
        return writes.isEmpty();
    }

    /** The new values by key; null for a deleted key. */
    Map<String, byte @Nullable []> writes() {
        return writes;
    }

    MetadataTransaction build() {
        MetadataTransaction.Builder builder = MetadataTransaction.builder();
        conditions.forEach(builder::requireRevision);
        for (Map.Entry<String, byte @Nullable []> write : writes.entrySet()) {
            byte[] value = write.getValue();
            if (value == null) {
                builder.delete(write.getKey());
            } else {
                builder.put(write.getKey(), value);
            }
        }
        return builder.build();
    }
}
