package org.elanus.testkit.simulation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.testkit.io.SimulatedDisk;
import org.jspecify.annotations.Nullable;

/**
 * Everything around the server in one simulation: runs one process after the other, cuts the power, damages the disk,
 * sets the clock, and asks the scenario at the end.
 */
final class World {

    private static final long LONGEST_PROCESS_STEPS = 400_000;
    private static final long LONGEST_GHOST_STEPS = 20_000;
    private static final int LONGEST_IDLE_JUMPS = 4_000;
    private static final int MOST_CRASHES = 3;
    private static final int MOST_VIOLATIONS = 10;
    private static final long HOUR_MILLIS = 3_600_000;

    private final Simulation.Builder settings;
    private final Scenario scenario;
    private final SplittableRandom random;
    private final SeededScheduler scheduler;
    private final SimulatedClock clock;
    private final List<String> violations = new ArrayList<>();
    private final List<String> damages = new ArrayList<>();
    private final Map<String, Integer> points = new TreeMap<>();
    private final Map<String, Integer> passed = new TreeMap<>();
    private int crashes;
    private @Nullable Machine left;
    /** The database refused to open, rightly: it named the damage. */
    private boolean refused;

    /** What became of the thread that leads a process. */
    private static final class Lead {
        boolean up;
        boolean done;

        @Nullable
        Throwable failure;
    }

    World(Simulation.Builder settings, Scenario scenario) {
        this.settings = settings;
        this.scenario = scenario;
        this.random = new SplittableRandom(settings.seed);
        this.scheduler = new SeededScheduler(
                random.nextLong(), settings.faults.has(FaultPlan.Family.SCHEDULE), this::threadFailed);
        this.clock = new SimulatedClock(scheduler);
    }

    SeededScheduler scheduler() {
        return scheduler;
    }

    SimulatedClock clock() {
        return clock;
    }

    List<String> damages() {
        return damages;
    }

    void violation(String what) {
        journal("VIOLATION " + what);
        if (violations.size() < MOST_VIOLATIONS && !violations.contains(what)) {
            violations.add(what);
        }
    }

    void journal(String line) {
        settings.journal.accept(line);
    }

    void passed(String point, String side) {
        if (settings.countsPassages) {
            passed.merge(point + side, 1, Integer::sum);
        }
    }

    Map<String, Integer> passed() {
        return passed;
    }

    private void threadFailed(SimulatedThread thread, Throwable error) {
        if (!thread.group.off) {
            violation("the thread " + thread.name + " ended with " + Failure.describe(error));
        }
    }

    Outcome run() {
        Machine machine = Machine.empty(
                random.nextBoolean() ? SimulatedDisk.SECTOR : SimulatedDisk.PAGE,
                clock::millis,
                new SimulatedThreads(
                        scheduler, clock, new SimulatedThread.ThreadGroup(), "", false, (name, error) -> {}));
        List<String> targets = DurabilityPoints.targets(settings.logPlugin != null, settings.storagePlugin != null);
        int lives =
                settings.faults.has(FaultPlan.Family.CRASH) ? 1 + random.nextInt(MOST_CRASHES) : 1 + random.nextInt(2);
        List<CrashTarget> plan = Collections.nCopies(lives, CrashTarget.none());
        if (settings.faults.has(FaultPlan.Family.CRASH)) {
            targets.forEach(target -> points.put(target, 0));
            plan = CrashTarget.plan(random, targets, lives);
        }
        for (int life = 0; life < plan.size() && violations.isEmpty() && !refused; life++) {
            CrashTarget target = plan.get(life);
            machine = live(new SimulatedProcess(this, settings, life, machine, target, false), false);
            damage(machine.disk(), 2);
        }
        if (violations.isEmpty() && !refused) {
            clock.shift(0);
            live(new SimulatedProcess(this, settings, plan.size(), machine, CrashTarget.none(), true), true);
        }
        if (refused) {
            scenario.check().forEach(this::violation);
        }
        String stray = scheduler.strayWake();
        if (stray != null) {
            violation(Outcome.NOT_REPEATABLE + "thread " + stray
                    + " was woken from outside: something waits on a monitor or in real time");
        }
        return new Outcome(settings.seed, violations, crashes, points, scheduler.hash(), scheduler.steps());
    }

    /** Runs one process to its end. @return what the next one finds */
    private Machine live(SimulatedProcess process, boolean last) {
        left = null;
        Lead lead = new Lead();
        journal("start " + process.incarnation() + (last ? ", the last" : ", " + process.target()));
        scheduler.start(process.group(), "start", false, () -> {
            try {
                process.start();
                lead.up = true;
            } catch (Throwable e) {
                lead.failure = e;
            }
        });
        if (runUntil(process, () -> lead.up || lead.failure != null, "starting")) {
            if (lead.failure != null) {
                startFailed(process, lead.failure, last);
            } else {
                journal("up after " + scheduler.steps() + " steps");
                play(process, last);
            }
        }
        if (left == null && !process.target().closes() && !last && violations.isEmpty()) {
            crash(process, "the scenario's end");
        }
        if (left == null) {
            shutDown(process, last);
        }
        bury(process);
        Machine found = left;
        return found == null ? process.machine() : found;
    }

    private void startFailed(SimulatedProcess process, Throwable error, boolean last) {
        journal("does not start: " + error);
        if (error instanceof ElanusException known) {
            StandardErrorCode code =
                    known.code() instanceof StandardErrorCode standard ? standard : StandardErrorCode.INTERNAL;
            if (code == StandardErrorCode.CORRUPT && !damages.isEmpty()) {
                refused = true;
                return;
            }
            if (process.hadFaults() && (code == StandardErrorCode.IO_FAILURE || code == StandardErrorCode.DISK_FULL)) {
                return;
            }
        } else if (error instanceof java.io.IOException && process.hadFaults()) {
            return;
        }
        violation((last ? "with everything healed, " : "") + "the server does not start: " + Failure.describe(error));
    }

    private void play(SimulatedProcess process, boolean last) {
        Lead lead = new Lead();
        SimulatedThread thread = scheduler.start(process.group(), "scenario", true, () -> {
            try {
                if (last) {
                    scenario.verify(process).forEach(this::violation);
                } else {
                    scenario.run(process);
                }
            } catch (Throwable e) {
                lead.failure = e;
            }
            lead.done = true;
        });
        if (runUntil(process, () -> lead.done, thread.name) && lead.failure != null) {
            violation("the scenario ended with " + Failure.describe(lead.failure));
        }
    }

    private void shutDown(SimulatedProcess process, boolean last) {
        Lead lead = new Lead();
        if (last && damages.isEmpty() && violations.isEmpty() && lead.failure == null) {
            process.problems().forEach(problem -> violation("with everything healed: " + problem));
        }
        scheduler.start(process.group(), "shut-down", false, () -> {
            try {
                process.close();
            } catch (Throwable e) {
                lead.failure = e;
            }
            lead.done = true;
        });
        boolean closed = runUntil(process, () -> lead.done, "closing");
        if (closed && lead.failure != null && !process.hadFaults() && !(lead.failure instanceof ElanusException)) {
            violation("closing ended with " + Failure.describe(lead.failure));
        }
        if (left == null) {
            process.group().off = true;
            left = process.machine().afterCrash(random, process.target().powerCut());
        }
    }

    private interface Condition {
        boolean holds();
    }

    /** Runs threads until the condition holds; false when the process crashed or hangs. */
    private boolean runUntil(SimulatedProcess process, Condition condition, String what) {
        long end = scheduler.steps() + LONGEST_PROCESS_STEPS;
        int jumps = 0;
        while (!condition.holds()) {
            if (process.isDue() && left == null) {
                crash(process, DurabilityPoints.ANYWHERE);
            }
            if (left != null) {
                return false;
            }
            disturb(process);
            if (!scheduler.turn()) {
                if (!scheduler.awaitBlocked() && (jumps++ > LONGEST_IDLE_JUMPS || !scheduler.jump())) {
                    violation("deadlock while " + what + ": " + process.waitingThreads());
                    return false;
                }
            } else if (scheduler.steps() > end) {
                violation("no end while " + what + " after " + LONGEST_PROCESS_STEPS + " steps: "
                        + process.waitingThreads());
                return false;
            }
        }
        return left == null;
    }

    /** Faults that come at any time. */
    private void disturb(SimulatedProcess process) {
        if (settings.faults.has(FaultPlan.Family.CLOCK) && random.nextInt(1_500) == 0) {
            switch (random.nextInt(4)) {
                case 0 -> clock.shift(-HOUR_MILLIS);
                case 1 -> clock.shift(HOUR_MILLIS);
                case 2 -> clock.shift(random.nextLong(-5_000, 5_000));
                default -> clock.freeze();
            }
            journal("the wall clock is set to " + clock.millis());
        }
        if (settings.faults.corrupts() && random.nextInt(8_000) == 0) {
            damage(process.machine().disk(), 1);
        }
    }

    private void damage(SimulatedDisk disk, int odds) {
        if (settings.faults.corrupts() && random.nextInt(odds) == 0) {
            Predicate<Path> spared = path -> isEndOfLog(disk, path);
            (random.nextInt(3) == 0 ? disk.misdirect(random, spared) : disk.flipBit(random, spared))
                    .ifPresent(damage -> {
                        journal(damage);
                        damages.add(damage);
                    });
        }
    }

    /**
     * The newest file of a log is not damaged: a bad record at the end of a log of one copy cannot be told from one that
     * the power cut off before it was acknowledged.
     */
    private static boolean isEndOfLog(SimulatedDisk disk, Path path) {
        Path directory = path.getParent();
        return directory != null
                && path.startsWith(SimulatedProcess.ROOT)
                && path.getName(SimulatedProcess.ROOT.getNameCount()).toString().startsWith("wal-")
                && disk.list(directory).stream()
                        .filter(file -> file.toString().endsWith(".log"))
                        .reduce((older, newer) -> newer)
                        .filter(path::equals)
                        .isPresent();
    }

    /** The power goes, now. */
    void crash(SimulatedProcess process, String where) {
        if (process.group().off) {
            return;
        }
        process.group().off = true;
        crashes++;
        points.merge(process.target().powerCut() ? where : where + DurabilityPoints.KILLED, 1, Integer::sum);
        journal("crash at " + where + ", step " + scheduler.steps()
                + (process.target().powerCut() ? ", power cut" : ", process killed"));
        left = process.machine().afterCrash(random, process.target().powerCut());
    }

    /**
     * Nothing that a process does after its crash has an effect; it goes on only until it has given its memory back,
     * which the JVM does not collect.
     */
    private void bury(SimulatedProcess process) {
        process.group().off = true;
        boolean[] closed = {false};
        scheduler.start(process.group(), "bury", false, () -> {
            try {
                process.close();
            } catch (Exception e) {
                // Its disk is off.
            }
            closed[0] = true;
        });
        long end = scheduler.steps() + LONGEST_GHOST_STEPS;
        int jumps = 0;
        while (!(closed[0] && process.group().running == 0) && scheduler.steps() < end) {
            if (!scheduler.turn() && !scheduler.awaitBlocked() && (closed[0] || jumps++ > 200 || !scheduler.jump())) {
                break;
            }
        }
        if (!closed[0]) {
            journal("the remains of process " + process.incarnation() + " could not be closed: "
                    + process.waitingThreads());
        }
        scheduler.end(process.group());
    }
}
