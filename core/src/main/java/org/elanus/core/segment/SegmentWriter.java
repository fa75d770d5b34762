package org.elanus.core.segment;

import java.util.List;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.storage.ObjectStore;

/** Writes a sealed segment from views: of one frozen growing segment (flush) or of several sealed ones (merge). */
public final class SegmentWriter {

    private SegmentWriter() {}

    /**
     * What is written, and where to.
     *
     * @param dataKey the object for columns and key index
     * @param deletesKey the object for deletes; it is written only when rows that are kept are deleted
     */
    public record Target(
            long collectionId, long segmentId, long partitionId, int shard, String dataKey, String deletesKey) {}

    /**
     * Writes the rows of all views, in order of the views and rows. Deletes that come while this runs are found by
     * {@link Segment#deletesSince} and applied to the new segment once it is open.
     *
     * @param views made by {@link Segment#view} at {@link Long#MAX_VALUE}; they stay the caller's to close
     * @param retention rows that were deleted at or before this timestamp are left out; deleted later, they are kept
     *     with their deletes
     * @return the entry; with 0 rows when nothing was left, the objects exist then, too
     */
    public static SegmentEntry write(
            ObjectStore store, Target target, CollectionSchema schema, List<SegmentView> views, long retention) {
        throw new UnsupportedOperationException();
    }
}
