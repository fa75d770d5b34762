package org.elanus.core.registry;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/** A contribution with its count of leases. */
final class Entry<T> implements Registry.Registration {

    /** Set in {@link #state} once withdrawn; the other bits count leases. */
    private static final int WITHDRAWN = 1 << 31;

    final Class<T> kind;
    final String name;
    final String plugin;

    private final Registry registry;
    private final T contribution;
    private final AtomicInteger state = new AtomicInteger();
    private final ReentrantLock draining = new ReentrantLock();
    private final Condition drained = draining.newCondition();

    Entry(Registry registry, Class<T> kind, String name, T contribution, String plugin) {
        this.registry = registry;
        this.kind = kind;
        this.name = name;
        this.contribution = contribution;
        this.plugin = plugin;
    }

    /** A lease, or null when withdrawn. */
    Registry.@Nullable Lease<T> tryLease() {
        int seen = state.get();
        while (seen >= 0) {
            if (state.compareAndSet(seen, seen + 1)) {
                return new Held();
            }
            seen = state.get();
        }
        return null;
    }

    @Override
    public void withdraw() {
        registry.remove(this);
        if (state.getAndUpdate(now -> now | WITHDRAWN) == 0) {
            signalDrained();
        }
    }

    @Override
    public int leases() {
        return state.get() & ~WITHDRAWN;
    }

    @Override
    public boolean awaitDrained(Clock clock, Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        draining.lock();
        try {
            while (state.get() != WITHDRAWN) {
                if (left <= 0) {
                    return false;
                }
                left = clock.await(drained, left);
            }
            return true;
        } finally {
            draining.unlock();
        }
    }

    private void giveBack() {
        if (state.decrementAndGet() == WITHDRAWN) {
            signalDrained();
        }
    }

    private void signalDrained() {
        draining.lock();
        try {
            drained.signalAll();
        } finally {
            draining.unlock();
        }
    }

    private final class Held implements Registry.Lease<T> {

        private final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public T get() {
            if (closed.get()) {
                throw new ElanusException(
                        StandardErrorCode.CLOSED, "the lease on '" + name + "' of plugin '" + plugin + "' is closed");
            }
            return contribution;
        }

        @Override
        public String plugin() {
            return plugin;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                giveBack();
            }
        }
    }
}
