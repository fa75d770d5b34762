package org.elanus.plugin.indexhnsw;

import java.util.Arrays;

/**
 * The sizes of a graph, from which the place of every list follows. Lists of one level are equally long, lie one after
 * the other, and are filled up with the node's own number, which a walk has always seen already: no lengths are stored.
 *
 * <p>On level 0 a node is its row. The nodes of the levels above are numbered apart, those of the highest level first,
 * so that the nodes of level l are 0 to {@code levelCounts[l - 1] - 1}.
 *
 * @param rows rows of the segment
 * @param degree neighbours on level 0
 * @param upperDegree neighbours on every other level
 * @param levelCounts nodes of the levels from 1 up
 */
record GraphShape(int rows, int degree, int upperDegree, int[] levelCounts) {

    static final int MAX_LEVEL = 16;

    /** A list begins at a multiple of so many numbers: a cache line. */
    private static final int GROUP = 16;

    /** The shape for a number of rows, before the levels of the nodes are known. */
    static GraphShape of(int rows, int m, int[] levelCounts) {
        int others = Math.max(rows - 1, 1);
        return new GraphShape(rows, Math.min(2 * m, others), Math.min(m, others), levelCounts);
    }

    /** The shape that is to be expected: each level has one m-th of the nodes of the one below. */
    static GraphShape expected(int rows, int m) {
        int[] counts = new int[MAX_LEVEL];
        int levels = 0;
        for (double count = (double) rows / m; levels < MAX_LEVEL && count >= 0.5; count /= m) {
            counts[levels++] = (int) Math.round(count);
        }
        return of(rows, m, Arrays.copyOf(counts, levels));
    }

    /** The shape of a graph that lies in records. */
    static GraphShape ofRecords(int rows, RecordShape records) {
        return new GraphShape(rows, records.degree(), 1, new int[0]);
    }

    /** The highest level. */
    int levels() {
        return levelCounts.length;
    }

    int upperNodes() {
        return levels() == 0 ? 0 : levelCounts[0];
    }

    /** Bytes from one list of level 0 to the next. */
    long listBytes() {
        return stride(degree);
    }

    /** Bytes from one list of a higher level to the next. */
    long upperListBytes() {
        return stride(upperDegree);
    }

    private static long stride(int degree) {
        return (long) (degree + GROUP - 1) / GROUP * GROUP * Integer.BYTES;
    }

    long levelZeroBytes() {
        return rows * listBytes();
    }

    /** Where the lists of a level from 1 up begin, after the beginning of all upper lists. */
    long upperOffset(int level) {
        long lists = 0;
        for (int l = 1; l < level; l++) {
            lists += levelCounts[l - 1];
        }
        return lists * upperListBytes();
    }

    long upperBytes() {
        return upperOffset(levels() + 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GraphShape that
                && rows == that.rows
                && degree == that.degree
                && upperDegree == that.upperDegree
                && Arrays.equals(levelCounts, that.levelCounts);
    }

    @Override
    public int hashCode() {
        return rows * 31 + Arrays.hashCode(levelCounts);
    }
}
