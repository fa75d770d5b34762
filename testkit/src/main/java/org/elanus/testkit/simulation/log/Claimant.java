package org.elanus.testkit.simulation.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.ChannelParts;
import org.elanus.core.log.ChannelStore;
import org.elanus.core.log.LogPosition;
import org.elanus.core.log.LogSettings;
import org.elanus.core.runtime.HybridClock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.WalOpener;
import org.elanus.testkit.simulation.Failure;
import org.elanus.testkit.simulation.SimulatedCluster.SimulatedNode;

/** One process of a schedule: takes the channel, writes, reads, loses it, takes it again. */
final class Claimant {

    static final String CHANNEL = "channel-0";

    private static final LogSettings SETTINGS = new LogSettings(
            Duration.ofSeconds(20),
            Duration.ofMillis(50),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(8),
            1 << 20);
    /** What a sound room answers in a world in which processes are deposed and connections break. */
    private static final Set<StandardErrorCode> EXPECTED = EnumSet.of(
            StandardErrorCode.FENCED,
            StandardErrorCode.NOT_READY,
            StandardErrorCode.IO_FAILURE,
            StandardErrorCode.TIMEOUT,
            StandardErrorCode.CLOSED);
    /** Its record limit is 64 KiB: most are one record, some are two or three. */
    private static final int[] LARGE_ROWS = {8_190, 9_000, 17_000};

    private final LogSchedule schedule;
    private final SimulatedNode node;
    private final RandomGenerator random;
    private final int lives;
    private boolean done;
    private int opened;

    Claimant(LogSchedule schedule, SimulatedNode node, RandomGenerator random, int lives) {
        this.schedule = schedule;
        this.node = node;
        this.random = random;
        this.lives = lives;
    }

    SimulatedNode node() {
        return node;
    }

    boolean isOver() {
        return done || node.isDead();
    }

    /** How often it took the channel. */
    int opened() {
        return opened;
    }

    void start() {
        node.threads().start("script", () -> {
            for (int life = 0; life < lives; life++) {
                rest(life == 0 && random.nextBoolean() ? 10 : 4_000);
                live(node.name() + life);
            }
            done = true;
        });
    }

    private void rest(int mostMillis) {
        try {
            node.clock().sleep(Duration.ofNanos(random.nextLong(mostMillis * 1_000_000L)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void live(String name) {
        LogHistory history = schedule.history();
        LogView view = history.view(name);
        WalOpener log = schedule.variant().log(schedule.log().opener(node));
        try (log) {
            LogRoom room;
            try {
                room = open(name, log, view);
            } catch (ElanusException e) {
                expect(name + " opening", e);
                if (e.code() == StandardErrorCode.CORRUPT || schedule.log().hasLostAny()) {
                    history.gaveUp(view);
                }
                return;
            }
            opened++;
            schedule.journal(name + " owns the channel");
            work(name, room, view);
            try {
                room.close();
            } catch (ElanusException e) {
                expect(name + " closing", e);
            }
            schedule.journal(name + " has closed");
        } catch (RuntimeException e) {
            history.violation(name + " met " + Failure.describe(e));
        }
    }

    LogRoom open(String name, WalOpener log, LogView view) {
        LogVariant variant = schedule.variant();
        ChannelStore store = variant.store(schedule.store());
        ChannelLog.Applier applier =
                variant.applier(record -> schedule.history().applied(view, record));
        return variant.open(new ChannelParts(
                log,
                schedule.log().capabilities(),
                CHANNEL,
                name,
                store,
                schedule.committed(),
                new HybridClock(node.clock()),
                node.clock(),
                node.threads(),
                SETTINGS,
                applier));
    }

    private void expect(String what, ElanusException error) {
        schedule.journal(what + ": " + error.code() + " " + error.getMessage());
        boolean expected = error.code() instanceof StandardErrorCode code
                && (EXPECTED.contains(code) || code == StandardErrorCode.CORRUPT && schedule.breaksPromises());
        if (!expected) {
            schedule.history().violation(what + " failed with " + Failure.describe(error));
        }
    }

    private void work(String name, LogRoom room, LogView view) {
        List<Thread> clients = new ArrayList<>();
        int count = 1 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            RandomGenerator own = new java.util.SplittableRandom(random.nextLong());
            Client client = new Client(name + "." + i, room, view, own);
            clients.add(node.threads().start("client", client));
        }
        for (Thread client : clients) {
            try {
                client.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Uses a channel for a while. */
    private final class Client implements Runnable {
        private final String name;
        private final LogRoom room;
        private final LogView view;
        private final RandomGenerator own;

        Client(String name, LogRoom room, LogView view, RandomGenerator own) {
            this.name = name;
            this.room = room;
            this.view = view;
            this.own = own;
        }

        @Override
        public void run() {
            LogPosition last = LogPosition.START;
            int steps = 1 + own.nextInt(5);
            for (int step = 0; step < steps; step++) {
                try {
                    int kind = own.nextInt(10);
                    if (kind == 0) {
                        long owed = schedule.history().beginStrongRead();
                        room.awaitApplied();
                        schedule.history().strongRead(view, owed);
                    } else if (kind == 1 && last.sequence() > 0) {
                        schedule.history().truncated(last);
                        room.truncate(last);
                    } else {
                        last = append(kind < 4 ? 1 + own.nextInt(4) : 1, last);
                    }
                } catch (ElanusException e) {
                    expect(name, e);
                    if (e.code() == StandardErrorCode.FENCED || e.code() == StandardErrorCode.CORRUPT) {
                        return;
                    }
                    pause(3_000);
                } catch (RuntimeException e) {
                    schedule.history().violation(name + " met " + Failure.describe(e));
                    return;
                }
                if (own.nextInt(4) == 0) {
                    pause(own.nextInt(6) == 0 ? 3_000 : 2);
                }
            }
        }

        private void pause(int mostMillis) {
            try {
                node.clock().sleep(Duration.ofNanos(own.nextLong(mostMillis * 1_000_000L)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** Several at once, each without waiting for the one before. */
        private LogPosition append(int count, LogPosition before) {
            LogHistory history = schedule.history();
            List<Operation> operations = new ArrayList<>();
            List<CompletableFuture<LogPosition>> results = new ArrayList<>();
            ElanusException failure = null;
            for (int i = 0; i < count && failure == null; i++) {
                int rows = own.nextInt(16) == 0 ? LARGE_ROWS[own.nextInt(LARGE_ROWS.length)] : own.nextInt(4);
                Operation operation = history.invoked(name, view, rows);
                try {
                    results.add(room.append(operation.record()));
                    operations.add(operation);
                } catch (ElanusException e) {
                    history.failed(operation, e);
                    failure = e;
                }
            }
            LogPosition last = before;
            for (int i = 0; i < operations.size(); i++) {
                try {
                    LogPosition position = ChannelLog.join(results.get(i));
                    history.acknowledged(operations.get(i), position);
                    last = position;
                } catch (ElanusException e) {
                    history.failed(operations.get(i), e);
                    failure = e;
                }
            }
            if (failure != null) {
                throw failure;
            }
            return last;
        }
    }
}
