package org.elanus.spi.metrics;

import java.util.List;

/**
 * One value of a counter or gauge at one moment.
 *
 * @param labelValues as many as the metric has labels, in their order; any text, to be escaped by who writes it
 */
public record Sample(Metric metric, List<String> labelValues, double value) {

    public Sample {
        labelValues = List.copyOf(labelValues);
        if (labelValues.size() != metric.labels().size()) {
            throw new IllegalArgumentException("metric '%s' has the labels %s, not %d values"
                    .formatted(metric.name(), metric.labels(), labelValues.size()));
        }
    }
}
