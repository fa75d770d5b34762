package org.elanus.spi.database;

import java.util.List;
import java.util.Map;

/**
 * A collection as it is. Timestamps are hybrid: milliseconds since 1970 shifted left by 18, plus a counter.
 *
 * @param id never reused
 * @param schema with ids, and with the field {@link FieldSchema#DYNAMIC_NAME} when dynamic
 * @param updatedAt changes with every change of the schema; clients send it back as the version they know
 * @param channels one virtual channel per shard, named {@code <physical channel>_<collection id>v<shard>}
 */
public record CollectionInfo(
        long id,
        String database,
        String name,
        CollectionSchema schema,
        int shards,
        int partitions,
        Consistency.Level consistency,
        Map<String, String> properties,
        List<String> aliases,
        List<String> channels,
        long createdAt,
        long updatedAt) {

    public CollectionInfo {
        properties = Map.copyOf(properties);
        aliases = List.copyOf(aliases);
        channels = List.copyOf(channels);
    }

    public CollectionInfo withSchema(CollectionSchema newSchema) {
        return new CollectionInfo(
                id,
                database,
                name,
                newSchema,
                shards,
                partitions,
                consistency,
                properties,
                aliases,
                channels,
                createdAt,
                updatedAt);
    }
}
