package org.elanus.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.ErrorCode;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metrics.MetricsReporter;
import org.elanus.spi.metrics.Sample;
import org.elanus.spi.metrics.StandardMetrics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MeterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private enum OwnCode implements ErrorCode {
        MINE;

        @Override
        public ErrorCategory category() {
            return ErrorCategory.RETRYABLE;
        }
    }

    /** Collections by name and alias. */
    private static final class Names implements CollectionNames {
        private final Map<String, String> labels = new ConcurrentHashMap<>();

        @Override
        public @Nullable String label(String database, String collection) {
            return labels.get(database + "/" + collection);
        }

        @Override
        public Collection<String> labels() {
            return labels.values();
        }
    }

    private final Seams seams = Seams.system();
    private final Names names = new Names();
    private final Meter meter = meter(3);
    private final RecordingReporter reporter = new RecordingReporter();
    private final Reporting reporting = begin("recording", reporter);

    private Meter meter(int limit) {
        Meter made = new Meter(limit);
        made.names(names);
        return made;
    }

    private Reporting begin(String name, MetricsReporter told) {
        Reporting begun = meter.reporting(name, told, seams.clock());
        meter.begin(begun, seams.threads());
        return begun;
    }

    @AfterEach
    void end() {
        meter.end(reporting);
    }

    private void call(String operation, String database, String collection) {
        meter.began();
        meter.ended(meter.operation(operation), database, collection, 7);
    }

    /** Asking for samples tells the reporter of everything first. */
    private List<String> told() {
        reporting.samples();
        List<String> all = List.copyOf(reporter.told);
        reporter.told.clear();
        return all;
    }

    @Test
    void aCallOfRowsIsToldByCollectionAndAnyOtherByOperationAlone() {
        names.labels.put("default/books", "books");
        names.labels.put("sales/orders", "sales.orders");
        call("search", "default", "books");
        call("hybridSearch", "sales", "orders");
        call("createCollection", "default", "books");
        assertThat(told())
                .containsExactly(
                        "call search 7",
                        "query books search 7",
                        "call hybrid_search 7",
                        "query sales.orders hybrid_search 7",
                        "call create_collection 7");
    }

    @Test
    void anAliasIsToldUnderTheNameOfItsCollection() {
        names.labels.put("default/books", "books");
        names.labels.put("default/shelf", "books");
        call("query", "default", "shelf");
        assertThat(told()).contains("query books query 7");
    }

    @Test
    void namesThatNoCollectionHasAreOneLabelHoweverMany() {
        for (int i = 0; i < 1000; i++) {
            call("search", "default", "made-up\n" + i);
        }
        assertThat(told()).filteredOn(line -> line.startsWith("query")).containsOnly("query unknown search 7");
    }

    @Test
    void collectionsBeyondTheLimitShareOneLabelUntilAnotherIsDropped() {
        for (String name : List.of("a", "b", "c", "d")) {
            names.labels.put("default/" + name, name);
            call("search", "default", name);
        }
        assertThat(told())
                .filteredOn(line -> line.startsWith("query"))
                .containsExactly("query a search 7", "query b search 7", "query c search 7", "query other search 7");
        assertThat(meter.labelFor("d")).isEqualTo("other");

        names.labels.remove("default/b");
        meter.namesChanged("b");
        call("search", "default", "d");
        assertThat(told()).containsExactly("removed b", "call search 7", "query d search 7");
    }

    @Test
    void aCollectionThatIsDroppedAndCreatedAgainBeginsAnew() {
        names.labels.put("default/books", "books");
        call("search", "default", "books");
        meter.namesChanged("books");
        call("search", "default", "books");
        assertThat(told())
                .filteredOn(line -> !line.startsWith("call"))
                .containsExactly("removed books", "query books search 7");
    }

    @Test
    void aCallUnderWayWhileItsCollectionIsDroppedDoesNotBringItsLabelBack() {
        MeteredCollection dropped = new MeteredCollection("books");
        dropped.remove();
        reporting.offer(dropped.call(meter.operation("search")), 7);
        call("search", "default", "books");
        assertThat(told()).containsExactly("call search 7", "call search 7", "query unknown search 7");
    }

    @Test
    void errorsAreToldByKind() {
        MeteredOperation search = meter.operation("search");
        meter.failed(search, new ElanusException(StandardErrorCode.COLLECTION_NOT_FOUND, "x"));
        meter.failed(search, new ElanusException(OwnCode.MINE, "x"));
        meter.failed(search, new IllegalStateException("x"));
        meter.failed(search, new OutOfMemoryError());
        assertThat(told())
                .containsExactly(
                        "error search collection_not_found",
                        "error search plugin_retryable",
                        "error search internal",
                        "error search out_of_memory");
    }

    @Test
    void aReporterIsToldWithoutBeingAsked() {
        names.labels.put("default/books", "books");
        call("search", "default", "books");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reporter.told).contains("query books search 7"));
    }

    @Test
    void aReporterThatThrowsIsToldOfTheNextAndHarmsNoOther() {
        RecordingReporter broken = new RecordingReporter() {
            @Override
            public void callFinished(String operation, long nanos) {
                super.callFinished(operation, nanos);
                throw new StackOverflowError();
            }
        };
        Reporting second = begin("broken", broken);
        try {
            call("flush", "default", "books");
            call("flush", "default", "books");
            second.samples();
            assertThat(broken.told).containsExactly("call flush 7", "call flush 7");
            assertThat(told()).containsExactly("call flush 7", "call flush 7");
        } finally {
            meter.end(second);
        }
    }

    @Test
    void aReporterThatHangsLosesMeasurementsAndHoldsNobodyUp() throws InterruptedException {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Reporting slow = begin("slow", new RecordingReporter() {
            @Override
            public void callFinished(String operation, long nanos) {
                hanging.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        try {
            call("flush", "default", "");
            hanging.await();
            for (int i = 0; i < 100_000; i++) {
                call("flush", "default", "");
                if (i % 10_000 == 0) {
                    reporting.samples();
                }
            }
            assertThat(meter.dropped().get("slow")).isPositive();
            assertThat(meter.dropped()).containsEntry("recording", 0L);
            assertThat(told()).hasSize(100_001);
        } finally {
            release.countDown();
            meter.end(slow);
            assertThat(slow.awaitEnded(PATIENCE)).isTrue();
        }
    }

    @Test
    void samplesAreReadWhenAsked() {
        meter.samples(() -> List.of(new Sample(StandardMetrics.VECTORS, List.of("books"), meter.running())));
        meter.began();
        assertThat(reporting.samples()).extracting(Sample::value).containsExactly(1.0);
        assertThat(reporting.metrics()).contains(StandardMetrics.VECTORS, CoreMetrics.LOG_LAG);
    }

    @Test
    void measuringACallAllocatesNothing() {
        names.labels.put("default/books", "books");
        MeteredOperation search = meter.operation("search");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int calls = 10_000;
        long least = Long.MAX_VALUE;
        // The best of several: the first runs are interpreted.
        for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < calls; i++) {
                meter.began();
                meter.ended(search, "default", "books", i);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).as("bytes for %d calls", calls).isLessThan(calls);
    }

    @Test
    void everyMetricHasANameAndAHelpOfItsOwn() {
        assertThat(CoreMetrics.ALL).extracting(metric -> metric.name()).doesNotHaveDuplicates();
        assertThat(CoreMetrics.ALL).allSatisfy(metric -> {
            assertThat(metric.help()).endsWith(".");
            assertThat(metric.name()).matches("(elanus|milvus)_[a-z0-9_]*[a-z0-9]");
        });
    }
}
