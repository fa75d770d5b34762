package org.elanus.spi.runtime;

/**
 * Tells long work that nobody waits for it any more. Safe for use by many threads; cheap enough to be asked every few
 * thousand rows.
 */
@FunctionalInterface
public interface Cancellation {

    /** Never cancelled. */
    Cancellation NONE = () -> false;

    /** Whether the work should stop as soon as it can. */
    boolean isCancelled();
}
