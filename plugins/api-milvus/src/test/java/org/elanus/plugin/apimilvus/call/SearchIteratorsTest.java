package org.elanus.plugin.apimilvus.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;
import org.junit.jupiter.api.Test;

/** What is remembered of search iterators, and for how long. */
class SearchIteratorsTest {

    private final Hand clock = new Hand();

    /** A clock that stands still until it is moved. */
    private static final class Hand implements Clock {
        private long nanos;

        @Override
        public long millis() {
            return nanos / 1_000_000;
        }

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public void sleep(Duration duration) {
            nanos += duration.toNanos();
        }

        @Override
        public long await(Condition condition, long awaited) {
            throw new UnsupportedOperationException();
        }
    }

    private static Map<Object, Float> keys(int count) {
        Map<Object, Float> keys = new HashMap<>();
        for (long key = 0; key < count; key++) {
            keys.put(key, 1f);
        }
        return keys;
    }

    @Test
    void restingIteratorsAreForgotten() {
        SearchIterators iterators = new SearchIterators(1 << 20);
        iterators.setEdge("resting", keys(1), clock);
        iterators.setEdge("used", keys(1), clock);
        clock.sleep(Duration.ofMinutes(20));
        iterators.setEdge("used", keys(2), clock);
        clock.sleep(Duration.ofMinutes(20));
        assertThat(iterators.edge("resting", clock)).isNull();
        assertThat(iterators.edge("used", clock)).isEqualTo(keys(2));
    }

    @Test
    void memoryIsBoundedAndTheLeastRecentlyUsedAreForgotten() {
        SearchIterators iterators = new SearchIterators(1 << 20);
        iterators.setEdge("old", keys(5_000), clock);
        iterators.setEdge("used", keys(1_000), clock);
        iterators.setEdge("old", keys(4_000), clock);
        iterators.setEdge("new", keys(6_000), clock);
        assertThat(iterators.edge("used", clock)).isNull();
        assertThat(iterators.edge("old", clock)).hasSize(4_000);
        assertThat(iterators.edge("new", clock)).hasSize(6_000);
        iterators.setEdge("newest", keys(10_000), clock);
        assertThat(iterators.edge("old", clock)).isNull();
        assertThat(iterators.edge("new", clock)).isNull();
        assertThat(iterators.edge("newest", clock)).hasSize(10_000);
    }

    @Test
    void oneThatNeedsMoreThanAllMayTakeIsRefusedAndStaysWhereItWas() {
        SearchIterators iterators = new SearchIterators(1 << 20);
        iterators.setEdge("large", keys(10), clock);
        assertThatThrownBy(() -> iterators.setEdge("large", keys(20_000), clock))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.MEMORY_LIMIT))
                .hasMessageContaining("20000");
        assertThat(iterators.edge("large", clock)).hasSize(10);
    }
}
