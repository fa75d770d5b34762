package org.elanus.core.access;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.elanus.spi.auth.Identity;

/**
 * A caller that an authenticator has recognised, and when that was last known to hold. Safe for use by many threads.
 */
final class Recognition {

    /** What was checked within this time counts as just checked. */
    static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What was not checked within this time counts no more; a caller that is revoked is cut within 5 seconds. */
    static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(4);

    /** A call under way waits so long for its caller to be checked. */
    static final long LONGEST_CHECK_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final String authenticator;
    private final AtomicBoolean checking = new AtomicBoolean();
    private volatile Identity identity;
    private volatile long checkedNanos;
    private volatile long usedNanos;
    private volatile boolean vouchedFor;
    private volatile boolean ended;

    Recognition(String authenticator, Identity identity, long nanos) {
        this.authenticator = authenticator;
        this.identity = identity;
        this.checkedNanos = nanos;
        this.usedNanos = nanos;
    }

    /** The name of the authenticator. */
    String authenticator() {
        return authenticator;
    }

    Identity identity() {
        return identity;
    }

    void confirm(Identity newIdentity, long nanos) {
        identity = newIdentity;
        checkedNanos = nanos;
    }

    /** Its authenticator says that it holds. */
    void vouch(long nanos) {
        vouchedFor = true;
        checkedNanos = nanos;
    }

    /** Whether its authenticator can tell from memory, so that a no of it counts at once. */
    boolean isVouchedFor() {
        return vouchedFor;
    }

    void end() {
        ended = true;
    }

    boolean isEnded(long millis) {
        return ended || millis >= identity.expiresAtMillis();
    }

    boolean isFresh(long nanos) {
        return nanos - checkedNanos < FRESH_NANOS;
    }

    boolean isStale(long nanos) {
        return nanos - checkedNanos >= STALE_NANOS;
    }

    void use(long nanos) {
        usedNanos = nanos;
    }

    long usedNanos() {
        return usedNanos;
    }

    /** Whether the calling thread is the one to check, until it calls {@link #checked}. */
    boolean beginCheck() {
        return checking.compareAndSet(false, true);
    }

    void checked() {
        checking.set(false);
    }
}
