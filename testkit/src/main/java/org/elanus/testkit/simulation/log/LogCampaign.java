package org.elanus.testkit.simulation.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.elanus.core.runtime.Seams;
import org.elanus.testkit.simulation.Failure;

/**
 * Many schedules of the log's room, one for each of consecutive seeds, on several threads. Now and then a seed is run
 * twice, to see that it repeats.
 *
 * @param from the first seed
 * @param seeds how many
 * @param workers how many schedules run at once
 * @param keepsGoing whether it goes on after a violation
 * @param faults that may be drawn
 * @param variant made anew for each schedule
 */
public record LogCampaign(
        long from, long seeds, int workers, boolean keepsGoing, Set<LogFault> faults, Supplier<LogVariant> variant) {

    private static final int REPEATED = 500;
    private static final int ATTEMPTS = 3;

    /** @throws IllegalArgumentException when there would be nothing to run, or nobody to run it */
    public LogCampaign {
        if (seeds < 1 || workers < 1) {
            throw new IllegalArgumentException(
                    "a campaign needs at least 1 seed and 1 worker, not " + seeds + " and " + workers);
        }
        faults = Set.copyOf(faults);
    }

    /** What came of it. For one thread at a time while it is filled. */
    public static final class Report {
        private final List<LogOutcome> failed = new ArrayList<>();
        private final Map<LogFault, Integer> drawn = new TreeMap<>();
        private long seeds;
        private long appends;
        private long acknowledged;
        private long takeovers;
        private long freezes;
        private long refused;
        private long steps;
        private long nanos;
        private long hash;

        private void add(LogOutcome outcome) {
            seeds++;
            appends += outcome.appends();
            acknowledged += outcome.acknowledged();
            takeovers += outcome.takeovers();
            freezes += outcome.freezes();
            refused += outcome.refused() ? 1 : 0;
            steps += outcome.steps();
            hash ^= outcome.traceHash() * (2 * outcome.seed() + 1);
            outcome.faults().forEach(fault -> drawn.merge(fault, 1, Integer::sum));
            if (outcome.failed()) {
                failed.add(outcome);
            }
        }

        public long seeds() {
            return seeds;
        }

        public long acknowledged() {
            return acknowledged;
        }

        public long takeovers() {
            return takeovers;
        }

        /** Schedules that broke a rule, in the order in which they ended. */
        public List<LogOutcome> failed() {
            return List.copyOf(failed);
        }

        /** For people; the trace is the same for the same seeds of the same program. */
        public String text() {
            StringBuilder text = new StringBuilder(String.format(
                    Locale.ROOT,
                    "schedules     %,d%nappends       %,d%nacknowledged  %,d%ntakeovers     %,d%nfreezes       %,d%n"
                            + "refused       %,d%n"
                            + "violations    %,d%nsteps         %,d%nseconds       %.1f%nms/schedule   %.2f%ntrace         %016x%n",
                    seeds,
                    appends,
                    acknowledged,
                    takeovers,
                    freezes,
                    refused,
                    failed.size(),
                    steps,
                    nanos / 1e9,
                    nanos / 1e6 / seeds,
                    hash));
            text.append("\nschedules with\n");
            drawn.forEach((fault, count) -> text.append(String.format(Locale.ROOT, "%,10d  %s%n", count, fault)));
            for (LogOutcome outcome : failed) {
                text.append("\nseed ")
                        .append(outcome.seed())
                        .append(" with ")
                        .append(outcome.faults())
                        .append('\n');
                outcome.violations()
                        .forEach(
                                violation -> text.append("  ").append(violation).append('\n'));
            }
            return text.toString();
        }
    }

    /** Runs to the end, or to the first violation. */
    public Report run() {
        Seams seams = Seams.system();
        long began = seams.clock().nanos();
        Report report = new Report();
        ReentrantLock lock = new ReentrantLock();
        AtomicLong next = new AtomicLong(from);
        AtomicBoolean stopped = new AtomicBoolean();
        Runnable work = () -> {
            for (long seed = next.getAndIncrement();
                    seed < from + seeds && !stopped.get();
                    seed = next.getAndIncrement()) {
                LogOutcome outcome = simulate(seed);
                lock.lock();
                try {
                    report.add(outcome);
                    stopped.compareAndSet(false, outcome.failed() && !keepsGoing);
                } finally {
                    lock.unlock();
                }
            }
        };
        // Alone at first: classes that two simulations load at once would make them wait for each other.
        LogOutcome first = simulate(next.getAndIncrement());
        report.add(first);
        stopped.set(first.failed() && !keepsGoing);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            threads.add(seams.threads().start("schedules-" + i, work));
        }
        threads.forEach(LogCampaign::join);
        report.nanos = seams.clock().nanos() - began;
        return report;
    }

    /** One seed, again if something outside of the simulation disturbed it. */
    private LogOutcome simulate(long seed) {
        LogOutcome outcome = once(seed);
        for (int attempt = 1; attempt < ATTEMPTS && outcome.isDisturbed(); attempt++) {
            outcome = once(seed);
        }
        if (Math.floorMod(seed, REPEATED) == 0 && !outcome.failed()) {
            LogOutcome again = once(seed);
            if (again.traceHash() != outcome.traceHash() && !again.isDisturbed()) {
                return outcome.with(
                        "not repeatable: run twice, it took " + outcome.steps() + " and " + again.steps() + " steps");
            }
        }
        return outcome;
    }

    private LogOutcome once(long seed) {
        try {
            return new LogSchedule(seed, faults, variant.get(), line -> {}).run();
        } catch (Throwable e) {
            return LogOutcome.died(seed, "the simulation ended with " + Failure.describe(e));
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
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
}
