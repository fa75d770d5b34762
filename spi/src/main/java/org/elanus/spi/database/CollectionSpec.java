package org.elanus.spi.database;

import java.util.Map;

/**
 * What a collection shall be.
 *
 * @param shards 1 to 16; 0 for the default of 1
 * @param partitions number of partitions when a field is the partition key; 0 for the default
 * @param consistency the level that reads get by default
 */
public record CollectionSpec(
        String name,
        CollectionSchema schema,
        int shards,
        int partitions,
        Consistency.Level consistency,
        Map<String, String> properties) {

    public CollectionSpec {
        properties = Map.copyOf(properties);
    }

    public static CollectionSpec of(String name, CollectionSchema schema) {
        return new CollectionSpec(name, schema, 1, 0, Consistency.Level.BOUNDED, Map.of());
    }
}
