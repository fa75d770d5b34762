package org.elanus.core.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The records that were handed to a shared log and not returned by it, in their order. Safe for use by many threads. */
final class UnderWay {

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Pending> records = new ArrayDeque<>();

    void add(Pending record) {
        lock.lock();
        try {
            records.add(record);
        } finally {
            lock.unlock();
        }
    }

    /** The oldest one; null when there is none. */
    @Nullable
    Pending oldest() {
        lock.lock();
        try {
            return records.peek();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the oldest one out; null when there is none. */
    @Nullable
    Pending next() {
        lock.lock();
        try {
            return records.poll();
        } finally {
            lock.unlock();
        }
    }
}
