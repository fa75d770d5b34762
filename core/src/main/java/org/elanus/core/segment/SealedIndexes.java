package org.elanus.core.segment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.core.index.OpenIndex;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.index.VectorSearcher;
import org.jspecify.annotations.Nullable;

/**
 * The open indexes of a sealed segment. A view holds the set that was current when it was made; an index is closed when
 * no set that is held has it any more. Changes are guarded by a lock, taking the current set is not.
 */
final class SealedIndexes {

    /** One open index. */
    static final class Opened implements SegmentIndex {

        final long indexId;
        final String field;
        final OpenIndex index;
        private final References references;

        Opened(long indexId, String field, OpenIndex index) {
            this.indexId = indexId;
            this.field = field;
            this.index = index;
            this.references = new References("index " + indexId, index::close);
        }

        @Override
        public String type() {
            return index.type();
        }

        @Override
        public MetricType metric() {
            return index.metric();
        }

        @Override
        public VectorSearcher borrow() {
            return index.borrow();
        }

        @Override
        public void giveBack(VectorSearcher searcher) {
            index.giveBack(searcher);
        }
    }

    /** Indexes by field. Whoever holds it releases it. */
    static final class Held {

        private final Map<String, Opened> byField = new HashMap<>();
        private final References references;

        private Held(Collection<Opened> indexes) {
            for (Opened index : indexes) {
                index.references.acquire();
                byField.put(index.field, index);
            }
            references = new References("set of indexes", () -> byField.values().forEach(i -> i.references.release()));
        }

        @Nullable
        SegmentIndex index(String field) {
            return byField.get(field);
        }

        void release() {
            references.release();
        }
    }

    private final ReentrantLock changing = new ReentrantLock();
    private volatile Held current = new Held(List.of());

    /** The current set; the caller releases it. */
    Held hold() {
        while (true) {
            Held now = current;
            if (now.references.tryAcquire()) {
                return now;
            }
        }
    }

    boolean has(long indexId) {
        return current.byField.values().stream().anyMatch(index -> index.indexId == indexId);
    }

    /** Adds an index and takes it over; one over the same field, or of the same id, goes. */
    void add(Opened added) {
        changing.lock();
        try {
            List<Opened> next = without(added.indexId);
            next.removeIf(index -> index.field.equals(added.field));
            next.add(added);
            replace(next);
        } finally {
            changing.unlock();
            added.references.release();
        }
    }

    void drop(long indexId) {
        changing.lock();
        try {
            if (has(indexId)) {
                replace(without(indexId));
            }
        } finally {
            changing.unlock();
        }
    }

    void dropAll() {
        changing.lock();
        try {
            replace(List.of());
        } finally {
            changing.unlock();
        }
    }

    private List<Opened> without(long indexId) {
        List<Opened> next = new ArrayList<>(current.byField.values());
        next.removeIf(index -> index.indexId == indexId);
        return next;
    }

    private void replace(Collection<Opened> indexes) {
        Held before = current;
        current = new Held(indexes);
        before.release();
    }
}
