package org.elanus.core.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.storage.ObjectInfo;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.storage.ObjectWriter;

/** An object store in which one operation of a writer fails, or something happens between two objects. */
final class FaultyObjects implements ObjectStore {

    private final ObjectStore store;

    /** After so many more operations one fails; negative for none. */
    final AtomicInteger operationsUntilFailure = new AtomicInteger(-1);

    /** Runs before each new object. */
    volatile Runnable beforeCreate = () -> {};

    /** Runs before an object is looked at, with its key. */
    volatile Consumer<String> beforeRead = key -> {};

    FaultyObjects(ObjectStore store) {
        this.store = store;
    }

    private void operate() {
        if (operationsUntilFailure.get() >= 0 && operationsUntilFailure.getAndDecrement() == 0) {
            throw new ElanusException(StandardErrorCode.IO_FAILURE, "the disk failed this once");
        }
    }

    @Override
    public ObjectWriter create(String key) {
        beforeCreate.run();
        operate();
        ObjectWriter writer = store.create(key);
        return new ObjectWriter() {
            @Override
            public void write(MemorySegment piece) {
                operate();
                writer.write(piece);
            }

            @Override
            public long position() {
                return writer.position();
            }

            @Override
            public void commit() {
                operate();
                writer.commit();
            }

            @Override
            public void close() {
                writer.close();
            }
        };
    }

    @Override
    public OptionalLong size(String key) {
        return store.size(key);
    }

    @Override
    public void read(String key, long offset, MemorySegment target) {
        beforeRead.accept(key);
        store.read(key, offset, target);
    }

    @Override
    public Optional<MemorySegment> map(String key, Arena arena) {
        beforeRead.accept(key);
        return store.map(key, arena);
    }

    @Override
    public List<ObjectInfo> list(String prefix) {
        return store.list(prefix);
    }

    @Override
    public void delete(String key) {
        store.delete(key);
    }

    @Override
    public void close() {}
}
