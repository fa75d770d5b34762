package org.elanus.plugin.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.elanus.spi.metrics.Metric;
import org.elanus.spi.metrics.Sample;

/** Puts the core's samples into the forms of the Prometheus library. */
final class SampleSnapshots {

    private SampleSnapshots() {}

    static List<MetricSnapshot> of(List<Sample> samples) {
        Map<Metric, List<Sample>> byMetric = new LinkedHashMap<>();
        for (Sample sample : samples) {
            byMetric.computeIfAbsent(sample.metric(), _ -> new ArrayList<>()).add(sample);
        }
        List<MetricSnapshot> snapshots = new ArrayList<>();
        byMetric.forEach((metric, of) -> snapshots.add(
                switch (metric.kind()) {
                    case COUNTER -> counter(metric, of);
                    case GAUGE -> gauge(metric, of);
                    case HISTOGRAM ->
                        throw new IllegalArgumentException(
                                "histogram '" + metric.name() + "' is reported call by call and has no samples");
                }));
        return snapshots;
    }

    private static CounterSnapshot counter(Metric metric, List<Sample> samples) {
        // The library adds the suffix again.
        CounterSnapshot.Builder snapshot = CounterSnapshot.builder()
                .name(metric.name().replaceAll("_total$", ""))
                .help(metric.help());
        for (Sample sample : samples) {
            snapshot.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(labels(sample))
                    .value(sample.value())
                    .build());
        }
        return snapshot.build();
    }

    private static GaugeSnapshot gauge(Metric metric, List<Sample> samples) {
        GaugeSnapshot.Builder snapshot =
                GaugeSnapshot.builder().name(metric.name()).help(metric.help());
        for (Sample sample : samples) {
            snapshot.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(labels(sample))
                    .value(sample.value())
                    .build());
        }
        return snapshot.build();
    }

    private static Labels labels(Sample sample) {
        return Labels.of(sample.metric().labels(), sample.labelValues());
    }
}
