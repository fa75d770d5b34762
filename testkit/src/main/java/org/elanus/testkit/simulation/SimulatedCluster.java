package org.elanus.testkit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;

/**
 * Several processes under one seeded schedule, each with a clock and threads of its own. A process can be frozen
 * wherever its threads are and go on later, or be killed. Whatever is shared between processes takes no lock that a
 * process could be frozen or killed with: one thread runs at a time, so shared state needs none.
 *
 * <p>For the thread that made it and the threads it runs.
 */
public final class SimulatedCluster {

    private static final long MOST_STEPS = 400_000;
    private static final int MOST_IDLE_JUMPS = 20_000;

    private final SplittableRandom random;
    private final SeededScheduler scheduler;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * @throws IllegalStateException when this JVM was started without the flag that a simulation needs, or when what is
     *     simulated would log
     */
    public SimulatedCluster(long seed) {
        SeededScheduler.requireSupport();
        SeededScheduler.requireSilence();
        random = new SplittableRandom(seed);
        scheduler = new SeededScheduler(random.nextLong(), true, this::threadFailed);
    }

    private void threadFailed(SimulatedThread thread, Throwable error) {
        problems.add("the thread " + thread.name + " ended with " + Failure.describe(error));
    }

    /** A new process that runs. */
    public SimulatedNode node(String name) {
        SimulatedNode node = new SimulatedNode(
                scheduler,
                name,
                (task, error) -> problems.add("the task " + task + " failed with " + Failure.describe(error)));
        nodes.add(node);
        return node;
    }

    /** Follows from the seed. */
    public RandomGenerator generator() {
        return random.split();
    }

    /** What should not have happened: threads that ended with an exception, processes that wait for ever. */
    public List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        String stray = scheduler.strayWake();
        if (stray != null) {
            all.add(Outcome.NOT_REPEATABLE + "thread " + stray
                    + " was woken from outside: something waits on a monitor or in real time");
        }
        return all;
    }

    /**
     * Runs threads until the condition holds. Frozen processes go on at the latest when nothing else can happen.
     *
     * @param betweenTurns run before each turn, to disturb
     * @return whether the condition holds; if not, {@link #problems()} tells who waits where
     */
    public boolean runUntil(BooleanSupplier condition, Runnable betweenTurns, String what) {
        long end = scheduler.steps() + MOST_STEPS;
        int jumps = 0;
        while (!condition.getAsBoolean()) {
            betweenTurns.run();
            if (scheduler.turn()) {
                if (scheduler.steps() > end) {
                    problems.add("no end while " + what + " after " + MOST_STEPS + " steps: " + scheduler.waiting());
                    return false;
                }
            } else if (!scheduler.awaitBlocked() && (jumps++ > MOST_IDLE_JUMPS || !scheduler.jump()) && !thawAll()) {
                problems.add("deadlock while " + what + ": " + scheduler.waiting());
                return false;
            }
        }
        return true;
    }

    private boolean thawAll() {
        boolean any = false;
        for (SimulatedNode node : nodes) {
            any |= node.isFrozen();
            node.thaw();
        }
        return any;
    }

    /** Ends every process. */
    public void end() {
        nodes.forEach(SimulatedNode::kill);
    }

    /** How often a thread was given the processor. */
    public long steps() {
        return scheduler.steps();
    }

    /** The same for every run of the same seed and program. */
    public long traceHash() {
        return scheduler.hash();
    }

    /** A process of a {@link SimulatedCluster}. */
    public static final class SimulatedNode {
        private final SeededScheduler scheduler;
        private final String name;
        private final SimulatedThread.ThreadGroup group = new SimulatedThread.ThreadGroup();
        private final SimulatedClock clock;
        private final Threads threads;

        private SimulatedNode(
                SeededScheduler scheduler, String name, java.util.function.BiConsumer<String, Throwable> failures) {
            this.scheduler = scheduler;
            this.name = name;
            this.clock = new SimulatedClock(scheduler);
            this.threads = new SimulatedThreads(scheduler, clock, group, name + ":", false, failures);
        }

        public String name() {
            return name;
        }

        public Clock clock() {
            return clock;
        }

        /** Their threads freeze and die with the process. */
        public Threads threads() {
            return threads;
        }

        /** Sets the process's wall clock ahead, or back. */
        public void shiftClock(long millis) {
            clock.shift(millis);
        }

        /** None of its threads gets on until it thaws; the one that calls this does at its next wait. */
        public void freeze() {
            group.frozen = true;
        }

        public void thaw() {
            scheduler.thaw(group);
        }

        public boolean isFrozen() {
            return group.frozen && !group.ended;
        }

        /** Its threads never run again, not even for a {@code finally}. */
        public void kill() {
            scheduler.end(group);
        }

        public boolean isDead() {
            return group.ended;
        }
    }
}
