package org.elanus.core.segment;

import java.util.Arrays;

/**
 * Which rows of a segment were deleted, and when. A row is deleted once. Written by one thread, which publishes what it
 * added as one step; read by many through immutable states.
 */
final class DeleteLog {

    /**
     * The log at a moment: the first {@code size} elements of arrays that only grow behind them.
     *
     * @param generation of states with the same one, one is the beginning of the other
     */
    record State(int[] rows, long[] timestamps, int size, int generation) {

        static final State EMPTY = new State(new int[0], new long[0], 0, 0);

        /** How many deletes have timestamps up to the given one. */
        int countUntil(long timestamp) {
            if (size == 0 || timestamps[size - 1] <= timestamp) {
                return size;
            }
            int low = 0;
            int high = size;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (timestamps[middle] <= timestamp) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    private volatile State state;

    // of the writer alone
    private long[] deleted;
    private int[] rows;
    private long[] timestamps;
    private int size;
    private boolean unordered;

    DeleteLog() {
        this(State.EMPTY);
    }

    DeleteLog(State initial) {
        state = initial;
        rows = initial.rows;
        timestamps = initial.timestamps;
        size = initial.size;
        deleted = new long[0];
        for (int i = 0; i < size; i++) {
            mark(rows[i]);
        }
    }

    State state() {
        return state;
    }

    /** Bytes on the heap. */
    long bytes() {
        return 12L * rows.length + 8L * deleted.length;
    }

    /** Whether a row was added. Only for the writer. */
    boolean contains(int row) {
        int word = row >>> 6;
        return word < deleted.length && (deleted[word] >>> row & 1) != 0;
    }

    /** Adds a row that is not contained; readers see it after {@link #publish}. Only for the writer. */
    void add(int row, long timestamp) {
        if (size == rows.length) {
            int capacity = Math.max(16, size + (size >> 1));
            rows = Arrays.copyOf(rows, capacity);
            timestamps = Arrays.copyOf(timestamps, capacity);
        }
        unordered |= size > 0 && timestamp < timestamps[size - 1];
        rows[size] = row;
        timestamps[size++] = timestamp;
        mark(row);
    }

    /** Only for the writer. */
    void publish() {
        State before = state;
        if (size == before.size) {
            return;
        }
        if (unordered) {
            // A replay or a merge may bring older deletes late: readers keep the arrays they have.
            sort();
            unordered = false;
            state = new State(rows, timestamps, size, before.generation + 1);
        } else {
            state = new State(rows, timestamps, size, before.generation);
        }
    }

    private void mark(int row) {
        int word = row >>> 6;
        if (word >= deleted.length) {
            deleted = Arrays.copyOf(deleted, Math.max(word + 1, deleted.length * 2));
        }
        deleted[word] |= 1L << row;
    }

    /** Merges neighbouring runs, pass by pass, until one is left. What readers hold is never written. */
    private void sort() {
        int[] fromRows = rows.clone();
        long[] fromTimestamps = timestamps.clone();
        int[] toRows = new int[rows.length];
        long[] toTimestamps = new long[rows.length];
        boolean sorted = false;
        while (!sorted) {
            int start = 0;
            while (start < size) {
                int middle = runEnd(fromTimestamps, start);
                int end = middle == size ? size : runEnd(fromTimestamps, middle);
                int left = start;
                int right = middle;
                for (int to = start; to < end; to++) {
                    boolean takeLeft = left < middle && (right == end || fromTimestamps[left] <= fromTimestamps[right]);
                    int from = takeLeft ? left++ : right++;
                    toRows[to] = fromRows[from];
                    toTimestamps[to] = fromTimestamps[from];
                }
                sorted = start == 0 && end == size;
                start = end;
            }
            int[] spareRows = fromRows;
            long[] spareTimestamps = fromTimestamps;
            fromRows = toRows;
            fromTimestamps = toTimestamps;
            toRows = spareRows;
            toTimestamps = spareTimestamps;
        }
        rows = fromRows;
        timestamps = fromTimestamps;
    }

    private int runEnd(long[] times, int start) {
        int end = start + 1;
        while (end < size && times[end - 1] <= times[end]) {
            end++;
        }
        return end;
    }
}
