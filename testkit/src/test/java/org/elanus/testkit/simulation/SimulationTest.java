package org.elanus.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.database.Database;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.testkit.simulation.check.CrudScenario;
import org.elanus.testkit.wal.FaultyLog;
import org.junit.jupiter.api.Test;

/** The simulator with the reference implementations. */
class SimulationTest {

    private static final int SEEDS = 40;

    private static Simulation.Builder simulation(long seed, FaultPlan faults) {
        return Simulation.builder().seed(seed).faults(faults).scenario(new CrudScenario(seed, faults));
    }

    @Test
    void referenceImplementationsKeepEveryInvariant() {
        for (long seed = 0; seed < SEEDS; seed++) {
            FaultPlan faults = FaultPlan.ALL.drawn(seed);
            assertThat(simulation(seed, faults).build().run().violations())
                    .as("seed %d with %s", seed, faults)
                    .isEmpty();
        }
    }

    @Test
    void sameSeedGivesTheSameTrace() {
        for (long seed = 0; seed < SEEDS; seed++) {
            FaultPlan faults = FaultPlan.LOSSLESS;
            assertThat(simulation(seed, faults).build().run())
                    .as("seed %d", seed)
                    .isEqualTo(simulation(seed, faults).build().run());
        }
    }

    @Test
    void differentSeedsGiveDifferentTraces() {
        List<Long> traces = new ArrayList<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            traces.add(simulation(seed, FaultPlan.LOSSLESS).build().run().traceHash());
        }
        assertThat(traces).doesNotHaveDuplicates();
    }

    private abstract static class Probe implements Scenario {
        @Override
        public List<String> verify(SimulatedServer server) {
            return List.of();
        }
    }

    @Test
    void deadlockIsAViolationThatNamesTheThreads() {
        Scenario scenario = new Probe() {
            @Override
            public void run(SimulatedServer server) {
                ReentrantLock lock = new ReentrantLock();
                lock.lock();
                server.threads().start("second", lock::lock);
                lock.newCondition().awaitUninterruptibly();
            }
        };
        Outcome outcome = Simulation.builder()
                .faults(FaultPlan.NONE)
                .scenario(scenario)
                .build()
                .run();
        assertThat(outcome.violations()).hasSize(1);
        assertThat(outcome.violations().getFirst())
                .contains("deadlock while scenario")
                .contains("SimulationTest");
    }

    @Test
    void timePassesOnlyVirtually() {
        List<Long> waited = new ArrayList<>();
        Scenario scenario = new Probe() {
            @Override
            public void run(SimulatedServer server) throws Exception {
                long before = server.clock().nanos();
                server.clock().sleep(Duration.ofMinutes(5));
                ReentrantLock lock = new ReentrantLock();
                Condition never = lock.newCondition();
                lock.lock();
                try {
                    assertThat(server.clock().await(never, 60_000_000_000L)).isLessThanOrEqualTo(0);
                } finally {
                    lock.unlock();
                }
                assertThat(Thread.interrupted()).isFalse();
                waited.add(server.clock().nanos() - before);
            }
        };
        Outcome outcome = Simulation.builder()
                .faults(FaultPlan.NONE)
                .scenario(scenario)
                .build()
                .run();
        assertThat(outcome.violations()).isEmpty();
        assertThat(waited).isNotEmpty().allMatch(nanos -> nanos >= 360_000_000_000L && nanos < 400_000_000_000L);
    }

    @Test
    void threadsThatACrashCutsOffAreNeverResumed() {
        List<String> seen = new ArrayList<>();
        Scenario scenario = new Probe() {
            @Override
            public void run(SimulatedServer server) throws Exception {
                Database database = server.database();
                int incarnation = server.incarnation();
                try {
                    for (int i = 0; i < 1_000; i++) {
                        seen.add("begin " + incarnation);
                        database.createDatabase(server.context(), "d" + incarnation + "x" + i, java.util.Map.of());
                        database.dropDatabase(server.context(), "d" + incarnation + "x" + i);
                        seen.add("end " + incarnation);
                    }
                } finally {
                    seen.add("finally " + incarnation);
                }
            }
        };
        int cut = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            seen.clear();
            Outcome outcome = Simulation.builder()
                    .seed(seed)
                    .faults(FaultPlan.of(FaultPlan.Family.CRASH))
                    .scenario(scenario)
                    .build()
                    .run();
            assertThat(outcome.violations()).as("seed %d", seed).isEmpty();
            for (int incarnation = 0; incarnation < 3; incarnation++) {
                int life = incarnation;
                if (seen.contains("begin " + life) && !seen.contains("finally " + life)) {
                    cut++;
                    // What came later belongs to the next process.
                    int last = Math.max(seen.lastIndexOf("begin " + life), seen.lastIndexOf("end " + life));
                    assertThat(seen.subList(last + 1, seen.size())).noneMatch(line -> line.endsWith(" " + life));
                }
            }
        }
        assertThat(cut).isGreaterThan(SEEDS / 4);
    }

    @Test
    void logThatRepeatsRecordsDoesNoHarm() {
        for (long seed = 0; seed < SEEDS; seed++) {
            FaultPlan faults = FaultPlan.of(FaultPlan.Family.CRASH, FaultPlan.Family.SCHEDULE);
            SplittableRandom random = new SplittableRandom(seed);
            assertThat(simulation(seed, faults)
                            .decorateLog(log -> new FaultyLog(log, FaultyLog.Fault.REPEATS, random))
                            .build()
                            .run()
                            .violations())
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    /** The server names the record and does not start, or the distortion was not there to be seen. */
    @Test
    void logThatReordersOrHasAGapIsRefused() {
        int refused = 0;
        for (FaultyLog.Fault fault : List.of(FaultyLog.Fault.REORDERS, FaultyLog.Fault.GAP)) {
            for (long seed = 0; seed < SEEDS; seed++) {
                FaultPlan faults = FaultPlan.of(FaultPlan.Family.CRASH);
                SplittableRandom random = new SplittableRandom(seed);
                List<String> violations = simulation(seed, faults)
                        .decorateLog(log -> new FaultyLog(log, fault, random))
                        .build()
                        .run()
                        .violations();
                if (!violations.isEmpty()) {
                    refused++;
                    assertThat(violations)
                            .as("seed %d", seed)
                            .allMatch(violation -> violation.contains("the server does not start")
                                    && violation.contains("records are missing or foreign"));
                }
            }
        }
        assertThat(refused).isGreaterThan(SEEDS);
    }

    /** A log that lost acknowledged records cannot go unnoticed by clients; once segments know better, by nobody. */
    @Test
    void logThatGoesBackIsNoticed() {
        int noticed = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            FaultPlan faults = FaultPlan.of(FaultPlan.Family.CRASH);
            SplittableRandom random = new SplittableRandom(seed);
            noticed += simulation(seed, faults)
                            .decorateLog(log -> new FaultyLog(log, FaultyLog.Fault.GOES_BACK, random))
                            .build()
                            .run()
                            .failed()
                    ? 1
                    : 0;
        }
        assertThat(noticed).isGreaterThan(SEEDS / 2);
    }

    @Test
    void errorsOfTheServerReachTheScenario() {
        Scenario scenario = new Probe() {
            @Override
            public void run(SimulatedServer server) {
                try {
                    server.database().dropCollection(server.context(), "none");
                } catch (ElanusException e) {
                    assertThat(e.code()).isEqualTo(StandardErrorCode.COLLECTION_NOT_FOUND);
                }
            }
        };
        assertThat(Simulation.builder()
                        .faults(FaultPlan.NONE)
                        .scenario(scenario)
                        .build()
                        .run()
                        .violations())
                .isEmpty();
    }
}
