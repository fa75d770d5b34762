package org.elanus.core.log;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What a channel counts. Safe for use by many threads. */
final class Counters {

    private final LongAdder appends = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder foreign = new LongAdder();
    private final LongAdder repeats = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final LongAdder recoveries = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder acknowledgeNanos = new LongAdder();
    private final AtomicLong longestNanos = new AtomicLong();

    void appended(long size) {
        appends.increment();
        bytes.add(size);
    }

    void replayed(long size) {
        bytes.add(size);
    }

    void failed() {
        failures.increment();
    }

    void foreign() {
        foreign.increment();
    }

    void repeated() {
        repeats.increment();
    }

    void gap() {
        gaps.increment();
    }

    void recovered() {
        recoveries.increment();
    }

    void acknowledged(long nanos) {
        acknowledged.increment();
        acknowledgeNanos.add(nanos);
        longestNanos.accumulateAndGet(nanos, Math::max);
    }

    long bytes() {
        return bytes.sum();
    }

    ChannelStatistics snapshot(long heldBytes) {
        return new ChannelStatistics(
                appends.sum(),
                bytes.sum(),
                failures.sum(),
                foreign.sum(),
                repeats.sum(),
                gaps.sum(),
                recoveries.sum(),
                acknowledged.sum(),
                acknowledgeNanos.sum(),
                longestNanos.get(),
                heldBytes);
    }
}
