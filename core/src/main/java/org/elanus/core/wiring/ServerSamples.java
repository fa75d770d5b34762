package org.elanus.core.wiring;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.elanus.core.engine.Engine;
import org.elanus.core.engine.EngineStatistics;
import org.elanus.core.engine.LogStatus;
import org.elanus.core.host.EventBus;
import org.elanus.core.host.PluginHost;
import org.elanus.core.host.PluginState;
import org.elanus.core.log.ChannelState;
import org.elanus.core.log.ChannelStatistics;
import org.elanus.core.metrics.CollectionNames;
import org.elanus.core.metrics.CoreMetrics;
import org.elanus.core.metrics.Meter;
import org.elanus.core.runtime.MemoryAccountant;
import org.elanus.spi.metrics.Metric;
import org.elanus.spi.metrics.Sample;
import org.elanus.spi.metrics.StandardMetrics;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.wal.WalStatus;
import org.jspecify.annotations.Nullable;

/** Reads every counter and gauge of a server that is not told call by call. Safe for use by many threads. */
final class ServerSamples implements Supplier<List<Sample>> {

    private static final double NANOS = 1e9;

    private final String version;
    private final Supplier<@Nullable Engine> engine;
    private final Supplier<List<String>> notReady;
    private final PluginHost host;
    private final EventBus events;
    private final MemoryAccountant memory;
    private final Meter meter;

    /**
     * @param engine null while it is not open
     * @param notReady why the server does not serve
     */
    ServerSamples(
            String version,
            Supplier<@Nullable Engine> engine,
            Supplier<List<String>> notReady,
            PluginHost host,
            EventBus events,
            MemoryAccountant memory,
            Meter meter) {
        this.version = version;
        this.engine = engine;
        this.notReady = notReady;
        this.host = host;
        this.events = events;
        this.memory = memory;
        this.meter = meter;
    }

    @Override
    public List<Sample> get() {
        List<Sample> samples = new ArrayList<>();
        add(samples, CoreMetrics.VERSION, 1, version);
        add(samples, CoreMetrics.READY, notReady.get().isEmpty() ? 1 : 0);
        add(samples, CoreMetrics.CALLS_RUNNING, meter.running());
        Engine open = engine.get();
        if (open != null) {
            add(samples, CoreMetrics.PROBLEMS, open.health().problems().size());
            addEngine(samples, open.statistics());
            open.logStatus().channels().forEach(channel -> addChannel(samples, channel));
        }
        add(samples, CoreMetrics.MEMORY_BUDGET, memory.budget());
        add(samples, CoreMetrics.MEMORY_INSERT_LIMIT, memory.insertThreshold());
        memory.byPurpose().forEach((purpose, bytes) -> add(samples, CoreMetrics.MEMORY_RESERVED, bytes, purpose));
        host.plugins().forEach(plugin -> addPlugin(samples, plugin));
        add(samples, CoreMetrics.PLUGIN_LEAKS, host.leaks().size());
        events.dropped().forEach((listener, count) -> add(samples, CoreMetrics.EVENTS_DROPPED, count, listener));
        meter.dropped().forEach((reporter, count) -> add(samples, CoreMetrics.METRICS_DROPPED, count, reporter));
        return samples;
    }

    private void addEngine(List<Sample> samples, EngineStatistics statistics) {
        Map<String, Long> vectors = new LinkedHashMap<>();
        int loaded = 0;
        for (EngineStatistics.Collection collection : statistics.collections()) {
            loaded += collection.loaded() ? 1 : 0;
            if (collection.rows() >= 0) {
                String label = CollectionNames.labelOf(collection.database(), collection.name());
                vectors.merge(meter.labelFor(label), collection.rows(), Long::sum);
            }
        }
        vectors.forEach((label, rows) -> add(samples, StandardMetrics.VECTORS, rows, label));
        add(samples, CoreMetrics.COLLECTIONS, loaded, "yes");
        add(samples, CoreMetrics.COLLECTIONS, statistics.collections().size() - loaded, "no");
        add(samples, CoreMetrics.COLLECTIONS_DAMAGED, statistics.damaged());
        addSegments(samples, statistics.growing(), "growing");
        addSegments(samples, statistics.sealed(), "sealed");
        add(samples, CoreMetrics.INDEXES_WAITING, statistics.indexesWaiting());
        EngineStatistics.Work work = statistics.work();
        add(samples, CoreMetrics.FLUSHES, work.flushes(), "succeeded");
        add(samples, CoreMetrics.FLUSHES, work.flushFailures(), "failed");
        add(samples, CoreMetrics.FLUSH_SECONDS, work.flushNanos() / NANOS);
        add(samples, CoreMetrics.FLUSHED_ROWS, work.flushedRows());
        add(samples, CoreMetrics.MERGES, work.merges(), "succeeded");
        add(samples, CoreMetrics.MERGES, work.mergesAbandoned(), "abandoned");
        add(samples, CoreMetrics.MERGES, work.mergeFailures(), "failed");
        add(samples, CoreMetrics.MERGE_SECONDS, work.mergeNanos() / NANOS);
        add(samples, CoreMetrics.MERGED_ROWS, work.mergedRows());
        add(samples, CoreMetrics.INDEX_BUILD_SECONDS, work.buildNanos() / NANOS);
        add(samples, CoreMetrics.INDEX_BUILD_ROWS, work.builtRows());
    }

    private static void addSegments(List<Sample> samples, EngineStatistics.Segments segments, String state) {
        add(samples, CoreMetrics.SEGMENTS, segments.count(), state);
        add(samples, CoreMetrics.SEGMENT_ROWS, segments.rows(), state);
        add(samples, CoreMetrics.SEGMENT_DELETED_ROWS, segments.deletedRows(), state);
        add(samples, CoreMetrics.SEGMENT_BYTES, segments.bytes(), state);
    }

    private static void addChannel(List<Sample> samples, LogStatus.Channel channel) {
        String name = channel.name();
        ChannelStatistics done = channel.statistics();
        add(samples, CoreMetrics.LOG_OPEN, channel.state() == ChannelState.OPEN ? 1 : 0, name);
        add(samples, CoreMetrics.LOG_APPENDS, done.appends(), name);
        add(samples, CoreMetrics.LOG_BYTES, done.bytes(), name);
        add(samples, CoreMetrics.LOG_FAILURES, done.failures(), name);
        add(samples, CoreMetrics.LOG_ACKNOWLEDGED, done.acknowledged(), name);
        add(samples, CoreMetrics.LOG_ACKNOWLEDGE_SECONDS, done.acknowledgeNanos() / NANOS, name);
        add(samples, CoreMetrics.LOG_ACKNOWLEDGE_LONGEST, done.longestNanos() / NANOS, name);
        add(samples, CoreMetrics.LOG_UNACKNOWLEDGED, done.heldBytes(), name);
        add(samples, CoreMetrics.LOG_RECOVERIES, done.recoveries(), name);
        add(samples, CoreMetrics.LOG_GAPS, done.gaps(), name);
        add(samples, CoreMetrics.LOG_REPEATS, done.repeats(), name);
        add(samples, CoreMetrics.LOG_FOREIGN, done.foreign(), name);
        add(
                samples,
                CoreMetrics.LOG_HELD_SECONDS,
                channel.hold().map(LogStatus.Hold::seconds).orElse(0L),
                name);
        add(
                samples,
                CoreMetrics.LOG_HELD_BYTES,
                channel.hold().map(LogStatus.Hold::bytes).orElse(0L),
                name);
        channel.wal().ifPresent(wal -> addWal(samples, wal, name));
    }

    private static void addWal(List<Sample> samples, WalStatus wal, String name) {
        add(samples, CoreMetrics.LOG_REACHABLE, wal.reachable() ? 1 : 0, name);
        add(samples, CoreMetrics.LOG_LAG, wal.lagBytes(), name);
        add(samples, CoreMetrics.LOG_DURABLE_RECORDS, wal.appends(), name);
        add(samples, CoreMetrics.LOG_DURABLE_BYTES, wal.bytes(), name);
        wal.lastAppend().ifPresent(last -> add(samples, CoreMetrics.LOG_LAST_APPEND, last.toEpochMilli() / 1e3, name));
    }

    private static void addPlugin(List<Sample> samples, PluginState plugin) {
        boolean up =
                plugin.state() == PluginState.State.RUNNING && plugin.health().state() != Health.State.UNHEALTHY;
        add(samples, CoreMetrics.PLUGIN_UP, up ? 1 : 0, plugin.id(), plugin.version());
        add(samples, CoreMetrics.PLUGIN_STATE, 1, plugin.id(), lower(plugin.state()));
        add(
                samples,
                CoreMetrics.PLUGIN_HEALTH,
                1,
                plugin.id(),
                lower(plugin.health().state()));
        add(samples, CoreMetrics.PLUGIN_CALLS, plugin.calls(), plugin.id());
        add(samples, CoreMetrics.PLUGIN_FAILURES, plugin.errors(), plugin.id());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void add(List<Sample> samples, Metric metric, double value, String... labels) {
        samples.add(new Sample(metric, List.of(labels), value));
    }
}
