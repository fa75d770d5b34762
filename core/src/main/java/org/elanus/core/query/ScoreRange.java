package org.elanus.core.query;

import org.elanus.spi.database.MetricType;

/**
 * The scores that a range search lets in: {@code radius < s <= rangeFilter} where larger is nearer, otherwise
 * {@code rangeFilter <= s < radius}.
 */
record ScoreRange(boolean largerIsNearer, float radius, float rangeFilter) {

    static ScoreRange of(MetricType metric, float radius, float rangeFilter) {
        return new ScoreRange(metric.largerIsNearer(), radius, rangeFilter);
    }

    /** Farther than the radius lets in. */
    boolean isBeyond(float score) {
        return largerIsNearer ? !(score > radius) : !(score < radius);
    }

    boolean contains(float score) {
        return !isBeyond(score) && (largerIsNearer ? score <= rangeFilter : score >= rangeFilter);
    }
}
