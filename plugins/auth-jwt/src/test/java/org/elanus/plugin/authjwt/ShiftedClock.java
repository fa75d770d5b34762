package org.elanus.plugin.authjwt;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import org.elanus.core.runtime.SystemClock;
import org.elanus.spi.runtime.Clock;

/** The system's clock, which a test puts forward. Waiting takes real time. */
final class ShiftedClock implements Clock {

    private final Clock system = new SystemClock();
    private final AtomicLong shift = new AtomicLong();

    void advance(Duration by) {
        shift.addAndGet(by.toNanos());
    }

    @Override
    public long millis() {
        return system.millis() + shift.get() / 1_000_000;
    }

    @Override
    public long nanos() {
        return system.nanos() + shift.get();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        system.sleep(duration);
    }

    @Override
    public long await(Condition condition, long nanos) throws InterruptedException {
        return system.await(condition, nanos);
    }
}
