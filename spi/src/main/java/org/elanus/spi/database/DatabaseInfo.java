package org.elanus.spi.database;

import java.util.Map;

/** A database as it is. @param createdAt hybrid timestamp */
public record DatabaseInfo(long id, String name, Map<String, String> properties, long createdAt) {

    public DatabaseInfo {
        properties = Map.copyOf(properties);
    }
}
