package org.elanus.testkit.simulation.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elanus.spi.database.Consistency;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one key of one collection, held against a register: every read returns the version of a write that no
 * later operation, known to have ended before the read began, has replaced (I1, I2, I6 to I8); and one order of all
 * operations explains all Strong reads together (I6). For one thread.
 */
final class KeyRegister {

    /** How old, by the clock, what a Bounded read returns may be. */
    static final long BOUND_MILLIS = 10_000;

    private static final int LARGEST_SEARCH = 20_000;

    private final Object key;
    private final String where;
    private final List<KeyEvent> changes = new ArrayList<>();
    private final List<KeyEvent> reads = new ArrayList<>();
    private final Map<Long, KeyEvent> writes = new HashMap<>();
    private int steps;

    /** @param where the collection, for messages */
    KeyRegister(Object key, String where) {
        this.key = key;
        this.where = where;
    }

    void add(KeyEvent event) {
        switch (event.kind()) {
            case WRITE -> {
                changes.add(event);
                writes.put(event.version(), event);
            }
            case REMOVE -> changes.add(event);
            case READ -> reads.add(event);
        }
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    /** What is wrong, one sentence each; at most one for each read, and one for their order. */
    List<String> check() {
        List<String> violations = new ArrayList<>();
        for (KeyEvent read : reads) {
            String wrong = check(read);
            if (wrong != null) {
                violations.add(wrong);
            }
        }
        if (violations.isEmpty()) {
            String session = checkSessions();
            if (session != null) {
                violations.add(session);
            } else if (!isExplained()) {
                violations.add("I6: no order of the operations on key " + key + " of " + where
                        + " explains what Strong reads of it returned: " + story());
            }
        }
        return violations;
    }

    private @Nullable String check(KeyEvent read) {
        if (read.seen() != 0) {
            KeyEvent write = writes.get(read.seen());
            if (write == null) {
                return "I3: " + read.cause() + " returned key " + key + " with version " + read.seen()
                        + ", which nobody ever wrote into " + where;
            }
            if (!read.versions().test(read.seen())) {
                return "I3: " + read.cause() + " returned key " + key + " with version " + read.seen()
                        + ", which is not what it asked for; written by " + write.cause();
            }
            if (write.start() > read.end()) {
                return "I3: " + read.cause() + " returned key " + key + " with version " + read.seen()
                        + " before it was written by " + write.cause();
            }
            KeyEvent later = replacedBy(write, read);
            if (later != null) {
                return (later.kind() == KeyEvent.Kind.REMOVE ? "I2: " : "I4: ") + read.cause() + " returned key " + key
                        + " with version " + read.seen() + ", but after it was written by " + write.cause()
                        + " it was " + (later.kind() == KeyEvent.Kind.REMOVE ? "deleted" : "replaced") + " by "
                        + later.cause();
            }
            return null;
        }
        if (canBeAbsent(read)) {
            return null;
        }
        for (KeyEvent write : writes.values()) {
            if (read.versions().test(write.version()) && isPossible(write, read)) {
                return null;
            }
        }
        KeyEvent lost = lost(read);
        return "I1: " + read.cause() + " did not return key " + key + " of " + where
                + (lost == null ? "" : ", which " + lost.cause() + " wrote with version " + lost.version())
                + " and nothing has deleted since";
    }

    /** Whether the write could still be what a read meets. */
    boolean isPossible(KeyEvent write, KeyEvent read) {
        return write.start() <= read.end() && replacedBy(write, read) == null;
    }

    /** Whether a read could meet no row of the key. */
    boolean canBeAbsent(KeyEvent read) {
        return lost(read) == null;
    }

    /** Whether a read could meet a row of the key. @param counted only versions that pass */
    boolean canBePresent(KeyEvent read, java.util.function.LongPredicate counted) {
        for (KeyEvent write : writes.values()) {
            if (counted.test(write.version()) && isPossible(write, read)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a read could meet no row, or one that does not pass. */
    boolean canBeUncounted(KeyEvent read, java.util.function.LongPredicate counted) {
        return canBeAbsent(read) || canBePresent(read, version -> !counted.test(version));
    }

    /** What certainly came after the write and before the read. */
    private @Nullable KeyEvent replacedBy(KeyEvent write, KeyEvent read) {
        for (KeyEvent change : changes) {
            if (change != write
                    && change.certain()
                    && write.end() < change.start()
                    && isKnownTo(change, read)
                    && change.after(write.version()) != write.version()) {
                return change;
            }
        }
        return null;
    }

    /** A write that the read must have met, it or a later one; null when the key may be absent. */
    private @Nullable KeyEvent lost(KeyEvent read) {
        KeyEvent latest = null;
        for (KeyEvent write : writes.values()) {
            if (write.certain() && isKnownTo(write, read) && !mayBeRemoved(write, read)) {
                latest = latest == null || latest.start() < write.start() ? write : latest;
            }
        }
        return latest;
    }

    /**
     * Whether, after the write, the key may have been removed before the read ended: the version itself, or a later one
     * whose write may be in between.
     */
    private boolean mayBeRemoved(KeyEvent write, KeyEvent read) {
        for (KeyEvent change : changes) {
            if (change.kind() == KeyEvent.Kind.REMOVE && change.start() <= read.end() && change.end() > write.start()) {
                if (change.versions().test(write.version())) {
                    return true;
                }
                for (KeyEvent later : writes.values()) {
                    if (later != write
                            && change.versions().test(later.version())
                            && later.end() > write.start()
                            && later.start() < change.end()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Whether the read has to know of a change, by its consistency level. */
    private static boolean isKnownTo(KeyEvent change, KeyEvent read) {
        if (change.end() >= read.start()) {
            return false;
        }
        return switch (read.level()) {
            case STRONG, DEFAULT -> true;
            case SESSION -> change.cause().client() == read.cause().client();
            case BOUNDED -> change.cause().endMillis() < read.cause().startMillis() - BOUND_MILLIS;
            case EVENTUAL -> false;
        };
    }

    /** A client's Session reads never go back. */
    private @Nullable String checkSessions() {
        for (KeyEvent read : reads) {
            if (read.level() != Consistency.Level.SESSION || read.seen() == 0) {
                continue;
            }
            KeyEvent older = writes.get(read.seen());
            for (KeyEvent before : reads) {
                if (before.level() == Consistency.Level.SESSION
                        && before.cause().client() == read.cause().client()
                        && before.end() < read.start()
                        && before.seen() != 0) {
                    KeyEvent newer = writes.get(before.seen());
                    if (older != null && newer != null && older.end() < newer.start()) {
                        return "I7: " + read.cause() + " returned key " + key + " with version " + read.seen()
                                + ", although " + before.cause() + " had returned the later version " + before.seen();
                    }
                }
            }
        }
        return null;
    }

    /** Looks for one order of all operations in which every Strong read is right. */
    private boolean isExplained() {
        List<KeyEvent> all = new ArrayList<>(changes);
        reads.stream().filter(read -> read.level() == Consistency.Level.STRONG).forEach(all::add);
        all.sort(Comparator.comparingLong(KeyEvent::start));
        steps = 0;
        return isExplained(all.toArray(KeyEvent[]::new), new boolean[all.size()], 0, 0, new HashSet<>());
    }

    private record Position(List<Integer> open, int from, long version, long latest) {}

    private boolean isExplained(KeyEvent[] events, boolean[] done, long version, long latest, Set<Position> failed) {
        if (++steps > LARGEST_SEARCH) {
            return true; // undecided: every single read was found right
        }
        boolean moved = true;
        long deadline;
        do {
            moved = false;
            deadline = Operation.NEVER;
            long firstOptionalEnd = Operation.NEVER;
            boolean open = false;
            for (int i = 0; i < events.length; i++) {
                if (!done[i]) {
                    if (events[i].certain()) {
                        open = true;
                        deadline = Math.min(deadline, events[i].end());
                    } else {
                        firstOptionalEnd = Math.min(firstOptionalEnd, events[i].end());
                    }
                }
            }
            if (!open) {
                return true;
            }
            for (int i = 0; i < events.length && events[i].start() <= deadline; i++) {
                KeyEvent event = events[i];
                if (!done[i]
                        && event.kind() == KeyEvent.Kind.READ
                        && firstOptionalEnd >= event.start()
                        && event.versions().test(version)) {
                    done[i] = true;
                    latest = Math.max(latest, event.start());
                    moved = true;
                    break;
                }
            }
        } while (moved);
        if (!failed.add(position(events, done, version, latest))) {
            return false;
        }
        for (int i = 0; i < events.length && events[i].start() <= deadline; i++) {
            KeyEvent event = events[i];
            boolean fits = !done[i]
                    && (event.certain() || event.end() >= latest)
                    && (event.kind() != KeyEvent.Kind.READ || event.versions().test(version));
            if (fits) {
                boolean[] next = done.clone();
                next[i] = true;
                if (isExplained(events, next, event.after(version), Math.max(latest, event.start()), failed)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Position position(KeyEvent[] events, boolean[] done, long version, long latest) {
        int from = 0;
        while (from < done.length && done[from]) {
            from++;
        }
        List<Integer> later = new ArrayList<>();
        for (int i = from; i < events.length; i++) {
            if (done[i]) {
                later.add(i);
            }
        }
        return new Position(later, from, version, latest);
    }

    private String story() {
        List<KeyEvent> all = new ArrayList<>(changes);
        reads.stream().filter(read -> read.level() == Consistency.Level.STRONG).forEach(all::add);
        all.sort(Comparator.comparingLong(KeyEvent::start));
        StringBuilder text = new StringBuilder();
        for (KeyEvent event : all.size() > 60 ? all.subList(all.size() - 60, all.size()) : all) {
            text.append(text.isEmpty() ? "" : "; ")
                    .append(event.start())
                    .append("..")
                    .append(event.end() == Operation.NEVER ? "" : event.end())
                    .append(event.certain() ? " " : " maybe ")
                    .append(
                            switch (event.kind()) {
                                case WRITE -> "write of " + event.version();
                                case REMOVE -> "removal";
                                case READ ->
                                    (event.seen() == 0 ? "read without it" : "read of " + event.seen()) + " by client "
                                            + event.cause().client() + ", which "
                                            + event.cause().text();
                            });
        }
        return text.toString();
    }

    /** Versions in the order they were begun, for messages. */
    long[] versions() {
        return writes.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    }

    @Override
    public String toString() {
        return "key " + key + " " + Arrays.toString(versions());
    }
}
