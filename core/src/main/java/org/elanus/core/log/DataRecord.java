package org.elanus.core.log;

import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.jspecify.annotations.Nullable;

/**
 * A mutation of one shard of one collection. Applied at the record's timestamp t as: hide, from t on, the versions of
 * {@code deletedKeys} older than {@code deleteBefore} (older than t when that is 0), then append {@code rows} at t.
 *
 * @param collectionId never reused; replay skips records of collections that are gone
 * @param schemaVersion of the schema that the rows were checked against
 * @param partitionId where the rows go; a delete reaches all partitions when it is {@link #ALL_PARTITIONS}
 * @param deletedKeys INT64 or VARCHAR; null when nothing is hidden, or when the keys of {@code rows} say what is
 * @param deleteBefore hybrid: a delete by filter hides only what its filter saw; 0 for everything older
 * @param rows all stored fields by name; null for a delete
 * @param request the client's request that it is a part of; null when that has no key
 */
public record DataRecord(
        long collectionId,
        int shard,
        int schemaVersion,
        long partitionId,
        @Nullable Column deletedKeys,
        long deleteBefore,
        @Nullable ColumnBatch rows,
        @Nullable RequestMark request) {

    public static final long ALL_PARTITIONS = -1;

    /** Of a request without key. */
    public DataRecord(
            long collectionId,
            int shard,
            int schemaVersion,
            long partitionId,
            @Nullable Column deletedKeys,
            long deleteBefore,
            @Nullable ColumnBatch rows) {
        this(collectionId, shard, schemaVersion, partitionId, deletedKeys, deleteBefore, rows, null);
    }

    public DataRecord with(@Nullable RequestMark mark) {
        return new DataRecord(collectionId, shard, schemaVersion, partitionId, deletedKeys, deleteBefore, rows, mark);
    }
}
