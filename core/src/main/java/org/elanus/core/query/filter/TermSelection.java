package org.elanus.core.query.filter;

import java.util.Arrays;
import org.elanus.core.index.ScalarIndex;
import org.jspecify.annotations.Nullable;

/** Terms of an index, and with them the rows that have one of these, or that have none of them. For one thread. */
final class TermSelection {

    /** Nanoseconds, roughly, measured on one machine; only their proportions matter. */
    private static final double PER_SORTED_ROW = 1.5;

    private static final double PER_LISTED_ROW = 1.2;
    private static final double PER_LIST = 60;
    private static final double PER_VISITED_TEXT = 30;
    private static final double PER_WORD = 1;
    /** A guess: the share of texts that a pattern matches beyond its prefix. */
    private static final int PATTERN_SHARE = 10;

    private final ScalarIndex index;
    /** Pairs of a first term and the one behind the last, ascending. */
    private int[] ranges = new int[4];

    private int size;
    private boolean inverted;
    private @Nullable LikePattern pattern;

    TermSelection(ScalarIndex index) {
        this.index = index;
    }

    ScalarIndex index() {
        return index;
    }

    /** Adds terms behind those added before. */
    TermSelection add(int from, int to) {
        if (from >= to) {
            return this;
        }
        if (size > 0 && ranges[size - 1] == from) {
            ranges[size - 1] = to;
            return this;
        }
        if (size == ranges.length) {
            ranges = Arrays.copyOf(ranges, size * 2);
        }
        ranges[size++] = from;
        ranges[size++] = to;
        return this;
    }

    /** The one term with the key, if it is there. */
    TermSelection addKey(long key) {
        return add(index.firstAtLeast(key), index.firstAbove(key));
    }

    TermSelection addText(byte[] text) {
        return add(index.firstAtLeast(text), index.firstAbove(text));
    }

    /** Keeps only the terms that match; decided when rows are collected. */
    TermSelection matching(LikePattern wanted) {
        pattern = wanted;
        return this;
    }

    /** Turns to the rows that are known to have none of the terms. */
    TermSelection invert() {
        inverted = !inverted;
        return this;
    }

    boolean isInverted() {
        return inverted;
    }

    /** Each row with a value has exactly one term, so that the other terms' rows are the other rows. */
    private boolean hasOneTermEach() {
        return index.path() == null && !index.ofElements();
    }

    /** Prefers the side with fewer rows. */
    TermSelection lighter() {
        if (pattern == null && hasOneTermEach() && postings() > index.postings(0, index.terms()) / 2) {
            int[] own = Arrays.copyOf(ranges, size);
            ranges = new int[own.length + 2];
            size = 0;
            int from = 0;
            for (int i = 0; i < own.length; i += 2) {
                add(from, own[i]);
                from = own[i + 1];
            }
            add(from, index.terms());
            inverted = !inverted;
        }
        return this;
    }

    private long postings() {
        long postings = 0;
        for (int i = 0; i < size; i += 2) {
            postings += index.postings(ranges[i], ranges[i + 1]);
        }
        return postings;
    }

    int terms() {
        int terms = 0;
        for (int i = 0; i < size; i += 2) {
            terms += ranges[i + 1] - ranges[i];
        }
        return terms;
    }

    /** Rows, hidden ones included: exact for plain fields without a pattern. */
    long estimatedRows() {
        long rows = Math.min(pattern == null ? postings() : postings() / PATTERN_SHARE, index.presentRows());
        return inverted ? index.knownRows() - rows : rows;
    }

    /** Nanoseconds, roughly. */
    double cost() {
        boolean sorted = index.type().equals("STL_SORT");
        double cost = index.rows() / 64.0 * PER_WORD * (inverted ? 3 : 1);
        long postings = postings();
        if (pattern != null) {
            cost += terms() * PER_VISITED_TEXT;
            postings /= PATTERN_SHARE;
        }
        if (sorted) {
            return cost + postings * PER_SORTED_ROW + size / 2.0 * PER_LIST;
        }
        double lists = Math.min(terms(), postings);
        // A list never costs more than going through all words.
        return cost + Math.min(postings * PER_LISTED_ROW, lists * index.rows() / 64 * PER_WORD) + lists * PER_LIST;
    }

    /** Sets the rows. @param words zeros before @param scratch overwritten when inverted */
    void collect(long[] words, long[] scratch) {
        LikePattern wanted = pattern;
        for (int i = 0; i < size; i += 2) {
            if (wanted == null) {
                index.collect(ranges[i], ranges[i + 1], words);
            } else {
                index.visit(ranges[i], ranges[i + 1], (term, bytes, start, length) -> {
                    if (wanted.matches(bytes, start, length)) {
                        index.collect(term, term + 1, words);
                    }
                });
            }
        }
        if (inverted) {
            Arrays.fill(scratch, 0);
            index.collectKnown(scratch);
            for (int w = 0; w < words.length; w++) {
                words[w] = scratch[w] & ~words[w];
            }
        }
    }
}
