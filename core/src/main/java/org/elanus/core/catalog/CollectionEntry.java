package org.elanus.core.catalog;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.elanus.spi.database.CollectionInfo;
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
 */
public record CollectionEntry(
        CollectionInfo info,
        int schemaVersion,
        List<String> physicalChannels,
        List<PartitionInfo> partitions,
        List<IndexDefinition> indexes,
        Set<Long> loadedPartitions) {

    public CollectionEntry {
        physicalChannels = List.copyOf(physicalChannels);
        partitions = List.copyOf(partitions);
        indexes = List.copyOf(indexes);
        loadedPartitions = Set.copyOf(loadedPartitions);
    }

    public long id() {
        return info.id();
    }

    public boolean isLoaded() {
        return !loadedPartitions.isEmpty();
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
