package org.elanus.spi.database;

/** Whether a collection, or the partitions asked for, can be searched. @param progress in percent */
public record LoadStatus(State state, int progress) {

    public enum State {
        NOT_FOUND,
        NOT_LOADED,
        LOADING,
        LOADED
    }
}
