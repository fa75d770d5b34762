package org.elanus.core.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataListener;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataTransaction;

/** A metadata store in memory whose commits fail when a test wants it. Keys are ASCII here. */
public final class VolatileMetadataStore implements MetadataStore {

    /** How the next commit fails. */
    public enum Failure {
        NONE,
        /** Nothing is written, and the caller is told that the outcome is unknown. */
        BEFORE,
        /** Everything is written, and the caller is told that the outcome is unknown. */
        AFTER,
        /** As AFTER, and the next read fails as well. */
        AFTER_AND_READ
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<String, MetadataEntry> entries = new TreeMap<>();
    private final List<Map.Entry<String, MetadataListener>> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService notifier = Executors.newSingleThreadExecutor();
    private final List<MetadataTransaction> committed = new ArrayList<>();
    private long revision;
    private Failure failure = Failure.NONE;
    private boolean readFails;

    public void failNextCommit(Failure next) {
        lock.lock();
        failure = next;
        lock.unlock();
    }

    MetadataTransaction lastCommitted() {
        lock.lock();
        try {
            return committed.getLast();
        } finally {
            lock.unlock();
        }
    }

    void put(String key, byte[] value) {
        commit(MetadataTransaction.builder().put(key, value).build());
    }

    @Override
    public Optional<MetadataEntry> get(String key) {
        lock.lock();
        try {
            failRead();
            return Optional.ofNullable(entries.get(key));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<MetadataEntry> list(String prefix) {
        lock.lock();
        try {
            failRead();
            return entries.values().stream()
                    .filter(entry -> entry.key().startsWith(prefix))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private void failRead() {
        if (readFails) {
            readFails = false;
            throw new ElanusException(StandardErrorCode.IO_FAILURE, "a read fails");
        }
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public long commit(MetadataTransaction transaction) {
        lock.lock();
        try {
            Failure now = failure;
            failure = Failure.NONE;
            for (MetadataTransaction.Condition condition : transaction.conditions()) {
                MetadataEntry entry = entries.get(condition.key());
                if ((entry == null ? 0 : entry.revision()) != condition.revision()) {
                    throw new ElanusException(StandardErrorCode.CONFLICT, condition.key());
                }
            }
            if (now == Failure.BEFORE) {
                throw new ElanusException(StandardErrorCode.IO_FAILURE, "a commit fails");
            }
            revision++;
            committed.add(transaction);
            List<String> keys = new ArrayList<>();
            for (MetadataTransaction.Write write : transaction.writes()) {
                keys.add(write.key());
                switch (write) {
                    case MetadataTransaction.Put put ->
                        entries.put(
                                put.key(),
                                new MetadataEntry(put.key(), put.value().clone(), revision));
                    case MetadataTransaction.Delete delete -> entries.remove(delete.key());
                }
            }
            long at = revision;
            notifier.execute(() -> listeners.forEach(listener -> {
                List<String> watched = keys.stream()
                        .filter(key -> key.startsWith(listener.getKey()))
                        .toList();
                if (!watched.isEmpty()) {
                    listener.getValue().changed(at, watched);
                }
            }));
            if (now != Failure.NONE) {
                readFails = now == Failure.AFTER_AND_READ;
                throw new ElanusException(StandardErrorCode.IO_FAILURE, "a commit fails");
            }
            return revision;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public AutoCloseable watch(String prefix, MetadataListener listener) {
        Map.Entry<String, MetadataListener> entry = Map.entry(prefix, listener);
        listeners.add(entry);
        return () -> listeners.remove(entry);
    }

    @Override
    public void close() {
        notifier.shutdownNow();
    }
}
