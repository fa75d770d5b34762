package org.elanus.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.spi.wal.WalScanner;
import org.elanus.spi.wal.WalStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Kills, cuts, silence: for logs whose test offers the fault. */
interface FaultChecks extends WalCheck {

    @Test
    default void aKillBetweenAppendAndAcknowledgementLosesNothingAcknowledgedAndHalvesNothing() throws Exception {
        int count = 20_000;
        Wal wal = kit().open(1);
        List<CompletableFuture<MessageId>> stages = new CopyOnWriteArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Boolean> appending = kit().async(() -> {
            for (int number = 0; number < count && !over.get(); number++) {
                stages.add(wal.append(KitRecord.of(0, number).record()).toCompletableFuture());
                if (number % 50 == 49) {
                    // What is under way stays a few dozen, whatever the speed of the log.
                    catchThrowable(() -> kit().get(stages.get(stages.size() - 30)));
                }
            }
            return true;
        });
        kit().await("300 acknowledged records", () -> stages.size() > 300 && stages.get(299).isDone());
        Set<Integer> acknowledged = new HashSet<>();
        List<CompletableFuture<MessageId>> known = List.copyOf(stages);
        for (int number = 0; number < known.size(); number++) {
            if (known.get(number).isDone()) {
                kit().get(known.get(number));
                acknowledged.add(number);
            }
        }
        Optional<WalOpenerBuilder> survived = kit().test.crash(kit().builder());
        over.set(true);
        assumeTrue(survived.isPresent(), "not offered: crash()");
        kit().continueWith(survived.get());
        catchThrowable(() -> kit().get(appending));

        Wal later = kit().retried(() -> kit().open(2));
        MessageId end = kit().append(later, 1, 0, 1).getFirst();
        List<KitRecord> found = kit().read(later, DeliverPolicy.EARLIEST, end);
        assertThat(found.removeLast()).isEqualTo(KitRecord.of(1, 0));
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).writer()).isZero();
            if (i > 0) {
                assertThat(found.get(i).number()).isGreaterThan(found.get(i - 1).number());
            }
            acknowledged.remove(found.get(i).number());
        }
        assertThat(acknowledged).as("acknowledged and lost").isEmpty();
    }

    @Test
    default void aTornTailIsCutAndTheLogGoesOn() throws Exception {
        kit().append(kit().open(1), 0, 0, 25);
        kit().closeAll();
        assumeTrue(kit().test.tearTail(WalKit.CHANNEL), "not offered: tearTail()");
        Wal wal = kit().open(2);
        MessageId last = kit().append(wal, 0, 25, 30).getLast();
        assertThat(kit().read(wal, DeliverPolicy.EARLIEST, last)).isEqualTo(WalKit.records(0, 0, 30));
        kit().closeAll();
        assertThat(kit().read(kit().reader(), DeliverPolicy.EARLIEST, last)).isEqualTo(WalKit.records(0, 0, 30));
    }

    @Test
    default void aBrokenConnectionIsARetryableErrorAndHealsByItself() throws Exception {
        WalOpener opener = kit().opener();
        Wal wal = kit().open(1);
        MessageId before = kit().append(wal, 0, 0, 10).getLast();
        WalScanner scanner = kit().keep(wal.scan(DeliverPolicy.EARLIEST));
        WalScanner apart = kit().keep(kit().reader().scan(DeliverPolicy.EARLIEST));
        assertThat(kit().read(scanner, before)).hasSize(10);
        assertThat(kit().read(apart, before)).hasSize(10);
        Optional<AutoCloseable> broken = kit().test.breakConnection();
        assumeTrue(broken.isPresent(), "not offered: breakConnection()");
        List<CompletableFuture<MessageId>> during = new ArrayList<>();
        try (AutoCloseable cut = broken.get()) {
            for (int number = 10; number < 13; number++) {
                int appended = number;
                during.add(kit().async(() -> kit().append(wal, KitRecord.of(0, appended))));
                CompletableFuture<MessageId> stage = during.getLast();
                if (number == 10) {
                    kit().await("the failure of an append over a broken connection", stage::isDone);
                    requireRetryable(stage);
                }
            }
            kit().await("a status that tells of the broken connection", () -> !status(opener).reachable()
                    || status(opener).failure().isPresent());
            CompletableFuture<Boolean> opening = kit().async(() -> {
                try (WalOpener another = kit().builder().build();
                        Wal _ = another.open(new ChannelInfo("kit-1", 1))) {
                    return true;
                }
            });
            requireRetryable(opening);
        }
        for (CompletableFuture<MessageId> stage : during) {
            requireRetryable(stage);
        }
        wal.close();
        // The same opener, which nobody had to make again.
        Wal again = kit().retried(() -> kit().open(2));
        WalScanner whole = again.scan(DeliverPolicy.EARLIEST);
        MessageId last = kit().append(again, 1, 0, 10).getLast();
        List<KitRecord> found = kit().read(whole, last);
        assertThat(found.subList(0, 10)).isEqualTo(WalKit.records(0, 0, 10));
        assertThat(found.subList(found.size() - 10, found.size())).isEqualTo(WalKit.records(1, 0, 10));
        List<KitRecord> unknown = found.subList(10, found.size() - 10);
        assertThat(unknown).doesNotHaveDuplicates().isSubsetOf(WalKit.records(0, 10, 13));
        // The scanner of the reader that stayed open goes on where it was.
        List<KitRecord> rest = new ArrayList<>();
        while (rest.size() < found.size() - 10) {
            rest.add(KitRecord.of(kit().next(apart, true)));
        }
        assertThat(rest).isEqualTo(found.subList(10, found.size()));
        kit().await("a status that tells of the healed connection", () -> status(opener).reachable()
                && status(opener).failure().isEmpty());
    }

    private WalStatus status(WalOpener opener) {
        return opener.status().stream()
                .filter(each -> each.channel().equals(WalKit.CHANNEL))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no status of the open channel " + WalKit.CHANNEL));
    }

    private void requireRetryable(CompletableFuture<?> outcome) {
        Throwable thrown = catchThrowable(() -> kit().get(outcome));
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code().category()).as(e.toString()).isEqualTo(ErrorCategory.RETRYABLE));
    }

    @Test
    default void appendsWaitWhileTooMuchIsUnderWayAndGoOnWhenTheLogDoes() throws Exception {
        Wal wal = kit().open(1);
        Optional<AutoCloseable> stalled = kit().test.stall();
        assumeTrue(stalled.isPresent(), "not offered: stall()");
        Flood flood = new Flood(kit(), wal);
        try (AutoCloseable stall = stalled.get()) {
            flood.awaitBlocked();
            long limit = kit().test.maxBytesUnderWay();
            assertThat((long) flood.size * flood.appended.get())
                    .as("bytes under way")
                    .isLessThanOrEqualTo(limit + flood.size);
            assertThat(flood.stages).noneMatch(stage -> stage.toCompletableFuture().isDone());
        }
        flood.thread.join();
        assertThat(flood.failure).isNull();
        flood.stages.forEach(kit()::get);
        MessageId last = kit().append(wal, 1, 0, 1).getFirst();
        assertThat(kit().read(wal, DeliverPolicy.EARLIEST, last)).hasSize(flood.count + 1);
    }

    @Test
    default void closingReleasesAppendsThatWait() throws Exception {
        Wal wal = kit().open(1);
        Optional<AutoCloseable> stalled = kit().test.stall();
        assumeTrue(stalled.isPresent(), "not offered: stall()");
        Flood flood = new Flood(kit(), wal);
        CompletableFuture<Boolean> closing;
        try (AutoCloseable stall = stalled.get()) {
            flood.awaitBlocked();
            closing = kit().async(() -> {
                wal.close();
                return true;
            });
            flood.thread.join();
        }
        kit().get(closing);
        WalKit.assertCode(StandardErrorCode.CLOSED, () -> {
            Throwable failure = flood.failure;
            if (failure != null) {
                throw failure;
            }
            kit().get(flood.stages.getLast());
        });
        assertThat(flood.stages).allMatch(stage -> stage.toCompletableFuture().isDone());
    }

    @Test
    default void anInterruptEndsTheWaitOfAnAppendWithNothingAppended() throws Exception {
        Wal wal = kit().open(1);
        Optional<AutoCloseable> stalled = kit().test.stall();
        assumeTrue(stalled.isPresent(), "not offered: stall()");
        Flood flood = new Flood(kit(), wal);
        try (AutoCloseable stall = stalled.get()) {
            flood.awaitBlocked();
            flood.thread.interrupt();
            flood.thread.join();
        }
        Throwable failure = flood.failure;
        assertThat(failure)
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CANCELLED));
        flood.stages.forEach(kit()::get);
        MessageId last = kit().append(wal, 1, 0, 1).getFirst();
        assertThat(kit().read(wal, DeliverPolicy.EARLIEST, last)).hasSize(flood.stages.size() + 1);
    }

    /** A thread that appends more than may be under way. */
    final class Flood {
        final int size = 32 << 10;
        final int count;
        final AtomicInteger appended = new AtomicInteger();
        final List<CompletionStage<MessageId>> stages = new CopyOnWriteArrayList<>();
        final Thread thread;
        private final WalKit kit;
        volatile @Nullable Throwable failure;

        Flood(WalKit kit, Wal wal) {
            this.kit = kit;
            count = (int) (kit.test.maxBytesUnderWay() / size) + 20;
            thread = Thread.ofPlatform().name("flood").start(() -> {
                try {
                    for (int number = 0; number < count; number++) {
                        stages.add(wal.append(new KitRecord(0, number, size).record()));
                        appended.incrementAndGet();
                    }
                } catch (Throwable e) {
                    failure = e;
                }
            });
        }

        /** It waits, and stays where it is. */
        void awaitBlocked() {
            AtomicInteger before = new AtomicInteger(-1);
            AtomicInteger calm = new AtomicInteger();
            kit.await("back-pressure before %d records of %d bytes are under way".formatted(count, size), () -> {
                boolean waits = thread.getState() == Thread.State.WAITING
                        || thread.getState() == Thread.State.TIMED_WAITING;
                calm.set(waits && appended.get() == before.getAndSet(appended.get()) ? calm.get() + 1 : 0);
                return calm.get() >= 10;
            });
        }
    }
}
