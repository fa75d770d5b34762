package org.elanus.core.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.elanus.spi.database.Column;

/**
 * From a primary key to the newest row that has it: an open-addressing table. Written by one thread, read by many
 * without a lock. A reader may find a row that is newer than its view and goes on to the one before.
 */
final class GrowingKeyIndex {

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(int[].class);

    /** Compares a stored row's key with a given one; their numbers are equal. */
    interface Matcher {
        boolean matches(int row, Column keys, int i);
    }

    private static final class Table {
        final long[] hashes;
        /** Row + 1; 0 is an empty slot. */
        final int[] rows;

        Table(int slots) {
            hashes = new long[slots];
            rows = new int[slots];
        }
    }

    private final Matcher matcher;
    private volatile Table table = new Table(16);
    private int used;

    GrowingKeyIndex(Matcher matcher) {
        this.matcher = matcher;
    }

    /** The newest row with a key, or -1. */
    int newest(Column keys, int i) {
        Table now = table;
        long hash = KeyHash.of(keys, i);
        int mask = now.rows.length - 1;
        for (int slot = (int) KeyHash.mix(hash) & mask; ; slot = slot + 1 & mask) {
            int row = (int) ELEMENT.getAcquire(now.rows, slot) - 1;
            if (row < 0) {
                return -1;
            }
            if (now.hashes[slot] == hash && matcher.matches(row, keys, i)) {
                return row;
            }
        }
    }

    long bytes() {
        return 12L * table.rows.length;
    }

    /** Bytes that {@link #reserve} would add. */
    long needed(int more) {
        return 12L * (slotsFor(used + more) - table.rows.length);
    }

    /** Makes room for so many keys. */
    void reserve(int more) {
        Table old = table;
        int slots = slotsFor(used + more);
        if (slots == old.rows.length) {
            return;
        }
        Table next = new Table(slots);
        int mask = slots - 1;
        for (int i = 0; i < old.rows.length; i++) {
            if (old.rows[i] != 0) {
                int slot = (int) KeyHash.mix(old.hashes[i]) & mask;
                while (next.rows[slot] != 0) {
                    slot = slot + 1 & mask;
                }
                next.rows[slot] = old.rows[i];
                next.hashes[slot] = old.hashes[i];
            }
        }
        table = next;
    }

    /**
     * Makes a row the newest of its key. The caller has linked it to {@link #newest} before.
     *
     * @param earlier what {@code newest} gave for the key
     */
    void put(Column keys, int i, int row, int earlier) {
        Table now = table;
        long hash = KeyHash.of(keys, i);
        int mask = now.rows.length - 1;
        int slot = (int) KeyHash.mix(hash) & mask;
        while (now.rows[slot] != 0 && now.rows[slot] != earlier + 1) {
            slot = slot + 1 & mask;
        }
        if (now.rows[slot] == 0) {
            now.hashes[slot] = hash;
            used++;
        }
        ELEMENT.setRelease(now.rows, slot, row + 1);
    }

    /** At most 5 of 8 slots are used. */
    private int slotsFor(int keys) {
        long slots = table.rows.length;
        while (keys * 8L > slots * 5) {
            slots *= 2;
        }
        return Math.toIntExact(slots);
    }
}
