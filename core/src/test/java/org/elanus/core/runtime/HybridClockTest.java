package org.elanus.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import org.elanus.spi.runtime.Clock;
import org.junit.jupiter.api.Test;

class HybridClockTest {

    private final AtomicLong millis = new AtomicLong(1_000_000);
    private final HybridClock clock = new HybridClock(new Clock() {
        @Override
        public long millis() {
            return millis.get();
        }

        @Override
        public long nanos() {
            throw new AssertionError("not asked for");
        }

        @Override
        public void sleep(Duration duration) {
            throw new AssertionError("not asked for");
        }

        @Override
        public long await(Condition condition, long nanos) {
            throw new AssertionError("not asked for");
        }
    });

    @Test
    void followsTheWallClock() {
        long first = clock.next();
        assertThat(HybridClock.physical(first)).isEqualTo(1_000_000);
        assertThat(HybridClock.logical(first)).isZero();
        assertThat(clock.next()).isEqualTo(first + 1);
        millis.set(1_000_005);
        assertThat(clock.next()).isEqualTo(HybridClock.compose(1_000_005, 0));
    }

    @Test
    void carriesOnWhenTheWallClockGoesBackOrACountRunsOver() {
        long last = clock.next();
        millis.set(5);
        for (int i = 0; i < 300_000; i++) {
            long next = clock.next();
            assertThat(next == last + 1).isTrue();
            last = next;
        }
        assertThat(HybridClock.physical(last)).isEqualTo(1_000_001);
        assertThat(clock.last()).isEqualTo(last);
    }

    @Test
    void neverGoesBelowWhatItObserved() {
        long far = HybridClock.compose(9_000_000, 7);
        clock.observe(far);
        clock.observe(3);
        assertThat(clock.last()).isEqualTo(far);
        assertThat(clock.next()).isEqualTo(far + 1);
    }

    @Test
    void givesEveryThreadItsOwnTimestamps() throws Exception {
        long[][] taken = new long[4][50_000];
        Thread[] threads = new Thread[taken.length];
        for (int t = 0; t < taken.length; t++) {
            long[] own = taken[t];
            threads[t] = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < own.length; i++) {
                    own[i] = clock.next();
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (long[] own : taken) {
            assertThat(own).isSorted();
        }
        assertThat(Arrays.stream(taken).flatMapToLong(Arrays::stream).distinct().count())
                .isEqualTo(200_000);
    }
}
