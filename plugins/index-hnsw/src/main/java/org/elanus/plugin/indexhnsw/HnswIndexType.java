package org.elanus.plugin.indexhnsw;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.index.IndexFiles;
import org.elanus.spi.index.IndexParameter;
import org.elanus.spi.index.VectorIndex;
import org.elanus.spi.index.VectorIndexBuilder;
import org.elanus.spi.index.VectorIndexType;
import org.elanus.spi.index.VectorSource;

/**
 * Hierarchical navigable small world graphs (Malkov and Yashunin, IEEE TPAMI 42(4), 2020): good recall at high speed for
 * vectors that fit into memory.
 */
public final class HnswIndexType implements VectorIndexType {

    @Override
    public String name() {
        return "HNSW";
    }

    @Override
    public int formatVersion() {
        return GraphFile.VERSION;
    }

    @Override
    public Set<DataType> vectorTypes() {
        return Set.of(DataType.FLOAT_VECTOR);
    }

    @Override
    public Set<MetricType> metrics() {
        return Set.of(MetricType.L2, MetricType.IP, MetricType.COSINE);
    }

    @Override
    public List<IndexParameter> buildParameters() {
        return HnswParameters.BUILD;
    }

    @Override
    public List<IndexParameter> searchParameters() {
        return HnswParameters.SEARCH;
    }

    @Override
    public long estimateBytes(int rows, int dimension, DataType type, Map<String, String> parameters) {
        HnswParameters build = HnswParameters.of(parameters);
        RecordShape records = build.records(rows, dimension, dimension);
        GraphFile file = new GraphFile(
                records == null ? GraphShape.expected(rows, build.m()) : GraphShape.ofRecords(rows, records),
                dimension,
                DataType.FLOAT_VECTOR,
                MetricType.L2,
                build,
                rows == 0 ? -1 : 0,
                0,
                false,
                records == null ? null : new GraphFile.Fused(dimension, 1));
        // COSINE takes four bytes more a row; which metric it will be is not known here.
        return file.length() + 2L * rows;
    }

    @Override
    public long estimateBuildBytes(int rows, int dimension, DataType type, Map<String, String> parameters) {
        return HnswBuilder.estimateBytes(rows, dimension, HnswParameters.of(parameters));
    }

    @Override
    public VectorIndexBuilder builder(MetricType metric, Map<String, String> parameters) {
        return new HnswBuilder(metric, HnswParameters.of(parameters));
    }

    @Override
    public VectorIndex open(VectorSource vectors, MetricType metric, Map<String, String> parameters, IndexFiles files) {
        return HnswIndex.open(vectors, metric, files);
    }
}
