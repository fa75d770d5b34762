package org.elanus.core.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elanus.core.catalog.CatalogRows.CollectionRow;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.PartitionInfo;

/** A collection that is being changed. For one thread. */
final class CollectionDraft {

    private final CollectionRow row;
    private CollectionSchema schema;
    private int schemaVersion;
    private long updatedAt;
    String database;
    String name;
    Map<String, String> properties;
    final List<PartitionInfo> partitions;
    final List<IndexDefinition> indexes;
    boolean loadsNewPartitions;
    Set<Long> skippedFields;

    CollectionDraft(CollectionRow row) {
        CollectionInfo info = row.entry().info();
        this.row = row;
        this.schema = info.schema();
        this.schemaVersion = row.entry().schemaVersion();
        this.updatedAt = info.updatedAt();
        this.database = info.database();
        this.name = info.name();
        this.properties = new HashMap<>(info.properties());
        this.partitions = new ArrayList<>(row.entry().partitions());
        this.indexes = new ArrayList<>(row.entry().indexes());
        this.loadsNewPartitions = row.loadsNewPartitions();
        this.skippedFields = row.entry().skippedFields();
    }

    /** Another schema is another version of it. */
    void schema(CollectionSchema newSchema, long timestamp) {
        schema = newSchema;
        schemaVersion++;
        updatedAt = timestamp;
    }

    CollectionSchema schema() {
        return schema;
    }

    /** Sets the load state of the partitions with the given ids. */
    void load(Set<Long> ids, boolean loaded) {
        partitions.replaceAll(partition -> ids.contains(partition.id())
                ? new PartitionInfo(partition.id(), partition.name(), partition.createdAt(), loaded)
                : partition);
    }

    /** Writes the collection if it is another one than before. */
    void put(CatalogTransaction transaction) {
        CollectionEntry before = row.entry();
        CollectionInfo info = before.info();
        Set<Long> loaded = new HashSet<>();
        for (PartitionInfo partition : partitions) {
            if (partition.loaded()) {
                loaded.add(partition.id());
            }
        }
        CollectionEntry after = new CollectionEntry(
                new CollectionInfo(
                        info.id(),
                        database,
                        name,
                        schema,
                        info.shards(),
                        partitions.size(),
                        info.consistency(),
                        properties,
                        info.aliases(),
                        info.channels(),
                        info.createdAt(),
                        updatedAt),
                schemaVersion,
                before.physicalChannels(),
                partitions,
                indexes,
                loaded,
                loaded.isEmpty() ? Set.of() : skippedFields);
        if (!after.equals(before) || loadsNewPartitions != row.loadsNewPartitions()) {
            transaction.replace(
                    CatalogKeys.collection(info.id()),
                    row.revision(),
                    CatalogFormat.collection(after, loadsNewPartitions));
        }
    }
}
