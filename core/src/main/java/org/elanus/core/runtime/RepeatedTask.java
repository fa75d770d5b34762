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
        while (awaitTurn()) {
            try {
                task.run();
            } catch (Throwable e) {
                log.error("The repeated task {} failed; it will run again", name, e);
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

    /** {@inheritDoc} Returns after the thread has ended, so that its owner finds nothing left of it. */
    @Override
    public void close() {
        Thread running;
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            running = thread;
        } finally {
            lock.unlock();
        }
        // A task that closes its own repetition must not wait for itself.
        if (running != null && running != Thread.currentThread()) {
            joinUninterruptibly(running);
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
