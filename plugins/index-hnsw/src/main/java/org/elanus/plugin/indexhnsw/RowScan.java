package org.elanus.plugin.indexhnsw;

import org.elanus.spi.index.Hits;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;

/** Finds the nearest rows by looking at all that pass. For one thread; reused over many searches. */
final class RowScan {

    /** Rows of one step. */
    private static final int BATCH = 64;

    private static final int STEPS_PER_LOOK = 64;

    private final VectorSpace space;
    private final int rows;
    private final NearestHeap nearest = new NearestHeap();
    private final int[] batch = new int[BATCH];
    private final float[] distances = new float[BATCH];

    RowScan(VectorSpace space, int rows) {
        this.space = space;
        this.rows = rows;
    }

    /**
     * Fills the hits, best first.
     *
     * @param query address of the query
     * @param scale as {@link VectorSpace#distances} takes it
     */
    void run(long query, float scale, int k, @Nullable RowFilter filter, Hits hits, Cancellation cancellation) {
        nearest.reset(Math.min(k, filter == null ? rows : filter.cardinality()));
        int steps = 0;
        int count = 0;
        int words = filter == null ? (rows + 63) / 64 : filter.words().length;
        for (int i = 0; i < words; i++) {
            long word = filter == null ? all(i) : filter.words()[i];
            for (; word != 0; word &= word - 1) {
                batch[count++] = (i << 6) + Long.numberOfTrailingZeros(word);
                if (count == BATCH) {
                    keepNearest(query, scale, count);
                    count = 0;
                    if (++steps % STEPS_PER_LOOK == 0) {
                        HnswSearcher.look(cancellation);
                    }
                }
            }
        }
        if (count > 0) {
            keepNearest(query, scale, count);
        }
        nearest.sort();
        for (int i = 0; i < nearest.size(); i++) {
            long key = nearest.get(i);
            hits.add(CandidatePool.id(key), VectorSpace.score(space.metric(), CandidatePool.distance(key)));
        }
    }

    /** A word of a filter that all rows pass. */
    private long all(int word) {
        int left = rows - (word << 6);
        return left >= 64 ? -1L : -1L >>> 64 - left;
    }

    private void keepNearest(long query, float scale, int count) {
        space.distances(query, scale, batch, 0, count, distances);
        for (int i = 0; i < count; i++) {
            long key = CandidatePool.key(distances[i], batch[i]);
            if (key < nearest.bound()) {
                nearest.add(key);
            }
        }
    }
}
