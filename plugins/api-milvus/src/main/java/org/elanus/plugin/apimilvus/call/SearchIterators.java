package org.elanus.plugin.apimilvus.call;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys at which the pages of search iterators ended; the iterators used least recently are forgotten. Safe for use
 * by many threads.
 */
final class SearchIterators {

    private static final int REMEMBERED = 256;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Set<Object>> edges = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Set<Object>> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** The keys that stood at the end of the iterator's last page, or nearly; none when they are forgotten. */
    Set<Object> edge(String token) {
        lock.lock();
        try {
            return edges.getOrDefault(token, Set.of());
        } finally {
            lock.unlock();
        }
    }

    void setEdge(String token, Set<Object> keys) {
        lock.lock();
        try {
            edges.put(token, Set.copyOf(keys));
        } finally {
            lock.unlock();
        }
    }
}
