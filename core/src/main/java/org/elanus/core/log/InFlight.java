package org.elanus.core.log;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;

/** Bounds the bytes that are appended and not acknowledged. Safe for use by many threads. */
final class InFlight {

    private final String channel;
    private final Clock clock;
    private final long limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private volatile long held;

    InFlight(String channel, Clock clock, long limit) {
        this.channel = channel;
        this.clock = clock;
        this.limit = limit;
    }

    /**
     * Waits until the bytes fit; a batch larger than the limit goes alone.
     *
     * @param deadlineNanos on the monotonic clock; {@link Long#MAX_VALUE} for never
     * @throws ElanusException TIMEOUT, or CANCELLED when the thread is interrupted; nothing was written then
     */
    void take(long bytes, long deadlineNanos) {
        lock.lock();
        try {
            while (held > 0 && held + bytes > limit) {
                if (deadlineNanos == Long.MAX_VALUE) {
                    freed.await();
                    continue;
                }
                long left = deadlineNanos - clock.nanos();
                if (left <= 0) {
                    throw new ElanusException(
                            StandardErrorCode.TIMEOUT,
                            "channel '%s' has %d bytes under way to its log, at most %d may be; nothing was written, try again"
                                    .formatted(channel, held, limit));
                }
                clock.await(freed, left);
            }
            held += bytes;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ElanusException(
                    StandardErrorCode.CANCELLED,
                    "the call was interrupted before it wrote to channel '" + channel + "'",
                    e);
        } finally {
            lock.unlock();
        }
    }

    /** Without waiting. */
    void add(long bytes) {
        lock.lock();
        try {
            held += bytes;
        } finally {
            lock.unlock();
        }
    }

    void give(long bytes) {
        lock.lock();
        try {
            held -= bytes;
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long held() {
        return held;
    }
}
