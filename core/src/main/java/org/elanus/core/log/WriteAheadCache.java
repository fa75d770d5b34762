package org.elanus.core.log;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.elanus.core.runtime.MemoryAccountant;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The newest applied records of a channel, for those who follow it closely; filled while somebody does. Bounded in bytes,
 * which are taken from the memory budget: what does not fit is read from the log instead. An owner's own reading never
 * comes from here. Safe for use by many threads.
 */
final class WriteAheadCache {

    static final String PURPOSE = "write-ahead cache";
    private static final long ENTRY_OVERHEAD = 160;

    /**
     * A step of the channel.
     *
     * @param after the sequence up to which the channel had come before it
     * @param payload of a data record; null when there is nothing to deliver
     */
    record Step(long after, LogPosition at, @Nullable MemorySegment payload) {

        long bytes() {
            return ENTRY_OVERHEAD + (payload == null ? 0 : payload.byteSize());
        }

        @Nullable
        LogRecord record() {
            return payload == null ? null : new LogRecord(at, DataRecordCodec.decode(payload, at));
        }
    }

    private final Clock clock;
    private final long limit;
    private final MemoryAccountant memory;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Step> steps = new ArrayDeque<>();
    private final Map<Long, Step> byAfter = new HashMap<>();
    private volatile int followers;
    private long bytes;
    private MemoryAccountant.@Nullable Reservation reservation;

    WriteAheadCache(Clock clock, MemoryAccountant memory, long limit) {
        this.clock = clock;
        this.memory = memory;
        this.limit = limit;
    }

    void join() {
        lock.lock();
        try {
            followers++;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            if (--followers == 0) {
                steps.clear();
                byAfter.clear();
                bytes = 0;
                if (reservation != null) {
                    reservation.close();
                    reservation = null;
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Is told of everything that is applied, in order. Copies what it keeps: the memory may be its writer's. */
    void applied(LogPosition before, LogPosition at, @Nullable DataRecord data) {
        if (followers == 0) {
            return;
        }
        Step step = new Step(before.sequence(), at, data == null ? null : copy(DataRecordCodec.encode(data)));
        lock.lock();
        try {
            if (followers > 0) {
                add(step);
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(Step step) {
        Step newest = steps.peekLast();
        if (newest != null && newest.at.sequence() != step.after) {
            clear(); // it was filled by an earlier follower, and records are missing between
        }
        while (!steps.isEmpty() && bytes + step.bytes() > limit) {
            drop();
        }
        while (!reserve(bytes + step.bytes())) {
            if (steps.isEmpty()) {
                return;
            }
            drop();
        }
        bytes += step.bytes();
        steps.add(step);
        byAfter.put(step.after, step);
    }

    private boolean reserve(long wanted) {
        if (reservation != null) {
            return reservation.tryResize(wanted);
        }
        Optional<MemoryAccountant.Reservation> taken = memory.tryReserve(PURPOSE, wanted);
        reservation = taken.orElse(null);
        return taken.isPresent();
    }

    private void clear() {
        while (!steps.isEmpty()) {
            drop();
        }
    }

    private void drop() {
        Step oldest = steps.removeFirst();
        byAfter.remove(oldest.after);
        bytes -= oldest.bytes();
    }

    /** The step that follows a sequence; null when it is not here. */
    @Nullable
    Step after(long sequence) {
        lock.lock();
        try {
            return byAfter.get(sequence);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the step behind a sequence is here, or something else has come; at most for the given time. */
    void await(long nanos, long sequence, BooleanSupplier until) {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !byAfter.containsKey(sequence) && !until.getAsBoolean()) {
                left = clock.await(changed, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Wakes those who wait for what was just applied. */
    void wake() {
        if (followers == 0) {
            return;
        }
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Bytes kept at this moment. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    private static MemorySegment copy(List<MemorySegment> pieces) {
        long size = 0;
        for (MemorySegment piece : pieces) {
            size += piece.byteSize();
        }
        byte[] whole = new byte[Math.toIntExact(size)];
        int at = 0;
        for (MemorySegment piece : pieces) {
            MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, 0, whole, at, (int) piece.byteSize());
            at += (int) piece.byteSize();
        }
        return MemorySegment.ofArray(whole);
    }
}
