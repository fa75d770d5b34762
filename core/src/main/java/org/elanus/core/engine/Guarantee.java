package org.elanus.core.engine;

import java.time.Duration;
import org.elanus.core.runtime.HybridClock;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;

/**
 * Waits until a timestamp that a read names has come: no later write can get one that is smaller. Clients name
 * timestamps that this server has given out, or read a clock of their own, which may be somewhat ahead.
 */
final class Guarantee {

    /** How far ahead of this server's clock a timestamp may lie. */
    static final Duration MOST_AHEAD = Duration.ofSeconds(5);

    private static final Duration STEP = Duration.ofMillis(20);

    private Guarantee() {}

    /**
     * Returns when the timestamp has passed.
     *
     * @throws ElanusException INVALID_ARGUMENT at once when it lies too far ahead; CANCELLED or TIMEOUT
     */
    static void await(long timestamp, HybridClock given, Clock clock, CallContext context) {
        if (Long.compareUnsigned(timestamp, given.last()) <= 0) {
            return;
        }
        long wanted = HybridClock.physical(timestamp);
        long ahead = wanted - clock.millis();
        if (ahead > MOST_AHEAD.toMillis()) {
            throw ElanusException.invalid(
                    "guarantee_timestamp [%s] lies %d ms ahead of the server's clock, at most %d ms are waited for; "
                            + "take it from a write's result, or read with consistency level Strong",
                    Long.toUnsignedString(timestamp), ahead, MOST_AHEAD.toMillis());
        }
        while (clock.millis() <= wanted) {
            if (context.cancellation().isCancelled()) {
                throw new ElanusException(StandardErrorCode.CANCELLED, "the call was cancelled");
            }
            if (context.deadlineNanos() != Long.MAX_VALUE && clock.nanos() - context.deadlineNanos() >= 0) {
                throw new ElanusException(StandardErrorCode.TIMEOUT, "the call's deadline has passed");
            }
            try {
                clock.sleep(STEP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ElanusException(StandardErrorCode.CANCELLED, "the call was interrupted", e);
            }
        }
    }
}
