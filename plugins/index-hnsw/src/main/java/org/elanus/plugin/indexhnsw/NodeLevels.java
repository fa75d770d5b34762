package org.elanus.plugin.indexhnsw;

import java.util.Arrays;

/**
 * The level of each row, drawn from the row number alone, so that the same rows give the same levels whatever the
 * number of threads; and from that the nodes of the upper levels.
 */
final class NodeLevels {

    static final byte DUPLICATE = -1;

    final byte[] levels;
    final int[] levelCounts;

    /** The rows of the upper nodes: those of the highest level first, then by row. */
    final int[] upperRows;

    NodeLevels(int rows, int m, long[] duplicates) {
        levels = new byte[rows];
        for (long pair : duplicates) {
            levels[(int) pair] = DUPLICATE;
        }
        int[] counts = new int[GraphShape.MAX_LEVEL + 1];
        double scale = 1 / Math.log(m);
        for (int row = 0; row < rows; row++) {
            if (levels[row] != DUPLICATE) {
                levels[row] = (byte) Math.min(GraphShape.MAX_LEVEL, (int) (-Math.log(uniform(row)) * scale));
                counts[levels[row]]++;
            }
        }
        int highest = GraphShape.MAX_LEVEL;
        while (highest > 0 && counts[highest] == 0) {
            highest--;
        }
        levelCounts = new int[highest];
        int sum = 0;
        int[] next = new int[highest + 1];
        for (int level = highest; level > 0; level--) {
            next[level] = sum;
            sum += counts[level];
            levelCounts[level - 1] = sum;
        }
        upperRows = new int[sum];
        for (int row = 0; row < rows; row++) {
            if (levels[row] > 0) {
                upperRows[next[levels[row]]++] = row;
            }
        }
    }

    /** From 0, exclusive, to 1, inclusive. */
    private static double uniform(int row) {
        long z = (row + 1L) * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        z ^= z >>> 31;
        return ((z >>> 11) + 1) * 0x1.0p-53;
    }

    /** Rows that are in the graph. */
    int nodes() {
        int nodes = 0;
        for (byte level : levels) {
            nodes += level == DUPLICATE ? 0 : 1;
        }
        return nodes;
    }

    @Override
    public String toString() {
        return "levels " + Arrays.toString(levelCounts);
    }
}
