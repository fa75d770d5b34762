package org.elanus.core.query;

import org.elanus.spi.database.SearchResult;
import org.jspecify.annotations.Nullable;

/** Makes the result of a search of the hits that were found. */
final class SearchAnswer {

    private SearchAnswer() {}

    /** @param offset hits of each query to leave out @param groups null without grouping */
    static SearchResult of(
            HitList[] hits,
            int offset,
            @Nullable GroupBy groups,
            int roundDecimal,
            OutputFields output,
            RowSpace space,
            long timestamp,
            CallGuard guard) {
        int[] counts = new int[hits.length];
        int total = 0;
        for (int q = 0; q < hits.length; q++) {
            counts[q] = Math.max(0, hits[q].size() - offset);
            total += counts[q];
        }
        long[] rows = new long[total];
        float[] scores = new float[total];
        int at = 0;
        for (int q = 0; q < hits.length; q++) {
            for (int i = 0; i < counts[q]; i++) {
                rows[at] = hits[q].row(offset + i);
                scores[at++] = round(hits[q].score(offset + i), roundDecimal);
            }
        }
        return new SearchResult(
                space.primaryKey().name(),
                counts,
                new Gathering(space, rows, guard).column(space.primaryKey()),
                scores,
                output.fetch(space, rows, guard),
                output.names(),
                timestamp,
                groups == null ? null : groups.values(space, rows, guard));
    }

    private static float round(float score, int decimals) {
        if (decimals < 0 || !Float.isFinite(score)) {
            return score;
        }
        double factor = Math.pow(10, decimals);
        double scaled = score * factor;
        return Math.abs(scaled) < 1L << 53 ? (float) (Math.round(scaled) / factor) : score;
    }
}
