package org.elanus.spi.index;

/**
 * The rows of a segment that pass: bit r of the words, little end first ({@code words[r >>> 6] >>> r}).
 *
 * @param words only read; bits from {@code rows} on are zero
 * @param cardinality how many bits are set
 */
public record RowFilter(long[] words, int cardinality) {

    public boolean passes(int row) {
        return (words[row >>> 6] >>> row & 1L) != 0;
    }
}
