package org.elanus.core.query;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import org.elanus.spi.runtime.Clock;

/** A clock that stands at one second. */
final class TestClock implements Clock {

    @Override
    public long millis() {
        return 1000;
    }

    @Override
    public long nanos() {
        return 1_000_000_000;
    }

    @Override
    public void sleep(Duration duration) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long await(Condition condition, long nanos) {
        throw new UnsupportedOperationException();
    }
}
