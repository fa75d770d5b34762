package org.elanus.core.access;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import org.elanus.spi.runtime.Clock;

/** A clock that a test moves. */
final class ManualClock implements Clock {

    private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);

    void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    @Override
    public long millis() {
        return nanos.get() / 1_000_000;
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public void sleep(Duration duration) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long await(Condition condition, long limit) {
        throw new UnsupportedOperationException();
    }
}
