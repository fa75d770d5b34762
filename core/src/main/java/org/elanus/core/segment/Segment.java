package org.elanus.core.segment;

import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;

/**
 * Rows of one shard of one partition, growing or sealed. Changed by one thread, the applier of its channel; read by
 * many through views. Closing gives the memory back when the last view is closed.
 */
public interface Segment extends AutoCloseable {

    long id();

    long partitionId();

    int shard();

    boolean sealed();

    /** All rows, deleted ones included. */
    int rows();

    /** Rows that a delete hides. */
    int deletedRows();

    /** Bytes in memory while growing, in files once sealed. */
    long bytes();

    /**
     * Hides the visible versions of the given keys that are older than the timestamp. Timestamps never decrease from
     * call to call. Repeating a call has no further effect.
     *
     * @param keys INT64 or VARCHAR, as the primary key
     * @return how many rows this call hid
     */
    default int delete(Column keys, long timestamp) {
        return delete(keys, timestamp, timestamp);
    }

    /**
     * Hides, from a timestamp on, the visible versions of the given keys that are older than another one: a delete by
     * filter hides only what its filter saw.
     *
     * @param before versions with smaller timestamps are hidden
     * @param timestamp when they are hidden, at least {@code before}
     * @return how many rows this call hid
     */
    int delete(Column keys, long before, long timestamp);

    /**
     * The deletes that a view of this segment, made by {@link #view} at {@link Long#MAX_VALUE}, does not know because
     * they came later. A flush or merge applies them to the segment that it wrote from the view.
     */
    Tombstones deletesSince(SegmentView view);

    /**
     * A consistent view of what is visible at a hybrid timestamp: rows with timestamps up to it that no delete up to it
     * hides. The caller closes it.
     *
     * @param schema the schema that columns are asked by; a field that the segment's rows do not have reads as null or
     *     as its default
     */
    default SegmentView view(CollectionSchema schema, long timestamp) {
        return view(schema, timestamp, 0);
    }

    /**
     * As {@link #view(CollectionSchema, long)}, without the rows that have outlived their collection's time to live.
     *
     * @param expired hybrid: rows with smaller timestamps are not visible; 0 when rows do not expire
     */
    SegmentView view(CollectionSchema schema, long timestamp, long expired);

    /** How many rows, deleted ones included, have timestamps smaller than the given one. */
    int rowsBefore(long timestamp);

    @Override
    void close();
}
