package org.elanus.spi.database;

/** A partition as it is. @param createdAt hybrid timestamp */
public record PartitionInfo(long id, String name, long createdAt, boolean loaded) {

    /** The partition that every collection has. */
    public static final String DEFAULT_NAME = "_default";
}
