package org.elanus.spi.database;

import java.util.Optional;
import org.elanus.spi.auth.Action;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds one call.
 *
 * @param database the database that names are looked up in
 * @param deadlineNanos when nobody waits any more, on the host's monotonic clock; {@link Long#MAX_VALUE} for never
 * @param cancellation asked while the call runs
 * @param requestKey makes a mutation idempotent: a repeated one returns the first one's outcome
 * @param requestId for logs
 * @param action what the caller asked an endpoint for, when that is finer than what the method stands for; the door
 *     takes no other action than one that the method may be part of. Null for the method's own
 */
public record CallContext(
        Principal caller,
        String database,
        long deadlineNanos,
        Cancellation cancellation,
        Optional<String> requestKey,
        String requestId,
        @Nullable Action action) {

    /** The database that is there from the start. */
    public static final String DEFAULT_DATABASE = "default";

    /** Of the called method's own action. */
    public CallContext(
            Principal caller,
            String database,
            long deadlineNanos,
            Cancellation cancellation,
            Optional<String> requestKey,
            String requestId) {
        this(caller, database, deadlineNanos, cancellation, requestKey, requestId, null);
    }

    /** A call without deadline in the default database. */
    public static CallContext of(Principal caller) {
        return new CallContext(caller, DEFAULT_DATABASE, Long.MAX_VALUE, Cancellation.NONE, Optional.empty(), "");
    }

    public CallContext in(String otherDatabase) {
        return new CallContext(caller, otherDatabase, deadlineNanos, cancellation, requestKey, requestId, action);
    }

    public CallContext with(@Nullable Action otherAction) {
        return new CallContext(caller, database, deadlineNanos, cancellation, requestKey, requestId, otherAction);
    }
}
