package org.elanus.spi.index;

import org.elanus.spi.PluginImplements;

/** An open, immutable index. Safe for use by many threads, each with a searcher of its own. */
@PluginImplements
public interface VectorIndex extends AutoCloseable {

    /** A searcher for one thread; reused over many searches. Not used after this index is closed. */
    VectorSearcher searcher();

    /**
     * Reads everything and checks every checksum and reference.
     *
     * @throws org.elanus.spi.error.ElanusException CORRUPT naming the file and position
     */
    void checkIntegrity();

    /** Bytes that this index keeps, mapped ones included, the segment's vectors not. */
    long memoryBytes();

    /** No searcher is in use any more. Calling it again has no effect. */
    @Override
    void close();
}
