package org.elanus.core.index;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * Finds the sparse vectors with the largest inner products with some queries by looking at all of them. A vector that
 * has no index in common with a query is no hit of it. For one thread; allocates nothing per row.
 */
public final class SparseSearch implements RowScan {

    private static final int ROWS_A_CHECK = 1024;

    private final Weights[] queries;
    private final TopRows[] best;
    private float lowest = Float.NEGATIVE_INFINITY;
    private float highest = Float.POSITIVE_INFINITY;

    /**
     * @param k hits a query, 1 or more
     * @throws ElanusException INVALID_ARGUMENT for any metric but IP
     */
    public SparseSearch(MetricType metric, VariableColumn vectors, int k) {
        if (metric != MetricType.IP) {
            throw ElanusException.invalid("vectors of type %s cannot be compared by %s", vectors.type(), metric);
        }
        queries = new Weights[vectors.rows()];
        best = new TopRows[vectors.rows()];
        for (int q = 0; q < queries.length; q++) {
            queries[q] = new Weights(vectors.slice(q));
            best[q] = new TopRows();
            best[q].begin(k, true);
        }
    }

    @Override
    public void within(float radius, float rangeFilter) {
        lowest = Math.nextUp(radius);
        highest = rangeFilter;
    }

    @Override
    public void scan(Column vectors, int firstRow, @Nullable RowFilter filter, Cancellation cancellation) {
        VariableColumn column = (VariableColumn) vectors;
        for (int row = 0; row < column.rows(); row++) {
            if (row % ROWS_A_CHECK == 0 && cancellation.isCancelled()) {
                throw new ElanusException(StandardErrorCode.CANCELLED, "the search was cancelled");
            }
            if (filter != null && !filter.passes(firstRow + row) || column.isNull(row)) {
                continue;
            }
            int start = column.start(row);
            int end = start + column.length(row);
            for (int q = 0; q < queries.length; q++) {
                float score = queries[q].product(column.bytes(), start, end);
                // NaN, which stands for no index in common, is outside of every range.
                if (score >= lowest && score <= highest) {
                    best[q].offer(firstRow + row, score);
                }
            }
        }
    }

    @Override
    public void hits(int query, Hits hits) {
        hits.clear();
        best[query].drainTo(hits);
    }

    /** The values of a query by index, in an open hash table. */
    private static final class Weights {

        private static final int FREE = -1; // 4294967295 is no index

        private final int[] indices;
        private final float[] values;
        private final int mask;

        Weights(MemorySegment vector) {
            int pairs = (int) (vector.byteSize() / SparseVectors.PAIR_BYTES);
            int slots = Math.max(4, Integer.highestOneBit(Math.max(1, pairs)) << 2);
            indices = new int[slots];
            values = new float[slots];
            mask = slots - 1;
            Arrays.fill(indices, FREE);
            for (long at = 0; at < vector.byteSize(); at += SparseVectors.PAIR_BYTES) {
                int index = vector.get(FixedColumn.INT, at);
                int slot = slot(index);
                while (indices[slot] != FREE) {
                    slot = slot + 1 & mask;
                }
                indices[slot] = index;
                values[slot] = vector.get(FixedColumn.FLOAT, at + 4);
            }
        }

        /** NaN when no index is in common. */
        float product(MemorySegment bytes, int start, int end) {
            float sum = 0;
            boolean common = false;
            for (int at = start; at < end; at += SparseVectors.PAIR_BYTES) {
                int index = bytes.get(FixedColumn.INT, at);
                for (int slot = slot(index); indices[slot] != FREE; slot = slot + 1 & mask) {
                    if (indices[slot] == index) {
                        sum += values[slot] * bytes.get(FixedColumn.FLOAT, at + 4);
                        common = true;
                        break;
                    }
                }
            }
            return common ? sum : Float.NaN;
        }

        private int slot(int index) {
            int hash = index * 0x9e3779b9;
            return (hash ^ hash >>> 16) & mask;
        }
    }
}
