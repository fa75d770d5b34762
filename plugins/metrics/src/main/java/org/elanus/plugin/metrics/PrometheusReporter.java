package org.elanus.plugin.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.io.Files;
import org.elanus.spi.manage.ManagementRoute.Response;
import org.elanus.spi.metrics.Metric;
import org.elanus.spi.metrics.MetricsReporter;
import org.elanus.spi.metrics.MetricsSource;
import org.elanus.spi.metrics.StandardMetrics;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is reported call by call, and reads the rest when the page is asked for. Safe for use by many threads.
 */
final class PrometheusReporter implements MetricsReporter {

    private static final double NANOS = 1e9;

    /** What the plugin holds between its start and its stop. */
    private record Running(
            PrometheusRegistry registry,
            MachineMeters machine,
            Formats formats,
            Histogram queries,
            Histogram calls,
            Counter indexOperations,
            Counter errors) {}

    private final ReentrantLock making = new ReentrantLock();
    private volatile @Nullable Running running;
    private volatile @Nullable MetricsSource source;
    private @Nullable Files files;

    void start(Files given) {
        making.lock();
        try {
            files = given;
        } finally {
            making.unlock();
        }
    }

    void stop() {
        making.lock();
        try {
            Running ended = running;
            running = null;
            source = null;
            files = null;
            if (ended != null) {
                ended.machine.close();
            }
        } finally {
            making.unlock();
        }
    }

    /** Makes what the first call or page would have to wait for, unless the plugin has stopped already. */
    void prepare() {
        making.lock();
        try {
            if (files != null) {
                started();
            }
        } finally {
            making.unlock();
        }
    }

    /** Made when it is first needed: the library's classes take longer to load than all others of a start together. */
    private Running started() {
        Running present = running;
        if (present != null) {
            return present;
        }
        making.lock();
        try {
            Running made = running;
            if (made != null) {
                return made;
            }
            Files given = files;
            if (given == null) {
                throw new IllegalStateException("the plugin does not run");
            }
            made = make(given);
            running = made;
            return made;
        } finally {
            making.unlock();
        }
    }

    private static Running make(Files files) {
        MachineMeters machine = new MachineMeters(files);
        PrometheusRegistry registry = machine.registry();
        return new Running(
                registry,
                machine,
                new Formats(),
                histogram(StandardMetrics.QUERY_DURATION, registry),
                histogram(StandardMetrics.CALL_DURATION, registry),
                counter(StandardMetrics.INDEX_OPERATIONS, registry),
                counter(StandardMetrics.ERRORS, registry));
    }

    @Override
    public String name() {
        return "prometheus";
    }

    @Override
    public void open(MetricsSource opened) {
        source = opened;
    }

    @Override
    public void queryFinished(String collection, String operationType, long nanos) {
        started().queries.labelValues(collection, operationType).observe(nanos / NANOS);
    }

    @Override
    public void callFinished(String operation, long nanos) {
        started().calls.labelValues(operation).observe(nanos / NANOS);
    }

    @Override
    public void indexOperation(String collection, String indexType, String status) {
        started().indexOperations.labelValues(collection, indexType, status).inc();
    }

    @Override
    public void error(String operation, String errorType) {
        started().errors.labelValues(operation, errorType).inc();
    }

    @Override
    public void collectionRemoved(String collection) {
        Running now = started();
        now.queries.removeIf(values -> values.getFirst().equals(collection));
        now.indexOperations.removeIf(values -> values.getFirst().equals(collection));
    }

    /**
     * Everything, in the format that the client prefers of those that there are.
     *
     * @param accept the header; the plain text format when it names nothing that there is
     */
    Response page(String accept) {
        MetricsSource open = source;
        if (open == null) {
            return new Response(
                    503,
                    "text/plain; charset=utf-8",
                    "the metrics are not open yet\n".getBytes(StandardCharsets.UTF_8));
        }
        Running now = started();
        // First, because it tells this reporter of everything that happened until now.
        List<MetricSnapshot> sampled = SampleSnapshots.of(open.samples());
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        sampled.forEach(all::metricSnapshot);
        now.registry.scrape().forEach(all::metricSnapshot);
        now.machine.resident().ifPresent(all::metricSnapshot);
        ExpositionFormatWriter writer = now.formats.writer(accept);
        ByteArrayOutputStream text = new ByteArrayOutputStream(1 << 16);
        try {
            writer.write(text, all.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Response(200, writer.getContentType(), text.toByteArray());
    }

    private static Histogram histogram(Metric metric, PrometheusRegistry registry) {
        return Histogram.builder()
                .name(metric.name())
                .help(metric.help())
                .labelNames(metric.labels().toArray(String[]::new))
                .classicOnly()
                .classicUpperBounds(StandardMetrics.DURATION_BUCKETS.stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray())
                .withoutExemplars()
                .register(registry);
    }

    private static Counter counter(Metric metric, PrometheusRegistry registry) {
        return Counter.builder()
                .name(metric.name())
                .help(metric.help())
                .labelNames(metric.labels().toArray(String[]::new))
                .withoutExemplars()
                .register(registry);
    }
}
