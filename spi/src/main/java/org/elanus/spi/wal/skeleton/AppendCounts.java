package org.elanus.spi.wal.skeleton;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.wal.WalStatus;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one channel appends, for {@link org.elanus.spi.wal.WalOpener#status}. Lives as long as the opener. Safe for
 * use by many threads.
 */
public final class AppendCounts {

    private static final long NEVER = Long.MIN_VALUE;

    private final String channel;
    private final Clock clock;
    private final LongAdder appends = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final AtomicLong lag = new AtomicLong();
    private volatile long lastAppend = NEVER;
    private volatile boolean reachable = true;
    private volatile @Nullable String failure;

    public AppendCounts(String channel, Clock clock) {
        this.channel = channel;
        this.clock = clock;
    }

    /** The channel was opened: earlier failures are over. */
    public void opened() {
        failure = null;
        reachable = true;
    }

    /** A record of so many payload bytes is on its way. */
    public void begun(long payloadBytes) {
        lag.addAndGet(payloadBytes);
    }

    /** A record became durable. */
    public void durable(long payloadBytes) {
        lag.addAndGet(-payloadBytes);
        appends.increment();
        bytes.add(payloadBytes);
        lastAppend = clock.millis();
    }

    /** A record's outcome is an error. */
    public void lost(long payloadBytes) {
        lag.addAndGet(-payloadBytes);
    }

    /** The channel takes no more appends until it is opened again. The first failure since opening is kept. */
    public void failed(Throwable error) {
        if (failure == null) {
            failure = String.valueOf(error.getMessage());
        }
    }

    /** Whether the log answered. */
    public void reachable(boolean answered) {
        reachable = answered;
    }

    public WalStatus status() {
        long last = lastAppend;
        return new WalStatus(
                channel,
                reachable,
                last == NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(last)),
                lag.get(),
                appends.sum(),
                bytes.sum(),
                Optional.ofNullable(failure));
    }
}
