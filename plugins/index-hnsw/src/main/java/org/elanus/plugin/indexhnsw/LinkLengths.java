package org.elanus.plugin.indexhnsw;

/**
 * Where the length of each edge is kept while a graph is built: in memory that mirrors the lists, so that a full list is
 * chosen anew without computing its lengths again.
 *
 * @param offset from the lists of level 0 to their lengths
 * @param upperOffset from the lists of the other levels to their lengths
 */
record LinkLengths(long offset, long upperOffset) {

    /** The address of the lengths of a list. */
    long of(int level, long list) {
        return list + (level == 0 ? offset : upperOffset);
    }
}
