package org.elanus.core.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.elanus.core.catalog.CatalogRows.StoredRow;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataTransaction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users, roles, privilege groups and API keys: the metadata store has the one truth, every change is one transaction of it,
 * and durable when its call returns. Every change rests on the revision that it was prepared on: of two at once, in one
 * process or two, the second is prepared anew on what the first one left.
 *
 * <p>Safe for use by many threads. Reads take no lock: they see the newest view, own changes included, and those of other
 * processes as soon as the store tells of them.
 */
public final class AccessStore implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AccessStore.class);
    private static final int ATTEMPTS = 100;

    /** Prepares a change against a view; an edit left without writes is not committed. May run several times. */
    @FunctionalInterface
    public interface Change<R extends @Nullable Object> {
        R prepare(AccessView view, AccessEdit edit);
    }

    private final MetadataStore store;
    private final ReentrantLock lock = new ReentrantLock();
    private final AutoCloseable watch;
    private volatile AccessView view = AccessView.EMPTY;
    /** The store may hold more than the view shows: read it again before the next change. Guarded by the lock. */
    private boolean stale = true;

    private AccessStore(MetadataStore store) {
        this.store = store;
        this.watch = store.watch(AccessFormat.PREFIX, this::changed);
    }

    /**
     * Reads what the store holds.
     *
     * @param store stays the caller's, who closes it afterwards
     * @param first what a store that never held any users gets
     */
    public static AccessStore open(MetadataStore store, Consumer<AccessEdit> first) {
        AccessStore opened = new AccessStore(store);
        boolean done = false;
        try {
            opened.change((view, edit) -> {
                if (view.changes() == 0) {
                    first.accept(edit);
                }
                return null;
            });
            done = true;
            return opened;
        } finally {
            if (!done) {
                opened.close();
            }
        }
    }

    /** As of now. */
    public AccessView view() {
        return view;
    }

    /** Prepares and commits a change; returns what the last preparation returned. */
    public <R extends @Nullable Object> R change(Change<R> change) {
        lock.lock();
        try {
            if (stale) {
                reload();
            }
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                AccessEdit edit = new AccessEdit();
                R result = change.prepare(view, edit);
                if (edit.writes().isEmpty() || commit(edit)) {
                    return result;
                }
                reload();
            }
            throw new ElanusException(
                    StandardErrorCode.CONFLICT,
                    "users and roles kept changing: gave up after " + ATTEMPTS + " attempts; try again");
        } finally {
            lock.unlock();
        }
    }

    /** Whether the edit was committed; false when another change came first. */
    private boolean commit(AccessEdit edit) {
        Map<String, byte @Nullable []> writes = edit.writes();
        writes.put(AccessFormat.HEAD, AccessFormat.head(view.changes() + 1));
        MetadataTransaction.Builder transaction =
                MetadataTransaction.builder().requireRevision(AccessFormat.HEAD, view.revision());
        for (Map.Entry<String, byte @Nullable []> write : writes.entrySet()) {
            byte[] value = write.getValue();
            if (value == null) {
                transaction.delete(write.getKey());
            } else {
                transaction.put(write.getKey(), value);
            }
        }
        long revision;
        try {
            revision = store.commit(transaction.build());
        } catch (ElanusException e) {
            if (e.code() == StandardErrorCode.CONFLICT) {
                return false;
            }
            return wasCommitted(writes, e);
        }
        List<StoredRow> rows = new ArrayList<>();
        writes.forEach((key, value) -> rows.add(new StoredRow(key, value, revision)));
        view = view.with(rows);
        return true;
    }

    /** Finds out what became of an edit whose commit failed: the store's rows tell. */
    private boolean wasCommitted(Map<String, byte @Nullable []> writes, ElanusException failure) {
        stale = true;
        try {
            for (Map.Entry<String, byte @Nullable []> write : writes.entrySet()) {
                byte[] found =
                        store.get(write.getKey()).map(MetadataEntry::value).orElse(null);
                if (!Arrays.equals(write.getValue(), found)) {
                    reload();
                    throw failure;
                }
            }
            reload();
        } catch (ElanusException e) {
            if (e != failure) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
        log.warn("A change of users and roles reported a failure but took effect: {}", failure.getMessage());
        return true;
    }

    private void reload() {
        stale = true;
        List<StoredRow> rows = new ArrayList<>();
        for (MetadataEntry entry : store.list(AccessFormat.PREFIX)) {
            rows.add(new StoredRow(entry.key(), entry.value(), entry.revision()));
        }
        view = AccessView.EMPTY.with(rows);
        stale = false;
    }

    /** Hears of every commit, also of this process's own, which the view shows already. */
    private void changed(long revision, List<String> keys) {
        lock.lock();
        try {
            if (view.revision() < revision) {
                reload();
            }
        } catch (RuntimeException e) {
            stale = true;
            log.warn("A change of users and roles by another process could not be read yet: {}", e.toString());
        } finally {
            lock.unlock();
        }
    }

    /** Stops following the store, which stays open. */
    @Override
    public void close() {
        try {
            watch.close();
        } catch (Exception e) {
            log.warn("The watch on users and roles could not be ended", e);
        }
    }
}
