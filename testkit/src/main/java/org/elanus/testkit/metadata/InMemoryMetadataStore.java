package org.elanus.testkit.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.core.runtime.HostThreads;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataListener;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataTransaction;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;

/** The reference implementation of a metadata store: a sorted map under a lock. Nothing survives its closing. */
public final class InMemoryMetadataStore implements MetadataStore {

    private final Threads threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<String, MetadataEntry> entries = new TreeMap<>(InMemoryMetadataStore::byCodePoints);
    private final List<Watch> watches = new ArrayList<>();
    private long revision;
    private boolean closed;

    public InMemoryMetadataStore() {
        this(new HostThreads());
    }

    public InMemoryMetadataStore(Threads threads) {
        this.threads = threads;
    }

    /** Another store with the same content, as a crash leaves it behind. */
    public InMemoryMetadataStore copy() {
        return copy(threads);
    }

    /** Another store with the same content, as a new process finds it; this one can be closed. */
    public InMemoryMetadataStore copy(Threads itsThreads) {
        lock.lock();
        try {
            InMemoryMetadataStore copy = new InMemoryMetadataStore(itsThreads);
            copy.entries.putAll(entries);
            copy.revision = revision;
            return copy;
        } finally {
            lock.unlock();
        }
    }

    private static int byCodePoints(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char left = one.charAt(i);
            char right = other.charAt(i);
            if (left != right) {
                // Half a pair stands for a code point above all that fit into one character.
                boolean leftHigh = Character.isSurrogate(left);
                return leftHigh == Character.isSurrogate(right) ? left - right : leftHigh ? 1 : -1;
            }
        }
        return one.length() - other.length();
    }

    @Override
    public Optional<MetadataEntry> get(String key) {
        lock.lock();
        try {
            requireOpen();
            return Optional.ofNullable(entries.get(key)).map(InMemoryMetadataStore::copy);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<MetadataEntry> list(String prefix) {
        lock.lock();
        try {
            requireOpen();
            List<MetadataEntry> found = new ArrayList<>();
            for (MetadataEntry entry : entries.tailMap(prefix).values()) {
                if (!entry.key().startsWith(prefix)) {
                    break;
                }
                found.add(copy(entry));
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long revision() {
        lock.lock();
        try {
            requireOpen();
            return revision;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long commit(MetadataTransaction transaction) {
        lock.lock();
        try {
            requireOpen();
            for (MetadataTransaction.Condition condition : transaction.conditions()) {
                MetadataEntry entry = entries.get(condition.key());
                long found = entry == null ? 0 : entry.revision();
                if (found != condition.revision()) {
                    throw new ElanusException(
                            StandardErrorCode.CONFLICT,
                            "the metadata key '" + condition.key() + "' has revision " + found + ", but "
                                    + condition.revision() + " was expected");
                }
            }
            revision++;
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
            for (Watch watch : watches) {
                List<String> watched = keys.stream()
                        .filter(key -> key.startsWith(watch.prefix))
                        .toList();
                if (!watched.isEmpty()) {
                    watch.changes.add(Map.entry(revision, watched));
                }
            }
            return revision;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public AutoCloseable watch(String prefix, MetadataListener listener) {
        lock.lock();
        try {
            requireOpen();
            Watch watch = new Watch(prefix, listener);
            watches.add(watch);
            threads.startVirtual("metadata-watch", watch);
            return watch;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        List<Watch> open;
        lock.lock();
        try {
            closed = true;
            open = List.copyOf(watches);
        } finally {
            lock.unlock();
        }
        open.forEach(Watch::close);
    }

    private void requireOpen() {
        if (closed) {
            throw new ElanusException(StandardErrorCode.CLOSED, "the metadata store is closed");
        }
    }

    private static MetadataEntry copy(MetadataEntry entry) {
        return new MetadataEntry(entry.key(), entry.value().clone(), entry.revision());
    }

    private final class Watch implements Runnable, AutoCloseable {
        private final String prefix;
        private final MetadataListener listener;
        /** A revision of 0 ends the watch. */
        private final BlockingQueue<Map.Entry<Long, List<String>>> changes = new LinkedBlockingQueue<>();

        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile @Nullable Thread thread;
        private volatile boolean over;

        Watch(String prefix, MetadataListener listener) {
            this.prefix = prefix;
            this.listener = listener;
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            try {
                Map.Entry<Long, List<String>> change = changes.take();
                while (!over && change.getKey() > 0) {
                    try {
                        listener.changed(change.getKey(), change.getValue());
                    } catch (RuntimeException e) {
                        // The contract: a throwing listener holds up nobody, itself included.
                    }
                    change = changes.take();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                ended.countDown();
            }
        }

        @Override
        public void close() {
            over = true;
            lock.lock();
            try {
                watches.remove(this);
            } finally {
                lock.unlock();
            }
            changes.add(Map.entry(0L, List.of()));
            if (Thread.currentThread() != thread) {
                try {
                    ended.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
