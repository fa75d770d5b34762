package org.elanus.testkit.simulation.log;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.WalOpener;
import org.elanus.testkit.simulation.Failure;
import org.elanus.testkit.simulation.SimulatedCluster;
import org.elanus.testkit.simulation.SimulatedCluster.SimulatedNode;

/**
 * One seeded schedule: two or three processes claim one channel of a shared log, write, freeze, die and come back, while
 * network and log do what the seed draws. In the end everything is healed, a last process takes the channel, and
 * everything that was acknowledged and seen is judged. Runs on the calling thread.
 */
public final class LogSchedule {

    private static final Set<LogFault> BROKEN_PROMISES = EnumSet.range(LogFault.DUPLICATES, LogFault.TAIL_LOST);
    private static final Set<LogFault> DAMAGING = EnumSet.range(LogFault.REORDERS, LogFault.FORGED);
    private static final int MOST_QUIET_STEPS = 60;
    private static final int MOST_FROZEN_STEPS = 300;
    private static final int MOST_KILLS = 2;

    private final LogVariant variant;
    private final Consumer<String> journal;
    private final SimulatedCluster cluster;
    private final RandomGenerator random;
    private final Set<LogFault> faults;
    private final SharedLog log;
    private final SharedChannelStore store = new SharedChannelStore();
    private final LogHistory history;
    private final List<Claimant> claimants = new ArrayList<>();
    private final long seed;
    private int names;
    private int freezes;
    private int kills;
    private boolean refused;
    private long nextFault;
    private long thawAt = Long.MAX_VALUE;

    /**
     * @param faults some of these are drawn
     * @param journal told, line by line, what happens
     */
    public LogSchedule(long seed, Set<LogFault> faults, LogVariant variant, Consumer<String> journal) {
        this.seed = seed;
        this.variant = variant;
        this.journal = journal;
        this.cluster = new SimulatedCluster(seed);
        this.random = cluster.generator();
        this.faults = LogFault.drawn(faults, random);
        this.log = new SharedLog(this.faults, cluster.node("log").threads(), cluster.generator());
        this.history = new LogHistory(this::journal);
    }

    LogVariant variant() {
        return variant;
    }

    SharedLog log() {
        return log;
    }

    SharedChannelStore store() {
        return store;
    }

    LogHistory history() {
        return history;
    }

    /** What a checkpoint of the engine would say. */
    long committed() {
        return history.truncatedTo();
    }

    boolean breaksPromises() {
        return faults.stream().anyMatch(BROKEN_PROMISES::contains);
    }

    /** Whether what the log holds may be wrong, rather than only what it delivers. */
    private boolean hasDamagedLog() {
        return log.hasLostAny() || faults.stream().anyMatch(DAMAGING::contains);
    }

    void journal(String line) {
        journal.accept(cluster.steps() + " " + line);
    }

    /** Runs it. Once. */
    public LogOutcome run() {
        journal("faults " + faults);
        int count = 2 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            claimant(1 + random.nextInt(3));
        }
        nextFault = random.nextInt(MOST_QUIET_STEPS);
        boolean ended = cluster.runUntil(
                () -> claimants.stream().allMatch(Claimant::isOver), this::disturb, "processes claim and write");
        int takeovers = claimants.stream().mapToInt(Claimant::opened).sum();
        log.heal();
        journal("everything is healed");
        if (ended && cluster.runUntil(() -> log.underWay == 0, () -> {}, "late records arrive")) {
            audit();
        }
        cluster.problems().forEach(history::violation);
        cluster.end();
        return new LogOutcome(
                seed,
                history.violations(),
                history.appends(),
                history.acknowledgements(),
                takeovers,
                freezes,
                refused,
                cluster.steps(),
                cluster.traceHash(),
                faults);
    }

    private Claimant claimant(int lives) {
        SimulatedNode node = cluster.node(Character.toString('A' + names++));
        if (faults.contains(LogFault.CLOCK)) {
            node.shiftClock(random.nextLong(-3_600_000, 3_600_000));
        }
        Claimant claimant = new Claimant(this, node, cluster.generator(), lives);
        claimants.add(claimant);
        claimant.start();
        return claimant;
    }

    /** Between two turns. */
    private void disturb() {
        long now = cluster.steps();
        if (now >= thawAt) {
            claimants.forEach(claimant -> claimant.node().thaw());
            journal("thawed");
            thawAt = Long.MAX_VALUE;
        }
        if (now < nextFault) {
            return;
        }
        nextFault = now + 1 + random.nextInt(MOST_QUIET_STEPS);
        Claimant victim = claimants.get(random.nextInt(claimants.size()));
        if (victim.isOver() || victim.node().isFrozen()) {
            return;
        }
        if (faults.contains(LogFault.TAIL_LOST) && !log.hasLostAny() && random.nextInt(4) == 0) {
            log.loseTail(1 + random.nextInt(4));
            history.tailLost();
        } else if (faults.contains(LogFault.FORGED) && random.nextInt(3) == 0) {
            journal("a record is forged");
            log.forge();
        } else if (faults.contains(LogFault.KILL) && kills < MOST_KILLS && random.nextInt(3) == 0) {
            kills++;
            journal(victim.node().name() + " is killed");
            victim.node().kill();
            claimant(1 + random.nextInt(2));
        } else if (faults.contains(LogFault.FREEZE) && thawAt == Long.MAX_VALUE) {
            freezes++;
            journal(victim.node().name() + " freezes");
            victim.node().freeze();
            thawAt = now + random.nextInt(MOST_FROZEN_STEPS);
        }
    }

    /** A process that comes when all others are done, reads everything and can write. */
    private void audit() {
        SimulatedNode node = cluster.node("last");
        Claimant last = new Claimant(this, node, cluster.generator(), 0);
        LogView view = history.view("last");
        boolean[] over = {false};
        node.threads().start("audit", () -> {
            try (WalOpener opener = variant.log(log.opener(node));
                    LogRoom room = last.open("last", opener, view)) {
                Operation operation = history.invoked("last", view, 1);
                history.acknowledged(operation, org.elanus.core.log.ChannelLog.join(room.append(operation.record())));
                history.judge(view);
            } catch (ElanusException e) {
                if (e.code() == StandardErrorCode.CORRUPT && hasDamagedLog()) {
                    refused = true;
                    history.gaveUp(view);
                    journal("the last process is refused, as it may be: " + e.getMessage());
                    history.judge(null);
                } else {
                    history.violation("with everything healed, the last process failed with " + Failure.describe(e));
                }
            } catch (RuntimeException e) {
                history.violation("the last process met " + Failure.describe(e));
            }
            over[0] = true;
        });
        cluster.runUntil(() -> over[0], () -> {}, "the last process reads");
    }
}
