package org.elanus.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;

class MemoryAccountantTest {

    private final MemoryAccountant accountant = new MemoryAccountant(1024);

    @Test
    void countsWhatIsReservedByPurpose() {
        var rows = accountant.reserve("growing segments", 100);
        var cache = accountant.reserve("write-ahead cache", 50);
        assertThat(accountant.inUse()).isEqualTo(150);
        assertThat(accountant.byPurpose())
                .containsEntry("growing segments", 100L)
                .containsEntry("write-ahead cache", 50L);
        rows.resize(300);
        cache.resize(10);
        assertThat(accountant.inUse()).isEqualTo(310);
        rows.close();
        rows.close();
        assertThat(accountant.inUse()).isEqualTo(10);
        assertThat(accountant.byPurpose()).containsEntry("growing segments", 0L);
        assertThatThrownBy(() -> rows.resize(1))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CLOSED));
    }

    @Test
    void refusesWhatIsOverTheBudgetAndSaysWhy() {
        var held = accountant.reserve("builds", 1000);
        assertThatThrownBy(() -> accountant.reserve("queries", 25))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.MEMORY_LIMIT))
                .hasMessageContaining("queries: asked for 25B, 1000B in use of 1KiB");
        assertThat(accountant.tryReserve("queries", 25)).isEmpty();
        assertThatThrownBy(() -> held.resize(1025)).isInstanceOf(ElanusException.class);
        assertThat(held.bytes()).isEqualTo(1000);
        assertThat(accountant.tryReserve("queries", 24)).isPresent();
        assertThat(accountant.inUse()).isEqualTo(1024);
    }

    @Test
    void refusesInsertsFrom85PercentOn() {
        var held = accountant.reserve("growing segments", 800);
        accountant.admitInsert(70);
        assertThatThrownBy(() -> accountant.admitInsert(71))
                .hasMessageContaining("800B in use of 1KiB (inserts may use 870B)");
        held.resize(900);
        assertThatThrownBy(() -> accountant.admitInsert(0)).isInstanceOf(ElanusException.class);
        held.close();
        accountant.admitInsert(870);
    }

    @Test
    void concurrentReservationsNeverPassTheBudget() throws Exception {
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    accountant.tryReserve("rows", 400).ifPresent(held -> {
                        if (accountant.inUse() > accountant.budget()) {
                            throw new AssertionError("over the budget");
                        }
                        held.close();
                    });
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(accountant.inUse()).isZero();
    }
}
