package org.elanus.plugin.apimilvus.call;

import java.util.concurrent.atomic.AtomicLong;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that the large requests under way may take together; small ones do not count. Keeps many clients that send much
 * at once from taking all memory. Safe for use by many threads.
 */
public final class RequestBudget {

    /** Messages up to this size do not count. */
    static final int SMALL = 1 << 20;

    /** A request is there as it was read, and again as what the log writes. */
    private static final int COPIES = 2;

    private static final int PERCENT_OF_HEAP = 40;

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    public RequestBudget(long limit) {
        this.limit = limit;
    }

    /** A share of what the heap may grow to. */
    public static RequestBudget ofHeap() {
        return new RequestBudget(Runtime.getRuntime().maxMemory() / 100 * PERCENT_OF_HEAP);
    }

    /**
     * A share for a message of the given size; null when there is too little left. A message that is alone always gets
     * one, so that each that may be sent can be read.
     */
    @Nullable
    Share take(long bytes) {
        if (bytes <= SMALL) {
            return new Share(0);
        }
        long wanted = COPIES * bytes;
        while (true) {
            long now = used.get();
            if (now != 0 && now + wanted > limit) {
                return null;
            }
            if (used.compareAndSet(now, now + wanted)) {
                return new Share(wanted);
            }
        }
    }

    /** Why a message got none. */
    ElanusException refusal(long bytes) {
        return new ElanusException(
                StandardErrorCode.RATE_LIMITED,
                "the server has too many large requests under way to take one of " + bytes
                        + " bytes; try again soon, or send smaller ones or fewer at a time");
    }

    /** What a request holds until it is closed; closing again has no effect. */
    final class Share implements AutoCloseable {

        private final AtomicLong held;

        private Share(long bytes) {
            held = new AtomicLong(bytes);
        }

        @Override
        public void close() {
            used.addAndGet(-held.getAndSet(0));
        }
    }
}
