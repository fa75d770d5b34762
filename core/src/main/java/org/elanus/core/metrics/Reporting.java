package org.elanus.core.metrics;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.elanus.spi.metrics.Metric;
import org.elanus.spi.metrics.MetricsReporter;
import org.elanus.spi.metrics.MetricsSource;
import org.elanus.spi.metrics.Sample;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one reporter, from a queue and on a thread of its own or of one who asks for samples, so that it can be as slow
 * and as faulty as it likes. Safe for use by many threads.
 */
public final class Reporting implements MetricsSource {

    private static final Logger LOG = LoggerFactory.getLogger(Reporting.class);

    /** Half a megabyte; calls of a third of a second at the highest rate that a large machine could serve. */
    private static final int CAPACITY = 1 << 16;

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final String name;
    private final MetricsReporter reporter;
    private final Clock clock;
    private final Supplier<List<Sample>> samples;
    private final MeasurementQueue queue;
    private final LongAdder dropped = new LongAdder();
    /** Held by whoever tells the reporter. */
    private final ReentrantLock telling = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean overflowed;
    private volatile boolean closed;
    private boolean ended = true;
    private long failures;

    Reporting(String name, MetricsReporter reporter, Clock clock, Supplier<List<Sample>> samples) {
        this(name, reporter, clock, samples, CAPACITY);
    }

    Reporting(String name, MetricsReporter reporter, Clock clock, Supplier<List<Sample>> samples, int capacity) {
        this.name = name;
        this.reporter = reporter;
        this.clock = clock;
        this.samples = samples;
        this.queue = new MeasurementQueue(capacity);
    }

    String name() {
        return name;
    }

    long dropped() {
        return dropped.sum();
    }

    void offer(Measured measured, long nanos) {
        if (!queue.offer(measured, nanos)) {
            dropped.increment();
            if (!overflowed) {
                overflowed = true;
                LOG.warn("Metrics reporter {} is too slow: measurements are dropped from now on", name);
            }
        }
    }

    @Override
    public List<Metric> metrics() {
        return CoreMetrics.ALL;
    }

    @Override
    public List<Sample> samples() {
        tell();
        return samples.get();
    }

    void start(Threads threads) {
        lock.lock();
        try {
            ended = false;
        } finally {
            lock.unlock();
        }
        threads.start("metrics-" + name, this::run);
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits, after {@link Meter#end}, until the reporter is no longer being told. */
    public boolean awaitEnded(Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!ended) {
                if (left <= 0) {
                    return false;
                }
                left = clock.await(changed, left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (pause()) {
                tell();
            }
        } finally {
            lock.lock();
            try {
                ended = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean pause() {
        lock.lock();
        try {
            long left = PAUSE.toNanos();
            while (!closed && left > 0) {
                left = clock.await(changed, left);
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void tell() {
        telling.lock();
        try {
            queue.drain(this::tell);
        } finally {
            telling.unlock();
        }
    }

    private void tell(Measured measured, long nanos) {
        if (closed) {
            return;
        }
        try {
            switch (measured) {
                case Measured.Call call -> {
                    MeteredCollection collection = call.collection();
                    reporter.callFinished(call.operation().name(), nanos);
                    if (collection != null && !collection.isRemoved()) {
                        reporter.queryFinished(
                                collection.label(), call.operation().name(), nanos);
                    }
                }
                case Measured.Failed failed -> reporter.error(failed.operation().name(), failed.errorType());
                case Measured.Indexed indexed -> {
                    if (!indexed.collection().isRemoved()) {
                        reporter.indexOperation(indexed.collection().label(), indexed.indexType(), indexed.status());
                    }
                }
                case Measured.Removed removed -> reporter.collectionRemoved(removed.label());
            }
        } catch (Throwable e) {
            complain(e);
        }
    }

    /** Once in a while: it may fail at every call. */
    private void complain(Throwable error) {
        long count = ++failures;
        if (Long.bitCount(count) == 1) {
            LOG.error("Metrics reporter {} failed, {} times by now", name, count, error);
        }
    }
}
