package org.elanus.testkit.simulation.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.elanus.core.log.LogPosition;
import org.elanus.core.log.LogRecord;
import org.elanus.testkit.simulation.log.LogView.Seen;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of a channel, what was acknowledged, and what each reader saw; and the judge of it. Stands outside of
 * the processes. One thread at a time, as in every simulation.
 *
 * <p>The rules: nothing acknowledged is missing, nothing is there twice, all readers see one order, nothing is seen that
 * was not asked for or is not whole, what was acknowledged before something began stands before it, and a Strong read
 * that begins after an acknowledgement sees it.
 */
final class LogHistory {

    private static final int MOST_VIOLATIONS = 10;

    private final Map<Long, Operation> operations = new TreeMap<>();
    private final List<LogView> views = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final Consumer<String> journal;
    private long events;
    private long highestAcknowledged;
    private int acknowledged;
    /** Up to this sequence the log may have forgotten. */
    private long truncated;
    /** When the log lost its newest records; negative if it did not. */
    private long lostAt = -1;

    LogHistory(Consumer<String> journal) {
        this.journal = journal;
    }

    /** @param rows how large it is: 8 bytes each */
    Operation invoked(String by, LogView view, int rows) {
        Operation operation = new Operation(operations.size() + 1L, rows, by, view, events++, highestAcknowledged);
        operations.put(operation.number, operation);
        journal.accept(by + " appends operation " + operation.number + " of " + rows + " rows");
        return operation;
    }

    void acknowledged(Operation operation, LogPosition position) {
        events++;
        acknowledged++;
        operation.acknowledged = position;
        if (knowsWhatIsLost(operation.view)) {
            highestAcknowledged = Math.max(highestAcknowledged, position.sequence());
        }
        journal.accept(operation + " is acknowledged at sequence " + position.sequence() + ", " + position.id());
    }

    void failed(Operation operation, Throwable error) {
        events++;
        journal.accept(operation + " failed: " + error.getMessage());
    }

    /** A reader begins. */
    LogView view(String reader) {
        LogView view = new LogView(reader, events++);
        views.add(view);
        return view;
    }

    /** A reader gave up with an alarm before anybody saw what it had read. */
    void gaveUp(LogView view) {
        views.remove(view);
    }

    void applied(LogView view, LogRecord record) {
        view.add(record, events++);
        Operation operation = operations.get(record.data().collectionId());
        journal.accept(view.reader + " applies sequence " + record.sequence() + ", operation "
                + record.data().collectionId() + ", " + record.position());
        if (operation == null) {
            violation(view.reader + " sees a record at sequence " + record.sequence() + " that nobody appended");
        } else if (!operation.isWhole(record.data())) {
            violation(view.reader + " sees " + operation + " not as it was appended");
        }
    }

    void truncated(LogPosition upTo) {
        truncated = Math.max(truncated, upTo.sequence());
        journal.accept("the log may forget everything up to sequence " + upTo.sequence());
    }

    long truncatedTo() {
        return truncated;
    }

    /** The log lost records that were durable. What was acknowledged by now may be missing, and nothing else. */
    void tailLost() {
        journal.accept("the log loses its newest records");
        lostAt = events++;
        highestAcknowledged = 0;
    }

    /** A process that read the log before it lost its end may go on for a while without noticing. */
    private boolean knowsWhatIsLost(LogView view) {
        return view.beganAt > lostAt;
    }

    /** A Strong read began now; hand the result to {@link #strongRead}. */
    long beginStrongRead() {
        events++;
        return highestAcknowledged;
    }

    void strongRead(LogView view, long owed) {
        if (view.end() < owed && owed > truncated && knowsWhatIsLost(view)) {
            violation(view.reader + " answers a Strong read at sequence " + view.end() + ", though sequence " + owed
                    + " was acknowledged before it began");
        }
    }

    void violation(String what) {
        journal.accept("VIOLATION " + what);
        if (violations.size() < MOST_VIOLATIONS && !violations.contains(what)) {
            violations.add(what);
        }
    }

    int appends() {
        return operations.size();
    }

    int acknowledgements() {
        return acknowledged;
    }

    List<String> violations() {
        return violations;
    }

    /**
     * Judges everything.
     *
     * @param last the reader that came when all was over; null when the log was not readable to the end
     */
    void judge(@Nullable LogView last) {
        if (lostAt >= 0) {
            if (last != null) {
                judgeAfterLoss(last);
            }
            return;
        }
        TreeMap<Long, Seen> order = new TreeMap<>();
        for (LogView view : views) {
            judgeAlone(view);
            for (Seen seen : view.seen) {
                Seen other = order.putIfAbsent(seen.sequence(), seen);
                if (other != null && (other.operation() != seen.operation() || other.timestamp() != seen.timestamp())) {
                    violation("sequence " + seen.sequence() + " is operation " + seen.operation() + " for "
                            + view.reader + " and operation " + other.operation() + " for another reader");
                }
            }
        }
        for (LogView view : views) {
            judgeCompleteness(view, order);
        }
        if (last != null) {
            judgeLast(last, order);
        }
        judgeOperations(order);
    }

    private void judgeLast(LogView last, TreeMap<Long, Seen> order) {
        if (!order.isEmpty() && last.end() < order.lastKey()) {
            violation(
                    "the last reader ends at sequence " + last.end() + ", another one saw sequence " + order.lastKey());
        }
        long first = last.seen.isEmpty() ? Long.MAX_VALUE : last.seen.getFirst().sequence();
        for (Seen seen : order.values()) {
            if (seen.sequence() > truncated && seen.sequence() < first) {
                violation(
                        "the last reader does not see sequence " + seen.sequence() + ", which was not to be forgotten");
            }
        }
    }

    /**
     * The log lost what it had promised to keep, so that readers who saw it and those who came later cannot agree. What is
     * still owed: nobody who came later mixes the two, and nothing is missing of what those acknowledged who came afterwards.
     */
    private void judgeAfterLoss(LogView last) {
        Map<Long, Long> whole = new HashMap<>();
        last.seen.forEach(seen -> whole.put(seen.operation(), seen.sequence()));
        for (LogView view : views) {
            judgeAlone(view);
            if (!knowsWhatIsLost(view)) {
                continue;
            }
            Seen foreign = null;
            for (Seen seen : view.seen) {
                boolean shared = Long.valueOf(seen.sequence()).equals(whole.get(seen.operation()));
                if (shared && foreign != null) {
                    violation(view.reader + " sees sequence " + seen.sequence() + " after sequence "
                            + foreign.sequence() + ", which the log lost before");
                }
                if (!shared && seen.sequence() > truncated) {
                    foreign = seen;
                }
            }
        }
        for (Operation operation : operations.values()) {
            LogPosition position = operation.acknowledged;
            if (position != null
                    && knowsWhatIsLost(operation.view)
                    && position.sequence() > truncated
                    && !Long.valueOf(position.sequence()).equals(whole.get(operation.number))) {
                violation(operation + " began after the log had lost records, was acknowledged at sequence "
                        + position.sequence() + " and is not there");
            }
        }
    }

    private void judgeAlone(LogView view) {
        Seen before = null;
        Set<Long> known = new HashSet<>();
        for (Seen seen : view.seen) {
            if (before != null && (seen.sequence() <= before.sequence() || seen.timestamp() <= before.timestamp())) {
                violation(view.reader + " sees sequence " + seen.sequence() + " at " + seen.timestamp()
                        + " after sequence " + before.sequence() + " at " + before.timestamp());
            }
            if (!known.add(seen.operation())) {
                violation(view.reader + " sees operation " + seen.operation() + " twice");
            }
            before = seen;
        }
    }

    /** From its first to its newest record a reader sees everything that any reader saw. */
    private void judgeCompleteness(LogView view, TreeMap<Long, Seen> order) {
        if (view.seen.isEmpty()) {
            return;
        }
        Set<Long> sequences = new HashSet<>();
        view.seen.forEach(seen -> sequences.add(seen.sequence()));
        for (Seen seen :
                order.subMap(view.seen.getFirst().sequence(), view.end()).values()) {
            if (!sequences.contains(seen.sequence())) {
                violation(view.reader + " does not see sequence " + seen.sequence() + ", but later ones");
            }
        }
    }

    private void judgeOperations(TreeMap<Long, Seen> order) {
        Map<Long, Seen> places = new HashMap<>();
        for (Seen seen : order.values()) {
            Seen other = places.putIfAbsent(seen.operation(), seen);
            if (other != null) {
                violation("operation " + seen.operation() + " is at sequences " + other.sequence() + " and "
                        + seen.sequence());
            }
        }
        for (Operation operation : operations.values()) {
            Seen place = places.get(operation.number);
            LogPosition position = operation.acknowledged;
            if (position != null && (place == null || place.sequence() != position.sequence())) {
                violation(operation + " was acknowledged at sequence " + position.sequence()
                        + (place == null ? " and is not there" : " and is at sequence " + place.sequence()));
            }
            if (position != null && place != null && place.timestamp() != position.timestamp()) {
                violation(operation + " was acknowledged with another timestamp than it has");
            }
            if (place != null && place.sequence() <= operation.behind) {
                violation(operation + " is at sequence " + place.sequence() + ", before sequence " + operation.behind
                        + " that was acknowledged before it began");
            }
        }
    }
}
