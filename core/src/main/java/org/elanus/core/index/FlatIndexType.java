package org.elanus.core.index;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.MetricType;
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
import org.jspecify.annotations.Nullable;

/** No index at all: every search looks at every vector. Built in, because everything else falls back on it. */
public final class FlatIndexType implements VectorIndexType {

    public static final String NAME = "FLAT";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int formatVersion() {
        return 1;
    }

    @Override
    public Set<DataType> vectorTypes() {
        return Set.of(
                DataType.FLOAT_VECTOR,
                DataType.FLOAT16_VECTOR,
                DataType.BFLOAT16_VECTOR,
                DataType.INT8_VECTOR,
                DataType.BINARY_VECTOR);
    }

    @Override
    public Set<MetricType> metrics() {
        return Set.of(MetricType.values());
    }

    @Override
    public List<IndexParameter> buildParameters() {
        return List.of();
    }

    @Override
    public List<IndexParameter> searchParameters() {
        return List.of();
    }

    @Override
    public long estimateBytes(int rows, int dimension, DataType type, Map<String, String> parameters) {
        return 0;
    }

    @Override
    public long estimateBuildBytes(int rows, int dimension, DataType type, Map<String, String> parameters) {
        return 0;
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
                    Cancellation cancellation) {}

            @Override
            public void close() {}
        };
    }

    @Override
    public VectorIndex open(VectorSource vectors, MetricType metric, Map<String, String> parameters, IndexFiles files) {
        return new VectorIndex() {
            @Override
            public VectorSearcher searcher() {
                return new Searcher(vectors, metric);
            }

            @Override
            public void checkIntegrity() {}

            @Override
            public long memoryBytes() {
                return 0;
            }

            @Override
            public void close() {}
        };
    }

    private static final class Searcher implements VectorSearcher {

        private final VectorSource source;
        private final ExactSearch search;

        Searcher(VectorSource source, MetricType metric) {
            this.source = source;
            this.search = new ExactSearch(source.type(), source.dimension(), metric);
        }

        @Override
        public void search(
                MemorySegment query,
                @Nullable RowFilter filter,
                int k,
                Map<String, String> parameters,
                Hits hits,
                Cancellation cancellation) {
            search.begin(query, 1, k);
            search.scan(source.vectors(), source.stride(), source.rows(), 0, filter, null, cancellation);
            search.hits(0, hits);
        }
    }
}
