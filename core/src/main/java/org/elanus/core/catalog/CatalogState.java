package org.elanus.core.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.core.catalog.CatalogRows.CollectionRow;
import org.elanus.core.catalog.CatalogRows.ManifestRow;
import org.elanus.core.catalog.CatalogRows.StoredRow;
import org.elanus.core.runtime.HybridClock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalog's rows in memory, a copy of what the metadata store holds. Readers take the newest published snapshot
 * without a lock. A writer prepares a transaction against it under the lock; what others committed meanwhile makes the
 * transaction's conditions fail, and the change is prepared anew on what is there now. Other processes' changes also
 * arrive by the store's watch.
 */
final class CatalogState implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CatalogState.class);
    private static final int ATTEMPTS = 100;

    /** Prepares a change against a snapshot; a transaction left without writes is not committed. */
    @FunctionalInterface
    interface Change<R extends @Nullable Object> {
        R prepare(CatalogSnapshot snapshot, CatalogTransaction transaction);
    }

    private final MetadataStore store;
    private final HybridClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final AutoCloseable watch;
    private volatile CatalogSnapshot snapshot = CatalogSnapshot.EMPTY;
    private volatile Map<Long, ManifestRow> manifests = new ConcurrentHashMap<>();
    /** The store may hold more than the snapshot shows: read it again before the next change. Guarded by the lock. */
    private boolean stale = true;

    CatalogState(MetadataStore store, HybridClock clock) {
        this.store = store;
        this.clock = clock;
        this.watch = store.watch("", this::changed);
        try {
            change((none, transaction) -> null);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    CatalogSnapshot snapshot() {
        return snapshot;
    }

    @Nullable
    ManifestRow manifest(long collectionId) {
        return manifests.get(collectionId);
    }

    /** Prepares and commits a change; returns what the last preparation returned. */
    <R extends @Nullable Object> R change(Change<R> change) {
        lock.lock();
        try {
            if (stale) {
                reload();
            }
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                CatalogTransaction transaction = new CatalogTransaction();
                R result = change.prepare(snapshot, transaction);
                if (transaction.isEmpty() || commit(transaction)) {
                    return result;
                }
                reload();
            }
            throw new ElanusException(
                    StandardErrorCode.CONFLICT,
                    "the metadata kept changing: gave up after " + ATTEMPTS + " attempts; try again");
        } finally {
            lock.unlock();
        }
    }

    /** Whether the transaction was committed; false when a condition did not hold. */
    private boolean commit(CatalogTransaction transaction) {
        long revision;
        try {
            revision = store.commit(transaction.build());
        } catch (ElanusException e) {
            if (e.code() == StandardErrorCode.CONFLICT) {
                return false;
            }
            return wasCommitted(transaction, e);
        }
        List<StoredRow> rows = new ArrayList<>();
        transaction.writes().forEach((key, value) -> rows.add(new StoredRow(key, value, revision)));
        apply(rows);
        return true;
    }

    /** Finds out what became of a transaction whose commit failed: the store's rows tell. */
    private boolean wasCommitted(CatalogTransaction transaction, ElanusException failure) {
        stale = true;
        try {
            for (Map.Entry<String, byte @Nullable []> write :
                    transaction.writes().entrySet()) {
                Optional<MetadataEntry> entry = store.get(write.getKey());
                byte[] found = entry.map(MetadataEntry::value).orElse(null);
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
        log.warn("A metadata commit reported a failure but took effect: {}", failure.getMessage());
        return true;
    }

    private void reload() {
        stale = true;
        List<StoredRow> rows = new ArrayList<>();
        Map<Long, List<StoredRow>> manifestRows = new HashMap<>();
        for (MetadataEntry entry : store.list("")) {
            StoredRow row = new StoredRow(entry.key(), entry.value(), entry.revision());
            if (row.key().startsWith(CatalogKeys.MANIFESTS)) {
                manifestRows
                        .computeIfAbsent(CatalogKeys.collectionOfManifest(row.key()), id -> new ArrayList<>())
                        .add(row);
            } else {
                rows.add(row);
            }
        }
        Map<Long, ManifestRow> newManifests = new ConcurrentHashMap<>();
        manifestRows.forEach((id, ofManifest) -> putManifest(newManifests, id, null, ofManifest));
        CatalogSnapshot newSnapshot = CatalogSnapshot.EMPTY.with(rows);
        newSnapshot.collections().forEach(this::observe);
        newSnapshot.databases().forEach(row -> clock.observe(row.info().createdAt()));
        manifests = newManifests;
        snapshot = newSnapshot;
        stale = false;
    }

    /** Publishes rows that are known to be in the store. */
    private void apply(List<StoredRow> rows) {
        Map<Long, List<StoredRow>> manifestRows = new HashMap<>();
        Set<Long> dropped = new HashSet<>();
        boolean definitions = false;
        for (StoredRow row : rows) {
            if (!row.key().startsWith(CatalogKeys.MANIFESTS)) {
                definitions = true;
                continue;
            }
            long id = CatalogKeys.collectionOfManifest(row.key());
            if (CatalogKeys.isManifestHead(row.key()) && row.value() == null) {
                dropped.add(id);
            }
            manifestRows.computeIfAbsent(id, key -> new ArrayList<>()).add(row);
        }
        // A collection that can be seen has a manifest: it comes first and goes last.
        manifestRows.forEach((id, ofManifest) -> {
            if (!dropped.contains(id)) {
                putManifest(manifests, id, manifests.get(id), ofManifest);
            }
        });
        if (definitions) {
            CatalogSnapshot changed = snapshot.with(rows);
            for (StoredRow row : rows) {
                if (row.key().startsWith(CatalogKeys.COLLECTIONS) && row.value() != null) {
                    observe(changed.get(CatalogKeys.collectionId(row.key())));
                }
            }
            snapshot = changed;
        }
        dropped.forEach(manifests::remove);
    }

    private void putManifest(
            Map<Long, ManifestRow> target, long id, @Nullable ManifestRow before, List<StoredRow> rows) {
        ManifestRow after = Manifests.decode(id, before, rows);
        Manifest manifest = after.manifest();
        manifest.checkpoints().values().forEach(checkpoint -> clock.observe(checkpoint.timestamp()));
        for (SegmentEntry segment : manifest.segments()) {
            clock.observe(segment.maxTimestamp());
            DeletesEntry deletes = segment.deletes();
            if (deletes != null) {
                clock.observe(deletes.maxTimestamp());
            }
        }
        target.put(id, after);
    }

    private void observe(CollectionRow row) {
        CollectionEntry entry = row.entry();
        clock.observe(entry.info().createdAt());
        clock.observe(entry.info().updatedAt());
        entry.partitions().forEach(partition -> clock.observe(partition.createdAt()));
        entry.indexes().forEach(index -> clock.observe(index.createdAt()));
    }

    /** Hears of every commit, also of this process's own, whose rows are already here. */
    private void changed(long revision, List<String> keys) {
        lock.lock();
        try {
            List<StoredRow> rows = new ArrayList<>();
            Set<Long> changedManifests = new HashSet<>();
            for (String key : keys) {
                if (key.startsWith(CatalogKeys.MANIFESTS)) {
                    changedManifests.add(CatalogKeys.collectionOfManifest(key));
                } else if ((key.startsWith(CatalogKeys.DATABASES)
                                || key.startsWith(CatalogKeys.NAMES)
                                || key.startsWith(CatalogKeys.COLLECTIONS))
                        && snapshot.revision(key) < revision) {
                    Optional<MetadataEntry> entry = store.get(key);
                    rows.add(new StoredRow(
                            key,
                            entry.map(MetadataEntry::value).orElse(null),
                            entry.map(MetadataEntry::revision).orElse(revision)));
                }
            }
            for (long id : changedManifests) {
                ManifestRow known = manifests.get(id);
                if (known == null || known.revision() < revision) {
                    refreshManifest(id);
                }
            }
            if (!rows.isEmpty()) {
                apply(rows);
            }
        } catch (RuntimeException e) {
            stale = true;
            log.warn("A change of the metadata by another process could not be read yet: {}", e.toString());
        } finally {
            lock.unlock();
        }
    }

    private void refreshManifest(long id) {
        List<StoredRow> rows = new ArrayList<>();
        for (MetadataEntry entry : store.list(CatalogKeys.manifest(id))) {
            rows.add(new StoredRow(entry.key(), entry.value(), entry.revision()));
        }
        if (rows.isEmpty()) {
            manifests.remove(id);
        } else {
            putManifest(manifests, id, null, rows);
        }
    }

    /** Ends the watch. */
    @Override
    public void close() {
        try {
            watch.close();
        } catch (Exception e) {
            log.warn("The watch on the metadata could not be ended", e);
        }
    }
}
