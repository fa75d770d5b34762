package org.elanus.spi.wal.skeleton;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.wal.WalStatus;
import org.junit.jupiter.api.Test;

class AppendCountsTest {

    private final AppendCounts counts = new AppendCounts("c-0", new StoppedClock());

    @Test
    void whatIsUnderWayIsTheLagAndWhatIsDurableCounts() {
        assertThat(counts.status()).isEqualTo(new WalStatus("c-0", true, Optional.empty(), 0, 0, 0, Optional.empty()));
        counts.begun(10);
        counts.begun(20);
        counts.begun(30);
        counts.durable(10);
        counts.lost(30);
        assertThat(counts.status())
                .isEqualTo(new WalStatus(
                        "c-0", true, Optional.of(Instant.ofEpochMilli(1234)), 20, 1, 10, Optional.empty()));
    }

    @Test
    void theFirstFailureStaysUntilTheChannelIsOpenedAgain() {
        counts.failed(new IllegalStateException("the disk is full"));
        counts.failed(new IllegalStateException("closed"));
        counts.reachable(false);
        assertThat(counts.status().failure()).contains("the disk is full");
        assertThat(counts.status().reachable()).isFalse();
        counts.opened();
        assertThat(counts.status().failure()).isEmpty();
        assertThat(counts.status().reachable()).isTrue();
    }

    private static final class StoppedClock implements Clock {
        @Override
        public long millis() {
            return 1234;
        }

        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public void sleep(Duration duration) {}

        @Override
        public long await(Condition condition, long nanos) throws InterruptedException {
            return condition.awaitNanos(nanos);
        }
    }
}
