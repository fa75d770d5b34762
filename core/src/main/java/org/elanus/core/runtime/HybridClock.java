package org.elanus.core.runtime;

import java.util.concurrent.atomic.AtomicLong;
import org.elanus.spi.runtime.Clock;

/**
 * Strictly increasing timestamps close to wall-clock time: milliseconds since 1970 in the upper 46 bits, a counter in
 * the lower 18. Safe for use by many threads, lock-free.
 *
 * <p>When the wall clock stands still or goes back, or when more than 2^18 timestamps are taken in a millisecond, the
 * sequence carries on by one from the last timestamp, running ahead of the wall clock until that has caught up.
 */
public final class HybridClock {

    /** Bits of the counter. */
    public static final int LOGICAL_BITS = 18;

    private static final long LOGICAL_MASK = (1L << LOGICAL_BITS) - 1;

    private final Clock clock;
    private final AtomicLong last;

    public HybridClock(Clock clock) {
        this(clock, 0);
    }

    /** A clock whose timestamps are all greater than {@code observed}. */
    public HybridClock(Clock clock, long observed) {
        this.clock = clock;
        this.last = new AtomicLong(observed);
    }

    /** A timestamp greater than every one given out or observed before. */
    public long next() {
        long wall = clock.millis() << LOGICAL_BITS;
        long previous;
        long next;
        do {
            previous = last.get();
            next = Math.max(previous + 1, wall);
        } while (!last.compareAndSet(previous, next));
        return next;
    }

    /** The first of some timestamps in a row, all of them greater than every one given out or observed before. */
    public long next(int count) {
        long wall = clock.millis() << LOGICAL_BITS;
        long previous;
        long first;
        do {
            previous = last.get();
            first = Math.max(previous + 1, wall);
        } while (!last.compareAndSet(previous, first + count - 1));
        return first;
    }

    /** The greatest timestamp given out or observed so far. */
    public long last() {
        return last.get();
    }

    /** Makes every later timestamp greater than the given one. */
    public void observe(long timestamp) {
        long previous;
        do {
            previous = last.get();
        } while (timestamp > previous && !last.compareAndSet(previous, timestamp));
    }

    /** The milliseconds since 1970 in a timestamp. */
    public static long physical(long timestamp) {
        return timestamp >>> LOGICAL_BITS;
    }

    /** The counter in a timestamp. */
    public static long logical(long timestamp) {
        return timestamp & LOGICAL_MASK;
    }

    /** A timestamp of its parts. */
    public static long compose(long millis, long logical) {
        return millis << LOGICAL_BITS | logical;
    }
}
