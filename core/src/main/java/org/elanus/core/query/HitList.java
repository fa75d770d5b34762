package org.elanus.core.query;

import java.util.Arrays;

/** Hits of one query from all segments: collects candidates, then keeps the best. For one thread. */
final class HitList {

    private static final int MIN_CAPACITY = 16;

    private final boolean largerIsNearer;
    private long[] rows = new long[MIN_CAPACITY];
    private float[] scores = new float[MIN_CAPACITY];
    private int size;

    HitList(boolean largerIsNearer) {
        this.largerIsNearer = largerIsNearer;
    }

    void add(long row, float score) {
        if (size == rows.length) {
            rows = Arrays.copyOf(rows, size * 2);
            scores = Arrays.copyOf(scores, size * 2);
        }
        rows[size] = row;
        scores[size++] = score;
    }

    int size() {
        return size;
    }

    long row(int position) {
        return rows[position];
    }

    float score(int position) {
        return scores[position];
    }

    /**
     * Sorts, best first and ties by primary key, and keeps the best k; of several rows with one key only the newest
     * counts.
     *
     */
    void keepBest(int k, RowSpace space) {
        long[] order = new long[size];
        for (int i = 0; i < size; i++) {
            // Ascending order of these is best first; what is equal stays in order of arrival.
            int bits = Float.floatToRawIntBits(scores[i] + 0.0f);
            int sortable = bits ^ (bits >> 31 & 0x7fffffff);
            order[i] = (long) (largerIsNearer ? ~sortable : sortable) << 32 | i;
        }
        Arrays.sort(order);
        sortTies(order, space);
        Keys keys = space.views().size() > 1 ? new Keys(space, Math.min(k, size)) : null;
        long[] keptRows = new long[Math.min(k, size)];
        float[] keptScores = new float[keptRows.length];
        int kept = 0;
        for (int i = 0; i < order.length && kept < keptRows.length; i++) {
            long row = rows[(int) order[i]];
            float score = scores[(int) order[i]];
            int older = keys == null ? Keys.NONE : keys.add(row, keptRows, kept);
            if (older == Keys.NONE) {
                keptRows[kept] = row;
                keptScores[kept++] = score;
            } else if (space.timestamp(row) > space.timestamp(keptRows[older])) {
                // What counts comes later in the order: everything behind the outdated row moves up.
                System.arraycopy(keptRows, older + 1, keptRows, older, kept - older - 1);
                System.arraycopy(keptScores, older + 1, keptScores, older, kept - older - 1);
                keptRows[kept - 1] = row;
                keptScores[kept - 1] = score;
                keys = new Keys(space, keptRows.length);
                for (int p = 0; p < kept; p++) {
                    keys.add(keptRows[p], keptRows, p);
                }
            }
        }
        rows = keptRows;
        scores = keptScores;
        size = kept;
    }

    private void sortTies(long[] order, RowSpace space) {
        int from = 0;
        while (from < order.length) {
            int to = from + 1;
            while (to < order.length && order[to] >> 32 == order[from] >> 32) {
                to++;
            }
            if (to - from > 1) {
                Long[] tied = new Long[to - from];
                for (int i = 0; i < tied.length; i++) {
                    tied[i] = order[from + i];
                }
                Arrays.sort(tied, (a, b) -> space.compareKeys(rows[a.intValue()], rows[b.intValue()]));
                for (int i = 0; i < tied.length; i++) {
                    order[from + i] = tied[i];
                }
            }
            from = to;
        }
    }

    /** The keys of kept rows: an open-addressed table of their positions. */
    private static final class Keys {

        static final int NONE = -1;

        private final RowSpace space;
        private final int[] table;

        Keys(RowSpace space, int capacity) {
            this.space = space;
            table = new int[Integer.highestOneBit(Math.max(capacity, 1)) * 4];
        }

        /** Remembers a row that will be kept at a position; returns the position of one with the same key, if any. */
        int add(long row, long[] kept, int position) {
            int slot = space.hashKey(row) & table.length - 1;
            while (table[slot] != 0) {
                int present = table[slot] - 1;
                if (space.compareKeys(kept[present], row) == 0) {
                    return present;
                }
                slot = slot + 1 & table.length - 1;
            }
            table[slot] = position + 1;
            return NONE;
        }
    }
}
