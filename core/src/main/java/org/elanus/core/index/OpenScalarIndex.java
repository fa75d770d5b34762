package org.elanus.core.index;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.elanus.core.index.scalar.ScalarFile;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.storage.ObjectStore;

/** A scalar index over one segment with its mapped file. Safe for use by many threads. */
public final class OpenScalarIndex implements AutoCloseable {

    private final ScalarIndex index;
    private final Arena arena;
    private final AtomicBoolean closed = new AtomicBoolean();

    private OpenScalarIndex(ScalarIndex index, Arena arena) {
        this.index = index;
        this.arena = arena;
    }

    /**
     * Maps the file; of it only header, footer and checksums are read.
     *
     * @param name the index's name
     * @param field whose values it has
     * @param parameters it was built with
     * @param rows of the segment
     * @throws ElanusException CORRUPT naming the object; UNSUPPORTED when it is newer
     */
    public static OpenScalarIndex open(
            BuiltIndex files, String name, String field, Map<String, String> parameters, int rows, ObjectStore store) {
        if (files.formatVersion() > ScalarFile.formatVersion()) {
            throw new ElanusException(
                    StandardErrorCode.UNSUPPORTED,
                    "scalar index '%s' was written in format %d, but up to %d is read"
                            .formatted(name, files.formatVersion(), ScalarFile.formatVersion()));
        }
        Arena arena = Arena.ofShared();
        try {
            List<Object> path = ScalarIndexes.path(field, parameters);
            StoredFiles stored = new StoredFiles(store, files.files(), arena);
            return new OpenScalarIndex(ScalarFile.open(name, stored.map(ScalarFile.fileName()), rows, path), arena);
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    public ScalarIndex index() {
        return index;
    }

    /** Calling it again has no effect. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            arena.close();
        }
    }
}
