package org.elanus.core.segment;

import java.util.Arrays;
import org.elanus.spi.index.RowFilter;
import org.jspecify.annotations.Nullable;

/**
 * The rows that are visible when a segment's first {@code rows} rows and the first {@code deletes} deletes of its log
 * count. Immutable; the next one is made from the last one by what changed.
 */
final class Visibility {

    /** Nothing is hidden, however many rows there are. */
    static final Visibility ALL = new Visibility(0, 0, 0, new long[0]);

    private final int generation;
    private final int deletes;
    private final int rows;
    private final long[] words;
    private final @Nullable RowFilter filter;

    private Visibility(int generation, int deletes, int rows, long[] words) {
        this.generation = generation;
        this.deletes = deletes;
        this.rows = rows;
        this.words = words;
        this.filter = deletes == 0 ? null : new RowFilter(words, rows - deletes);
    }

    /** Null when all rows are visible. */
    @Nullable
    RowFilter filter() {
        return filter;
    }

    /** The same, for other numbers of rows and deletes. Every delete that counts is of a row that counts. */
    Visibility at(DeleteLog.State log, int wantedDeletes, int wantedRows) {
        if (wantedDeletes == 0) {
            return ALL;
        }
        if (wantedRows == rows && wantedDeletes == deletes && log.generation() == generation) {
            return this;
        }
        int length = (wantedRows + 63) >>> 6;
        long[] next;
        int from;
        if (generation == log.generation() && deletes > 0 && rows <= wantedRows) {
            next = Arrays.copyOf(words, length);
            setRange(next, rows, wantedRows);
            from = deletes;
        } else {
            next = new long[length];
            setRange(next, 0, wantedRows);
            from = 0;
        }
        int[] deletedRows = log.rows();
        for (int i = from; i < wantedDeletes; i++) {
            next[deletedRows[i] >>> 6] &= ~(1L << deletedRows[i]);
        }
        for (int i = wantedDeletes; i < from; i++) {
            next[deletedRows[i] >>> 6] |= 1L << deletedRows[i];
        }
        return new Visibility(log.generation(), wantedDeletes, wantedRows, next);
    }

    /** The rows that pass and are at least {@code from}, which are expired up to there. */
    static RowFilter from(@Nullable RowFilter passing, int rows, int from) {
        long[] words = new long[(rows + 63) >>> 6];
        setRange(words, from, rows);
        return and(passing, words);
    }

    /** The rows that pass and whose bits are set. @param words are kept */
    static RowFilter and(@Nullable RowFilter passing, long[] words) {
        int cardinality = 0;
        for (int i = 0; i < words.length; i++) {
            if (passing != null) {
                words[i] &= passing.words()[i];
            }
            cardinality += Long.bitCount(words[i]);
        }
        return new RowFilter(words, cardinality);
    }

    /** Sets the bits from {@code from} to {@code to - 1}. */
    static void setRange(long[] words, int from, int to) {
        if (from >= to) {
            return;
        }
        int first = from >>> 6;
        int last = (to - 1) >>> 6;
        long firstMask = -1L << from;
        long lastMask = -1L >>> -to;
        if (first == last) {
            words[first] |= firstMask & lastMask;
            return;
        }
        words[first] |= firstMask;
        Arrays.fill(words, first + 1, last, -1L);
        words[last] |= lastMask;
    }
}
