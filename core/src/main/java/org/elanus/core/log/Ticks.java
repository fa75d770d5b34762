package org.elanus.core.log;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Proves to readers that this process still owned the channel after they had begun: by an empty record that is appended
 * and read back. One is under way at most; whoever comes meanwhile shares the next one. Safe for use by many threads.
 */
final class Ticks {

    private final String channel;
    private final Supplier<CompletableFuture<LogPosition>> append;
    private final Clock clock;
    private final Threads threads;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CompletableFuture<LogPosition> underWay;
    private @Nullable CompletableFuture<LogPosition> next;

    /** @param append sends a TICK */
    Ticks(String channel, Supplier<CompletableFuture<LogPosition>> append, Clock clock, Threads threads) {
        this.channel = channel;
        this.append = append;
        this.clock = clock;
        this.threads = threads;
    }

    /** Returns when everything that anybody wrote before the call is applied. */
    void await(long deadlineNanos) {
        CompletableFuture<LogPosition> mine;
        boolean first = false;
        lock.lock();
        try {
            if (underWay == null) {
                mine = new CompletableFuture<>();
                underWay = mine;
                first = true;
            } else {
                mine = next == null ? new CompletableFuture<>() : next;
                next = mine;
            }
        } finally {
            lock.unlock();
        }
        if (first) {
            // Not from here: appending may wait for room, or behind one who does, longer than this caller has time.
            start(mine);
        }
        Waiting.join(mine, clock, deadlineNanos, "the log of channel '" + channel + "'");
    }

    private void send(CompletableFuture<LogPosition> tick) {
        CompletableFuture<LogPosition> sent;
        try {
            sent = append.get();
        } catch (RuntimeException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        sent.whenComplete((position, failure) -> {
            follow();
            if (failure == null) {
                tick.complete(position);
            } else {
                tick.completeExceptionally(failure);
            }
        });
    }

    /** The next one is not sent from here: this may be the thread that frees what it would wait for. */
    private void follow() {
        CompletableFuture<LogPosition> following;
        lock.lock();
        try {
            following = next;
            underWay = following;
            next = null;
        } finally {
            lock.unlock();
        }
        if (following != null) {
            start(following);
        }
    }

    private void start(CompletableFuture<LogPosition> tick) {
        threads.startVirtual("tick-" + channel, () -> send(tick));
    }
}
