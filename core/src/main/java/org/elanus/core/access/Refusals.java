package org.elanus.core.access;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.runtime.Clock;

/**
 * Lets the first refusal of a kind be told and then one a second, as a refusal that costs the caller nothing could
 * otherwise fill logs and queues. Safe for use by many threads.
 */
final class Refusals {

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private long untold;
    private boolean told;
    private long toldNanos;

    Refusals(Clock clock) {
        this.clock = clock;
    }

    /** How many were not told since the last one that was; negative when this one is not to be told either. */
    long next() {
        lock.lock();
        try {
            long now = clock.nanos();
            if (told && now - toldNanos < PAUSE_NANOS) {
                untold++;
                return -1;
            }
            told = true;
            toldNanos = now;
            long before = untold;
            untold = 0;
            return before;
        } finally {
            lock.unlock();
        }
    }
}
