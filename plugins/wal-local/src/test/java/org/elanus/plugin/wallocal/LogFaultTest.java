package org.elanus.plugin.wallocal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.elanus.plugin.wallocal.LocalWalTest.assertCode;
import static org.elanus.plugin.wallocal.LogFixture.append;
import static org.elanus.plugin.wallocal.LogFixture.get;
import static org.elanus.plugin.wallocal.LogFixture.open;
import static org.elanus.plugin.wallocal.LogFixture.opener;
import static org.elanus.plugin.wallocal.LogFixture.read;
import static org.elanus.plugin.wallocal.LogFixture.record;
import static org.elanus.plugin.wallocal.LogFixture.settings;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.testkit.io.SimulatedDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Disks that fail and machines that stop. */
@Timeout(600)
class LogFaultTest {

    private static final Path DIRECTORY = Path.of("/data");
    private static final int SEGMENT = 4096;

    /** What was appended so far: what must be in the log, and what may follow. */
    private static final class History {
        final List<String> acknowledged = new ArrayList<>();
        final List<String> unknown = new ArrayList<>();

        void append(Wal wal, String text) {
            try {
                LogFixture.append(wal, text);
                acknowledged.add(text);
            } catch (ElanusException e) {
                unknown.add(text);
            }
        }

        /** Checks a log that was opened again, and takes what it holds as the truth from then on. */
        void check(String when, List<String> found) {
            assertThat(found).as(when).hasSizeGreaterThanOrEqualTo(acknowledged.size());
            assertThat(found.subList(0, acknowledged.size())).as(when).isEqualTo(acknowledged);
            List<String> more = found.subList(acknowledged.size(), found.size());
            assertThat(unknown.subList(0, more.size())).as(when).isEqualTo(more);
            acknowledged.addAll(more);
            unknown.clear();
        }
    }

    @Test
    void afterAnyFaultAppendsFailUntilReopenedAndNothingAcknowledgedIsLost() {
        for (SimulatedDisk.Fault fault : SimulatedDisk.Fault.values()) {
            StandardErrorCode code =
                    fault == SimulatedDisk.Fault.FULL ? StandardErrorCode.DISK_FULL : StandardErrorCode.IO_FAILURE;
            for (int at = 0; ; at++) {
                SimulatedDisk disk = new SimulatedDisk();
                LogSettings settings = settings(disk, DIRECTORY, SEGMENT);
                History history = new History();
                try (LocalWalOpener opener = opener(settings)) {
                    int operations;
                    try (Wal wal = open(opener)) {
                        disk.failAt(at, fault, true);
                        for (int i = 0; i < 60; i++) {
                            history.append(wal, "record " + i + "x".repeat(i * 5));
                        }
                        operations = disk.operations();
                        if (!history.unknown.isEmpty()) {
                            assertCode(code, () -> append(wal, "late"));
                            assertThat(opener.health().state()).isEqualTo(Health.State.UNHEALTHY);
                            // What is durable can still be read.
                            assertThat(read(wal, DeliverPolicy.EARLIEST)).isEqualTo(history.acknowledged);
                        }
                    }
                    if (at < operations) {
                        assertCode(code, () -> open(opener));
                    }
                    disk.repair();
                    try (Wal wal = open(opener)) {
                        history.check(fault + " at " + at, read(wal, DeliverPolicy.EARLIEST));
                        assertThat(opener.health().state()).isEqualTo(Health.State.HEALTHY);
                        history.append(wal, "afterwards");
                        assertThat(history.unknown).isEmpty();
                    }
                    if (at >= operations) {
                        assertThat(at).isGreaterThan(100);
                        break;
                    }
                }
                // Bytes that a failed sync dropped must not have been called good.
                SimulatedDisk after = disk.crash(new Random(at));
                try (LocalWalOpener opener = opener(settings(after, DIRECTORY, SEGMENT));
                        Wal wal = open(opener)) {
                    history.check(fault + " at " + at + ", then a crash", read(wal, DeliverPolicy.EARLIEST));
                }
            }
        }
    }

    @Test
    void everyWaitingAppendFailsWithTheBatchThatFailed() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        GatedFiles gated = new GatedFiles(disk);
        try (LocalWalOpener opener = opener(settings(gated, DIRECTORY, 1 << 20));
                Wal wal = open(opener);
                gated) {
            append(wal, "fine");
            gated.shut();
            List<CompletionStage<MessageId>> stages = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                stages.add(wal.append(record("r" + i)));
            }
            disk.failAt(0, SimulatedDisk.Fault.FULL, true);
            gated.open();
            for (CompletionStage<MessageId> stage : stages) {
                assertCode(StandardErrorCode.DISK_FULL, () -> get(stage));
            }
        }
    }

    @Test
    void noAcknowledgedRecordIsLostInAnyCrash() {
        long seed = Long.getLong("elanus.seed", System.nanoTime());
        System.out.println("crash test, -Delanus.seed=" + seed);
        Random seeds = new Random(seed);
        for (int run = 0; run < Integer.getInteger("elanus.crash.runs", 300); run++) {
            crashes(seeds.nextLong());
        }
    }

    /** Some lives of a log, each ended by a fault, a kill or a power cut, also while it is being opened. */
    private static void crashes(long seed) {
        Random random = new Random(seed);
        String when = "seed " + seed;
        SimulatedDisk disk = new SimulatedDisk();
        History history = new History();
        int number = 0;
        for (int life = 0; life < 6; life++) {
            disk.failAt(random.nextInt(150), SimulatedDisk.Fault.values()[random.nextInt(2)], random.nextBoolean());
            LocalWalOpener opener = opener(settings(disk, DIRECTORY, SEGMENT));
            SimulatedDisk next;
            boolean crash = random.nextInt(3) > 0;
            try (opener;
                    Wal wal = open(opener)) {
                history.check(when + ", life " + life, read(wal, DeliverPolicy.EARLIEST));
                int count = random.nextInt(40);
                List<CompletionStage<MessageId>> stages = new ArrayList<>();
                List<String> texts = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    String text = number++ + ":" + "x".repeat(random.nextInt(random.nextBoolean() ? 40 : 1500));
                    texts.add(text);
                    stages.add(wal.append(record(text)));
                    if (random.nextInt(4) == 0) {
                        stages.getLast()
                                .toCompletableFuture()
                                .handle((_, _) -> "")
                                .join();
                    }
                }
                for (int i = 0; i < random.nextInt(count + 1); i++) {
                    stages.get(i).toCompletableFuture().handle((_, _) -> "").join();
                }
                next = crash ? disk.crash(random) : disk.killProcess();
                for (int i = 0; i < count; i++) {
                    try {
                        get(stages.get(i));
                        assertThat(history.unknown).as(when).isEmpty();
                        history.acknowledged.add(texts.get(i));
                    } catch (ElanusException e) {
                        history.unknown.add(texts.get(i));
                    }
                }
            } catch (ElanusException e) {
                assertThat(e.code()).as(when).isIn(StandardErrorCode.IO_FAILURE, StandardErrorCode.DISK_FULL);
                next = crash ? disk.crash(random) : disk.killProcess();
            }
            disk = next;
        }
        disk.repair();
        try (LocalWalOpener opener = opener(settings(disk, DIRECTORY, SEGMENT));
                Wal wal = open(opener)) {
            history.check(when + ", at the end", read(wal, DeliverPolicy.EARLIEST));
        }
    }

    @Test
    void aCrashBetweenTwoDeletionsOfATruncationLeavesNoHole() {
        for (int seed = 0; seed < 50; seed++) {
            for (int at = 0; at < 6; at++) {
                SimulatedDisk disk = new SimulatedDisk();
                SimulatedDisk after;
                try (LocalWalOpener opener = opener(settings(disk, DIRECTORY, SEGMENT));
                        Wal wal = open(opener)) {
                    MessageId last = LocalWalOpener.id(0);
                    for (int i = 0; i < 20; i++) {
                        last = append(wal, i + "x".repeat(1000));
                    }
                    MessageId upTo = last;
                    disk.failAt(at, SimulatedDisk.Fault.ERROR, true);
                    assertCode(StandardErrorCode.IO_FAILURE, () -> wal.truncate(upTo));
                    after = disk.crash(new Random(seed));
                }
                try (LocalWalOpener opener = opener(settings(after, DIRECTORY, SEGMENT));
                        Wal wal = open(opener)) {
                    List<String> left = read(wal, DeliverPolicy.EARLIEST);
                    assertThat(left).isNotEmpty();
                    assertThat(left.getLast()).startsWith("19x");
                }
            }
        }
    }

    @Test
    void theSimulatedDiskLosesWhatWasNotSynced() throws Exception {
        boolean lost = false;
        for (int seed = 0; seed < 20; seed++) {
            SimulatedDisk disk = new SimulatedDisk();
            Path path = DIRECTORY.resolve("f");
            disk.createDirectories(DIRECTORY);
            disk.create(path).append(ByteBuffer.allocate(2000));
            lost |= disk.crash(new Random(seed)).bytes(path).length < 2000;
        }
        assertThat(lost).isTrue();
    }
}
