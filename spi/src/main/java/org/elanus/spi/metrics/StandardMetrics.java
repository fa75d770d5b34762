package org.elanus.spi.metrics;

import java.util.List;
import org.elanus.spi.metrics.Metric.Kind;

/** The metrics that a {@link MetricsReporter} is told of call by call, and the buckets of durations. */
public final class StandardMetrics {

    /** Of {@link MetricsReporter#queryFinished}. */
    public static final Metric QUERY_DURATION = new Metric(
            "milvus_query_duration_seconds",
            Kind.HISTOGRAM,
            "Duration of calls that read or change rows, failed ones included.",
            List.of("collection", "operation_type"));

    /** Of {@link MetricsReporter#indexOperation}. */
    public static final Metric INDEX_OPERATIONS = new Metric(
            "milvus_index_operations_total",
            Kind.COUNTER,
            "Indexes created, dropped and built, by outcome: created, create_failed, dropped, drop_failed, built, build_failed.",
            List.of("collection", "index_type", "status"));

    /** Among {@link MetricsSource#samples()}. */
    public static final Metric VECTORS = new Metric(
            "milvus_vectors_total",
            Kind.GAUGE,
            "Rows of the collection; deleted and expired ones are not counted.",
            List.of("collection"));

    /** Of {@link MetricsReporter#error}. */
    public static final Metric ERRORS = new Metric(
            "milvus_errors_total",
            Kind.COUNTER,
            "Calls that failed, by the kind of error.",
            List.of("operation", "error_type"));

    /** Of {@link MetricsReporter#callFinished}. */
    public static final Metric CALL_DURATION = new Metric(
            "elanus_call_duration_seconds",
            Kind.HISTOGRAM,
            "Duration of every call into the database, failed ones included.",
            List.of("operation"));

    /** Upper bounds in seconds, inclusive; what is larger falls into a last bucket without bound. */
    public static final List<Double> DURATION_BUCKETS = List.of(
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
            30.0);

    private StandardMetrics() {}
}
