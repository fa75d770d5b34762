package org.elanus.core.engine;

import java.util.function.Consumer;
import org.elanus.core.catalog.Catalog;
import org.elanus.core.catalog.ManifestEdit;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commits of one collection's manifest. When the metadata store fails in the middle of one, nobody knows whether it
 * took effect: it is kept, and committed again, which has no effect when it did, before anything else is committed. When
 * memory cannot follow what was committed, the collection is given up. The caller of every method holds the collection's
 * maintenance lock.
 */
final class Commits {

    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

    /** @param whenCommitted makes memory follow @param whenRefused gives back what was prepared */
    private record Unfinished(ManifestEdit edit, Runnable whenCommitted, Runnable whenRefused) {}

    private final long collectionId;
    private final Consumer<RuntimeException> whenDiverged;
    private volatile @Nullable Unfinished unfinished;

    /** @param whenDiverged takes the collection out of service: memory is not what the manifest says */
    Commits(long collectionId, Consumer<RuntimeException> whenDiverged) {
        this.collectionId = collectionId;
        this.whenDiverged = whenDiverged;
    }

    /** Whether the outcome of a commit is still unknown. For any thread. */
    boolean isUnfinished() {
        return unfinished != null;
    }

    /**
     * Commits an edit, then lets memory follow. One of the two actions runs exactly once: now, or, while the outcome is
     * unknown, before the next commit or when the collection is closed.
     *
     * @throws ElanusException CONFLICT when an input of the edit or the collection is gone; any other when the outcome is unknown for now
     */
    void commit(Catalog catalog, ManifestEdit edit, Runnable whenCommitted, Runnable whenRefused) {
        boolean kept = false;
        try {
            finish(catalog);
            unfinished = new Unfinished(edit, whenCommitted, whenRefused);
            kept = true;
            finish(catalog);
        } finally {
            if (!kept) {
                whenRefused.run();
            }
        }
    }

    /** Finds out what became of a commit whose outcome is unknown. @throws ElanusException when it stays unknown */
    void finish(Catalog catalog) {
        Unfinished last = unfinished;
        if (last == null) {
            return;
        }
        try {
            catalog.commit(collectionId, last.edit);
        } catch (ElanusException e) {
            if (e.code() != StandardErrorCode.CONFLICT && e.code() != StandardErrorCode.COLLECTION_NOT_FOUND) {
                LOG.warn(
                        "whether a commit of collection {} took effect is unknown; it is repeated: {}",
                        collectionId,
                        e.getMessage());
                throw e;
            }
            unfinished = null;
            last.whenRefused.run();
            throw e;
        }
        unfinished = null;
        try {
            last.whenCommitted.run();
        } catch (RuntimeException e) {
            whenDiverged.accept(e);
            throw e;
        }
    }

    /** Gives back what an unknown outcome holds; what was committed is found by the next start. */
    void abandon() {
        Unfinished last = unfinished;
        unfinished = null;
        if (last != null) {
            last.whenRefused.run();
        }
    }
}
