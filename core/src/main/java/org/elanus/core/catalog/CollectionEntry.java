package org.elanus.core.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * A collection as one revision of the metadata has it. Immutable.
 *
 * @param info the definition; its schema is validated and has ids
 * @param schemaVersion grows by one with every change of the schema; data records carry it
 * @param physicalChannels the physical channel of each shard
 * @param partitions in order of creation, the default one first
 * @param indexes in order of creation
 * @param loadedPartitions ids of the partitions that can be searched; empty while released
 * @param skippedFields ids of the fields that were left out of the load
 */
public record CollectionEntry(
        CollectionInfo info,
        int schemaVersion,
        List<String> physicalChannels,
        List<PartitionInfo> partitions,
        List<IndexDefinition> indexes,
        Set<Long> loadedPartitions,
        Set<Long> skippedFields) {

    /** The parameter of a field that {@link #readable} marks as not loaded; its value is not looked at. */
    public static final String NOT_LOADED = "elanus.not-loaded";

    public CollectionEntry {
        physicalChannels = List.copyOf(physicalChannels);
        partitions = List.copyOf(partitions);
        indexes = List.copyOf(indexes);
        loadedPartitions = Set.copyOf(loadedPartitions);
        skippedFields = Set.copyOf(skippedFields);
    }

    public long id() {
        return info.id();
    }

    public boolean isLoaded() {
        return !loadedPartitions.isEmpty();
    }

    /** Whether a field is part of what is loaded, as soon as the collection is. */
    public boolean loads(String field) {
        return !skippedFields.contains(info.schema().field(field).id());
    }

    /** This collection for reading: fields that are not loaded are marked as such in its schema. */
    public CollectionEntry readable() {
        if (skippedFields.isEmpty()) {
            return this;
        }
        List<FieldSchema> fields = new ArrayList<>();
        for (FieldSchema field : info.schema().fields()) {
            if (skippedFields.contains(field.id())) {
                Map<String, String> parameters = new HashMap<>(field.parameters());
                parameters.put(NOT_LOADED, "");
                fields.add(field.withParameters(parameters));
            } else {
                fields.add(field);
            }
        }
        CollectionSchema schema = new CollectionSchema(
                info.schema().description(), fields, info.schema().dynamicField());
        return new CollectionEntry(
                info.withSchema(schema),
                schemaVersion,
                physicalChannels,
                partitions,
                indexes,
                loadedPartitions,
                skippedFields);
    }

    /** @throws ElanusException INVALID_ARGUMENT when a {@link #readable} schema marks the field as not loaded */
    public static void requireLoaded(FieldSchema field) {
        if (field.parameters().containsKey(NOT_LOADED)) {
            throw ElanusException.invalid(
                    "field %s is not loaded; release the collection and load it with this field", field.name());
        }
    }

    /** After how many seconds rows expire; 0 when they do not. */
    public long timeToLiveSeconds() {
        String seconds = info.properties().get(PropertyRules.TIME_TO_LIVE);
        return seconds == null ? 0 : Math.max(0, Long.parseLong(seconds.strip()));
    }

    /** Whether segments are merged without being asked to. */
    public boolean mergesItself() {
        return !"false".equalsIgnoreCase(info.properties().get(PropertyRules.AUTOMATIC_COMPACTION));
    }

    /** Whether a search must name the one partition key that it is about. */
    public boolean isolatesPartitionKeys() {
        return "true".equalsIgnoreCase(info.properties().get(PropertyRules.ISOLATION));
    }

    public Optional<IndexDefinition> indexOfField(String field) {
        return indexes.stream()
                .filter(index -> index.spec().field().equals(field))
                .findFirst();
    }

    /** The partition of a name; empty text means the default one. */
    public PartitionInfo partition(String name) {
        String wanted = name.isEmpty() ? PartitionInfo.DEFAULT_NAME : name;
        return partitions.stream()
                .filter(partition -> partition.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new ElanusException(
                        StandardErrorCode.PARTITION_NOT_FOUND,
                        "partition not found[partition=" + wanted + "]; collection '" + info.name() + "' has "
                                + partitions.stream().map(PartitionInfo::name).toList()));
    }
}
