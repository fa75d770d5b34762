package org.elanus.plugin.apimilvus.call;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Where the pages of search iterators ended. Iterators that rest too long are forgotten, and those used least recently
 * when all together take too much memory. Safe for use by many threads.
 */
final class SearchIterators {

    private static final long REST_NANOS = TimeUnit.MINUTES.toNanos(30);
    private static final int SHARE_OF_HEAP = 64;

    /** What an iterator takes beside its keys. */
    private static final long OWN_BYTES = 256;

    /** What a key takes in a map, beside its text. */
    private static final long KEY_BYTES = 96;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Edge> edges = new LinkedHashMap<>(16, 0.75f, true);
    private final long limit;
    private long bytes;

    private record Edge(Map<Object, Float> scores, long bytes, long nanos) {}

    SearchIterators() {
        this(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /** @param limit bytes that all iterators may take together */
    SearchIterators(long limit) {
        this.limit = limit;
    }

    /** The keys at the end of the iterator's last page with their scores; null when it is unknown, or forgotten. */
    @Nullable
    Map<Object, Float> edge(String token, Clock clock) {
        lock.lock();
        try {
            forgetResting(clock.nanos());
            Edge edge = edges.get(token);
            return edge == null ? null : edge.scores;
        } finally {
            lock.unlock();
        }
    }

    /** @throws ElanusException MEMORY_LIMIT when these keys alone are too many; the iterator stays as it was */
    void setEdge(String token, Map<Object, Float> scores, Clock clock) {
        Edge edge = new Edge(Map.copyOf(scores), bytes(scores), clock.nanos());
        if (edge.bytes > limit) {
            throw new ElanusException(
                    StandardErrorCode.MEMORY_LIMIT,
                    "the search iterator's page ends among " + scores.size()
                            + " hits of one score, more than the server remembers; narrow the search by a filter");
        }
        lock.lock();
        try {
            forgetResting(edge.nanos);
            Edge before = edges.put(token, edge);
            bytes += edge.bytes - (before == null ? 0 : before.bytes);
            Iterator<Edge> eldest = edges.values().iterator();
            while (bytes > limit) {
                bytes -= eldest.next().bytes;
                eldest.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Each use of an iterator sets its edge or ends it, so the order of use is all but that of the times. */
    private void forgetResting(long now) {
        Iterator<Edge> eldest = edges.values().iterator();
        while (eldest.hasNext()) {
            Edge edge = eldest.next();
            if (now - edge.nanos <= REST_NANOS) {
                return;
            }
            bytes -= edge.bytes;
            eldest.remove();
        }
    }

    private static long bytes(Map<Object, Float> scores) {
        long sum = OWN_BYTES;
        for (Object key : scores.keySet()) {
            sum += KEY_BYTES + (key instanceof String text ? 48 + 2L * text.length() : 0);
        }
        return sum;
    }
}
