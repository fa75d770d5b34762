package org.elanus.core.index;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.IndexFiles;
import org.elanus.spi.index.IndexParameter;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.index.VectorIndex;
import org.elanus.spi.index.VectorIndexBuilder;
import org.elanus.spi.index.VectorIndexType;
import org.elanus.spi.index.VectorSearcher;
import org.elanus.spi.index.VectorSource;
import org.elanus.spi.runtime.Cancellation;
import org.elanus.spi.storage.ObjectWriter;
import org.jspecify.annotations.Nullable;

/** An index of two files that searches exactly; for tests of what surrounds an index. */
public final class ToyIndexType implements VectorIndexType {

    /** Indexes that were opened and not closed. */
    public final AtomicInteger open = new AtomicInteger();

    /** Throws in the middle of a build when set. */
    public @Nullable RuntimeException failure;

    private final String name;
    private final Set<DataType> vectorTypes;

    public ToyIndexType(String name, Set<DataType> vectorTypes) {
        this.name = name;
        this.vectorTypes = vectorTypes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int formatVersion() {
        return 3;
    }

    @Override
    public Set<DataType> vectorTypes() {
        return vectorTypes;
    }

    @Override
    public Set<MetricType> metrics() {
        return Set.of(MetricType.L2, MetricType.IP, MetricType.COSINE);
    }

    @Override
    public List<IndexParameter> buildParameters() {
        return List.of(
                IndexParameter.integer("M", 2, 2048, "30", "Links."),
                IndexParameter.integer("efConstruction", 1, 100_000, "360", "Candidates."));
    }

    @Override
    public List<IndexParameter> searchParameters() {
        return List.of(IndexParameter.integer("ef", 1, 32768, null, "Candidates."));
    }

    @Override
    public long estimateBytes(int rows, int dimension, DataType type, Map<String, String> parameters) {
        return rows;
    }

    @Override
    public long estimateBuildBytes(int rows, int dimension, DataType type, Map<String, String> parameters) {
        return rows;
    }

    @Override
    public VectorIndexBuilder builder(MetricType metric, Map<String, String> parameters) {
        return new VectorIndexBuilder() {
            @Override
            public void build(
                    VectorSource source,
                    IndexFiles files,
                    Executor workers,
                    int parallelism,
                    Cancellation cancellation) {
                write(files, "graph", source.rows());
                if (failure != null) {
                    throw failure;
                }
                if (cancellation.isCancelled()) {
                    throw new ElanusException(StandardErrorCode.CANCELLED, "cancelled");
                }
                if (files.map("graph").get(FixedColumn.INT, 0) != source.rows()) {
                    throw new IllegalStateException("a file that was written reads differently");
                }
                write(files, "levels", source.dimension());
            }

            @Override
            public void close() {}
        };
    }

    private static void write(IndexFiles files, String file, int number) {
        try (Arena arena = Arena.ofConfined();
                ObjectWriter writer = files.create(file)) {
            MemorySegment bytes = arena.allocate(100);
            bytes.set(FixedColumn.INT, 0, number);
            writer.write(bytes);
            writer.commit();
        }
    }

    @Override
    public VectorIndex open(VectorSource vectors, MetricType metric, Map<String, String> parameters, IndexFiles files) {
        if (files.map("graph").get(FixedColumn.INT, 0) != vectors.rows()) {
            throw ElanusException.corrupt("file 'graph' is of another segment");
        }
        open.incrementAndGet();
        VectorIndex flat = new FlatIndexType().open(vectors, metric, parameters, files);
        return new VectorIndex() {
            @Override
            public VectorSearcher searcher() {
                VectorSearcher searcher = flat.searcher();
                return new VectorSearcher() {
                    @Override
                    public void search(
                            MemorySegment query,
                            @Nullable RowFilter filter,
                            int k,
                            Map<String, String> searchParameters,
                            Hits hits,
                            Cancellation cancellation) {
                        searcher.search(query, filter, k, searchParameters, hits, cancellation);
                    }
                };
            }

            @Override
            public void checkIntegrity() {
                if (files.map("levels").get(FixedColumn.INT, 0) != vectors.dimension()) {
                    throw ElanusException.corrupt("file 'levels' at byte 0 has a wrong dimension");
                }
            }

            @Override
            public long memoryBytes() {
                return 200;
            }

            @Override
            public void close() {
                open.decrementAndGet();
            }
        };
    }
}
