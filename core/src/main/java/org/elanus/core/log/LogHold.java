package org.elanus.core.log;

/** Keeps a channel from forgetting records that somebody still needs. Safe for use by many threads. */
public interface LogHold extends AutoCloseable {

    /** Whose it is. */
    String name();

    /** Records behind this position are kept. */
    LogPosition position();

    /** Gives up the records up to a position; one that lies before the present one changes nothing. */
    void advance(LogPosition position);

    /** Gives up all of them. Calling it again has no effect. */
    @Override
    void close();
}
