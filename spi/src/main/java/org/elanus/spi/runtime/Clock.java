package org.elanus.spi.runtime;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import org.elanus.spi.HostImplements;

/** Time as the host sees it. Safe for use by many threads. The only place for sleeping and timed waiting. */
@HostImplements
public interface Clock {

    /** Milliseconds since 1970-01-01T00:00Z. May go backwards when the operator sets the clock. */
    long millis();

    /** A monotonic reading in nanoseconds; only differences mean something. */
    long nanos();

    /** Blocks the calling thread for the duration. */
    void sleep(Duration duration) throws InterruptedException;

    /**
     * Waits on a condition, at most for the given time. The caller holds the condition's lock and re-checks what it
     * waits for in a loop.
     *
     * @return an estimate of the nanoseconds left; zero or less when the time is up
     */
    long await(Condition condition, long nanos) throws InterruptedException;
}
