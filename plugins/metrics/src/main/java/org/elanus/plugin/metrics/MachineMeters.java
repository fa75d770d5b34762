package org.elanus.plugin.metrics;

import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.elanus.spi.io.Files;
import org.elanus.spi.io.ReadableFile;

/** What Micrometer knows of the Java machine and the process. */
final class MachineMeters implements AutoCloseable {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern RESIDENT = Pattern.compile("^VmRSS:\\s*(\\d+) kB", Pattern.MULTILINE);
    private static final int STATUS_BYTES = 1 << 14;

    private final Files files;
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    /** Listens to the Java machine's collectors until it is closed. */
    private final JvmGcMetrics collectors = new JvmGcMetrics();

    MachineMeters(Files files) {
        this.files = files;
        new JvmInfoMetrics().bindTo(meters);
        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new ClassLoaderMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        new UptimeMetrics().bindTo(meters);
        new FileDescriptorMetrics().bindTo(meters);
        collectors.bindTo(meters);
    }

    PrometheusRegistry registry() {
        return meters.getPrometheusRegistry();
    }

    /** The process's memory as the operating system counts it, mapped segments and indexes included. Only Linux tells. */
    Optional<GaugeSnapshot> resident() {
        if (!files.exists(STATUS)) {
            return Optional.empty();
        }
        ByteBuffer text = ByteBuffer.allocate(STATUS_BYTES);
        try (ReadableFile status = files.read(STATUS)) {
            status.read(text, 0);
        } catch (IOException e) {
            return Optional.empty();
        }
        Matcher found = RESIDENT.matcher(new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII));
        if (!found.find()) {
            return Optional.empty();
        }
        return Optional.of(GaugeSnapshot.builder()
                .name("process_resident_memory_bytes")
                .help("Memory of the process that is in use, mapped files included.")
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .value(Long.parseLong(found.group(1)) * 1024.0)
                        .build())
                .build());
    }

    @Override
    public void close() {
        collectors.close();
        meters.close();
    }
}
