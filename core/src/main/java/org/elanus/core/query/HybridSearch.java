package org.elanus.core.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.elanus.spi.database.Grouping;

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
        HitList merged = sum(searches, ranker);
        merged.keepBest(k, space);
        return merged;
    }

    /**
     * The best groups of one query, group by group.
     *
     * @param searches that query's hits in each search, group by group
     */
    static HitList mergeGroups(
            List<HitList> searches,
            Ranker ranker,
            int limit,
            int offset,
            Grouping grouping,
            GroupCodes codes,
            RowSpace space) {
        HitList merged = sum(searches, ranker);
        merged.keepBest(Math.max(merged.size(), 1), space);
        Map<Integer, HitList> groups = new LinkedHashMap<>(); // in order of their best hits
        for (int i = 0; i < merged.size(); i++) {
            HitList group =
                    groups.computeIfAbsent(codes.of(merged.row(i)), absent -> new HitList(ranker.largerIsNearer()));
            if (group.size() < grouping.size()) {
                group.add(merged.row(i), merged.score(i));
            }
        }
        List<Scored> order = new ArrayList<>();
        groups.values().forEach(group -> order.add(new Scored(group, score(group, grouping.scorer()))));
        Comparator<Scored> ascending = Comparator.comparingDouble(Scored::score);
        order.sort(ranker.largerIsNearer() ? ascending.reversed() : ascending);
        HitList hits = new HitList(ranker.largerIsNearer());
        order.stream().skip(offset).limit(limit).forEach(group -> {
            for (int i = 0; i < group.hits.size(); i++) {
                hits.add(group.hits.row(i), group.hits.score(i));
            }
        });
        return hits;
    }

    private record Scored(HitList hits, double score) {}

    private static double score(HitList hits, String scorer) {
        double sum = 0;
        for (int i = 0; i < hits.size(); i++) {
            sum += hits.score(i);
        }
        return switch (scorer) {
            case "sum" -> sum;
            case "avg" -> sum / hits.size();
            default -> hits.score(0);
        };
    }

    /** Every row that any search has found, with the sum of its shares. */
    private static HitList sum(List<HitList> searches, Ranker ranker) {
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
