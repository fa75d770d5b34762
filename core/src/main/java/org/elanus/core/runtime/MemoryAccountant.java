package org.elanus.core.runtime;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.elanus.spi.config.DataSize;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * Hands out reservations from one budget of off-heap memory. It counts and allocates nothing: who holds a reservation
 * allocates at most that much, and closes the reservation after the memory is given back. Safe for use by many threads,
 * lock-free.
 */
public final class MemoryAccountant {

    private static final int INSERT_PERCENT = 85;

    private final long budget;
    private final long insertThreshold;
    private final AtomicLong inUse = new AtomicLong();
    private final Map<String, AtomicLong> byPurpose = new ConcurrentHashMap<>();

    /** An accountant over a budget in bytes, 1 or more. */
    public MemoryAccountant(long budget) {
        if (budget < 1) {
            throw new IllegalArgumentException("the memory budget must be at least 1 byte, not " + budget);
        }
        this.budget = budget;
        this.insertThreshold = budget / 100 * INSERT_PERCENT + budget % 100 * INSERT_PERCENT / 100;
    }

    /**
     * Takes bytes from the budget.
     *
     * @param what the purpose, such as {@code growing segments}: one of a few fixed names, for messages and totals
     * @throws ElanusException MEMORY_LIMIT naming the purpose, what was asked for, what is in use and the budget
     */
    public Reservation reserve(String what, long bytes) {
        return tryReserve(what, bytes).orElseThrow(() -> refusal(what, bytes, budget));
    }

    /** Takes bytes from the budget, or gives empty when they are not there. */
    public Optional<Reservation> tryReserve(String what, long bytes) {
        requireNotNegative(bytes);
        AtomicLong total = byPurpose.computeIfAbsent(what, _ -> new AtomicLong());
        return take(bytes, total) ? Optional.of(new Reservation(what, total, bytes)) : Optional.empty();
    }

    /**
     * Passes when new rows of this size may come in: inserts are refused from 85 % of the budget on, so that flushes,
     * deletes and queries keep room to work in.
     *
     * @throws ElanusException MEMORY_LIMIT; the same insert may succeed after a flush
     */
    public void admitInsert(long bytes) {
        requireNotNegative(bytes);
        if (bytes > insertThreshold - inUse.get()) {
            throw refusal("insert", bytes, insertThreshold);
        }
    }

    /** Bytes reserved at this moment. */
    public long inUse() {
        return inUse.get();
    }

    /** The budget in bytes. */
    public long budget() {
        return budget;
    }

    /** Bytes from which on inserts are refused. */
    public long insertThreshold() {
        return insertThreshold;
    }

    /** Bytes reserved at this moment for each purpose ever used, in order of purpose. */
    public Map<String, Long> byPurpose() {
        Map<String, Long> totals = new TreeMap<>();
        byPurpose.forEach((what, total) -> totals.put(what, total.get()));
        return totals;
    }

    private boolean take(long bytes, AtomicLong total) {
        long used;
        do {
            used = inUse.get();
            if (bytes > budget - used) {
                return false;
            }
        } while (!inUse.compareAndSet(used, used + bytes));
        total.addAndGet(bytes);
        return true;
    }

    private void giveBack(long bytes, AtomicLong total) {
        total.addAndGet(-bytes);
        inUse.addAndGet(-bytes);
    }

    private ElanusException refusal(String what, long bytes, long limit) {
        return new ElanusException(
                StandardErrorCode.MEMORY_LIMIT,
                "not enough off-heap memory for %s: asked for %s, %s in use of %s%s; try again later, release collections or raise the memory budget"
                        .formatted(
                                what,
                                new DataSize(bytes),
                                new DataSize(inUse.get()),
                                new DataSize(budget),
                                limit == budget ? "" : " (inserts may use " + new DataSize(limit) + ")"));
    }

    private static void requireNotNegative(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a reservation is 0 bytes or more, not " + bytes);
        }
    }

    /** Bytes taken from the budget. For one thread, except {@link #close()} and {@link #bytes()}. */
    public final class Reservation implements AutoCloseable {

        private final String what;
        private final AtomicLong total;
        private final AtomicLong bytes;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Reservation(String what, AtomicLong total, long bytes) {
            this.what = what;
            this.total = total;
            this.bytes = new AtomicLong(bytes);
        }

        /** The bytes held. */
        public long bytes() {
            return bytes.get();
        }

        /**
         * Grows or shrinks the reservation; unchanged when refused.
         *
         * @throws ElanusException MEMORY_LIMIT, or CLOSED after {@link #close()}
         */
        public void resize(long newBytes) {
            if (!tryResize(newBytes)) {
                throw refusal(what, newBytes - bytes.get(), budget);
            }
        }

        /** Grows or shrinks the reservation; false and unchanged when the budget has not enough left. */
        public boolean tryResize(long newBytes) {
            requireNotNegative(newBytes);
            if (closed.get()) {
                throw new ElanusException(StandardErrorCode.CLOSED, "the reservation for " + what + " is closed");
            }
            long difference = newBytes - bytes.get();
            if (difference > 0 && !take(difference, total)) {
                return false;
            }
            if (difference < 0) {
                giveBack(-difference, total);
            }
            bytes.addAndGet(difference);
            return true;
        }

        /** Gives the bytes back. Calling it again has no effect. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                giveBack(bytes.getAndSet(0), total);
            }
        }
    }
}
