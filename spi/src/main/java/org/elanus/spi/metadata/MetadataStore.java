package org.elanus.spi.metadata;

import java.util.List;
import java.util.Optional;
import org.elanus.spi.PluginImplements;

/**
 * A small, ordered key-value store with transactions. Keys are text, values bytes up to 4 MiB. Every committed
 * transaction has a revision, one higher than the one before; an entry carries the revision that last wrote it. Reads
 * see every transaction committed before they began, whole. A commit is durable when it returns. Safe for use by many
 * threads.
 */
@PluginImplements
public interface MetadataStore extends AutoCloseable {

    /** The largest value. */
    int MAX_VALUE_BYTES = 4 << 20;

    Optional<MetadataEntry> get(String key);

    /** The entries whose key begins with the prefix, in order of key by code points, from one consistent view. */
    List<MetadataEntry> list(String prefix);

    /** The revision of the newest committed transaction; 0 in an empty store. */
    long revision();

    /**
     * Applies all writes if all conditions hold, else none.
     *
     * @return the transaction's revision
     * @throws org.elanus.spi.error.ElanusException CONFLICT naming the first key whose condition does not hold;
     *     NOT_READY when another process holds the store and nothing was changed; IO_FAILURE or DISK_FULL when the
     *     outcome may be unknown: read again before trying again
     */
    long commit(MetadataTransaction transaction);

    /**
     * Calls the listener, from one thread and in order of revision, after every transaction that changed a key with the
     * prefix. A slow or throwing listener does not hold up commits. Closing the result ends it.
     */
    AutoCloseable watch(String prefix, MetadataListener listener);

    /** Ends all watches; what is called afterwards is refused with CLOSED. Calling it again has no effect. */
    @Override
    void close();
}
