package org.elanus.core.log;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread on which records are applied, one after the other in the order in which they were handed over, and actions
 * run between them. Safe for use by many threads.
 */
final class Applying {

    private static final Logger LOG = LoggerFactory.getLogger(Applying.class);

    private final String channel;
    private final ChannelCondition condition;
    private final Consumer<Pending> apply;
    private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread thread;
    private boolean stopped;

    private sealed interface Task permits Record, Barrier, Stop {}

    private record Record(Pending pending) implements Task {}

    private record Barrier(Runnable action, CompletableFuture<Boolean> done) implements Task {}

    private record Stop() implements Task {}

    Applying(String channel, ChannelCondition condition, Consumer<Pending> apply) {
        this.channel = channel;
        this.condition = condition;
        this.apply = apply;
    }

    void start(Threads threads) {
        thread = threads.start("applier-" + channel, this::run);
    }

    /** The caller has made sure that the thread is not stopped meanwhile. */
    void add(Pending pending) {
        tasks.add(new Record(pending));
    }

    /** Runs an action after everything added before, and waits for it. */
    void runInOrder(Runnable action) {
        Errors.join(begin(action));
    }

    /** Waits for everything added before, no longer than until a time on the monotonic clock. */
    void await(Clock clock, long deadlineNanos) {
        Waiting.join(begin(() -> {}), clock, deadlineNanos, "the log of channel '" + channel + "'");
    }

    private CompletableFuture<Boolean> begin(Runnable action) {
        Barrier barrier = new Barrier(action, new CompletableFuture<>());
        lock.lock();
        try {
            if (stopped) {
                throw condition.closedError();
            }
            tasks.add(barrier);
        } finally {
            lock.unlock();
        }
        return barrier.done;
    }

    /** Ends the thread after everything added before, and waits for it. */
    void stop() {
        lock.lock();
        try {
            if (!stopped) {
                stopped = true;
                tasks.add(new Stop());
            }
        } finally {
            lock.unlock();
        }
        join(thread);
    }

    /** Waits for a thread to end. */
    static void join(@Nullable Thread thread) {
        boolean interrupted = false;
        while (thread != null) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (true) {
            try {
                switch (tasks.take()) {
                    case Record(Pending pending) -> apply.accept(pending);
                    case Barrier barrier -> run(barrier);
                    case Stop _ -> {
                        return;
                    }
                }
            } catch (InterruptedException e) {
                LOG.debug("channel {}: interrupts do not end the applier, closing does", channel);
            }
        }
    }

    private static void run(Barrier barrier) {
        try {
            barrier.action.run();
            barrier.done.complete(true);
        } catch (Throwable e) {
            barrier.done.completeExceptionally(e);
        }
    }
}
