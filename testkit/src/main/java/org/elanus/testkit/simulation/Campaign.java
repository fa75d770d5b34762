package org.elanus.testkit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.elanus.core.runtime.Seams;

/**
 * Many simulations, one for each of consecutive seeds, on several threads. Each simulation draws its own families of
 * faults from the given ones ({@link FaultPlan#drawn}). Now and then a seed is run twice, to see that it repeats.
 *
 * @param from the first seed
 * @param seeds how many
 * @param workers how many simulations run at once
 * @param keepsGoing whether it goes on after a violation
 * @param faults that may happen
 * @param scenario makes what is done to each server
 * @param setup completes a simulation, with plugins for example; called by several threads at once
 * @param replay the command that runs one seed again
 * @param progress told every two seconds how far it is, and at once of violations
 */
public record Campaign(
        long from,
        long seeds,
        int workers,
        boolean keepsGoing,
        FaultPlan faults,
        ScenarioFactory scenario,
        Consumer<Simulation.Builder> setup,
        LongFunction<String> replay,
        Consumer<String> progress) {

    private static final long PROGRESS_NANOS = 2_000_000_000;
    private static final int ATTEMPTS = 3;
    /** One seed in so many is run twice. */
    private static final int REPEATED = 500;

    /** @throws IllegalArgumentException when there would be nothing to run, or nobody to run it */
    public Campaign {
        if (seeds < 1 || workers < 1) {
            throw new IllegalArgumentException(
                    "a campaign needs at least 1 seed and 1 worker, not " + seeds + " and " + workers);
        }
    }

    /**
     * Runs to the end, or to the first violation.
     *
     * @throws IllegalStateException as {@link Simulation#run} does
     */
    public CampaignReport run() {
        SeededScheduler.requireSupport();
        SeededScheduler.requireSilence();
        Seams seams = Seams.system();
        long began = seams.clock().nanos();
        CampaignReport report = new CampaignReport(faults);
        ReentrantLock lock = new ReentrantLock();
        AtomicLong next = new AtomicLong(from);
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicLong told = new AtomicLong(began);
        Runnable work = () -> {
            for (long seed = next.getAndIncrement();
                    seed < from + seeds && !stopped.get();
                    seed = next.getAndIncrement()) {
                Outcome outcome = simulate(seed);
                lock.lock();
                try {
                    report.add(outcome);
                    long now = seams.clock().nanos();
                    if (outcome.failed()) {
                        progress.accept(failure(outcome));
                        stopped.compareAndSet(false, !keepsGoing);
                    }
                    if (now - told.get() > PROGRESS_NANOS) {
                        told.set(now);
                        progress.accept(report.progress(seeds, now - began));
                    }
                } finally {
                    lock.unlock();
                }
            }
        };
        // Alone at first: classes that two simulations load at once would make them wait for each other.
        report.add(simulateFirst(next, stopped));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            threads.add(seams.threads().start("simulations-" + i, work));
        }
        threads.forEach(Campaign::join);
        report.took(seams.clock().nanos() - began);
        return report;
    }

    private Outcome simulateFirst(AtomicLong next, AtomicBoolean stopped) {
        Outcome outcome = simulate(next.getAndIncrement());
        if (outcome.failed()) {
            progress.accept(failure(outcome));
            stopped.set(!keepsGoing);
        }
        return outcome;
    }

    private String failure(Outcome outcome) {
        return "seed " + outcome.seed() + ":\n  " + String.join("\n  ", outcome.violations()) + "\n  replay: "
                + replay.apply(outcome.seed());
    }

    /** One seed; whatever ends the simulation itself is a violation, so that no seed gets lost. */
    private Outcome simulate(long seed) {
        try {
            return simulateUndisturbed(seed);
        } catch (Throwable e) {
            return new Outcome(seed, List.of("the simulation ended with " + Failure.describe(e)), 0, Map.of(), 0, 0);
        }
    }

    /** One seed, again if something outside of the simulation disturbed it. */
    private Outcome simulateUndisturbed(long seed) {
        Outcome outcome = once(seed);
        for (int attempt = 1; attempt < ATTEMPTS && outcome.isDisturbed(); attempt++) {
            outcome = once(seed);
        }
        if (Math.floorMod(seed, REPEATED) == 0 && !outcome.failed()) {
            Outcome again = once(seed);
            if (again.traceHash() != outcome.traceHash() && !again.isDisturbed()) {
                return new Outcome(
                        seed,
                        List.of(Outcome.NOT_REPEATABLE + "run twice, it took " + outcome.steps() + " and "
                                + again.steps() + " steps"),
                        outcome.crashes(),
                        outcome.points(),
                        outcome.traceHash(),
                        outcome.steps());
            }
        }
        return outcome;
    }

    private Outcome once(long seed) {
        FaultPlan drawn = faults.drawn(seed);
        Simulation.Builder builder =
                Simulation.builder().seed(seed).faults(drawn).scenario(scenario.create(seed, drawn));
        setup.accept(builder);
        return builder.build().run();
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
