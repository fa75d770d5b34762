package org.elanus.core.catalog;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.elanus.core.catalog.CatalogRows.CollectionRow;
import org.elanus.core.catalog.CatalogRows.ManifestRow;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataTransaction;

/**
 * The row that names the log. It is written before the first claim, and every raise of an epoch rests on its revision:
 * of a process that claims a channel in the old log and one that moves the database to another, one wins.
 */
final class LogHome {

    /** The only log of the versions that did not write the row yet. */
    private static final String FIRST_LOG = "local";

    private static final int ATTEMPTS = 10;

    private final MetadataStore store;
    private final CatalogState state;
    /** Of the row that this process relies on; 0 before it chose. */
    private volatile long revision;

    LogHome(MetadataStore store, CatalogState state) {
        this.store = store;
        this.state = state;
    }

    /** What the store records; empty for a database that has never claimed a channel. */
    static Optional<DatabaseLog> recorded(MetadataStore store) {
        Optional<MetadataEntry> row = store.get(CatalogKeys.LOG);
        return row.isPresent()
                ? Optional.of(CatalogFormat.log(CatalogKeys.LOG, row.get().value()))
                : ofEarlierVersion(store);
    }

    /** Its checkpoints tell; without any, an epoch tells that it was in use. */
    private static Optional<DatabaseLog> ofEarlierVersion(MetadataStore store) {
        if (store.list(CatalogKeys.EPOCHS).isEmpty()) {
            return Optional.empty();
        }
        TreeSet<String> named = new TreeSet<>();
        for (MetadataEntry entry : store.list(CatalogKeys.MANIFESTS)) {
            if (CatalogKeys.isManifestHead(entry.key())) {
                ManifestFormat.head(entry.key(), entry.value())
                        .checkpoints()
                        .values()
                        .forEach(checkpoint -> named.add(checkpoint.position().walName()));
            }
        }
        if (named.size() > 1) {
            throw ElanusException.corrupt("the checkpoints of the manifests name several logs: %s", named);
        }
        return Optional.of(new DatabaseLog(named.isEmpty() ? FIRST_LOG : named.first()));
    }

    /** Relies on a log from now on, recording it when none is. */
    DatabaseLog use(String wal) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<MetadataEntry> row = store.get(CatalogKeys.LOG);
            if (row.isPresent()) {
                DatabaseLog log = CatalogFormat.log(CatalogKeys.LOG, row.get().value());
                log.require(wal);
                revision = row.get().revision();
                return log;
            }
            DatabaseLog chosen = ofEarlierVersion(store).orElse(new DatabaseLog(wal));
            chosen.require(wal);
            try {
                store.commit(MetadataTransaction.builder()
                        .requireAbsent(CatalogKeys.LOG)
                        .put(CatalogKeys.LOG, CatalogFormat.log(chosen))
                        .build());
            } catch (ElanusException e) {
                if (e.code() != StandardErrorCode.CONFLICT) {
                    throw e;
                }
            }
        }
        throw new ElanusException(StandardErrorCode.CONFLICT, "the database's log could not be recorded; try again");
    }

    /** The condition of every raise of an epoch; 0 when this process has not chosen. */
    long revision() {
        return revision;
    }

    /** Moves the database in one transaction: the row, the channels' notes, and every collection's checkpoints. */
    void move(String to, Map<String, LogStart> starts) {
        byte[] moved = CatalogFormat.log(new DatabaseLog(to));
        state.change((snapshot, transaction) -> {
            transaction.replace(CatalogKeys.LOG, unmovedRevision(), moved);
            starts.forEach((channel, start) -> {
                transaction.require(CatalogKeys.epoch(channel), unchangedRevision(channel, start.epoch()));
                String notes = CatalogKeys.channel(channel);
                start.notes().forEach((name, value) -> transaction.put(notes + name, value));
            });
            for (CollectionRow collection : snapshot.collections()) {
                ManifestRow manifest = state.manifest(collection.entry().id());
                if (manifest != null) {
                    Map<String, Checkpoint> checkpoints = new TreeMap<>();
                    for (String channel : collection.entry().physicalChannels()) {
                        LogStart start = starts.get(channel);
                        if (start == null) {
                            throw ElanusException.invalid("channel '%s' was not claimed in the new log", channel);
                        }
                        checkpoints.put(channel, start.claim());
                    }
                    Manifests.putHead(manifest, checkpoints, transaction);
                }
            }
            return null;
        });
        revision = store.get(CatalogKeys.LOG).map(MetadataEntry::revision).orElse(0L);
    }

    private long unmovedRevision() {
        long now = store.get(CatalogKeys.LOG).map(MetadataEntry::revision).orElse(0L);
        if (now == 0 || now != revision) {
            throw new ElanusException(
                    StandardErrorCode.FENCED, "another process has moved the database meanwhile; look at: wal status");
        }
        return now;
    }

    private long unchangedRevision(String channel, long epoch) {
        String key = CatalogKeys.epoch(channel);
        Optional<MetadataEntry> row = store.get(key);
        if (row.isEmpty() || CatalogFormat.counter(key, row.get().value()) != epoch) {
            throw new ElanusException(
                    StandardErrorCode.FENCED,
                    "another process has claimed channel '" + channel + "' meanwhile: a server runs on this database;"
                            + " stop it and try again");
        }
        return row.get().revision();
    }
}
