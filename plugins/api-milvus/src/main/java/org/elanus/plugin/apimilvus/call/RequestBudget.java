package org.elanus.plugin.apimilvus.call;

import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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

    /** What arrives counts from here on: of what arrives, there may be a lot that is small. */
    private static final int SMALL_ARRIVAL = 64 << 10;

    private static final int PERCENT_OF_HEAP = 40;

    /** Far from all: what arrives pins the whole buffers that it was read into, of which it fills a part. */
    private static final int PERCENT_OF_DIRECT_MEMORY = 20;

    private static final int STRANGERS_DIVISOR = 8;

    /** What comes in pieces takes this much at a time. */
    private static final long STEP = 1 << 20;

    private final long limit;
    private final int copies;
    private final int small;
    private final AtomicLong used = new AtomicLong();

    /** Of those that come in pieces, the one that always may go on: otherwise all could be refused half-way. */
    private final AtomicReference<@Nullable Share> first = new AtomicReference<>();

    public RequestBudget(long limit) {
        this(limit, COPIES, SMALL);
    }

    private RequestBudget(long limit, int copies, int small) {
        this.limit = limit;
        this.copies = copies;
        this.small = small;
    }

    /** A share of what the heap may grow to. */
    public static RequestBudget ofHeap() {
        return new RequestBudget(Runtime.getRuntime().maxMemory() / 100 * PERCENT_OF_HEAP);
    }

    /** For messages while they arrive, when the network's buffers hold them once. */
    public static RequestBudget ofArrivals(long limit) {
        return new RequestBudget(limit, 1, SMALL_ARRIVAL);
    }

    /**
     * A budget of its own for the bodies of callers who are not signed in yet, so that they take nothing from those who
     * are: a part of this one's limit, in which much less than here counts as small.
     */
    public RequestBudget ofStrangers() {
        return new RequestBudget(limit / STRANGERS_DIVISOR, copies, SMALL_ARRIVAL);
    }

    /** A share of the memory for the network's buffers, for messages while they arrive. */
    public static RequestBudget ofDirectMemory() {
        return ofArrivals(PlatformDependent.maxDirectMemory() / 100 * PERCENT_OF_DIRECT_MEMORY);
    }

    /**
     * A share for a message of the given size; null when there is too little left. A message that is alone always gets
     * one, so that each that may be sent can be read.
     */
    public @Nullable Share take(long bytes) {
        Share share = new Share(false);
        return share.grow(bytes) ? share : null;
    }

    /** A share for a message that comes in pieces; holds nothing yet. */
    public Share arriving() {
        return new Share(true);
    }

    /** Why a message got none. */
    public ElanusException refusal(long bytes) {
        return new ElanusException(
                StandardErrorCode.RATE_LIMITED,
                "the server has too many large requests under way to take one of " + bytes
                        + " bytes; try again soon, or send smaller ones or fewer at a time");
    }

    /** What all hold now, and what they may. */
    @Override
    public String toString() {
        return used.get() + " of " + limit + " bytes";
    }

    /** What a request holds until it is closed; closing again has no effect. Grown by one thread at a time. */
    public final class Share implements AutoCloseable {

        /** Negative once closed. */
        private final AtomicLong held = new AtomicLong();

        private final boolean inPieces;

        private Share(boolean inPieces) {
            this.inPieces = inPieces;
        }

        /** Makes it large enough for a message of so many bytes; false, and no change, when there is too little left. */
        public boolean grow(long bytes) {
            if (bytes <= small) {
                return true;
            }
            long before = held.get();
            long wanted = copies * bytes;
            if (before < 0) {
                return false;
            }
            if (before >= wanted) {
                return true;
            }
            if (before > 0) {
                wanted += STEP; // it goes on coming
            }
            long more = wanted - before;
            boolean always = inPieces && (first.get() == this || first.compareAndSet(null, this));
            while (true) {
                long now = used.get();
                if (!always && now != before && now + more > limit) {
                    return false;
                }
                if (used.compareAndSet(now, now + more)) {
                    break;
                }
            }
            if (!held.compareAndSet(before, wanted)) { // closed meanwhile
                used.addAndGet(-more);
                first.compareAndSet(this, null);
                return false;
            }
            return true;
        }

        @Override
        public void close() {
            long before = held.getAndSet(-1);
            first.compareAndSet(this, null);
            if (before > 0) {
                used.addAndGet(-before);
            }
        }
    }
}
