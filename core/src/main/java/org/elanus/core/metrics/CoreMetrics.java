package org.elanus.core.metrics;

import java.util.ArrayList;
import java.util.List;
import org.elanus.spi.metrics.Metric;
import org.elanus.spi.metrics.Metric.Kind;
import org.elanus.spi.metrics.StandardMetrics;

/** Every metric that the core has. A name that was published stays. */
public final class CoreMetrics {

    private static final List<Metric> MADE = new ArrayList<>(List.of(
            StandardMetrics.QUERY_DURATION,
            StandardMetrics.INDEX_OPERATIONS,
            StandardMetrics.VECTORS,
            StandardMetrics.ERRORS,
            StandardMetrics.CALL_DURATION));

    public static final Metric VERSION =
            gauge("elanus_version", "Always 1; the label says which version runs.", "version");
    public static final Metric READY = gauge("elanus_ready", "1 when the server serves, as /readyz says, otherwise 0.");
    public static final Metric PROBLEMS =
            gauge("elanus_problems", "What an operator should look at; /readyz, /wal and the log name each.");
    public static final Metric CALLS_RUNNING = gauge("elanus_calls_running", "Calls into the database under way.");

    public static final Metric COLLECTIONS =
            gauge("elanus_collections", "Collections, by whether they are loaded.", "loaded");
    public static final Metric COLLECTIONS_DAMAGED =
            gauge("elanus_collections_damaged", "Collections that are not served because their data is damaged.");
    public static final Metric SEGMENTS =
            gauge("elanus_segments", "Segments of all collections, by state: growing or sealed.", "state");
    public static final Metric SEGMENT_ROWS =
            gauge("elanus_segment_rows", "Rows in segments, deleted ones included.", "state");
    public static final Metric SEGMENT_BYTES = gauge(
            "elanus_segment_bytes",
            "Bytes of segments: growing ones are in memory outside of the heap, sealed ones are mapped files.",
            "state");
    public static final Metric SEGMENT_DELETED_ROWS =
            gauge("elanus_segment_deleted_rows", "Deleted rows that no merge has removed yet.", "state");
    public static final Metric INDEXES_WAITING = gauge(
            "elanus_index_builds_waiting",
            "Indexes over segments that are defined and not built; searches scan there.");

    public static final Metric FLUSHES =
            counter("elanus_flushes_total", "Flushes of collections, by outcome.", "status");
    public static final Metric FLUSH_SECONDS = counter("elanus_flush_seconds_total", "Time spent in flushes.");
    public static final Metric FLUSHED_ROWS =
            counter("elanus_flushed_rows_total", "Rows written into segments by flushes.");
    public static final Metric MERGES = counter(
            "elanus_merges_total", "Merges of segments, by outcome; abandoned ones gave way to a change.", "status");
    public static final Metric MERGE_SECONDS = counter("elanus_merge_seconds_total", "Time spent in merges.");
    public static final Metric MERGED_ROWS =
            counter("elanus_merged_rows_total", "Rows written into segments by merges.");
    public static final Metric INDEX_BUILD_SECONDS =
            counter("elanus_index_build_seconds_total", "Time spent in index builds that succeeded.");
    public static final Metric INDEX_BUILD_ROWS =
            counter("elanus_index_build_rows_total", "Rows over which indexes were built.");

    public static final Metric LOG_OPEN =
            gauge("elanus_log_open", "1 when the channel takes writes, otherwise 0.", "channel");
    public static final Metric LOG_REACHABLE =
            gauge("elanus_log_reachable", "1 when the log answered when it was last heard, otherwise 0.", "channel");
    public static final Metric LOG_APPENDS =
            counter("elanus_log_appends_total", "Records handed to the log.", "channel");
    public static final Metric LOG_BYTES =
            counter("elanus_log_bytes_total", "Bytes of records appended or replayed.", "channel");
    public static final Metric LOG_FAILURES =
            counter("elanus_log_failures_total", "Appended records that were not acknowledged.", "channel");
    public static final Metric LOG_ACKNOWLEDGED =
            counter("elanus_log_acknowledged_total", "Records that became certain to count.", "channel");
    public static final Metric LOG_ACKNOWLEDGE_SECONDS = counter(
            "elanus_log_acknowledge_seconds_total",
            "Time from append to certainty of all these records together.",
            "channel");
    public static final Metric LOG_ACKNOWLEDGE_LONGEST =
            gauge("elanus_log_acknowledge_longest_seconds", "The longest of these times since the start.", "channel");
    public static final Metric LOG_DURABLE_RECORDS =
            counter("elanus_log_durable_records_total", "Records that the log has reported as durable.", "channel");
    public static final Metric LOG_DURABLE_BYTES = counter(
            "elanus_log_durable_bytes_total", "Bytes of records that the log has reported as durable.", "channel");
    public static final Metric LOG_LAG =
            gauge("elanus_log_lag_bytes", "Bytes given to the log of which nothing is known yet.", "channel");
    public static final Metric LOG_UNACKNOWLEDGED =
            gauge("elanus_log_unacknowledged_bytes", "Bytes appended and not yet acknowledged to writers.", "channel");
    public static final Metric LOG_LAST_APPEND = gauge(
            "elanus_log_last_append_timestamp_seconds",
            "When a record last became durable, in seconds since 1970.",
            "channel");
    public static final Metric LOG_HELD_SECONDS = gauge(
            "elanus_log_held_seconds",
            "For how long rows have been in the log alone; 0 when all are in segments.",
            "channel");
    public static final Metric LOG_HELD_BYTES = gauge(
            "elanus_log_held_bytes", "Bytes that the log has taken since; they are replayed at a restart.", "channel");
    public static final Metric LOG_RECOVERIES =
            counter("elanus_log_recoveries_total", "How often the log was opened anew after it was lost.", "channel");
    public static final Metric LOG_GAPS =
            counter("elanus_log_gaps_total", "Places where records were missing.", "channel");
    public static final Metric LOG_REPEATS =
            counter("elanus_log_repeats_total", "Records that the log delivered again; they are dropped.", "channel");
    public static final Metric LOG_FOREIGN =
            counter("elanus_log_foreign_total", "Records of deposed owners; they are dropped.", "channel");

    public static final Metric MEMORY_BUDGET =
            gauge("elanus_memory_budget_bytes", "Memory outside of the heap that may be reserved: memory.budget.");
    public static final Metric MEMORY_INSERT_LIMIT =
            gauge("elanus_memory_insert_limit_bytes", "Reserved memory from which on inserts are refused.");
    public static final Metric MEMORY_RESERVED = gauge(
            "elanus_memory_reserved_bytes",
            "Memory outside of the heap that is reserved, by purpose: growing segments, builds, caches.",
            "purpose");

    public static final Metric PLUGIN_UP = gauge(
            "elanus_plugin_up",
            "1 when the plugin runs and calls itself healthy or degraded, otherwise 0.",
            "plugin",
            "version");
    public static final Metric PLUGIN_STATE =
            gauge("elanus_plugin_state", "1 for the state that the plugin is in.", "plugin", "state");
    public static final Metric PLUGIN_HEALTH =
            gauge("elanus_plugin_health", "1 for what the plugin says of its health.", "plugin", "health");
    public static final Metric PLUGIN_CALLS =
            counter("elanus_plugin_calls_total", "Calls into what the plugin contributes.", "plugin");
    public static final Metric PLUGIN_FAILURES = counter(
            "elanus_plugin_failures_total",
            "Calls into the plugin that failed by its own fault, and its threads that did.",
            "plugin");
    public static final Metric PLUGIN_LEAKS =
            gauge("elanus_plugin_leaks", "Stopped plugins whose classes are still in memory.");

    public static final Metric EVENTS_DROPPED = counter(
            "elanus_events_dropped_total",
            "Events that a listener did not hear of because it was too slow.",
            "listener");
    public static final Metric METRICS_DROPPED = counter(
            "elanus_metrics_dropped_total",
            "Measurements that a reporter was not told of because it was too slow.",
            "reporter");

    /** All of them. */
    public static final List<Metric> ALL = List.copyOf(MADE);

    private CoreMetrics() {}

    private static Metric gauge(String name, String help, String... labels) {
        return made(new Metric(name, Kind.GAUGE, help, List.of(labels)));
    }

    private static Metric counter(String name, String help, String... labels) {
        return made(new Metric(name, Kind.COUNTER, help, List.of(labels)));
    }

    private static Metric made(Metric metric) {
        MADE.add(metric);
        return metric;
    }
}
