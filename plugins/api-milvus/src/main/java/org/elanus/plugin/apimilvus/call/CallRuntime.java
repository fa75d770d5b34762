package org.elanus.plugin.apimilvus.call;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.elanus.spi.runtime.Clock;

/** What all calls share. Safe for use by many threads. */
public final class CallRuntime {

    private final ExecutorService executor;
    private final Clock clock;
    private final long maxResponseBytes;
    private final String idPrefix;
    private final AtomicLong ids = new AtomicLong();
    private volatile boolean stopping;

    /**
     * @param executor where calls run that block
     * @param idPrefix of the ids of requests that bring none
     */
    public CallRuntime(ExecutorService executor, Clock clock, long maxResponseBytes, String idPrefix) {
        this.executor = executor;
        this.clock = clock;
        this.maxResponseBytes = maxResponseBytes;
        this.idPrefix = idPrefix;
    }

    ExecutorService executor() {
        return executor;
    }

    Clock clock() {
        return clock;
    }

    long maxResponseBytes() {
        return maxResponseBytes;
    }

    String nextRequestId() {
        return idPrefix + "-" + ids.incrementAndGet();
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
