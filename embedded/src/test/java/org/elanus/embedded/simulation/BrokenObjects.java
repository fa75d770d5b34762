package org.elanus.embedded.simulation;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.storage.ObjectWriter;

/** Ways to lose objects, or parts of them. */
final class BrokenObjects {

    private BrokenObjects() {}

    /** What was written last does not reach the object. */
    static UnaryOperator<ObjectStore> lastBlockLost() {
        return store -> Decorated.with(ObjectStore.class, store, Map.of("create", (original, arguments) -> {
            ObjectWriter writer = (ObjectWriter) original.call(arguments);
            return arguments[0].toString().contains("/data-") ? holdingBack(writer) : writer;
        }));
    }

    private static ObjectWriter holdingBack(ObjectWriter writer) {
        return new ObjectWriter() {
            private MemorySegment last = MemorySegment.ofArray(new byte[0]);

            @Override
            public void write(MemorySegment bytes) {
                writer.write(last);
                last = MemorySegment.ofArray(bytes.toArray(ValueLayout.JAVA_BYTE));
            }

            @Override
            public long position() {
                return writer.position() + last.byteSize();
            }

            @Override
            public void commit() {
                writer.commit();
            }

            @Override
            public void close() {
                writer.close();
            }
        };
    }

    /** The collection of garbage takes a segment that is in use. */
    static UnaryOperator<ObjectStore> objectInUseDeleted() {
        return store -> {
            List<String> created = new ArrayList<>();
            return Decorated.with(ObjectStore.class, store, Map.of("create", (original, arguments) -> {
                String key = arguments[0].toString();
                if (key.contains("/data-")) {
                    if (created.size() == 2) {
                        store.delete(created.getFirst());
                    }
                    created.add(key);
                }
                return original.call(arguments);
            }));
        };
    }
}
