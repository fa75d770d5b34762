package org.elanus.testkit.simulation;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import org.elanus.spi.runtime.Clock;

/** Virtual time. The monotonic reading is the scheduler's; the wall clock may be set by whoever simulates an operator. */
final class SimulatedClock implements Clock {

    private static final long START_MILLIS = 1_700_000_000_000L;

    private final SeededScheduler scheduler;
    private long offsetMillis = START_MILLIS;
    private long frozenAt = -1;

    SimulatedClock(SeededScheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public long millis() {
        return frozenAt >= 0 ? frozenAt : offsetMillis + scheduler.nanos() / 1_000_000;
    }

    @Override
    public long nanos() {
        return scheduler.nanos();
    }

    /** Sets the wall clock ahead, or back. It runs again if it stood. */
    void shift(long millis) {
        frozenAt = -1;
        offsetMillis += millis;
    }

    /** The wall clock stands still until it is shifted. */
    void freeze() {
        frozenAt = millis();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        SeededScheduler.Timer timer = scheduler.timer(duration.toNanos(), false);
        while (!timer.fired) {
            if (Thread.interrupted()) {
                scheduler.cancel(timer);
                throw new InterruptedException();
            }
            LockSupport.park(timer);
        }
    }

    /**
     * {@inheritDoc} The JDK's own timed waiting would wait in real time. So the thread waits untimed, and the timer
     * interrupts it; what looks like an interrupt to the JDK is taken back here.
     */
    @Override
    public long await(Condition condition, long nanos) throws InterruptedException {
        if (nanos <= 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return nanos;
        }
        long deadline = nanos > Long.MAX_VALUE - scheduler.nanos() ? Long.MAX_VALUE : scheduler.nanos() + nanos;
        SeededScheduler.Timer timer = scheduler.timer(nanos, true);
        try {
            condition.await();
        } catch (InterruptedException e) {
            if (!timer.interrupted) {
                throw e;
            }
        } finally {
            if (timer.interrupted) {
                Thread.interrupted();
            } else if (!timer.fired) {
                scheduler.cancel(timer);
            }
        }
        return deadline - scheduler.nanos();
    }
}
