package org.elanus.core.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Makes guessing slow: who fails to sign in {@value #FREE} times has to wait, longer after each further failure. Users that
 * do not exist are counted like those that do. Bounded: the one that failed longest ago is forgotten. Safe for use by
 * many threads.
 */
final class Throttle {

    /** Failures without consequence. */
    static final int FREE = 5;

    /** The wait after the next failure; doubled by each further one. */
    static final Duration FIRST_WAIT = Duration.ofSeconds(1);

    static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /** Failures this long ago are forgiven. */
    private static final long MEMORY_NANOS = TimeUnit.MINUTES.toNanos(15);

    private static final int CAPACITY = 10_000;

    /** Who fails to give the password of a user, which need not exist. */
    record Source(String remoteAddress, String user) {}

    private record Failures(int count, long lastNanos) {}

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();

    private final LinkedHashMap<Source, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Source, Failures> eldest) {
            return size() > CAPACITY;
        }
    };

    Throttle(Clock clock) {
        this.clock = clock;
    }

    /** Nanoseconds that the source has to wait before its next attempt; 0 for none. */
    long waitNanos(Source source) {
        lock.lock();
        try {
            Failures known = failures.get(source);
            if (known == null || known.count < FREE) {
                return 0;
            }
            int doublings = Math.min(known.count - FREE, 20);
            long wait = Math.min(FIRST_WAIT.toNanos() << doublings, LONGEST_WAIT.toNanos());
            return Math.max(0, wait - (clock.nanos() - known.lastNanos));
        } finally {
            lock.unlock();
        }
    }

    void failed(Source source) {
        lock.lock();
        try {
            long now = clock.nanos();
            failures.compute(source, (absent, known) -> next(known, now));
        } finally {
            lock.unlock();
        }
    }

    private static Failures next(@Nullable Failures known, long now) {
        return known == null || now - known.lastNanos > MEMORY_NANOS
                ? new Failures(1, now)
                : new Failures(known.count + 1, now);
    }

    void succeeded(Source source) {
        lock.lock();
        try {
            failures.remove(source);
        } finally {
            lock.unlock();
        }
    }
}
