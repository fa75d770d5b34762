package org.elanus.spi.database;

/** A segment as it is. @param bytes on disk, or in memory while growing */
public record SegmentInfo(
        long id,
        long collectionId,
        long partitionId,
        String channel,
        boolean sealed,
        long rows,
        long deletedRows,
        long bytes,
        boolean indexed) {}
