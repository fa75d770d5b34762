package org.elanus.core.index;

import java.lang.foreign.MemorySegment;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * Finds the nearest vectors to one or several queries by looking at all of them. Begin, scan one chunk after the
 * other, take the hits; then it can begin again. For one thread; allocates nothing per row.
 */
public final class ExactSearch {

    public ExactSearch(DataType type, int dimension, MetricType metric) {}

    /** A search for the k nearest to each query of a column. */
    public static ExactSearch of(MetricType metric, FixedColumn queries, int k) {
        throw new UnsupportedOperationException();
    }

    /** Starts anew. @param queries vectors one after the other */
    public void begin(MemorySegment queries, int count, int k) {
        throw new UnsupportedOperationException();
    }

    /** Lets in only scores with {@code radius < s <= rangeFilter}, or for distances {@code rangeFilter <= s < radius}. */
    public void within(float radius, float rangeFilter) {
        throw new UnsupportedOperationException();
    }

    /**
     * Looks at the vectors of some rows.
     *
     * @param firstRow the row number of the first vector
     * @param filter by row number; null for all; rows without a vector are skipped anyway
     */
    public void scan(FixedColumn vectors, int firstRow, @Nullable RowFilter filter, Cancellation cancellation) {
        throw new UnsupportedOperationException();
    }

    /** The hits of a query, best first, ties by row number. */
    public void hits(int query, Hits hits) {
        throw new UnsupportedOperationException();
    }
}
