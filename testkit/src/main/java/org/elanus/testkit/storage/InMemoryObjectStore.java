package org.elanus.testkit.storage;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.storage.ObjectInfo;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.storage.ObjectWriter;
import org.jspecify.annotations.Nullable;

/** The reference implementation of an object store: a sorted map under a lock. */
public final class InMemoryObjectStore implements ObjectStore {

    private static final Pattern KEY =
            Pattern.compile("(?!\\.{1,2}(/|$))[A-Za-z0-9._-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9._-]+)*");
    private static final int LONGEST_KEY = 512;

    private record Stored(byte[] bytes, long modified) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<String, Stored> objects = new TreeMap<>();
    private final LongSupplier millis;
    private boolean closed;

    /** @param millis the store's clock */
    public InMemoryObjectStore(LongSupplier millis) {
        this.millis = millis;
    }

    /** Another store with the same objects, as a new process finds it. */
    public InMemoryObjectStore copy() {
        lock.lock();
        try {
            InMemoryObjectStore copy = new InMemoryObjectStore(millis);
            copy.objects.putAll(objects);
            return copy;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ObjectWriter create(String key) {
        if (key.length() > LONGEST_KEY || !KEY.matcher(key).matches()) {
            throw ElanusException.invalid("'%s' is not a key of an object", key);
        }
        lock.lock();
        try {
            requireOpen();
            return new Writer(key);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Stored find(String key) {
        lock.lock();
        try {
            requireOpen();
            return objects.get(key);
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ElanusException(StandardErrorCode.CLOSED, "the object store is closed");
        }
    }

    @Override
    public OptionalLong size(String key) {
        Stored found = find(key);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found.bytes.length);
    }

    @Override
    public void read(String key, long offset, MemorySegment target) {
        Stored found = find(key);
        if (found == null) {
            throw new ElanusException(StandardErrorCode.IO_FAILURE, "object '" + key + "' does not exist");
        }
        if (offset < 0 || target.byteSize() > found.bytes.length - offset) {
            throw new ElanusException(
                    StandardErrorCode.IO_FAILURE,
                    "object '%s' has %d bytes; %d bytes from offset %d cannot be read"
                            .formatted(key, found.bytes.length, target.byteSize(), offset));
        }
        MemorySegment.copy(MemorySegment.ofArray(found.bytes), offset, target, 0, target.byteSize());
    }

    @Override
    public Optional<MemorySegment> map(String key, Arena arena) {
        Stored found = find(key);
        if (found == null) {
            return Optional.empty();
        }
        MemorySegment mapped = arena.allocate(found.bytes.length, 8);
        MemorySegment.copy(found.bytes, 0, mapped, ValueLayout.JAVA_BYTE, 0, found.bytes.length);
        return Optional.of(mapped.asReadOnly());
    }

    @Override
    public List<ObjectInfo> list(String prefix) {
        lock.lock();
        try {
            requireOpen();
            List<ObjectInfo> found = new ArrayList<>();
            objects.tailMap(prefix).forEach((key, stored) -> {
                if (key.startsWith(prefix)) {
                    found.add(new ObjectInfo(key, stored.bytes.length, stored.modified));
                }
            });
            return found;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void delete(String key) {
        lock.lock();
        try {
            requireOpen();
            objects.remove(key);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private final class Writer implements ObjectWriter {
        private final String key;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean over;

        Writer(String key) {
            this.key = key;
        }

        @Override
        public void write(MemorySegment piece) {
            requireUsable();
            bytes.writeBytes(piece.toArray(ValueLayout.JAVA_BYTE));
        }

        @Override
        public long position() {
            return bytes.size();
        }

        @Override
        public void commit() {
            lock.lock();
            try {
                requireOpen();
                requireUsable();
                over = true;
                if (objects.putIfAbsent(key, new Stored(bytes.toByteArray(), millis.getAsLong())) != null) {
                    throw new ElanusException(StandardErrorCode.CONFLICT, "object '" + key + "' exists already");
                }
            } finally {
                lock.unlock();
            }
        }

        private void requireUsable() {
            if (over) {
                throw new ElanusException(
                        StandardErrorCode.CLOSED, "the writer of object '" + key + "' is committed or closed");
            }
        }

        @Override
        public void close() {
            over = true;
        }
    }
}
