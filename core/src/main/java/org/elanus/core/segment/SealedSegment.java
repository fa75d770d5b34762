package org.elanus.core.segment;

import java.util.List;
import java.util.concurrent.Executor;
import org.elanus.core.catalog.DeletesEntry;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.core.catalog.IndexEntry;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.index.IndexTypes;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.runtime.Cancellation;
import org.elanus.spi.storage.ObjectStore;

/** An immutable segment in an object store, mapped; only its deletes grow. */
public final class SealedSegment implements Segment {

    private SealedSegment() {}

    /**
     * Maps the data and reads the deletes; indexes are opened later. Reads and checks header, footer and lengths, not
     * the data.
     *
     * @throws org.elanus.spi.error.ElanusException CORRUPT naming object and position
     */
    public static SealedSegment open(
            ObjectStore store, SegmentEntry entry, CollectionSchema schema, IndexTypes types) {
        throw new UnsupportedOperationException();
    }

    /** The entry it was opened by. */
    public SegmentEntry entry() {
        throw new UnsupportedOperationException();
    }

    /** Opens every index of the entry that has a definition here and is not open yet. */
    public void openIndexes(List<IndexDefinition> definitions) {
        throw new UnsupportedOperationException();
    }

    /** Opens an index; replaces an open one of the same definition. */
    public void addIndex(IndexEntry index, IndexDefinition definition) {
        throw new UnsupportedOperationException();
    }

    /** Closes an index, once no view uses it; without effect when it is not open. */
    public void dropIndex(long indexId) {
        throw new UnsupportedOperationException();
    }

    /** Closes all indexes, once no view uses them. */
    public void closeIndexes() {
        throw new UnsupportedOperationException();
    }

    /**
     * Builds an index over this segment; it is neither committed nor opened. Blocks; call it beside serving.
     *
     * @param keyPrefix its objects are named by this, {@code /} and the file's name
     */
    public IndexEntry buildIndex(
            IndexDefinition definition,
            String keyPrefix,
            Executor workers,
            int parallelism,
            Cancellation cancellation) {
        throw new UnsupportedOperationException();
    }

    /** Deletes that no committed object holds. */
    public int unpersistedDeletes() {
        throw new UnsupportedOperationException();
    }

    /** Writes all deletes up to now into a new object. Any thread. */
    public DeletesEntry writeDeletes(String key) {
        throw new UnsupportedOperationException();
    }

    /** Says that deletes written by {@link #writeDeletes} were committed. */
    public void deletesCommitted(DeletesEntry deletes) {
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
        return true;
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
