package org.elanus.core.catalog;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataTransaction;

/**
 * Numbers that only grow: ids and epochs. A raise whose outcome is unknown is done again on what is there, so that a
 * number may be skipped but never given twice.
 */
final class Counters {

    private static final int RANGE = 1_000;
    private static final int ATTEMPTS = 1_000;
    private static final int FAILURES = 3;

    private final MetadataStore store;
    private final ReentrantLock lock = new ReentrantLock();
    private long next;
    private long end;

    Counters(MetadataStore store) {
        this.store = store;
    }

    /** The first of some ids in a row, taken from a range that is persisted before its first id is given out. */
    long ids(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("1 or more ids, not " + count);
        }
        lock.lock();
        try {
            if (end - next < count) {
                long size = Math.max(RANGE, count);
                next = raise(CatalogKeys.IDS, size, 0);
                end = next + size;
            }
            long first = next;
            next += count;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** @param logRevision that the row of the log must still have; 0 when it does not matter */
    long raiseEpoch(String channel, long logRevision) {
        return raise(CatalogKeys.epoch(channel), 1, logRevision) + 1;
    }

    long epoch(String channel) {
        String key = CatalogKeys.epoch(channel);
        return store.get(key)
                .map(entry -> CatalogFormat.counter(key, entry.value()))
                .orElse(0L);
    }

    /** Adds to a counter, which starts at 0, and returns what it was before. */
    private long raise(String key, long by, long logRevision) {
        int failures = 0;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<MetadataEntry> entry = store.get(key);
            long before = entry.map(found -> CatalogFormat.counter(key, found.value()))
                    .orElse(0L);
            try {
                MetadataTransaction.Builder raise = MetadataTransaction.builder()
                        .requireRevision(key, entry.map(MetadataEntry::revision).orElse(0L))
                        .put(key, CatalogFormat.counter(Math.addExact(before, by)));
                if (logRevision != 0) {
                    raise.requireRevision(CatalogKeys.LOG, logRevision);
                }
                store.commit(raise.build());
                return before;
            } catch (ElanusException e) {
                if (e.code() == StandardErrorCode.CONFLICT) {
                    requireLog(logRevision);
                } else if (++failures == FAILURES) {
                    throw e;
                }
            }
        }
        throw new ElanusException(
                StandardErrorCode.CONFLICT,
                "'" + key + "' could not be raised in " + ATTEMPTS + " attempts; try again");
    }

    private void requireLog(long revision) {
        if (revision == 0) {
            return;
        }
        Optional<MetadataEntry> row = store.get(CatalogKeys.LOG);
        if (row.isPresent() && row.get().revision() != revision) {
            throw new ElanusException(
                    StandardErrorCode.FENCED,
                    "the database was moved to the log '"
                            + CatalogFormat.log(CatalogKeys.LOG, row.get().value())
                                    .wal()
                            + "': this process claims nothing in the old one any more; restart it with that log");
        }
    }
}
