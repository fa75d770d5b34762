package org.elanus.core.index;

import org.elanus.spi.database.Column;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;

/** Finds the nearest vectors to some queries by looking at every row, chunk after chunk. For one thread. */
public sealed interface RowScan permits ExactSearch, SparseSearch {

    /** A scan for the k nearest to each query of a column. */
    static RowScan of(MetricType metric, Column queries, int k) {
        return switch (queries) {
            case FixedColumn dense -> ExactSearch.of(metric, dense, k);
            case VariableColumn sparse -> new SparseSearch(metric, sparse, k);
        };
    }

    /**
     * Lets in only scores with {@code radius < s <= rangeFilter}, or for distances {@code rangeFilter <= s < radius}.
     * Infinities leave a side open.
     */
    void within(float radius, float rangeFilter);

    /**
     * Looks at the vectors of some rows.
     *
     * @param vectors in the queries' type
     * @param firstRow the row number of the first vector
     * @param filter by row number; null for all; rows without a vector are skipped anyway
     */
    void scan(Column vectors, int firstRow, @Nullable RowFilter filter, Cancellation cancellation);

    /** The hits of a query, best first, ties by row number. Takes them out: another call finds none. */
    void hits(int query, Hits hits);
}
