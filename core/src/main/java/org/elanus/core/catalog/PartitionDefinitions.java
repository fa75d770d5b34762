package org.elanus.core.catalog;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.elanus.core.catalog.CatalogRows.CollectionRow;
import org.elanus.core.catalog.CatalogRows.ManifestRow;
import org.elanus.core.runtime.HybridClock;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.LoadOptions;
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
            if (entry.info().schema().partitionKey().isPresent()) {
                throw keyed("create", entry);
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

    private static ElanusException keyed(String what, CollectionEntry entry) {
        return new ElanusException(
                StandardErrorCode.UNSUPPORTED,
                "disable " + what + " partition if partition key mode is used: collection '"
                        + entry.info().name() + "' has a partition key");
    }

    Optional<PartitionInfo> drop(String database, String collection, String partition) {
        if (partition.equals(PartitionInfo.DEFAULT_NAME)) {
            throw ElanusException.invalid("default partition cannot be deleted");
        }
        return state.change((snapshot, transaction) -> {
            CollectionRow row = snapshot.get(database, collection);
            CollectionEntry entry = row.entry();
            if (entry.info().schema().partitionKey().isPresent()) {
                throw keyed("drop", entry);
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
    long load(String database, String collection, List<String> partitions, LoadOptions options) {
        return state.change((snapshot, transaction) -> {
            CollectionRow row = snapshot.get(database, collection);
            CollectionEntry entry = row.entry();
            Set<Long> skipped = skippedFields(entry, options);
            List<String> missing = entry.info().schema().vectorFields().stream()
                    .filter(field -> !skipped.contains(field.id()))
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
            draft.skippedFields = skipped;
            draft.put(transaction);
            return entry.id();
        });
    }

    private static Set<Long> skippedFields(CollectionEntry entry, LoadOptions options) {
        if (entry.isLoaded() && options.equals(LoadOptions.ALL)) {
            return entry.skippedFields();
        }
        for (String name : options.fields()) {
            entry.info().schema().field(name);
        }
        Set<Long> skipped = new HashSet<>();
        boolean vectors = false;
        for (FieldSchema field : entry.info().schema().fields()) {
            boolean loads = field.dynamic()
                    ? !options.skipDynamicField()
                    : options.fields().isEmpty()
                            ? !Boolean.parseBoolean(field.parameters().get("field.skipLoad"))
                            : options.fields().contains(field.name());
            vectors |= loads && field.type().isVector();
            if (loads) {
                continue;
            }
            if (field.primaryKey() || field.partitionKey() || field.clusteringKey()) {
                throw ElanusException.invalid(
                        "load field list %s does not contain %s field %s",
                        options.fields(),
                        field.primaryKey() ? "primary key" : field.partitionKey() ? "partition key" : "clustering key",
                        field.name());
            }
            skipped.add(field.id());
        }
        if (!vectors) {
            throw ElanusException.invalid("load field list %s does not contain vector field", options.fields());
        }
        if (entry.isLoaded() && !skipped.equals(entry.skippedFields())) {
            throw ElanusException.invalid(
                    "can't change the load field list for loaded collection '%s'; release it first",
                    entry.info().name());
        }
        return skipped;
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
