package org.elanus.core.engine;

/** Hears of index builds. Called by the building thread; must not block. */
@FunctionalInterface
public interface IndexWatcher {

    IndexWatcher NONE = (database, collection, indexType, succeeded) -> {};

    /** @param indexType that was built, such as {@code HNSW} */
    void finished(String database, String collection, String indexType, boolean succeeded);
}
