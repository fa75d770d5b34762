package org.elanus.core.metrics;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of measurements: many threads put, without lock and without allocation, one at a time takes. What does
 * not fit is not taken.
 */
final class MeasurementQueue {

    private final AtomicReferenceArray<@Nullable Measured> slots;
    private final long[] nanos;
    private final int mask;
    /** Places that were given out, and places that are free again. */
    private final AtomicLong tail = new AtomicLong();

    private final AtomicLong head = new AtomicLong();

    /** @param capacity a power of two */
    MeasurementQueue(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("the capacity must be a power of two, not " + capacity);
        }
        slots = new AtomicReferenceArray<>(capacity);
        nanos = new long[capacity];
        mask = capacity - 1;
    }

    /** @return false when it is full */
    boolean offer(Measured measured, long duration) {
        long place;
        do {
            place = tail.get();
            if (place - head.get() > mask) {
                return false;
            }
        } while (!tail.compareAndSet(place, place + 1));
        int slot = (int) place & mask;
        nanos[slot] = duration;
        slots.setRelease(slot, measured);
        return true;
    }

    /** How many are waiting, about. */
    int size() {
        return (int) Math.max(0, tail.get() - head.get());
    }

    /**
     * Gives out what is there, at most as many as fit into the queue at once. For one thread at a time.
     *
     * @return how many
     */
    int drain(ObjLongConsumer<Measured> taker) {
        long place = head.get();
        int taken = 0;
        while (taken <= mask) {
            int slot = (int) place & mask;
            Measured measured = slots.getAcquire(slot);
            if (measured == null) {
                break;
            }
            long duration = nanos[slot];
            slots.setPlain(slot, null);
            head.setRelease(++place);
            taken++;
            taker.accept(measured, duration);
        }
        return taken;
    }
}
