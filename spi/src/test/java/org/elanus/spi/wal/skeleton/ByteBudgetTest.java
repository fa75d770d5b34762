package org.elanus.spi.wal.skeleton;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ByteBudgetTest {

    private final ByteBudget budget = new ByteBudget("log channel c-0", 100);

    @Test
    void blocksWhenFullAndGoesOnWhenBytesComeBack() throws Exception {
        assertThat(budget.acquire(60)).isTrue();
        assertThat(budget.acquire(40)).isTrue();
        CompletableFuture<Boolean> third = inThread(1);
        waitUntilBlocked(third);
        budget.release(60);
        assertThat(third.join()).isTrue();
        assertThat(budget.underWay()).isEqualTo(41);
    }

    @Test
    void somethingLargerThanTheBudgetPassesAlone() throws Exception {
        assertThat(budget.acquire(1)).isTrue();
        CompletableFuture<Boolean> large = inThread(1000);
        waitUntilBlocked(large);
        budget.release(1);
        assertThat(large.join()).isTrue();
        assertThat(budget.underWay()).isEqualTo(1000);
    }

    @Test
    void theEndReleasesWhoWaitsWithoutGivingAnything() throws Exception {
        budget.acquireNow(500);
        CompletableFuture<Boolean> waiting = inThread(1);
        waitUntilBlocked(waiting);
        budget.end();
        assertThat(waiting.join()).isFalse();
        budget.release(500);
        assertThat(budget.acquire(1)).isFalse();
        assertThat(budget.underWay()).isZero();
    }

    @Test
    void anInterruptEndsTheWaitWithNothingTaken() throws Exception {
        budget.acquire(100);
        CompletableFuture<ElanusException> thrown = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                budget.acquire(1);
            } catch (ElanusException e) {
                thrown.complete(e);
            }
        });
        thread.interrupt();
        assertThat(thrown.join().code()).isEqualTo(StandardErrorCode.CANCELLED);
        assertThat(thrown.join()).hasMessageContaining("log channel c-0");
        assertThat(budget.underWay()).isEqualTo(100);
    }

    @Test
    void manyThreadsNeverPassTheLimitAndNoneIsForgotten() throws Exception {
        AtomicLong inside = new AtomicLong();
        AtomicLong most = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int turn = 0; turn < 5_000; turn++) {
                    int bytes = 1 + ThreadLocalRandom.current().nextInt(60);
                    budget.acquire(bytes);
                    most.accumulateAndGet(inside.addAndGet(bytes), Math::max);
                    inside.addAndGet(-bytes);
                    budget.release(bytes);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(most.get()).isPositive().isLessThanOrEqualTo(100);
        assertThat(budget.underWay()).isZero();
    }

    private Thread last = Thread.currentThread();

    private CompletableFuture<Boolean> inThread(long bytes) {
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        last = Thread.ofPlatform().start(() -> taken.complete(budget.acquire(bytes)));
        return taken;
    }

    private void waitUntilBlocked(CompletableFuture<Boolean> taken) throws InterruptedException {
        while (last.getState() != Thread.State.WAITING && last.isAlive()) {
            Thread.onSpinWait();
        }
        assertThat(taken).isNotDone();
    }
}
