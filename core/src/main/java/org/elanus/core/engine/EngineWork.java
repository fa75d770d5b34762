package org.elanus.core.engine;

import java.util.concurrent.atomic.LongAdder;

/** What the engine counts of its own work. Safe for use by many threads. */
final class EngineWork {

    private final LongAdder flushes = new LongAdder();
    private final LongAdder flushFailures = new LongAdder();
    private final LongAdder flushNanos = new LongAdder();
    private final LongAdder flushedRows = new LongAdder();
    private final LongAdder merges = new LongAdder();
    private final LongAdder mergesAbandoned = new LongAdder();
    private final LongAdder mergeFailures = new LongAdder();
    private final LongAdder mergeNanos = new LongAdder();
    private final LongAdder mergedRows = new LongAdder();
    private final LongAdder buildNanos = new LongAdder();
    private final LongAdder builtRows = new LongAdder();

    void flushed(long rows, long nanos) {
        flushes.increment();
        flushedRows.add(rows);
        flushNanos.add(nanos);
    }

    void flushFailed() {
        flushFailures.increment();
    }

    void merged(long rows, long nanos) {
        merges.increment();
        mergedRows.add(rows);
        mergeNanos.add(nanos);
    }

    void mergeAbandoned() {
        mergesAbandoned.increment();
    }

    void mergeFailed() {
        mergeFailures.increment();
    }

    void built(long rows, long nanos) {
        builtRows.add(rows);
        buildNanos.add(nanos);
    }

    EngineStatistics.Work snapshot() {
        return new EngineStatistics.Work(
                flushes.sum(),
                flushFailures.sum(),
                flushNanos.sum(),
                flushedRows.sum(),
                merges.sum(),
                mergesAbandoned.sum(),
                mergeFailures.sum(),
                mergeNanos.sum(),
                mergedRows.sum(),
                buildNanos.sum(),
                builtRows.sum());
    }
}
