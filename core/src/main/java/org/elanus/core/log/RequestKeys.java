package org.elanus.core.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.core.runtime.HybridClock;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/**
 * The requests whose records a channel has applied within the last 15 minutes, a million at most. A fold of the log: the
 * applier adds to it, and what the log forgets is kept in notes. Safe for use by many threads.
 */
final class RequestKeys {

    static final long KEPT_MILLIS = 15 * 60_000;
    static final int MOST = 1_000_000;

    /** Of a collection and a key: 128 bits of a hash, because a million keys are held. */
    record Id(long high, long low) {
        static Id of(long collectionId, String key) {
            MessageDigest digest = RequestMark.digest();
            digest.update(ByteBuffer.allocate(8).putLong(0, collectionId));
            ByteBuffer hash = ByteBuffer.wrap(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
            return new Id(hash.getLong(), hash.getLong());
        }
    }

    /** One record of one request. */
    record Entry(Id id, RememberedRecord record) {}

    private final HybridClock stamps;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Id, List<RememberedRecord>> byId = new HashMap<>();
    private final Deque<Entry> byAge = new ArrayDeque<>();

    RequestKeys(HybridClock stamps, int most) {
        this.stamps = stamps;
        this.most = most;
    }

    /** Adds a record that counts. One that is there already changes nothing. */
    void applied(LogRecord record) {
        RequestMark mark = record.data().request();
        if (mark == null) {
            return;
        }
        add(new Entry(
                Id.of(record.data().collectionId(), mark.key()),
                new RememberedRecord(
                        mark.part(),
                        mark.fingerprint(),
                        mark.firstId(),
                        mark.records(),
                        mark.rows(),
                        record.sequence(),
                        record.timestamp())));
    }

    void add(Entry entry) {
        lock.lock();
        try {
            // First, so that what is forgotten does not pass for what comes anew.
            while (!byAge.isEmpty() && isOld(byAge.getFirst().record, entry.record.timestamp())) {
                forget(byAge.removeFirst());
            }
            List<RememberedRecord> records = byId.computeIfAbsent(entry.id, id -> new ArrayList<>(1));
            for (RememberedRecord known : records) {
                if (known.part() == entry.record.part()) {
                    return;
                }
            }
            records.add(entry.record);
            byAge.add(entry);
            if (byAge.size() > most) {
                forget(byAge.removeFirst());
            }
        } finally {
            lock.unlock();
        }
    }

    private void forget(Entry entry) {
        List<RememberedRecord> records = byId.get(entry.id);
        if (records != null) {
            records.remove(entry.record);
            if (records.isEmpty()) {
                byId.remove(entry.id);
            }
        }
    }

    private static boolean isOld(RememberedRecord record, long now) {
        return isOld(record.timestamp(), now);
    }

    /** Both hybrid. */
    static boolean isOld(long timestamp, long now) {
        return HybridClock.physical(now) - HybridClock.physical(timestamp) > KEPT_MILLIS;
    }

    /** The records of a request; empty when it is not remembered. */
    List<RememberedRecord> find(long collectionId, String key) {
        Id id = Id.of(collectionId, key);
        List<RememberedRecord> found = new ArrayList<>(1);
        lock.lock();
        try {
            List<RememberedRecord> records = byId.get(id);
            if (records != null) {
                for (RememberedRecord record : records) {
                    if (!isOld(record, stamps.last())) {
                        found.add(record);
                    }
                }
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The record as it was written before; null when it was not.
     *
     * @throws ElanusException INVALID_ARGUMENT when the key was used for something else
     */
    @Nullable
    RememberedRecord find(DataRecord data) {
        RequestMark mark = data.request();
        if (mark == null) {
            return null;
        }
        for (RememberedRecord record : find(data.collectionId(), mark.key())) {
            requireSame(mark.key(), mark.fingerprint(), record);
            if (record.part() == mark.part()) {
                return record;
            }
        }
        return null;
    }

    static void requireSame(String key, long fingerprint, RememberedRecord record) {
        if (record.fingerprint() != fingerprint) {
            throw ElanusException.invalid(
                    "request key '%s' was used for another request within the last 15 minutes; give every request a"
                            + " key of its own",
                    key);
        }
    }

    /** The entries of records behind one sequence up to another, oldest first. */
    List<Entry> between(long after, long upTo) {
        List<Entry> found = new ArrayList<>();
        lock.lock();
        try {
            for (Entry entry : byAge) {
                long sequence = entry.record.sequence();
                if (sequence > after && sequence <= upTo) {
                    found.add(entry);
                }
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return byAge.size();
        } finally {
            lock.unlock();
        }
    }
}
