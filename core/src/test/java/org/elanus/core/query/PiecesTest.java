package org.elanus.core.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PiecesTest {

    @Test
    void everyPieceRunsOnce() {
        try (ExecutorService workers = Executors.newFixedThreadPool(2)) {
            AtomicInteger[] runs = new AtomicInteger[200];
            List<Runnable> pieces = new ArrayList<>();
            for (int i = 0; i < runs.length; i++) {
                AtomicInteger mine = runs[i] = new AtomicInteger();
                pieces.add(mine::incrementAndGet);
            }
            Pieces.run(pieces, true, workers);
            assertThat(runs).allSatisfy(count -> assertThat(count).hasValue(1));
        }
    }

    @Test
    void callerWorksAloneWhenNobodyHelps() {
        AtomicInteger runs = new AtomicInteger();
        List<Runnable> pieces = List.of(runs::incrementAndGet, runs::incrementAndGet, runs::incrementAndGet);
        Pieces.run(pieces, true, task -> {
            throw new RejectedExecutionException("full");
        });
        assertThat(runs).hasValue(3);
        // A helper that begins only after the call finds nothing to do.
        List<Runnable> late = new ArrayList<>();
        Pieces.run(pieces, true, late::add);
        late.forEach(Runnable::run);
        assertThat(runs).hasValue(6);
    }

    @Test
    void smallWorkStaysInTheCallingThread() {
        Thread caller = Thread.currentThread();
        Runnable piece = () -> assertThat(Thread.currentThread()).isSameAs(caller);
        Pieces.run(List.of(piece, piece), false, task -> {
            throw new AssertionError("handed over");
        });
    }

    @Test
    void firstFailureIsThrownAndTheRestIsLeft() {
        AtomicInteger runs = new AtomicInteger();
        Runnable failing = () -> {
            throw new IllegalStateException("broken");
        };
        assertThatThrownBy(() -> Pieces.run(List.of(failing, runs::incrementAndGet), true, task -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
        assertThat(runs).hasValue(0);
        assertThatThrownBy(() -> Pieces.run(List.of(failing, runs::incrementAndGet), false, task -> {}))
                .hasMessage("broken");
        assertThatThrownBy(() -> Pieces.run(
                        List.of(
                                () -> {
                                    throw new OutOfMemoryError("none left");
                                },
                                failing),
                        true,
                        task -> {}))
                .isInstanceOf(OutOfMemoryError.class);
    }
}
