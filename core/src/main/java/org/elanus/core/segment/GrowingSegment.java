package org.elanus.core.segment;

import java.util.function.LongConsumer;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;

/**
 * Rows as they come from the log, in memory. Changed by the applier thread alone.
 */
public final class GrowingSegment implements Segment {

    /**
     * An empty segment; it takes next to no memory before the first row.
     *
     * @param schema what rows are stored by; after a change of schema the segment is frozen and another one made
     * @param memory told the segment's new size in bytes before it grows, and 0 once its memory is given back; what it
     *     throws is thrown by {@link #append}, which then has changed nothing
     */
    public GrowingSegment(long id, long partitionId, int shard, CollectionSchema schema, LongConsumer memory) {}

    /**
     * Appends rows. Of several rows with one key and one timestamp the last is visible.
     *
     * @param batch every stored field of the schema by name; one that is absent is filled with its default or nulls
     * @param timestamp of all rows; never less than before
     */
    public void append(ColumnBatch batch, long timestamp) {
        throw new UnsupportedOperationException();
    }

    /** Ends appending: the segment is about to be flushed. It stays readable, and rows can still be deleted. */
    public void freeze() {
        throw new UnsupportedOperationException();
    }

    public boolean frozen() {
        throw new UnsupportedOperationException();
    }

    /** Smallest timestamp of a row; 0 while empty. */
    public long minTimestamp() {
        throw new UnsupportedOperationException();
    }

    /** Largest timestamp of a row; 0 while empty. */
    public long maxTimestamp() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long id() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long partitionId() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int shard() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean sealed() {
        return false;
    }

    @Override
    public int rows() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int deletedRows() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long bytes() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int delete(Column keys, long before, long timestamp) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Tombstones deletesSince(SegmentView view) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SegmentView view(CollectionSchema schema, long timestamp) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
