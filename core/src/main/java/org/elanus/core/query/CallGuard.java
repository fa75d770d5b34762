package org.elanus.core.query;

import org.elanus.spi.database.CallContext;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;

/** Ends a call that nobody waits for any more. Safe for use by many threads. */
final class CallGuard {

    private final Clock clock;
    private final CallContext context;

    CallGuard(Clock clock, CallContext context) {
        this.clock = clock;
        this.context = context;
    }

    /** @throws ElanusException CANCELLED or TIMEOUT */
    void check() {
        if (context.cancellation().isCancelled()) {
            throw new ElanusException(StandardErrorCode.CANCELLED, "the call was cancelled");
        }
        if (isLate()) {
            throw new ElanusException(StandardErrorCode.TIMEOUT, "the call's deadline has passed");
        }
    }

    boolean isOver() {
        return context.cancellation().isCancelled() || isLate();
    }

    private boolean isLate() {
        long deadline = context.deadlineNanos();
        return deadline != Long.MAX_VALUE && clock.nanos() - deadline >= 0;
    }
}
