package org.elanus.spi.index;

import java.util.Arrays;

/** Rows with scores, best first. Reusable; for one thread. */
public final class Hits {

    private int[] rows = new int[16];
    private float[] scores = new float[16];
    private int size;

    public void clear() {
        size = 0;
    }

    /** Appends a hit; the caller appends in order, best first. */
    public void add(int row, float score) {
        if (size == rows.length) {
            rows = Arrays.copyOf(rows, size * 2);
            scores = Arrays.copyOf(scores, size * 2);
        }
        rows[size] = row;
        scores[size++] = score;
    }

    public int size() {
        return size;
    }

    public int row(int position) {
        return rows[position];
    }

    public float score(int position) {
        return scores[position];
    }
}
