package org.elanus.testkit.simulation.check;

import java.util.HashMap;
import java.util.Map;
import org.elanus.spi.database.Consistency;

/** A read of one collection and what it returned. */
final class Observation extends Operation {

    /** What a read asked for. */
    @FunctionalInterface
    interface Scope {
        /** Whether the read returns the row if it is live. */
        boolean covers(Object key, long version, String partition);
    }

    private final Consistency.Level level;
    private final Map<Object, Long> rows = new HashMap<>();
    private Scope scope = (key, version, partition) -> false;
    private long count = -1;

    Observation(int client, String collection, String text, long start, long startMillis, Consistency.Level level) {
        super(client, collection, text, start, startMillis);
        this.level = level;
    }

    /** It returned rows. @param everything what would be among them if it were live */
    void saw(Map<Object, Long> versions, Scope everything) {
        rows.putAll(versions);
        scope = everything;
    }

    /** It returned a number of rows. @param counted which ones */
    void counted(long number, Scope counted) {
        count = number;
        scope = counted;
    }

    Consistency.Level level() {
        return level;
    }

    Map<Object, Long> rows() {
        return rows;
    }

    Scope scope() {
        return scope;
    }

    /** The number it returned; -1 for a read that returned rows. */
    long count() {
        return count;
    }
}
