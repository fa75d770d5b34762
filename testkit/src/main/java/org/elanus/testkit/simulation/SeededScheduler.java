package org.elanus.testkit.simulation;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Runs virtual threads one at a time on the thread that made it, and decides by a seeded random number which of those
 * that can run is next. Time is virtual: it passes a little with every turn, and jumps to the next timer when nothing can
 * run. Whatever the threads do with {@code java.util.concurrent} then happens in the same order for the same seed.
 *
 * <p>For the thread that made it and the threads it runs.
 */
final class SeededScheduler {

    static final String FLAG = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    private static final @Nullable MethodHandle NEW_VIRTUAL_THREAD = newVirtualThread();
    private static final long BLOCKED_LIMIT_NANOS = 1_000_000_000;
    /** One turn in so many begins with a jump to the next timer, as when the machine was busy with something else. */
    private static final int EARLY_TIMER = 96;

    /** How the next thread is chosen; a seed keeps to one, since each finds other things. */
    private enum Policy {
        IN_TURN,
        ANY,
        LATEST,
        PRIORITY
    }

    /** Something that happens at a time. */
    static final class Timer {
        private final long deadline;
        private final long number;
        private final SimulatedThread thread;
        private final boolean interrupting;
        boolean fired;
        boolean interrupted;
        boolean cancelled;

        private Timer(long deadline, long number, SimulatedThread thread, boolean interrupting) {
            this.deadline = deadline;
            this.number = number;
            this.thread = thread;
            this.interrupting = interrupting;
        }
    }

    private final SplittableRandom random;
    private final Policy policy;
    private final Thread carrier = Thread.currentThread();
    private final List<SimulatedThread> ready = new ArrayList<>();
    private final List<SimulatedThread> alive = new ArrayList<>();
    /** Woken by a thread that is not ours. */
    private final Queue<SimulatedThread> foreign = new ConcurrentLinkedQueue<>();

    private final PriorityQueue<Timer> timers = new PriorityQueue<>(
            Comparator.<Timer>comparingLong(timer -> timer.deadline).thenComparingLong(timer -> timer.number));
    private final BiConsumer<SimulatedThread, Throwable> whenFailed;
    private @Nullable SimulatedThread current;
    private @Nullable String strayWake;
    private long nanos = 1_000_000_000;
    private long timerNumber;
    private long steps;
    private long hash = 0x9E3779B97F4A7C15L;
    private int threadNumber;

    /**
     * @param shuffled whether the seed decides who runs; else those that can run take turns
     * @param whenFailed told what a thread threw out of its body
     */
    SeededScheduler(long seed, boolean shuffled, BiConsumer<SimulatedThread, Throwable> whenFailed) {
        this.random = new SplittableRandom(seed);
        this.whenFailed = whenFailed;
        int choice = random.nextInt(8);
        this.policy = !shuffled
                ? Policy.IN_TURN
                : choice == 0
                        ? Policy.LATEST
                        : choice <= 2 ? Policy.PRIORITY : choice == 3 ? Policy.IN_TURN : Policy.ANY;
    }

    private static @Nullable MethodHandle newVirtualThread() {
        try {
            Method method = Class.forName("java.lang.ThreadBuilders")
                    .getDeclaredMethod("newVirtualThread", Executor.class, String.class, int.class, Runnable.class);
            method.setAccessible(true);
            return MethodHandles.lookup().unreflect(method);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    /** @throws IllegalStateException when this JVM was started without the flag that a simulation needs */
    static MethodHandle requireSupport() {
        MethodHandle found = NEW_VIRTUAL_THREAD;
        if (found == null) {
            throw new IllegalStateException(
                    "a simulation schedules virtual threads itself, on JDK 25 and with the JVM flag " + FLAG);
        }
        return found;
    }

    /**
     * Appenders write under locks that all simulations of a JVM share: a thread that waits for one looks like a deadlock.
     *
     * @throws IllegalStateException when the server's log goes anywhere
     */
    static void requireSilence() {
        if (LoggerFactory.getLogger("org.elanus.core").isErrorEnabled()) {
            throw new IllegalStateException("simulated servers must not log, because simulations would wait for each"
                    + " other in the appender: turn the logger 'org.elanus' off, or leave "
                    + LoggerFactory.getILoggerFactory().getClass().getName() + " off the class path");
        }
    }

    /** Starts a thread. It runs when it is chosen. */
    SimulatedThread start(SimulatedThread.ThreadGroup group, String name, boolean outside, Runnable body) {
        SimulatedThread made = new SimulatedThread(this, group, threadNumber++, name, outside);
        made.priority = random.nextInt();
        if (name.equals("flusher") || name.equals("builder")) {
            made.activity = name.equals("flusher") ? "flush" : "merge";
        }
        group.started++;
        group.running++;
        Runnable guarded = () -> {
            try {
                body.run();
            } catch (Throwable e) {
                whenFailed.accept(made, e);
            } finally {
                group.running--;
                alive.remove(made);
            }
        };
        Thread thread;
        try {
            thread = (Thread) requireSupport().invoke((Executor) made, name, 0, guarded);
        } catch (Throwable e) {
            throw new IllegalStateException("no virtual thread can be made", e);
        }
        made.thread = thread;
        alive.add(made);
        thread.start();
        return made;
    }

    /** The thread that runs now. */
    SimulatedThread current() {
        SimulatedThread now = current;
        if (now == null) {
            throw new IllegalStateException("not on a simulated thread");
        }
        return now;
    }

    void ready(SimulatedThread thread) {
        Thread caller = Thread.currentThread();
        SimulatedThread now = current;
        if (caller == carrier || now != null && caller == now.thread) {
            ready.add(thread);
        } else {
            foreign.add(thread);
        }
    }

    /** Gives one thread the processor until it waits. False when none can run. */
    boolean turn() {
        while (true) {
            takeForeign();
            if (ready.isEmpty()) {
                return false;
            }
            if (policy != Policy.IN_TURN && random.nextInt(EARLY_TIMER) == 0) {
                jump();
            }
            SimulatedThread next = choose();
            Runnable turn = next.turn;
            if (turn == null || !next.mayRun()) {
                continue;
            }
            if (next.group.frozen) {
                next.group.held.add(next);
                continue;
            }
            steps++;
            nanos += 1 + random.nextInt(20_000);
            mix(next.id);
            current = next;
            try {
                turn.run();
            } finally {
                current = null;
            }
            return true;
        }
    }

    private SimulatedThread choose() {
        int last = ready.size() - 1;
        int index = 0;
        switch (policy) {
            case IN_TURN -> {
                return ready.removeFirst();
            }
            case ANY -> index = random.nextInt(last + 1);
            case LATEST -> index = random.nextInt(16) == 0 ? random.nextInt(last + 1) : last;
            case PRIORITY -> {
                if (random.nextInt(48) == 0) {
                    ready.get(random.nextInt(last + 1)).priority = random.nextInt();
                }
                for (int i = 1; i <= last; i++) {
                    if (ready.get(i).priority > ready.get(index).priority) {
                        index = i;
                    }
                }
            }
        }
        return policy == Policy.ANY ? swapOut(index, last) : ready.remove(index);
    }

    private SimulatedThread swapOut(int index, int last) {
        SimulatedThread chosen = ready.get(index);
        ready.set(index, ready.get(last));
        ready.removeLast();
        return chosen;
    }

    private void takeForeign() {
        for (SimulatedThread woken = foreign.poll(); woken != null; woken = foreign.poll()) {
            if (strayWake == null && woken.mayRun()) {
                strayWake = woken.name;
            }
            ready.add(woken);
        }
    }

    /** Lets the next timer fire. False when there is none. */
    boolean jump() {
        Timer next = timers.poll();
        while (next != null && (next.cancelled || !next.thread.mayRun())) {
            next = timers.poll();
        }
        if (next == null) {
            return false;
        }
        nanos = Math.max(nanos, next.deadline);
        mix(-next.thread.id);
        next.fired = true;
        Thread thread = next.thread.thread;
        if (thread != null) {
            if (next.interrupting) {
                next.interrupted = !thread.isInterrupted();
                if (next.interrupted) {
                    thread.interrupt();
                }
            } else {
                LockSupport.unpark(thread);
            }
        }
        return true;
    }

    /**
     * Waits for threads that the JVM, not this scheduler, will wake: those that contend for a monitor. Code that keeps
     * the laws has none; class loading may.
     */
    boolean awaitBlocked() {
        boolean blocked = false;
        for (SimulatedThread thread : alive) {
            blocked |= thread.mayRun() && thread.thread != null && thread.thread.getState() == Thread.State.BLOCKED;
        }
        if (!blocked) {
            return false;
        }
        for (long waited = 0; waited < BLOCKED_LIMIT_NANOS && foreign.isEmpty(); waited += 50_000) {
            LockSupport.parkNanos(50_000);
        }
        return !foreign.isEmpty();
    }

    Timer timer(long delayNanos, boolean interrupting) {
        long now = nanos;
        long deadline = delayNanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + Math.max(0, delayNanos);
        Timer timer = new Timer(deadline, timerNumber++, current(), interrupting);
        timers.add(timer);
        return timer;
    }

    void cancel(Timer timer) {
        timer.cancelled = true;
        timers.remove(timer);
    }

    /** Lets the threads of a frozen group run again. */
    void thaw(SimulatedThread.ThreadGroup group) {
        group.frozen = false;
        ready.addAll(group.held);
        group.held.clear();
    }

    /** Forgets the threads of a group for good. */
    void end(SimulatedThread.ThreadGroup group) {
        group.ended = true;
        ready.removeIf(thread -> thread.group == group);
        alive.removeIf(thread -> thread.group == group);
        timers.removeIf(timer -> timer.thread.group == group);
    }

    /** The threads that wait, each with the place where it does. */
    List<String> waiting() {
        List<String> found = new ArrayList<>();
        for (SimulatedThread each : alive) {
            if (each.thread != null && each.mayRun()) {
                found.add(each.name + " in " + place(each.thread));
            }
        }
        return found;
    }

    private static String place(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (!frame.getClassName().startsWith("java.")
                    && !frame.getClassName().startsWith("jdk.")) {
                return frame.toString();
            }
        }
        return "no method";
    }

    /** A thread that something outside of this simulation woke; null when there was none. */
    @Nullable
    String strayWake() {
        return strayWake;
    }

    long nanos() {
        return nanos;
    }

    long steps() {
        return steps;
    }

    long hash() {
        return hash;
    }

    /** Makes something that happened part of the trace. */
    void mix(long value) {
        hash = (Long.rotateLeft(hash, 7) ^ value) * 0xD6E8FEB86659FD93L;
    }
}
