package org.elanus.core.query;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
        Map<Long, Double> sums = new HashMap<>();
        for (int s = 0; s < searches.size(); s++) {
            HitList hits = searches.get(s);
            for (int i = 0; i < hits.size(); i++) {
                sums.merge(hits.row(i), ranker.share(s, i + 1, hits.score(i)), Double::sum);
            }
        }
        HitList merged = new HitList(ranker.largerIsNearer());
        sums.forEach((row, sum) -> merged.add(row, sum.floatValue()));
        merged.keepBest(k, space);
        return merged;
    }
}
