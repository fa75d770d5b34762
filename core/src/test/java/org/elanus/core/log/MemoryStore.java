package org.elanus.core.log;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** What the owners of one channel keep outside its log, in memory. */
final class MemoryStore implements ChannelStore {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, byte[]> notes = new TreeMap<>();
    private final String database;
    private long epoch;

    MemoryStore() {
        this("");
    }

    MemoryStore(String database) {
        this.database = database;
    }

    @Override
    public String database() {
        return database;
    }

    @Override
    public long raiseEpoch() {
        lock.lock();
        try {
            return ++epoch;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long epoch() {
        lock.lock();
        try {
            return epoch;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Map<String, byte[]> notes() {
        lock.lock();
        try {
            return new TreeMap<>(notes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void note(long epochOfOwner, Map<String, byte[]> put, Set<String> remove) {
        lock.lock();
        try {
            if (epochOfOwner != epoch) {
                throw new ElanusException(StandardErrorCode.FENCED, "the epoch is " + epoch);
            }
            notes.putAll(put);
            remove.forEach(notes::remove);
        } finally {
            lock.unlock();
        }
    }
}
