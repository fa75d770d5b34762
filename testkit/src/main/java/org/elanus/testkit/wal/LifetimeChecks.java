package org.elanus.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;
import org.junit.jupiter.api.Test;

/** Builder ⊃ opener ⊃ handle ⊃ scanner: who closes what, and what a closed one says. */
interface LifetimeChecks extends WalCheck {

    @Test
    default void closingAScannerItsReaderItsHandleOrItsOpenerWakesABlockedPoll() throws Exception {
        kit().open(1).close();
        for (int round = 0; round < 3; round++) {
            WalReader reader = kit().reader();
            WalScanner scanner = reader.scan(DeliverPolicy.LATEST);
            requireWoken(scanner, scanner);
            requireWoken(reader.scan(DeliverPolicy.LATEST), reader);
            Wal wal = kit().open(1);
            requireWoken(wal.scan(DeliverPolicy.LATEST), wal);
            WalOpener opener = kit().anotherOpener();
            requireWoken(opener.openReader(WalKit.CHANNEL).scan(DeliverPolicy.LATEST), opener);
        }
    }

    private void requireWoken(WalScanner scanner, AutoCloseable closed) throws Exception {
        CountDownLatch polling = new CountDownLatch(1);
        CompletableFuture<WalEntry> polled = kit().async(() -> {
            polling.countDown();
            return scanner.poll(kit().patience().multipliedBy(10));
        });
        polling.await();
        closed.close();
        WalKit.assertCode(StandardErrorCode.CLOSED, () -> kit().get(polled));
        WalKit.assertCode(StandardErrorCode.CLOSED, () -> scanner.poll(Duration.ZERO));
        scanner.close();
    }

    @Test
    default void whatIsClosedRefusesAndMayBeClosedAgain() {
        Wal wal = kit().open(1);
        MessageId id = kit().append(wal, 0, 0, 1).getFirst();
        WalScanner scanner = wal.scan(DeliverPolicy.EARLIEST);
        wal.close();
        wal.close();
        WalKit.assertCode(StandardErrorCode.CLOSED, () -> kit().append(wal, 0, 1, 2));
        WalKit.assertCode(StandardErrorCode.CLOSED, () -> wal.truncate(id));
        WalKit.assertCode(StandardErrorCode.CLOSED, () -> wal.scan(DeliverPolicy.EARLIEST));
        WalKit.assertCode(StandardErrorCode.CLOSED, () -> scanner.poll(Duration.ZERO));
        WalReader reader = kit().reader();
        assertThat(kit().read(reader, DeliverPolicy.EARLIEST, id)).isEqualTo(WalKit.records(0, 0, 1));
        reader.close();
        reader.close();
        WalKit.assertCode(StandardErrorCode.CLOSED, () -> reader.scan(DeliverPolicy.EARLIEST));
    }

    @Test
    default void closingAnOpenerClosesEverythingThatItGaveOut() {
        WalOpener opener = kit().anotherOpener();
        Wal wal = kit().open(opener, 1);
        kit().append(wal, 0, 0, 1);
        WalScanner scanner = wal.scan(DeliverPolicy.EARLIEST);
        WalReader reader = opener.openReader(WalKit.CHANNEL);
        opener.close();
        opener.close();
        WalKit.assertCode(StandardErrorCode.CLOSED, () -> opener.open(new ChannelInfo(WalKit.CHANNEL, 2)));
        WalKit.assertCode(StandardErrorCode.CLOSED, () -> opener.openReader(WalKit.CHANNEL));
        WalKit.assertCode(StandardErrorCode.CLOSED, () -> kit().append(wal, 0, 1, 2));
        WalKit.assertCode(StandardErrorCode.CLOSED, () -> scanner.poll(Duration.ZERO));
        WalKit.assertCode(StandardErrorCode.CLOSED, () -> reader.scan(DeliverPolicy.EARLIEST));
        Wal next = kit().open(kit().anotherOpener(), 2);
        MessageId last = kit().append(next, 0, 1, 2).getFirst();
        assertThat(kit().read(next, DeliverPolicy.EARLIEST, last)).isEqualTo(WalKit.records(0, 0, 2));
    }

    @Test
    default void closingAHandleWaitsForWhatWasAppendedAndLeavesTheOthersOpen() {
        Wal other = kit().keep(kit().opener().open(new ChannelInfo("kit-1", 1)));
        WalReader reader = kit().reader();
        Wal wal = kit().open(1);
        List<CompletableFuture<MessageId>> stages = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            stages.add(wal.append(KitRecord.of(0, number).record()).toCompletableFuture());
        }
        wal.close();
        assertThat(stages).allMatch(CompletableFuture::isDone);
        MessageId last = kit().get(stages.getLast());
        assertThat(kit().read(reader, DeliverPolicy.EARLIEST, last)).isEqualTo(WalKit.records(0, 0, 100));
        kit().append(other, 1, 0, 1);
    }

    @Test
    default void manyScannersAreOpenedAndClosedAtOnceAndLeaveNothingBehind() throws Exception {
        int threads = 10;
        int each = 8;
        Wal wal = kit().open(1);
        List<MessageId> ids = kit().append(wal, 0, 0, 20);
        WalReader reader = kit().reader();
        assertThat(kit().read(reader, DeliverPolicy.EARLIEST, ids.getLast())).hasSize(20);
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        CyclicBarrier together = new CyclicBarrier(threads);
        List<CompletableFuture<Boolean>> running = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            WalReader by = thread % 2 == 0 ? wal : reader;
            running.add(kit().async(() -> {
                together.await();
                for (int turn = 0; turn < each; turn++) {
                    try (WalScanner scanner = by.scan(new DeliverPolicy.From(ids.get(turn)))) {
                        assertThat(KitRecord.of(kit().next(scanner))).isEqualTo(KitRecord.of(0, turn));
                    }
                }
                return true;
            }));
        }
        running.forEach(kit()::get);
        // A leak is at least a thread each.
        kit().await("the end of most threads of closed scanners", () -> {
            Set<Thread> left = new HashSet<>(Thread.getAllStackTraces().keySet());
            left.removeAll(before);
            left.removeIf(thread -> thread.getName().startsWith("ForkJoinPool"));
            return left.size() < threads * each / 2;
        });
        MessageId last = kit().append(wal, 0, 20, 21).getFirst();
        assertThat(kit().read(reader, DeliverPolicy.EARLIEST, last)).isEqualTo(WalKit.records(0, 0, 21));
    }

    @Test
    default void openingAndClosingAtOnceEndsInOneOfBoth() throws Exception {
        for (int round = 0; round < 5; round++) {
            WalOpener opener = kit().anotherOpener();
            CyclicBarrier together = new CyclicBarrier(3);
            CompletableFuture<Boolean> appending = kit().async(() -> {
                together.await();
                Wal wal = opener.open(new ChannelInfo(WalKit.CHANNEL, 1));
                kit().append(wal, 0, 0, 10);
                return true;
            });
            CompletableFuture<Boolean> reading = kit().async(() -> {
                together.await();
                opener.openReader(WalKit.CHANNEL).scan(DeliverPolicy.EARLIEST).poll(Duration.ofSeconds(1));
                return true;
            });
            together.await();
            opener.close();
            for (CompletableFuture<Boolean> each : List.of(appending, reading)) {
                Throwable thrown = catchThrowable(() -> kit().get(each));
                if (thrown != null) {
                    assertThat(thrown)
                            .isInstanceOfSatisfying(
                                    ElanusException.class,
                                    e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CLOSED));
                }
            }
        }
        kit().append(kit().open(1), 0, 0, 1);
    }
}
