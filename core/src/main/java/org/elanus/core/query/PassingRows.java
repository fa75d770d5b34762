package org.elanus.core.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.elanus.core.query.filter.CompiledFilter;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.Column;
import org.elanus.spi.index.RowFilter;
import org.jspecify.annotations.Nullable;

/** Finds the visible rows of views that pass a filter. */
final class PassingRows {

    /** From so many rows in all on, segments are filtered side by side. */
    private static final long MANY_ROWS = 500_000;

    /** Looking up one key costs about as much as scanning so many rows. */
    private static final int ROWS_PER_LOOKUP = 32;

    private PassingRows() {}

    /**
     * The passing rows of some views.
     *
     * @param wanted the positions of the views
     * @return for each wanted view; null where all rows pass
     */
    static List<@Nullable RowFilter> of(
            RowSpace space, List<Integer> wanted, CompiledFilter filter, CallGuard guard, Executor executor) {
        @Nullable RowFilter[] passing = new RowFilter[wanted.size()];
        List<Runnable> pieces = new ArrayList<>();
        long rows = 0;
        for (int i = 0; i < passing.length; i++) {
            int place = i;
            SegmentView view = space.views().get(wanted.get(i));
            rows += view.rows();
            pieces.add(() -> passing[place] = of(view, filter, guard));
        }
        Pieces.run(pieces, rows >= MANY_ROWS && !filter.isAlwaysTrue(), executor);
        return Arrays.asList(passing);
    }

    /** @return null when all rows of the view pass */
    static @Nullable RowFilter of(SegmentView view, CompiledFilter filter, CallGuard guard) {
        guard.check();
        RowFilter visible = view.visible();
        if (filter.isAlwaysTrue()) {
            return visible;
        }
        long[] words = new long[view.rows() + 63 >>> 6];
        if (filter.isAlwaysFalse()) {
            return new RowFilter(words, 0);
        }
        if (!begin(view, filter, words) || !filter.isPrimaryKeysOnly()) {
            filter.retain(view, words, guard::check);
        }
        return new RowFilter(words, cardinality(words));
    }

    /**
     * Sets the rows that a filter is to look at.
     *
     * @return whether they were found by the keys that the filter names, so that there may be nothing left to do
     */
    static boolean begin(SegmentView view, CompiledFilter filter, long[] words) {
        int rows = view.rows();
        RowFilter visible = view.visible();
        Column keys = filter.primaryKeys();
        boolean lookUp = keys != null && (long) keys.rows() * ROWS_PER_LOOKUP <= Math.max(rows, 1024);
        if (keys != null && lookUp) {
            for (int row : view.find(keys)) {
                if (row >= 0) {
                    words[row >>> 6] |= 1L << row;
                }
            }
        } else if (visible != null) {
            System.arraycopy(visible.words(), 0, words, 0, words.length);
        } else {
            Arrays.fill(words, -1L);
            if ((rows & 63) != 0) {
                words[words.length - 1] = -1L >>> -rows;
            }
        }
        return lookUp;
    }

    /** How many rows of the view pass. */
    static int count(SegmentView view, @Nullable RowFilter passing) {
        return passing == null ? view.rows() : passing.cardinality();
    }

    static int cardinality(long[] words) {
        int count = 0;
        for (long word : words) {
            count += Long.bitCount(word);
        }
        return count;
    }
}
