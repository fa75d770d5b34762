package org.elanus.core.runtime;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The body of a repeated task and the handle on it. */
final class RepeatedTask implements Threads.Repeating, Runnable {

    private static final Logger log = LoggerFactory.getLogger(RepeatedTask.class);

    private final String name;
    private final long pauseNanos;
    private final Runnable task;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private @Nullable Thread thread;
    private boolean woken;
    private boolean closed;
    private boolean ended;

    RepeatedTask(String name, Duration pause, Runnable task) {
        this.name = name;
        this.pauseNanos = pause.toNanos();
        this.task = task;
    }

    void begin(Thread unstarted) {
        lock.lock();
        try {
            thread = unstarted;
            unstarted.start();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        try {
            while (awaitTurn()) {
                try {
                    task.run();
                } catch (Throwable e) {
                    log.error("The repeated task {} failed; it will run again", name, e);
                }
            }
        } finally {
            lock.lock();
            try {
                ended = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean awaitTurn() {
        lock.lock();
        try {
            long left = pauseNanos;
            while (!closed && !woken && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
            return !closed;
        } catch (InterruptedException _) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            // A task that closes its own repetition must not wait for itself.
            while (!ended && Thread.currentThread() != thread) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
