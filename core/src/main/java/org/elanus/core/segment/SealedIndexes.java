package org.elanus.core.segment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.core.index.OpenIndex;
import org.elanus.core.index.OpenScalarIndex;
import org.elanus.core.index.ScalarIndex;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.index.VectorSearcher;
import org.jspecify.annotations.Nullable;

/**
 * The open indexes of a sealed segment. A view holds the set that was current when it was made; an index is closed when
 * no set that is held has it any more. Changes are guarded by a lock, taking the current set is not.
 */
final class SealedIndexes {

    /** One open index, of either kind. */
    abstract static sealed class Opened {

        final long indexId;
        final String field;
        private final References references;

        Opened(long indexId, String field, Runnable close) {
            this.indexId = indexId;
            this.field = field;
            this.references = new References("index " + indexId, close);
        }
    }

    /** Over a vector field. */
    static final class OpenedVector extends Opened implements SegmentIndex {

        private final OpenIndex index;

        OpenedVector(long indexId, String field, OpenIndex index) {
            super(indexId, field, index::close);
            this.index = index;
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

    /** Over a scalar field. */
    static final class OpenedScalar extends Opened {

        private final ScalarIndex index;

        OpenedScalar(long indexId, String field, OpenScalarIndex index) {
            super(indexId, field, index::close);
            this.index = index.index();
        }

        private boolean replaces(Opened other) {
            return other instanceof OpenedScalar scalar
                    && Objects.equals(scalar.index.path(), index.path())
                    && scalar.field.equals(field);
        }
    }

    /** Indexes by field. Whoever holds it releases it. */
    static final class Held {

        private final List<Opened> indexes;
        private final Map<String, OpenedVector> vectors = new HashMap<>();
        private final Map<String, List<ScalarIndex>> scalars = new HashMap<>();
        private final References references;

        private Held(Collection<Opened> opened) {
            indexes = List.copyOf(opened);
            for (Opened index : indexes) {
                index.references.acquire();
                switch (index) {
                    case OpenedVector vector -> vectors.put(vector.field, vector);
                    case OpenedScalar scalar ->
                        scalars.computeIfAbsent(scalar.field, field -> new ArrayList<>(1))
                                .add(scalar.index);
                }
            }
            references = new References("set of indexes", () -> indexes.forEach(i -> i.references.release()));
        }

        @Nullable
        SegmentIndex index(String field) {
            return vectors.get(field);
        }

        List<ScalarIndex> scalars(String field) {
            return scalars.getOrDefault(field, List.of());
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
        return current.indexes.stream().anyMatch(index -> index.indexId == indexId);
    }

    /** Adds an index and takes it over; one over the same values, or of the same id, goes. */
    void add(Opened added) {
        changing.lock();
        try {
            List<Opened> next = without(added.indexId);
            next.removeIf(index ->
                    added instanceof OpenedScalar scalar ? scalar.replaces(index) : index.field.equals(added.field));
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
        List<Opened> next = new ArrayList<>(current.indexes);
        next.removeIf(index -> index.indexId == indexId);
        return next;
    }

    private void replace(Collection<Opened> indexes) {
        Held before = current;
        current = new Held(indexes);
        before.release();
    }
}
