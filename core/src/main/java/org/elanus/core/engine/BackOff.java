package org.elanus.core.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.elanus.spi.runtime.Clock;

/** Says when something that failed is tried again: after 5 s, then twice as long each time, up to 10 minutes. */
final class BackOff {

    private static final long FIRST_NANOS = 5_000_000_000L;
    private static final long LAST_NANOS = 600_000_000_000L;

    /** @param notBefore on the monotonic clock */
    private record Pause(long notBefore, long nanos) {}

    private final Clock clock;
    private final Map<Object, Pause> pauses = new ConcurrentHashMap<>();

    BackOff(Clock clock) {
        this.clock = clock;
    }

    boolean isDue(Object what) {
        Pause pause = pauses.get(what);
        return pause == null || clock.nanos() - pause.notBefore >= 0;
    }

    void failed(Object what) {
        Pause before = pauses.get(what);
        long nanos = before == null ? FIRST_NANOS : Math.min(before.nanos * 2, LAST_NANOS);
        pauses.put(what, new Pause(clock.nanos() + nanos, nanos));
    }

    void succeeded(Object what) {
        pauses.remove(what);
    }
}
