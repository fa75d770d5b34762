package org.elanus.core.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.elanus.core.catalog.CatalogRows.CollectionRow;
import org.elanus.core.catalog.CatalogRows.DatabaseRow;
import org.elanus.core.catalog.CatalogRows.ManifestRow;
import org.elanus.core.catalog.CatalogRows.NameRow;
import org.elanus.core.runtime.HybridClock;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** Changes of collections and their schemas. */
final class CollectionDefinitions {

    /** The one parameter of a field that is not stored among its parameters. */
    private static final String DESCRIPTION = "field.description";

    private static final Set<String> ALTERABLE =
            Set.of("max_length", "max_capacity", "mmap.enabled", "warmup", "field.skipLoad", DESCRIPTION);

    private final CatalogState state;
    private final Counters counters;
    private final HybridClock clock;
    private final List<String> physicalChannels;

    CollectionDefinitions(CatalogState state, Counters counters, HybridClock clock, List<String> physicalChannels) {
        this.state = state;
        this.counters = counters;
        this.clock = clock;
        this.physicalChannels = physicalChannels;
    }

    /** Returns the id of the new collection, or of the one that is there with the same definition. */
    long create(String database, CollectionSpec requested) {
        CollectionSpec spec = complete(requested);
        return state.change((snapshot, transaction) -> {
            DatabaseRow databaseRow = snapshot.database(database);
            String databaseName = databaseRow.info().name();
            Optional<NameRow> taken = snapshot.name(databaseName, spec.name());
            if (taken.isPresent()) {
                return existing(snapshot, databaseName, spec, taken.get());
            }
            checkRoom(snapshot, databaseRow);
            long id = counters.ids(1);
            long now = clock.next();
            List<PartitionInfo> partitions = new ArrayList<>();
            if (hasPartitionKey(spec.schema())) {
                for (int i = 0; i < spec.partitions(); i++) {
                    partitions.add(
                            new PartitionInfo(counters.ids(1), PartitionInfo.DEFAULT_NAME + "_" + i, now, false));
                }
            } else {
                partitions.add(new PartitionInfo(counters.ids(1), PartitionInfo.DEFAULT_NAME, now, false));
            }
            List<String> ofShards = leastUsedChannels(snapshot, spec.shards());
            List<String> channels = new ArrayList<>();
            for (int shard = 0; shard < ofShards.size(); shard++) {
                channels.add(ofShards.get(shard) + "_" + id + "v" + shard);
            }
            CollectionInfo info = new CollectionInfo(
                    id,
                    databaseName,
                    spec.name(),
                    spec.schema(),
                    spec.shards(),
                    partitions.size(),
                    spec.consistency(),
                    spec.properties(),
                    List.of(),
                    channels,
                    now,
                    now);
            CollectionEntry entry = new CollectionEntry(info, 1, ofShards, partitions, List.of(), Set.of(), Set.of());
            transaction
                    .touch(databaseRow)
                    .create(CatalogKeys.name(databaseName, spec.name()), CatalogFormat.name(new NameRow(id, false)))
                    .create(CatalogKeys.collection(id), CatalogFormat.collection(entry, false));
            Manifests.create(id, transaction);
            return id;
        });
    }

    private static CollectionSpec complete(CollectionSpec spec) {
        NameRules.collection(spec.name());
        if (spec.shards() < 0 || spec.shards() > Limits.SHARDS) {
            throw ElanusException.invalid(
                    "maximum shards's number should be limited to %d: shards must be 0 (for 1) to %d, not %d",
                    Limits.SHARDS, Limits.SHARDS, spec.shards());
        }
        CollectionSchema schema = spec.schema();
        PropertyRules.check(schema, spec.properties());
        if (Boolean.parseBoolean(spec.properties().getOrDefault(PropertyRules.DYNAMIC_FIELD, "false"))) {
            schema = new CollectionSchema(schema.description(), schema.fields(), true);
        }
        schema = SchemaRules.complete(schema);
        int partitions = spec.partitions();
        if (hasPartitionKey(schema)) {
            partitions = partitions == 0 ? Limits.DEFAULT_KEY_PARTITIONS : partitions;
            if (partitions < 1 || partitions > Limits.PARTITIONS) {
                throw ElanusException.invalid(
                        "partition number (%d) exceeds max configuration (%d): with a partition key it must be 1 to %d",
                        partitions, Limits.PARTITIONS, Limits.PARTITIONS);
            }
        } else if (partitions < 0 || partitions > 1) {
            throw ElanusException.invalid(
                    "num_partitions should only be specified with partition key field enabled, but it is %d",
                    partitions);
        } else {
            partitions = 1;
        }
        Consistency.Level level = spec.consistency();
        return new CollectionSpec(
                spec.name(),
                schema,
                Math.max(1, spec.shards()),
                partitions,
                level == Consistency.Level.DEFAULT ? Consistency.Level.BOUNDED : level,
                spec.properties());
    }

    private static boolean hasPartitionKey(CollectionSchema schema) {
        return schema.partitionKey().isPresent();
    }

    private static long existing(CatalogSnapshot snapshot, String database, CollectionSpec spec, NameRow taken) {
        if (taken.alias()) {
            throw new ElanusException(
                    StandardErrorCode.ALIAS_NAME_CONFLICT,
                    "collection name [" + spec.name()
                            + "] conflicts with an existing alias, please choose a unique name" + "[database="
                            + database + "][alias=" + spec.name() + "]");
        }
        CollectionInfo info = snapshot.get(taken.collectionId()).entry().info();
        boolean same = info.schema().equals(spec.schema())
                && info.shards() == spec.shards()
                && info.consistency() == spec.consistency()
                && info.properties().equals(spec.properties())
                && (!hasPartitionKey(spec.schema()) || info.partitions() == spec.partitions());
        if (!same) {
            throw ElanusException.invalid(
                    "create duplicate collection with different parameters, collection: %s", spec.name());
        }
        return info.id();
    }

    private static void checkRoom(CatalogSnapshot snapshot, DatabaseRow database) {
        String name = database.info().name();
        long limit = Long.parseLong(database.info()
                .properties()
                .getOrDefault(PropertyRules.MAX_COLLECTIONS, Integer.toString(Limits.COLLECTIONS))
                .strip());
        long inDatabase = snapshot.names(name).values().stream()
                .filter(row -> !row.alias())
                .count();
        if (inDatabase >= limit || snapshot.collections().size() >= Limits.COLLECTIONS) {
            throw new ElanusException(
                    StandardErrorCode.COLLECTION_LIMIT,
                    "exceeded the limit number of collections[database=" + name + "][limit="
                            + Math.min(limit, Limits.COLLECTIONS) + "]");
        }
    }

    /** The physical channels of some new shards: each time the one that the fewest shards are bound to. */
    private List<String> leastUsedChannels(CatalogSnapshot snapshot, int shards) {
        Map<String, Integer> used = new HashMap<>();
        for (CollectionRow row : snapshot.collections()) {
            row.entry().physicalChannels().forEach(channel -> used.merge(channel, 1, Integer::sum));
        }
        List<String> chosen = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            String least = physicalChannels.getFirst();
            for (String channel : physicalChannels) {
                if (used.getOrDefault(channel, 0) < used.getOrDefault(least, 0)) {
                    least = channel;
                }
            }
            used.merge(least, 1, Integer::sum);
            chosen.add(least);
        }
        return chosen;
    }

    Optional<CollectionEntry> drop(String database, String name) {
        return state.change((snapshot, transaction) -> {
            Optional<NameRow> found = snapshot.name(database, name);
            if (found.isEmpty()) {
                return Optional.<CollectionEntry>empty();
            }
            if (found.get().alias()) {
                throw ElanusException.invalid("cannot drop the collection via alias = %s", name);
            }
            CollectionRow row = snapshot.get(found.get().collectionId());
            CollectionEntry entry = row.entry();
            if (!entry.info().aliases().isEmpty()) {
                throw ElanusException.invalid(
                        "unable to drop the collection [%s] because it has associated aliases %s, please remove all"
                                + " aliases before dropping the collection",
                        name, entry.info().aliases());
            }
            transaction
                    .deleteAt(
                            CatalogKeys.name(entry.info().database(), name),
                            found.get().revision())
                    .deleteAt(CatalogKeys.collection(entry.id()), row.revision());
            ManifestRow manifest = state.manifest(entry.id());
            if (manifest != null) {
                Manifests.drop(manifest, transaction);
            }
            return Optional.of(entry);
        });
    }

    long rename(String database, String name, String newDatabase, String newName) {
        NameRules.collection(newName);
        return state.change((snapshot, transaction) -> {
            CollectionRow row = snapshot.get(database, name);
            CollectionInfo info = row.entry().info();
            NameRow oldName = snapshot.name(database, name).orElseThrow();
            if (oldName.alias()) {
                throw ElanusException.invalid("unsupported use an alias to rename collection, alias:%s", name);
            }
            DatabaseRow target = snapshot.database(newDatabase.isEmpty() ? info.database() : newDatabase);
            String targetName = target.info().name();
            snapshot.name(targetName, newName).ifPresent(taken -> {
                throw taken.alias()
                        ? new ElanusException(
                                StandardErrorCode.ALIAS_NAME_CONFLICT,
                                "cannot rename collection to an existing alias: " + newName)
                        : ElanusException.invalid(
                                "duplicated new collection name %s in database %s with other collection name or alias",
                                newName, targetName);
            });
            boolean moves = !targetName.equals(info.database());
            if (moves && !info.aliases().isEmpty()) {
                throw ElanusException.invalid(
                        "fail to rename db name, must drop all aliases of this collection before rename: %s",
                        info.aliases());
            }
            if (moves) {
                checkRoom(snapshot, target);
                transaction.touch(target);
            }
            transaction
                    .deleteAt(CatalogKeys.name(info.database(), name), oldName.revision())
                    .create(CatalogKeys.name(targetName, newName), CatalogFormat.name(new NameRow(info.id(), false)));
            CollectionDraft draft = new CollectionDraft(row);
            draft.database = targetName;
            draft.name = newName;
            draft.put(transaction);
            return info.id();
        });
    }

    long alterProperties(String database, String name, Map<String, String> set, List<String> remove) {
        PropertyRules.check(set);
        return state.change((snapshot, transaction) -> {
            CollectionRow row = snapshot.get(database, name);
            CollectionDraft draft = new CollectionDraft(row);
            PropertyRules.check(draft.schema(), set);
            draft.properties = PropertyRules.changed(draft.properties, set, remove);
            String dynamic = set.get(PropertyRules.DYNAMIC_FIELD);
            if (dynamic != null
                    && Boolean.parseBoolean(dynamic) != draft.schema().dynamicField()) {
                if (!Boolean.parseBoolean(dynamic)) {
                    throw ElanusException.invalid(
                            "the dynamic field of collection '%s' cannot be disabled once it is enabled", name);
                }
                draft.schema(SchemaRules.withDynamicField(draft.schema()), clock.next());
            }
            draft.put(transaction);
            return row.entry().id();
        });
    }

    long alterField(
            String database, String collection, String fieldName, Map<String, String> set, List<String> remove) {
        List<String> keys = new ArrayList<>(set.keySet());
        keys.addAll(remove);
        for (String key : keys) {
            if (!ALTERABLE.contains(key)) {
                throw ElanusException.invalid(
                        "parameter '%s' of field '%s' cannot be altered; allowed are %s",
                        key, fieldName, ALTERABLE.stream().sorted().toList());
            }
        }
        return state.change((snapshot, transaction) -> {
            CollectionRow row = snapshot.get(database, collection);
            CollectionDraft draft = new CollectionDraft(row);
            FieldSchema before = draft.schema().field(fieldName);
            if (before.dynamic()) {
                throw ElanusException.invalid("the dynamic field %s cannot be altered", fieldName);
            }
            FieldSchema after = altered(before, set, remove);
            if (!after.equals(before)) {
                List<FieldSchema> fields = new ArrayList<>(draft.schema().fields());
                fields.set(fields.indexOf(before), after);
                draft.schema(
                        new CollectionSchema(
                                draft.schema().description(),
                                fields,
                                draft.schema().dynamicField()),
                        clock.next());
                draft.put(transaction);
            }
            return row.entry().id();
        });
    }

    private static FieldSchema altered(FieldSchema field, Map<String, String> set, List<String> remove) {
        boolean text = field.type() == DataType.VARCHAR || field.elementType() == DataType.VARCHAR;
        if (set.containsKey("max_length") && !text) {
            throw ElanusException.invalid(
                    "field '%s' of type %s has no max_length; only VARCHAR and arrays of it have",
                    field.name(), field.type());
        }
        if (set.containsKey("max_capacity") && field.type() != DataType.ARRAY) {
            throw ElanusException.invalid(
                    "field '%s' of type %s has no max_capacity; only ARRAY has", field.name(), field.type());
        }
        Map<String, String> parameters = new HashMap<>(field.parameters());
        parameters.putAll(set);
        remove.forEach(parameters::remove);
        parameters.remove(DESCRIPTION);
        @Nullable String description = remove.contains(DESCRIPTION) ? "" : set.get(DESCRIPTION);
        return SchemaRules.altered(field, parameters, description);
    }

    long addField(String database, String collection, FieldSchema field) {
        return state.change((snapshot, transaction) -> {
            CollectionRow row = snapshot.get(database, collection);
            CollectionDraft draft = new CollectionDraft(row);
            draft.schema(SchemaRules.add(draft.schema(), field), clock.next());
            draft.put(transaction);
            return row.entry().id();
        });
    }
}
