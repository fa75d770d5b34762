package org.elanus.testkit.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;

/** Threads of one simulated process. Every kind of thread is a virtual one on the simulation's scheduler. */
final class SimulatedThreads implements Threads {

    /** Whatever machine simulates: the same seed, the same schedule. */
    private static final int LARGEST_POOL = 2;

    private final SeededScheduler scheduler;
    private final SimulatedClock clock;
    private final SimulatedThread.ThreadGroup group;
    private final String prefix;
    private final boolean outside;
    private final BiConsumer<String, Throwable> whenTaskFails;
    private final List<Repeated> repeating = new ArrayList<>();

    /**
     * @param prefix of every name
     * @param outside whether these are threads of the scenario
     * @param whenTaskFails told what repeated tasks throw
     */
    SimulatedThreads(
            SeededScheduler scheduler,
            SimulatedClock clock,
            SimulatedThread.ThreadGroup group,
            String prefix,
            boolean outside,
            BiConsumer<String, Throwable> whenTaskFails) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.group = group;
        this.prefix = prefix;
        this.outside = outside;
        this.whenTaskFails = whenTaskFails;
    }

    @Override
    public Thread start(String name, Runnable body) {
        return Objects.requireNonNull(scheduler.start(group, prefix + name, outside, body).thread);
    }

    @Override
    public Thread startVirtual(String name, Runnable body) {
        return start(name, body);
    }

    @Override
    public ExecutorService pool(String name, int threads) {
        return new Pool(name, Math.min(threads, LARGEST_POOL));
    }

    @Override
    public ExecutorService virtualExecutor(String name) {
        return new Pool(name, Integer.MAX_VALUE);
    }

    @Override
    public Repeating repeat(String name, Duration pause, Runnable task) {
        Repeated repeated = new Repeated(prefix + name, pause, task);
        repeating.add(repeated);
        repeated.thread = start(name, repeated);
        return repeated;
    }

    /** Lets every repeated task run now. */
    void wakeAll() {
        List.copyOf(repeating).forEach(Repeated::wake);
    }

    private final class Repeated implements Repeating, Runnable {
        private final String name;
        private final long pauseNanos;
        private final Runnable task;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private @Nullable Thread thread;
        private boolean woken;
        private boolean closed;
        private boolean ended;

        Repeated(String name, Duration pause, Runnable task) {
            this.name = name;
            this.pauseNanos = pause.toNanos();
            this.task = task;
        }

        @Override
        public void run() {
            try {
                while (awaitTurn()) {
                    try {
                        task.run();
                    } catch (RuntimeException | Error e) {
                        whenTaskFails.accept(name, e);
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
                    left = clock.await(changed, left);
                }
                woken = false;
                return !closed;
            } catch (InterruptedException e) {
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
                while (!ended && Thread.currentThread() != thread) {
                    changed.awaitUninterruptibly();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** The JDK's pools wait in real time when they are closed. */
    private final class Pool extends AbstractExecutorService {
        private final String name;
        private final int limit;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private final List<Thread> workers = new ArrayList<>();
        private int idle;
        private int started;
        private boolean shutdown;

        Pool(String name, int limit) {
            this.name = name;
            this.limit = limit;
        }

        @Override
        public void execute(Runnable command) {
            lock.lock();
            try {
                if (shutdown) {
                    throw new RejectedExecutionException("the executor " + name + " is closed");
                }
                tasks.add(command);
                if (idle >= tasks.size()) {
                    changed.signalAll();
                } else if (workers.size() < limit) {
                    workers.add(start(name + "-" + started++, this::work));
                }
            } finally {
                lock.unlock();
            }
        }

        private void work() {
            try {
                for (Runnable task = next(); task != null; task = next()) {
                    task.run();
                }
            } finally {
                lock.lock();
                try {
                    workers.remove(Thread.currentThread());
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        }

        private @Nullable Runnable next() {
            lock.lock();
            try {
                while (tasks.isEmpty() && !shutdown && limit != Integer.MAX_VALUE) {
                    idle++;
                    changed.awaitUninterruptibly();
                    idle--;
                }
                return tasks.poll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void shutdown() {
            lock.lock();
            try {
                shutdown = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public List<Runnable> shutdownNow() {
            lock.lock();
            try {
                shutdown();
                List<Runnable> left = List.copyOf(tasks);
                tasks.clear();
                workers.forEach(Thread::interrupt);
                return left;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown && workers.isEmpty();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            lock.lock();
            try {
                long left = unit.toNanos(timeout);
                while (!isTerminated() && left > 0) {
                    left = clock.await(changed, left);
                }
                return isTerminated();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                shutdown();
                while (!isTerminated()) {
                    changed.awaitUninterruptibly();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
