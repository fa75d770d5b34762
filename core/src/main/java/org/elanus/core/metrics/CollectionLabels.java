package org.elanus.core.metrics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The collections that have a label of their own: the first ones that are used, up to a limit. A client chooses names, so
 * what no collection has is not remembered. Safe for use by many threads; the way of a known name takes no lock.
 */
final class CollectionLabels {

    static final String OTHER = "other";
    static final String UNKNOWN = "unknown";

    private final int limit;
    private final MeteredCollection other = new MeteredCollection(OTHER);
    private final MeteredCollection unknown = new MeteredCollection(UNKNOWN);
    private final ReentrantLock lock = new ReentrantLock();
    /** By label; changed under the lock. */
    private final Map<String, MeteredCollection> labelled = new LinkedHashMap<>();

    /** By database and name. Replaced as a whole, so that a look-up under way leaves nothing stale in the new one. */
    private volatile Map<String, Map<String, MeteredCollection>> known = new ConcurrentHashMap<>();

    private volatile CollectionNames names = CollectionNames.NONE;

    CollectionLabels(int limit) {
        this.limit = limit;
    }

    void names(CollectionNames present) {
        names = present;
    }

    MeteredCollection of(String database, String collection) {
        Map<String, Map<String, MeteredCollection>> seen = known;
        Map<String, MeteredCollection> inDatabase = seen.get(database);
        MeteredCollection found = inDatabase == null ? null : inDatabase.get(collection);
        return found == null ? lookUp(seen, database, collection) : found;
    }

    private MeteredCollection lookUp(
            Map<String, Map<String, MeteredCollection>> seen, String database, String collection) {
        String label = names.label(database, collection);
        if (label == null) {
            return unknown;
        }
        MeteredCollection found = labelled(label);
        seen.computeIfAbsent(database, _ -> new ConcurrentHashMap<>()).put(collection, found);
        return found;
    }

    /** Stands for names that no collection has. */
    MeteredCollection unknown() {
        return unknown;
    }

    /** Of a collection that is there. */
    MeteredCollection labelled(String label) {
        lock.lock();
        try {
            MeteredCollection found = labelled.get(label);
            if (found == null && labelled.size() >= limit) {
                return other;
            }
            if (found == null) {
                found = new MeteredCollection(label);
                labelled.put(label, found);
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /**
     * To be called after a collection or alias has changed its name or is gone.
     *
     * @param dropped the label of a collection that is gone, although there may be a new one of its name by now
     * @return what has no collection any more
     */
    List<MeteredCollection> changed(@Nullable String dropped) {
        Collection<String> labels = names.labels();
        Set<String> present = new HashSet<>(labels);
        List<MeteredCollection> removed = new ArrayList<>();
        lock.lock();
        try {
            labelled.values().removeIf(collection -> {
                boolean gone = !present.contains(collection.label())
                        || collection.label().equals(dropped);
                if (gone) {
                    collection.remove();
                    removed.add(collection);
                }
                return gone;
            });
            known = new ConcurrentHashMap<>();
        } finally {
            lock.unlock();
        }
        return removed;
    }
}
