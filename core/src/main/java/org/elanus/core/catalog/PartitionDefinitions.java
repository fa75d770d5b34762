package org.elanus.core.catalog;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.elanus.core.catalog.CatalogRows.CollectionRow;
import org.elanus.core.catalog.CatalogRows.ManifestRow;
import org.elanus.core.runtime.HybridClock;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Changes of partitions, and which of them are loaded. */
final class PartitionDefinitions {

    private final CatalogState state;
    private final Counters counters;
    private final HybridClock clock;

    PartitionDefinitions(CatalogState state, Counters counters, HybridClock clock) {
        this.state = state;
        this.counters = counters;
        this.clock = clock;
    }

    /** Returns the collection's id. */
    long create(String database, String collection, String partition) {
        NameRules.partition(partition);
        return state.change((snapshot, transaction) -> {
            CollectionRow row = snapshot.get(database, collection);
            CollectionEntry entry = row.entry();
            if (entry.info().schema().fields().stream().anyMatch(FieldSchema::partitionKey)) {
                throw ElanusException.invalid(
                        "disable create partition if partition key mode is used: collection '%s' has a partition key",
                        entry.info().name());
            }
            if (entry.partitions().stream().anyMatch(known -> known.name().equals(partition))) {
                return entry.id();
            }
            if (entry.partitions().size() >= Limits.PARTITIONS) {
                throw ElanusException.invalid(
                        "partition number (%d) exceeds max configuration (%d), collection: %s",
                        entry.partitions().size(),
                        Limits.PARTITIONS,
                        entry.info().name());
            }
            CollectionDraft draft = new CollectionDraft(row);
            draft.partitions.add(new PartitionInfo(counters.ids(1), partition, clock.next(), draft.loadsNewPartitions));
            draft.put(transaction);
            return entry.id();
        });
    }

    Optional<PartitionInfo> drop(String database, String collection, String partition) {
        if (partition.equals(PartitionInfo.DEFAULT_NAME)) {
            throw ElanusException.invalid("default partition cannot be deleted");
        }
        return state.change((snapshot, transaction) -> {
            CollectionRow row = snapshot.get(database, collection);
            CollectionEntry entry = row.entry();
            if (entry.info().schema().fields().stream().anyMatch(FieldSchema::partitionKey)) {
                throw ElanusException.invalid(
                        "disable drop partition if partition key mode is used: collection '%s' has a partition key",
                        entry.info().name());
            }
            Optional<PartitionInfo> found = entry.partitions().stream()
                    .filter(known -> known.name().equals(partition))
                    .findFirst();
            if (found.isEmpty()) {
                return found;
            }
            if (found.get().loaded()) {
                throw ElanusException.invalid(
                        "partition cannot be dropped, partition is loaded, please release it first[partition=%s]",
                        partition);
            }
            CollectionDraft draft = new CollectionDraft(row);
            draft.partitions.remove(found.get());
            draft.put(transaction);
            ManifestRow manifest = state.manifest(entry.id());
            if (manifest != null) {
                Manifests.removePartition(manifest, found.get().id(), transaction);
            }
            return found;
        });
    }

    /** Returns the collection's id. */
    long load(String database, String collection, List<String> partitions) {
        return state.change((snapshot, transaction) -> {
            CollectionRow row = snapshot.get(database, collection);
            CollectionEntry entry = row.entry();
            List<String> missing = entry.info().schema().vectorFields().stream()
                    .map(FieldSchema::name)
                    .filter(field -> entry.indexOfField(field).isEmpty())
                    .toList();
            if (!missing.isEmpty()) {
                throw new ElanusException(
                        StandardErrorCode.INDEX_NOT_FOUND,
                        "there is no vector index on field: " + missing
                                + ", please create index firstly: index not found" + "[collection="
                                + entry.info().name() + "]");
            }
            CollectionDraft draft = new CollectionDraft(row);
            draft.load(ids(entry, partitions), true);
            draft.loadsNewPartitions |= partitions.isEmpty();
            draft.put(transaction);
            return entry.id();
        });
    }

    /** Returns the collection's id. */
    long release(String database, String collection, List<String> partitions) {
        return state.change((snapshot, transaction) -> {
            CollectionRow row = snapshot.get(database, collection);
            CollectionDraft draft = new CollectionDraft(row);
            draft.load(ids(row.entry(), partitions), false);
            draft.loadsNewPartitions = false;
            draft.put(transaction);
            return row.entry().id();
        });
    }

    private static Set<Long> ids(CollectionEntry entry, List<String> partitions) {
        Set<Long> ids = new HashSet<>();
        if (partitions.isEmpty()) {
            entry.partitions().forEach(partition -> ids.add(partition.id()));
        }
        partitions.forEach(name -> ids.add(entry.partition(name).id()));
        return ids;
    }
}
