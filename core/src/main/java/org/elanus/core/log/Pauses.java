package org.elanus.core.log;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.runtime.Clock;

/** Pauses that grow from one attempt to the next, and end at once when the channel is closed. */
final class Pauses {

    private final Clock clock;
    private final LogSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean ended;

    Pauses(Clock clock, LogSettings settings) {
        this.clock = clock;
        this.settings = settings;
    }

    /** In nanoseconds. */
    long first() {
        return settings.firstPause().toNanos();
    }

    long next(long nanos) {
        return Math.min(2 * nanos, settings.longestPause().toNanos());
    }

    /** Waits. @return false when there is to be no further attempt */
    boolean pause(long nanos) {
        long left = nanos;
        lock.lock();
        try {
            while (!ended && left > 0) {
                left = clock.await(changed, left);
            }
            return !ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
