package org.elanus.spi.wal.skeleton;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * Back-pressure: lets so many bytes be under way and blocks who wants more, until some are given back or it all ends. A
 * request larger than the whole budget passes when nothing else is under way. Safe for use by many threads; without
 * contention it takes no lock. Promises no order among those who wait.
 */
public final class ByteBudget {

    private final String name;
    private final long limit;
    private final AtomicLong underWay = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private volatile int waiting;
    private volatile boolean ended;

    /**
     * @param name of what is appended to, for messages, such as {@code log channel c-0}
     * @param limit in bytes
     */
    public ByteBudget(String name, long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("the bytes under way of " + name + " must be 1 or more, not " + limit);
        }
        this.name = name;
        this.limit = limit;
    }

    /**
     * Takes bytes, waiting for room.
     *
     * @return false, with nothing taken, when it has ended: ask the handle why
     * @throws ElanusException CANCELLED, with nothing taken, when the thread is interrupted while it waits
     */
    public boolean acquire(long bytes) {
        if (ended) {
            return false;
        }
        return take(bytes) || await(bytes);
    }

    /** Takes bytes without waiting, for a thread that must not wait because it is the one that gives back. */
    public void acquireNow(long bytes) {
        underWay.addAndGet(bytes);
    }

    /** Gives bytes back. */
    public void release(long bytes) {
        underWay.addAndGet(-bytes);
        if (waiting > 0) {
            wake();
        }
    }

    /** From here on nobody waits, and nobody gets any; what is under way may still be given back. */
    public void end() {
        ended = true;
        wake();
    }

    /** Bytes taken and not given back. */
    public long underWay() {
        return underWay.get();
    }

    private boolean take(long bytes) {
        while (true) {
            long before = underWay.get();
            if (before > 0 && before + bytes > limit) {
                return false;
            }
            if (underWay.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
    }

    private boolean await(long bytes) {
        lock.lock();
        try {
            waiting++;
            // Announced before it looks again: who gives back afterwards sees that somebody waits.
            while (!ended) {
                if (take(bytes)) {
                    return true;
                }
                room.await();
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ElanusException(
                    StandardErrorCode.CANCELLED,
                    "interrupted while waiting to append to " + name + "; nothing was appended",
                    e);
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
