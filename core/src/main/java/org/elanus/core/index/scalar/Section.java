package org.elanus.core.index.scalar;

/** The parts of an index file, in the order of the file. */
enum Section {
    /** A Roaring bitmap of the rows with a value; absent when all have one. */
    PRESENT,
    /** A Roaring bitmap of the rows of which conditions are known; absent when of all, or when there is no path. */
    KNOWN,
    /** A Roaring bitmap of the rows whose value no term stands for; absent when there are none. */
    UNDECIDED,
    /** i64 keys, ascending. */
    NUMBERS,
    /** terms + 1 i32 offsets into TEXT_BYTES. */
    TEXT_OFFSETS,
    TEXT_BYTES,
    /** Nodes of a trie, 20 bytes each. */
    NODES,
    /** What stands on the edges to the nodes. */
    LABELS,
    /** terms + 1 i32: postings of all terms before. */
    STARTS,
    /** i32 rows by term, ascending within a term. */
    ROWS,
    /** For each term a plain list of i32 rows, or a Roaring bitmap. */
    LISTS,
    /** terms + 1 i64 offsets into LISTS. */
    LIST_OFFSETS;

    static final int COUNT = values().length;
}
