package org.elanus.core.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metrics.MetricsReporter;
import org.elanus.spi.metrics.Sample;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Takes what is measured and hands it to every reporter's queue. Safe for use by many threads. Measuring a call takes no
 * lock, never waits, and allocates nothing unless the call failed.
 */
public final class Meter {

    /** Calls that read or change rows of one collection. */
    private static final Set<String> OF_ROWS = Set.of("search", "hybrid_search", "query", "insert", "upsert", "delete");

    private static final int DEFAULT_LIMIT = 100;

    private final CollectionLabels labels;
    private final Map<String, MeteredOperation> operations = new ConcurrentHashMap<>();
    private final Map<MeteredOperation, Measured.Call> calls = new ConcurrentHashMap<>();
    private final ReentrantLock changing = new ReentrantLock();
    /** Never changed in place. */
    private volatile Reporting[] reporters = {};

    private final LongAdder running = new LongAdder();
    private volatile Supplier<List<Sample>> samples = List::of;

    public Meter() {
        this(DEFAULT_LIMIT);
    }

    /** @param maxCollections how many collections have a label of their own */
    public Meter(int maxCollections) {
        labels = new CollectionLabels(maxCollections);
    }

    /** From now on labels name collections; before, and after {@link CollectionNames#NONE}, all are unknown. */
    public void names(CollectionNames names) {
        labels.names(names);
    }

    /** Where the values come from that are read when somebody asks. */
    public void samples(Supplier<List<Sample>> supplier) {
        samples = supplier;
    }

    /** The operation of a name, in any style: {@code createCollection}, {@code CreateCollection}, {@code create_collection}. */
    public MeteredOperation operation(String name) {
        MeteredOperation known = operations.get(name);
        if (known != null) {
            return known;
        }
        String label = name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
        MeteredOperation canonical =
                operations.computeIfAbsent(label, made -> new MeteredOperation(made, OF_ROWS.contains(made)));
        operations.put(name, canonical);
        return canonical;
    }

    /** A call begins. */
    public void began() {
        running.increment();
    }

    /**
     * A call that began has ended, well or not.
     *
     * @param collection as the caller named it; empty when the call is about none
     */
    public void ended(MeteredOperation operation, String database, String collection, long nanos) {
        running.decrement();
        if (reporters.length > 0) {
            Measured.Call call = operation.ofRows() && !collection.isEmpty()
                    ? labels.of(database, collection).call(operation)
                    : plain(operation);
            tell(call, nanos);
        }
    }

    /** A call failed, or was refused before it began. */
    public void failed(MeteredOperation operation, Throwable error) {
        tell(new Measured.Failed(operation, ErrorTypes.of(error)), 0);
    }

    /** A call failed for this reason. */
    public void failed(MeteredOperation operation, StandardErrorCode code) {
        tell(new Measured.Failed(operation, ErrorTypes.of(code)), 0);
    }

    /**
     * An index was created, dropped or built, or that failed.
     *
     * @param label of the collection, as {@link CollectionNames} has it
     */
    public void indexOperation(String label, String indexType, IndexOutcome outcome) {
        tell(new Measured.Indexed(labels.labelled(label), indexType, outcome.label()), 0);
    }

    /**
     * Collections or aliases were renamed, pointed elsewhere or dropped.
     *
     * @param dropped the label of a collection that was dropped; null when none was
     */
    public void namesChanged(@Nullable String dropped) {
        for (MeteredCollection removed : labels.changed(dropped)) {
            tell(new Measured.Removed(removed.label()), 0);
        }
    }

    /** The label of a collection that is there: its own, or the one that it shares beyond the limit. */
    public String labelFor(String label) {
        return labels.labelled(label).label();
    }

    /** Calls that have begun and not ended. */
    public long running() {
        return running.sum();
    }

    /** What each reporter was not told of because it was too slow, by its name. */
    public Map<String, Long> dropped() {
        Map<String, Long> dropped = new TreeMap<>();
        for (Reporting reporter : reporters) {
            dropped.put(reporter.name(), reporter.dropped());
        }
        return dropped;
    }

    /**
     * Prepares a reporter; it is told of what happens from {@link #begin} on.
     *
     * @param name the reporter's, which the host knows without asking it again
     */
    public Reporting reporting(String name, MetricsReporter reporter, Clock clock) {
        return new Reporting(name, reporter, clock, () -> samples.get());
    }

    /** Begins to tell a reporter. */
    public void begin(Reporting reporting, Threads threads) {
        changing.lock();
        try {
            Reporting[] next = Arrays.copyOf(reporters, reporters.length + 1);
            next[next.length - 1] = reporting;
            reporters = next;
        } finally {
            changing.unlock();
        }
        reporting.start(threads);
    }

    /** Ends telling a reporter. */
    public void end(Reporting reporting) {
        changing.lock();
        try {
            reporters =
                    Arrays.stream(reporters).filter(other -> other != reporting).toArray(Reporting[]::new);
        } finally {
            changing.unlock();
        }
        reporting.close();
    }

    private Measured.Call plain(MeteredOperation operation) {
        Measured.Call call = calls.get(operation);
        return call == null ? calls.computeIfAbsent(operation, made -> new Measured.Call(made, null)) : call;
    }

    private void tell(Measured measured, long nanos) {
        for (Reporting reporter : reporters) {
            reporter.offer(measured, nanos);
        }
    }
}
