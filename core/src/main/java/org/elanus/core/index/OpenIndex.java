package org.elanus.core.index;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.elanus.core.registry.Registry;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.VectorIndex;
import org.elanus.spi.index.VectorIndexType;
import org.elanus.spi.index.VectorSearcher;
import org.elanus.spi.index.VectorSource;
import org.elanus.spi.storage.ObjectStore;

/**
 * An index over one segment with its files, its lease on the type and a few spare searchers. Safe for use by many
 * threads; closed when no searcher is out any more.
 */
public final class OpenIndex implements AutoCloseable {

    private static final int SPARE_SEARCHERS = 32;

    private final BuiltIndex files;
    private final MetricType metric;
    private final Registry.Lease<VectorIndexType> lease;
    private final Arena arena;
    private final VectorIndex index;
    private final AtomicReferenceArray<VectorSearcher> spare = new AtomicReferenceArray<>(SPARE_SEARCHERS);
    private final AtomicBoolean closed = new AtomicBoolean();

    private OpenIndex(
            BuiltIndex files,
            MetricType metric,
            Registry.Lease<VectorIndexType> lease,
            Arena arena,
            VectorIndex index) {
        this.files = files;
        this.metric = metric;
        this.lease = lease;
        this.arena = arena;
        this.index = index;
    }

    /**
     * Opens the files of an index.
     *
     * @param vectors stay readable until this is closed
     * @throws ElanusException CORRUPT naming the object; INVALID_ARGUMENT when no plugin has the type; UNSUPPORTED when
     *     it is older than the files
     */
    public static OpenIndex open(
            IndexTypes types,
            BuiltIndex files,
            MetricType metric,
            Map<String, String> parameters,
            VectorSource vectors,
            ObjectStore store) {
        Registry.Lease<VectorIndexType> lease = types.lease(files.type());
        Arena arena = Arena.ofShared();
        try {
            VectorIndexType type = lease.get();
            if (files.formatVersion() > type.formatVersion()) {
                throw new ElanusException(
                        StandardErrorCode.UNSUPPORTED,
                        "an index of type %s was written in format %d, but plugin '%s' reads up to %d"
                                .formatted(files.type(), files.formatVersion(), lease.plugin(), type.formatVersion()));
            }
            VectorIndex index = type.open(vectors, metric, parameters, new StoredFiles(store, files.files(), arena));
            return new OpenIndex(files, metric, lease, arena, index);
        } catch (Throwable e) {
            arena.close();
            lease.close();
            if (e instanceof RuntimeException && !(e instanceof ElanusException)) {
                throw new ElanusException(
                        StandardErrorCode.PLUGIN_FAILED, "index type " + files.type() + " failed to open: " + e, e);
            }
            throw e;
        }
    }

    public String type() {
        return files.type();
    }

    public MetricType metric() {
        return metric;
    }

    /** The bytes of its files. */
    public long fileBytes() {
        long bytes = 0;
        for (BuiltIndex.BuiltFile file : files.files()) {
            bytes += file.bytes();
        }
        return bytes;
    }

    /** Takes a searcher for use by one thread. */
    public VectorSearcher borrow() {
        for (int i = 0; i < SPARE_SEARCHERS; i++) {
            if (spare.getPlain(i) != null) {
                VectorSearcher searcher = spare.getAndSet(i, null);
                if (searcher != null) {
                    return searcher;
                }
            }
        }
        return index.searcher();
    }

    /** Gives a searcher back; one too many is left to the garbage collector. */
    public void giveBack(VectorSearcher searcher) {
        for (int i = 0; i < SPARE_SEARCHERS; i++) {
            if (spare.getPlain(i) == null && spare.compareAndSet(i, null, searcher)) {
                return;
            }
        }
    }

    /** @throws ElanusException CORRUPT naming file and position */
    public void checkIntegrity() {
        index.checkIntegrity();
    }

    /** Closes index, files and lease. Calling it again has no effect. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try (lease;
                    arena) {
                index.close();
            }
        }
    }
}
