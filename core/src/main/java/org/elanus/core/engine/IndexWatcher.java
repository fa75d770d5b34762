package org.elanus.core.engine;

import org.elanus.core.metrics.IndexOutcome;

/** Hears of indexes that are created, dropped and built. Called by the thread that does it; must not block. */
@FunctionalInterface
public interface IndexWatcher {

    IndexWatcher NONE = (database, collection, indexType, outcome) -> {};

    /** @param indexType one that there is, such as {@code HNSW}, or {@code unknown} */
    void finished(String database, String collection, String indexType, IndexOutcome outcome);
}
