package org.elanus.plugin.indexhnsw;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.IndexFiles;
import org.elanus.spi.index.VectorIndex;
import org.elanus.spi.index.VectorIndexBuilder;
import org.elanus.spi.index.VectorSearcher;
import org.elanus.spi.index.VectorSource;
import org.elanus.spi.runtime.Cancellation;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.storage.ObjectWriter;

/**
 * Builds and searches a small graph until the compiler has seen the kernels: before that every vector operation makes
 * objects and the first searches take milliseconds. Bounded in time; stops early when asked.
 */
final class WarmUp {

    private static final int ROWS = 3_000;
    private static final int DIMENSION = 72;
    private static final long NANOS = 1_500_000_000L;

    /** A start needs every core for itself; it is over by then. */
    private static final long PAUSE_NANOS = 2_000_000_000L;

    private static final Duration STEP = Duration.ofMillis(50);

    private final Clock clock;
    private final AtomicBoolean stopped = new AtomicBoolean();

    WarmUp(Clock clock) {
        this.clock = clock;
    }

    void stop() {
        stopped.set(true);
    }

    /** Lets the start pass, then warms up. */
    void run() {
        long asked = clock.nanos();
        try {
            while (!stopped.get() && clock.nanos() - asked < PAUSE_NANOS) {
                clock.sleep(STEP);
            }
            warmUp();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void warmUp() {
        long begin = clock.nanos();
        Cancellation enough = () -> stopped.get() || clock.nanos() - begin > NANOS;
        HnswIndexType type = new HnswIndexType();
        try (Arena arena = Arena.ofShared()) {
            VectorSource vectors = vectors(arena);
            while (!enough.isCancelled()) {
                for (MetricType metric : List.of(MetricType.L2, MetricType.COSINE)) {
                    for (Codes codes : List.of(Codes.FUSED, Codes.NONE)) {
                        run(type, metric, codes, vectors, new MemoryFiles(arena), enough);
                    }
                }
            }
        } catch (ElanusException e) {
            // Time is up in the middle of a build.
            if (!enough.isCancelled()) {
                throw e;
            }
        }
    }

    private static void run(
            HnswIndexType type,
            MetricType metric,
            Codes codes,
            VectorSource vectors,
            MemoryFiles files,
            Cancellation enough) {
        Map<String, String> parameters = Map.of("M", "8", "efConstruction", "40", "codes", codes.toString());
        try (VectorIndexBuilder builder = type.builder(metric, parameters)) {
            builder.build(vectors, files, task -> {}, 1, enough);
        }
        try (VectorIndex index = type.open(vectors, metric, parameters, files)) {
            search(index, vectors, enough);
        }
    }

    private static void search(VectorIndex index, VectorSource vectors, Cancellation enough) {
        VectorSearcher searcher = index.searcher();
        Hits hits = new Hits();
        for (int row = 0; row < ROWS && !enough.isCancelled(); row++) {
            MemorySegment query = vectors.vectors().asSlice(row * vectors.stride(), vectors.stride());
            searcher.search(query, null, 10, Map.of("ef", "40"), hits, Cancellation.NONE);
        }
    }

    private static VectorSource vectors(Arena arena) {
        MemorySegment vectors = arena.allocate(4L * ROWS * DIMENSION, 64);
        long state = 1;
        for (int i = 0; i < ROWS * DIMENSION; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            vectors.setAtIndex(ValueLayout.JAVA_FLOAT, i, (state >> 40) * 0x1p-23f);
        }
        return new VectorSource(DataType.FLOAT_VECTOR, ROWS, DIMENSION, 4L * DIMENSION, vectors);
    }

    /** One file, in memory. */
    private static final class MemoryFiles implements IndexFiles {

        private final MemorySegment memory;
        private long length;

        MemoryFiles(Arena arena) {
            memory = arena.allocate(4 << 20, 64);
        }

        @Override
        public ObjectWriter create(String name) {
            return new ObjectWriter() {
                @Override
                public void write(MemorySegment bytes) {
                    MemorySegment.copy(bytes, 0, memory, length, bytes.byteSize());
                    length += bytes.byteSize();
                }

                @Override
                public long position() {
                    return length;
                }

                @Override
                public void commit() {}

                @Override
                public void close() {}
            };
        }

        @Override
        public MemorySegment map(String name) {
            return memory.asSlice(0, length);
        }

        @Override
        public List<String> names() {
            return List.of(GraphFile.NAME);
        }
    }
}
