package org.elanus.plugin.indexhnsw;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import org.elanus.spi.runtime.Clock;
import org.junit.jupiter.api.Test;

class IndexHnswPluginTest {

    @Test
    void theWarmUpEndsByTheClock() {
        Ticks clock = new Ticks(1_000_000);
        new WarmUp(clock).run();
        assertThat(clock.now).isGreaterThan(2_300_000_000L);
    }

    @Test
    void theWarmUpEndsWhenThePluginStops() {
        Ticks clock = new Ticks(0);
        WarmUp warmUp = new WarmUp(clock);
        warmUp.stop();
        warmUp.run();
    }

    /** Advances by so many nanoseconds with every look. */
    private static final class Ticks implements Clock {

        private final long step;
        private long now;

        Ticks(long step) {
            this.step = step;
        }

        @Override
        public long nanos() {
            return now += step;
        }

        @Override
        public long millis() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sleep(Duration duration) {
            now += duration.toNanos();
        }

        @Override
        public long await(Condition condition, long nanos) {
            throw new UnsupportedOperationException();
        }
    }
}
