package org.elanus.plugin.apimilvus.call;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.elanus.spi.auth.Door;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;

/** What all calls share. Safe for use by many threads. */
public final class CallRuntime {

    private final ExecutorService executor;
    private final Clock clock;
    private final long maxResponseBytes;
    private final Randomness randomness;
    private final String idPrefix;
    private final RequestBudget budget;
    private final Door door;
    private final AtomicLong ids = new AtomicLong();
    private volatile boolean stopping;

    /**
     * @param executor where calls run that block
     * @param randomness of the ids of requests that bring none, and of tokens
     * @param budget what large requests under way may take
     * @param door where callers sign in
     */
    public CallRuntime(
            ExecutorService executor,
            Clock clock,
            long maxResponseBytes,
            Randomness randomness,
            RequestBudget budget,
            Door door) {
        this.executor = executor;
        this.clock = clock;
        this.maxResponseBytes = maxResponseBytes;
        this.randomness = randomness;
        this.budget = budget;
        this.door = door;
        byte[] prefix = new byte[4];
        randomness.secureBytes(prefix);
        this.idPrefix = HexFormat.of().formatHex(prefix);
    }

    public ExecutorService executor() {
        return executor;
    }

    public Clock clock() {
        return clock;
    }

    long maxResponseBytes() {
        return maxResponseBytes;
    }

    public RequestBudget budget() {
        return budget;
    }

    public Door door() {
        return door;
    }

    String nextRequestId() {
        return idPrefix + "-" + ids.incrementAndGet();
    }

    /** A random UUID that cannot be guessed. */
    UUID newToken() {
        byte[] bytes = new byte[16];
        randomness.secureBytes(bytes);
        ByteBuffer halves = ByteBuffer.wrap(bytes);
        // version 4, variant 2: the rest is random
        long high = (halves.getLong() & ~0xf000L) | 0x4000L;
        long low = (halves.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /** Whether calls should give up because the endpoint's time to drain is over. */
    boolean stopping() {
        return stopping;
    }

    /** Cancels every call under way. */
    public void stop() {
        stopping = true;
    }
}
