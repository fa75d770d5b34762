package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataListener;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataTransaction;

/** A metadata store that survives the engine, not the test. */
final class MemoryMetadata implements MetadataStore {

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<String, MetadataEntry> entries = new TreeMap<>();
    private long revision;

    @Override
    public Optional<MetadataEntry> get(String key) {
        lock.lock();
        try {
            return Optional.ofNullable(entries.get(key));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<MetadataEntry> list(String prefix) {
        lock.lock();
        try {
            List<MetadataEntry> found = new ArrayList<>();
            for (MetadataEntry entry : entries.tailMap(prefix).values()) {
                if (!entry.key().startsWith(prefix)) {
                    break;
                }
                found.add(entry);
            }
            return found;
        } finally {
            lock.unlock();
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
            for (MetadataTransaction.Condition condition : transaction.conditions()) {
                MetadataEntry entry = entries.get(condition.key());
                if ((entry == null ? 0 : entry.revision()) != condition.revision()) {
                    throw new ElanusException(StandardErrorCode.CONFLICT, condition.key() + " has changed");
                }
            }
            revision++;
            for (MetadataTransaction.Write write : transaction.writes()) {
                switch (write) {
                    case MetadataTransaction.Put put ->
                        entries.put(put.key(), new MetadataEntry(put.key(), put.value(), revision));
                    case MetadataTransaction.Delete delete -> entries.remove(delete.key());
                }
            }
            return revision;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public AutoCloseable watch(String prefix, MetadataListener listener) {
        return () -> {};
    }

    @Override
    public void close() {}
}
