package org.elanus.spi.database;

/**
 * An index as it is.
 *
 * @param spec as it was asked for, with name and metric filled in
 * @param indexedRows rows that are indexed, or that lie in segments too small to be
 */
public record IndexInfo(long id, IndexSpec spec, long indexedRows, long totalRows, State state, String failure) {

    public enum State {
        IN_PROGRESS,
        FINISHED,
        FAILED
    }
}
