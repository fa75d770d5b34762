package org.elanus.core.index;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open index over the values of a scalar field of one sealed segment: the distinct values, called terms, in ascending
 * order, and the rows of each. Terms are numbered from 0. Safe for use by many threads; valid as long as the view that
 * gave it out. Rows are answered as bits of words, lowest first; bits are only set, never cleared.
 *
 * <p>Numbers are asked by keys: an integer is its own key, a boolean 0 or 1, a floating number has {@link #keyOf}.
 */
public interface ScalarIndex {

    /** What the terms are. */
    enum Values {
        BOOLEAN,
        INTEGER,
        FLOATING,
        TEXT
    }

    /** Looks at a term's text in UTF-8. */
    @FunctionalInterface
    interface TextVisitor {

        /** @param bytes only valid during the call */
        void visit(int term, MemorySegment bytes, long start, int length);
    }

    /** The index's name. */
    String name();

    /** The kind that was built, such as {@code BITMAP}. */
    String type();

    Values values();

    /** Whether a row's terms are the elements of its array. */
    boolean ofElements();

    /** The place in a JSON field whose values these are: String keys and Integer positions; null for another field. */
    @Nullable
    List<Object> path();

    /** Rows of the segment. */
    int rows();

    int terms();

    /** Rows with a value, whatever its type: those that are not null. */
    int presentRows();

    /**
     * Rows of which conditions are not unknown: those with a value, and those with a JSON text that has none at the
     * path.
     */
    int knownRows();

    /** Rows with a value that the terms cannot stand for, such as an integer beyond 2^53 among doubles. */
    int undecidedRows();

    /** The first term that is not below the key; {@link #terms} when there is none. */
    int firstAtLeast(long key);

    /** The first term above the key. */
    int firstAbove(long key);

    int firstAtLeast(byte[] text);

    int firstAbove(byte[] text);

    /** The first term that is above all that begin with the prefix. */
    int firstBeyond(byte[] prefix);

    /** Pairs of a term and a row, of the terms from one to before another. */
    long postings(int from, int to);

    /** Sets the rows that have a term from one to before another. */
    void collect(int from, int to, long[] words);

    void collectPresent(long[] words);

    void collectKnown(long[] words);

    void collectUndecided(long[] words);

    /** Visits the texts of the terms from one to before another, in order. */
    void visit(int from, int to, TextVisitor visitor);

    /** Reads everything. @throws ElanusException CORRUPT naming what is wrong */
    void checkIntegrity();

    /** A number's key: keys are ordered as the numbers, equal numbers have one key, NaN is above all. */
    static long keyOf(double value) {
        long bits = Double.doubleToLongBits(value == 0 ? 0.0 : value);
        return bits ^ bits >> 63 & Long.MAX_VALUE;
    }
}
