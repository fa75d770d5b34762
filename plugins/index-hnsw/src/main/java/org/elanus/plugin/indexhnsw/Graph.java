package org.elanus.plugin.indexhnsw;

/** A graph in memory: its shape and where its parts lie. Whoever makes one holds the memory. */
final class Graph {

    private final GraphShape shape;
    private final long lists;
    private final long listBytes;
    private final long upperLists;
    private final long upperListBytes;
    private final long[] upperOffsets;
    private final long upperRows;
    private final int entry;

    /**
     * @param lists address of the lists of level 0
     * @param upperLists address of the lists of the other levels, level 1 first
     * @param upperRows address of the row of each upper node
     * @param entry the row that a walk begins with when there are no upper levels; -1 when there are no rows
     */
    Graph(GraphShape shape, long lists, long upperLists, long upperRows, int entry) {
        this(shape, lists, shape.listBytes(), upperLists, upperRows, entry);
    }

    /** @param listBytes from one list of level 0 to the next, when they are parts of something larger */
    Graph(GraphShape shape, long lists, long listBytes, long upperLists, long upperRows, int entry) {
        this.shape = shape;
        this.lists = lists;
        this.listBytes = listBytes;
        this.upperLists = upperLists;
        this.upperListBytes = shape.upperListBytes();
        this.upperRows = upperRows;
        this.entry = entry;
        this.upperOffsets = new long[shape.levels()];
        for (int level = 1; level <= upperOffsets.length; level++) {
            upperOffsets[level - 1] = shape.upperOffset(level);
        }
    }

    GraphShape shape() {
        return shape;
    }

    /** The highest level. */
    int levels() {
        return upperOffsets.length;
    }

    int entry() {
        return entry;
    }

    /** The address of a row's list on level 0. */
    long list(int row) {
        return lists + row * listBytes;
    }

    /** The address of a node's list on a level from 1 up. */
    long upperList(int level, int node) {
        return upperLists + upperOffsets[level - 1] + node * upperListBytes;
    }

    /** The address of a node's list on any level. */
    long list(int level, int node) {
        return level == 0 ? list(node) : upperList(level, node);
    }

    int degree(int level) {
        return level == 0 ? shape.degree() : shape.upperDegree();
    }

    /** The row of a node of a level from 1 up. */
    int upperRow(int node) {
        return OffHeap.getInt(upperRows + ((long) node << 2));
    }

    int row(int level, int node) {
        return level == 0 ? node : upperRow(node);
    }
}
