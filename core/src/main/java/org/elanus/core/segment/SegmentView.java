package org.elanus.core.segment;

import java.util.List;
import org.elanus.core.index.ScalarIndex;
import org.elanus.spi.database.Column;
import org.elanus.spi.index.RowFilter;
import org.jspecify.annotations.Nullable;

/** A segment at a point in time. Safe for use by many threads; what it gives out is valid until it is closed. */
public interface SegmentView extends AutoCloseable {

    long segmentId();

    long partitionId();

    boolean sealed();

    /** Rows that this view reaches, hidden ones included; row numbers are 0 to rows - 1. */
    int rows();

    /** The visible rows; null when all are. */
    @Nullable
    RowFilter visible();

    /** The rows in pieces of contiguous columns, in order; a sealed segment is one piece. */
    List<RowChunk> chunks();

    /** The piece that holds a row. */
    RowChunk chunkOf(int row);

    /** The index over a vector field; null when there is none (yet). */
    @Nullable
    SegmentIndex index(String field);

    /** The indexes over a scalar field; several only over different paths into JSON. */
    default List<ScalarIndex> scalarIndexes(String field) {
        return List.of();
    }

    /**
     * Looks up keys.
     *
     * @param keys INT64 or VARCHAR, as the primary key
     * @return for each key the visible row, or -1
     */
    int[] find(Column keys);

    @Override
    void close();
}
