package org.elanus.core.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sealed segment in a manifest.
 *
 * @param shard the shard of the collection whose rows it holds
 * @param rows all rows, deleted ones included
 * @param minTimestamp smallest hybrid timestamp of a row
 * @param maxTimestamp largest hybrid timestamp of a row
 * @param dataKey the object that holds columns and key index
 * @param dataChecksum CRC32C of the object's footer, which covers the rest
 * @param deletes the object that holds the deletes; null while there are none
 */
public record SegmentEntry(
        long id,
        long partitionId,
        int shard,
        int rows,
        long minTimestamp,
        long maxTimestamp,
        String dataKey,
        long dataBytes,
        int dataChecksum,
        @Nullable DeletesEntry deletes,
        List<IndexEntry> indexes) {

    public SegmentEntry {
        indexes = List.copyOf(indexes);
    }

    public SegmentEntry withDeletes(DeletesEntry newDeletes) {
        return new SegmentEntry(
                id,
                partitionId,
                shard,
                rows,
                minTimestamp,
                maxTimestamp,
                dataKey,
                dataBytes,
                dataChecksum,
                newDeletes,
                indexes);
    }

    public SegmentEntry withIndexes(List<IndexEntry> newIndexes) {
        return new SegmentEntry(
                id,
                partitionId,
                shard,
                rows,
                minTimestamp,
                maxTimestamp,
                dataKey,
                dataBytes,
                dataChecksum,
                deletes,
                newIndexes);
    }
}
