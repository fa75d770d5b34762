package org.elanus.testkit.simulation;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.elanus.spi.storage.ObjectInfo;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.storage.ObjectWriter;

/** The object store of one process: names the durability points of flushes and merges. */
final class SimulatedObjects implements ObjectStore {

    private final ObjectStore store;
    private final Passage passage;
    private final Supplier<String> activity;

    SimulatedObjects(ObjectStore store, Passage passage, Supplier<String> activity) {
        this.store = store;
        this.passage = passage;
        this.activity = activity;
    }

    @Override
    public ObjectWriter create(String key) {
        String begin = DurabilityPoints.object(activity.get(), "begin", key);
        String commit = DurabilityPoints.object(activity.get(), "commit", key);
        passage.before(begin);
        ObjectWriter writer = store.create(key);
        passage.after(begin);
        return new ObjectWriter() {
            @Override
            public void write(MemorySegment bytes) {
                writer.write(bytes);
            }

            @Override
            public long position() {
                return writer.position();
            }

            @Override
            public void commit() {
                passage.before(commit);
                writer.commit();
                passage.after(commit);
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
        store.read(key, offset, target);
    }

    @Override
    public Optional<MemorySegment> map(String key, Arena arena) {
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
    public void close() {
        store.close();
    }
}
