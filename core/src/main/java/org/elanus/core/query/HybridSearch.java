package org.elanus.core.query;

import java.util.Arrays;
import java.util.List;

/** Merges the hits of several searches over the same rows. */
final class HybridSearch {

    private HybridSearch() {}

    /**
     * The best of one query.
     *
     * @param searches that query's hits in each search, best first
     * @param k how many
     */
    static HitList merge(List<HitList> searches, Ranker ranker, int k, RowSpace space) {
        long[] rows = distinctRows(searches);
        double[] sums = new double[rows.length];
        for (int s = 0; s < searches.size(); s++) {
            HitList hits = searches.get(s);
            for (int i = 0; i < hits.size(); i++) {
                sums[Arrays.binarySearch(rows, hits.row(i))] += ranker.share(s, i + 1, hits.score(i));
            }
        }
        HitList merged = new HitList(ranker.largerIsNearer());
        for (int i = 0; i < rows.length; i++) {
            merged.add(rows[i], (float) sums[i]);
        }
        merged.keepBest(k, space);
        return merged;
    }

    /** The rows that any search has found, ascending. */
    private static long[] distinctRows(List<HitList> searches) {
        int count = 0;
        for (HitList hits : searches) {
            count += hits.size();
        }
        long[] rows = new long[count];
        int at = 0;
        for (HitList hits : searches) {
            for (int i = 0; i < hits.size(); i++) {
                rows[at++] = hits.row(i);
            }
        }
        Arrays.sort(rows);
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || rows[i] != rows[i - 1]) {
                rows[distinct++] = rows[i];
            }
        }
        return Arrays.copyOf(rows, distinct);
    }
}
