package org.elanus.core.segment;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Counts who uses something and gives it back when the last one is done. It begins with one user, the owner. */
final class References {

    private final AtomicInteger count = new AtomicInteger(1);
    private final String what;
    private final Runnable giveBack;
    private final AtomicBoolean ended = new AtomicBoolean();

    References(String what, Runnable giveBack) {
        this.what = what;
        this.giveBack = giveBack;
    }

    /** @throws ElanusException CLOSED when the owner is done with it */
    void acquire() {
        if (ended.get() || !tryAcquire()) {
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

    /** The owner is done: nobody else begins to use it. The owner then releases. @return false when that was so before */
    boolean end() {
        return ended.compareAndSet(false, true);
    }

    boolean hasEnded() {
        return ended.get();
    }

    void release() {
        if (count.decrementAndGet() == 0) {
            giveBack.run();
        }
    }
}
