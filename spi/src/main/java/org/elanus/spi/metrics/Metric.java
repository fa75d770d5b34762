package org.elanus.spi.metrics;

import java.util.List;

/**
 * What is measured under one name. The core owns names and labels; a reporter writes them as they are.
 *
 * @param name after Prometheus's rules, with its unit, and with {@code _total} for a counter
 * @param help one sentence for operators
 * @param labels names, in the order in which values are given
 */
public record Metric(String name, Kind kind, String help, List<String> labels) {

    /** How values of a metric behave. */
    public enum Kind {
        /** Only grows, from 0 at the start of the process. */
        COUNTER,
        GAUGE,
        /** Durations in seconds, counted in {@link StandardMetrics#DURATION_BUCKETS}. */
        HISTOGRAM
    }

    public Metric {
        if (!name.matches("[a-z][a-z0-9_]*")) {
            throw new IllegalArgumentException(
                    "a metric's name has lower case letters, digits and '_', not '" + name + "'");
        }
        labels = List.copyOf(labels);
    }
}
