package org.elanus.plugin.indexhnsw;

/**
 * Says when reading every row that may be returned costs less than walking the graph, or is the only sure way. The
 * numbers are measured ones; see {@code bench/RESULTS.md}.
 */
final class SearchCost {

    /** Rows of a scan that cost as much as one candidate of a walk: its neighbours come from memory at random. */
    private static final long ROWS_PER_CANDIDATE = 24;

    /** Moving the pool for each insertion grows with the square of its size. */
    private static final long POOL_SQUARE = 40;

    /** A graph reduced to so few of its rows falls apart. */
    private static final int FEWEST_PASSING = 4_000;

    private static final int SMALLEST_SHARE = 50;

    /** A walk under a filter looks at the neighbours of neighbours. */
    private static final int FILTERED = 3;

    private SearchCost() {}

    /** So few rows are rejected that the walk over all rows serves: its nearest that pass are the nearest that pass. */
    static boolean nearlyAllPass(int rows, int passing) {
        return passing >= rows / 5 * 4L;
    }

    static boolean scanIsBetter(int rows, int passing, int ef) {
        long walk = ef * ROWS_PER_CANDIDATE + (long) ef * ef / POOL_SQUARE;
        if (nearlyAllPass(rows, passing)) {
            return passing <= walk;
        }
        return passing <= FEWEST_PASSING || passing <= rows / SMALLEST_SHARE || passing <= FILTERED * walk;
    }
}
