package org.elanus.core.runtime;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import org.elanus.spi.runtime.Clock;

/** The machine's own clock. */
public final class SystemClock implements Clock {

    @Override
    public long millis() {
        return System.currentTimeMillis();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }

    @Override
    public long await(Condition condition, long nanos) throws InterruptedException {
        return condition.awaitNanos(nanos);
    }
}
