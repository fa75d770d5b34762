package org.elanus.core.log;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;

/** Waits for a result no longer than its caller does. */
final class Waiting {

    private Waiting() {}

    /**
     * @param deadlineNanos on the monotonic clock; {@link Long#MAX_VALUE} for never
     * @param what for the message, such as {@code the log of channel 'c'}
     * @throws ElanusException the result's failure; TIMEOUT or CANCELLED, and the result may still come
     */
    static <T> T join(CompletableFuture<T> future, Clock clock, long deadlineNanos, String what) {
        if (deadlineNanos == Long.MAX_VALUE || future.isDone()) {
            return Errors.join(future);
        }
        ReentrantLock lock = new ReentrantLock();
        Condition done = lock.newCondition();
        future.whenComplete((result, failure) -> {
            lock.lock();
            try {
                done.signalAll();
            } finally {
                lock.unlock();
            }
        });
        lock.lock();
        try {
            while (!future.isDone()) {
                long left = deadlineNanos - clock.nanos();
                if (left <= 0) {
                    throw new ElanusException(
                            StandardErrorCode.TIMEOUT, "the call's deadline has passed while it waited for " + what);
                }
                clock.await(done, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ElanusException(
                    StandardErrorCode.CANCELLED, "the call was interrupted while it waited for " + what, e);
        } finally {
            lock.unlock();
        }
        return Errors.join(future);
    }
}
