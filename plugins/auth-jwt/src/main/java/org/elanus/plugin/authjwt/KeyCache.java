package org.elanus.plugin.authjwt;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys as they were read last. Read again in the background, and at once, though not often, when a token names a key
 * that is not among them. Keys that cannot be read again go on for a limited time. Readers never wait; who asks for an
 * unknown key waits for one reading at most.
 */
final class KeyCache implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KeyCache.class);

    /**
     * Keys, with when they were read last.
     *
     * @param generation grows when the keys change
     */
    record Loaded(KeySet keys, long generation, long nanos) {}

    private final KeySource source;
    private final AuthJwtConfig config;
    private final Clock clock;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile @Nullable Loaded loaded;
    private volatile String failure = "";
    private long attemptedNanos;
    private boolean attempted;
    private Threads.@Nullable Repeating refreshing;

    KeyCache(KeySource source, AuthJwtConfig config, Clock clock) {
        this.source = source;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Reads the keys for the first time and, when they may change, again and again from now on.
     *
     * @param mayWait whether it is enough to get them later
     * @throws ElanusException CONFIGURATION_INVALID when they cannot be read and must be
     */
    void start(Threads threads, boolean mayWait) {
        loading.lock();
        try {
            load();
        } finally {
            loading.unlock();
        }
        if (loaded == null && !mayWait) {
            throw new ElanusException(StandardErrorCode.CONFIGURATION_INVALID, source.description() + ": " + failure);
        }
        if (source.changes()) {
            Duration pause = config.retryInterval().compareTo(config.refreshInterval()) < 0
                    ? config.retryInterval()
                    : config.refreshInterval();
            refreshing = threads.repeat("auth-jwt-keys", pause, this::refreshWhenDue);
        }
    }

    /**
     * What tokens are checked with now.
     *
     * @throws ElanusException NOT_READY when there are no keys, or only too old ones
     */
    Loaded current() {
        Loaded last = loaded;
        if (last == null || isStale(last)) {
            throw new ElanusException(StandardErrorCode.NOT_READY, Refusal.NO_KEYS.sentence());
        }
        return last;
    }

    /**
     * What tokens are checked with after the given keys turned out to lack one: newer keys if somebody has read them
     * meanwhile, or if they may be read now; otherwise the same.
     */
    Loaded after(Loaded seen) {
        if (!source.changes()) {
            return seen;
        }
        try {
            loading.lockInterruptibly();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return seen;
        }
        try {
            Loaded last = current();
            if (last.generation() == seen.generation() && isOver(config.unknownKeyInterval())) {
                load();
            }
            return current();
        } finally {
            loading.unlock();
        }
    }

    Health health() {
        Loaded last = loaded;
        if (last == null) {
            return Health.unhealthy("no keys yet, no token is accepted: " + source.description() + ": " + failure);
        }
        if (isStale(last)) {
            return Health.unhealthy(
                    "the keys are too old, no token is accepted: " + source.description() + ": " + failure);
        }
        return failure.isEmpty()
                ? Health.healthy()
                : Health.degraded("the keys cannot be read again: " + source.description() + ": " + failure);
    }

    /** Waits for a reading that is under way. */
    @Override
    public void close() {
        if (refreshing != null) {
            refreshing.close();
        }
    }

    private boolean isStale(Loaded last) {
        return source.changes()
                && clock.nanos() - last.nanos() > config.maxStale().toNanos();
    }

    private boolean isOver(Duration interval) {
        return !attempted || clock.nanos() - attemptedNanos >= interval.toNanos();
    }

    private void refreshWhenDue() {
        loading.lock();
        try {
            if (!failure.isEmpty() ? isOver(config.retryInterval()) : isOver(config.refreshInterval())) {
                load();
            }
        } finally {
            loading.unlock();
        }
    }

    /** The caller holds the lock. */
    private void load() {
        try {
            KeySet fresh = source.load();
            Loaded last = loaded;
            long generation = last == null ? 1 : last.generation();
            if (last != null && !last.keys().equals(fresh)) {
                generation++;
            }
            if (last == null || generation != last.generation() || !failure.isEmpty()) {
                log.info("keys for tokens from {}: {}", source.description(), fresh.keys().size());
            }
            loaded = new Loaded(fresh, generation, clock.nanos());
            failure = "";
        } catch (IOException | RuntimeException e) {
            failed(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            failed("interrupted");
        } finally {
            attempted = true;
            attemptedNanos = clock.nanos();
        }
    }

    private void failed(String reason) {
        if (!reason.equals(failure)) {
            log.warn("the keys for tokens cannot be read from {}: {}", source.description(), reason);
        }
        failure = reason;
    }
}
