package org.elanus.core.segment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.storage.ObjectInfo;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.storage.ObjectWriter;

/** Objects in arrays, with means to break them. */
public final class MemoryObjectStore implements ObjectStore {

    private final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
    private final boolean mapping;

    public MemoryObjectStore() {
        this(true);
    }

    /** @param mapping whether {@link #map} works, as on a local disk */
    public MemoryObjectStore(boolean mapping) {
        this.mapping = mapping;
    }

    public byte[] get(String key) {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            throw new ElanusException(StandardErrorCode.IO_FAILURE, "no object " + key);
        }
        return bytes;
    }

    public void put(String key, byte[] bytes) {
        objects.put(key, bytes);
    }

    public void flipBit(String key, long bit) {
        byte[] bytes = get(key).clone();
        bytes[(int) (bit >>> 3)] ^= (byte) (1 << (bit & 7));
        objects.put(key, bytes);
    }

    public List<String> keys() {
        return List.copyOf(objects.keySet());
    }

    @Override
    public ObjectWriter create(String key) {
        return new ObjectWriter() {
            private byte[] bytes = new byte[1024];
            private int size;

            @Override
            public void write(MemorySegment source) {
                int length = Math.toIntExact(source.byteSize());
                if (size + length > bytes.length) {
                    bytes = Arrays.copyOf(bytes, Math.max(size + length, bytes.length * 2));
                }
                MemorySegment.copy(source, 0, MemorySegment.ofArray(bytes), size, length);
                size += length;
            }

            @Override
            public long position() {
                return size;
            }

            @Override
            public void commit() {
                if (objects.putIfAbsent(key, Arrays.copyOf(bytes, size)) != null) {
                    throw new ElanusException(StandardErrorCode.CONFLICT, "object '" + key + "' exists");
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public OptionalLong size(String key) {
        byte[] bytes = objects.get(key);
        return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes.length);
    }

    @Override
    public void read(String key, long offset, MemorySegment target) {
        byte[] bytes = get(key);
        if (offset + target.byteSize() > bytes.length) {
            throw new ElanusException(StandardErrorCode.IO_FAILURE, "object '" + key + "' is too short");
        }
        MemorySegment.copy(MemorySegment.ofArray(bytes), offset, target, 0, target.byteSize());
    }

    @Override
    public Optional<MemorySegment> map(String key, Arena arena) {
        byte[] bytes = objects.get(key);
        if (!mapping || bytes == null) {
            return Optional.empty();
        }
        MemorySegment copy = arena.allocate(Math.max(1, bytes.length), 4096).asSlice(0, bytes.length);
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return Optional.of(copy);
    }

    @Override
    public List<ObjectInfo> list(String prefix) {
        return objects.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .map(entry -> new ObjectInfo(entry.getKey(), entry.getValue().length, 0))
                .toList();
    }

    @Override
    public void delete(String key) {
        objects.remove(key);
    }

    @Override
    public void close() {}
}
