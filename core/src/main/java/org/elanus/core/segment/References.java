package org.elanus.core.segment;

import java.util.concurrent.atomic.AtomicInteger;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Counts who uses something and gives it back when the last one is done. It begins with one user, the owner. */
final class References {

    private final AtomicInteger count = new AtomicInteger(1);
    private final String what;
    private final Runnable giveBack;

    References(String what, Runnable giveBack) {
        this.what = what;
        this.giveBack = giveBack;
    }

    /** @throws ElanusException CLOSED when it was given back already */
    void acquire() {
        if (!tryAcquire()) {
            throw new ElanusException(StandardErrorCode.CLOSED, what + " is closed");
        }
    }

    boolean tryAcquire() {
        int seen = count.get();
        while (seen > 0) {
            if (count.compareAndSet(seen, seen + 1)) {
                return true;
            }
            seen = count.get();
        }
        return false;
    }

    void release() {
        if (count.decrementAndGet() == 0) {
            giveBack.run();
        }
    }
}
