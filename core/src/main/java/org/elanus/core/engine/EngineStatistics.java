package org.elanus.core.engine;

import java.util.List;

/**
 * What an engine holds and has done.
 *
 * @param collections in the order of their ids
 * @param damaged collections that are not served
 * @param indexesWaiting indexes over segments that are defined and not built
 */
public record EngineStatistics(
        List<Collection> collections, int damaged, Segments growing, Segments sealed, int indexesWaiting, Work work) {

    public EngineStatistics {
        collections = List.copyOf(collections);
    }

    /** @param rows -1 when they cannot be counted because its data is damaged */
    public record Collection(String database, String name, boolean loaded, long rows) {}

    /** @param rows deleted ones included */
    public record Segments(long count, long rows, long deletedRows, long bytes) {}

    /**
     * Since the start. Every number only grows.
     *
     * @param mergesAbandoned because the collection changed under them
     * @param buildNanos of index builds that succeeded
     */
    public record Work(
            long flushes,
            long flushFailures,
            long flushNanos,
            long flushedRows,
            long merges,
            long mergesAbandoned,
            long mergeFailures,
            long mergeNanos,
            long mergedRows,
            long buildNanos,
            long builtRows) {}
}
