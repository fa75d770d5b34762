package org.elanus.plugin.apimilvus.call;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The compactions that clients started and may ask about; the oldest are forgotten. Safe for use by many threads. */
final class Compactions {

    enum State {
        RUNNING,
        DONE,
        FAILED
    }

    private static final int REMEMBERED = 1_024;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<Long, State> states = new LinkedHashMap<>();

    void set(long id, State state) {
        lock.lock();
        try {
            states.put(id, state);
            Iterator<State> oldest = states.values().iterator();
            while (states.size() > REMEMBERED && oldest.hasNext()) {
                oldest.next();
                oldest.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Null for one that is not remembered. */
    @Nullable
    State get(long id) {
        lock.lock();
        try {
            return states.get(id);
        } finally {
            lock.unlock();
        }
    }
}
