package org.elanus.spi.index;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elanus.spi.PluginImplements;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.MetricType;

/** A kind of index: its parameters, how it is built and how it is opened. Stateless; safe for use by many threads. */
@PluginImplements
public interface VectorIndexType {

    /** The name that index definitions use, in upper case, such as {@code HNSW}; it is part of the persisted data. */
    String name();

    /** The format version that {@link #builder} writes. {@link #open} reads this and every earlier one. */
    int formatVersion();

    Set<DataType> vectorTypes();

    Set<MetricType> metrics();

    /** What may be given when an index is defined; unknown names and values out of range are refused by the host. */
    List<IndexParameter> buildParameters();

    /** What may be given with a search. */
    List<IndexParameter> searchParameters();

    /** Bytes of memory that an open index over so many rows keeps, the segment's vectors not counted. */
    long estimateBytes(int rows, int dimension, DataType type, Map<String, String> parameters);

    /** Bytes of memory that building takes at its peak, the segment's vectors not counted. */
    long estimateBuildBytes(int rows, int dimension, DataType type, Map<String, String> parameters);

    /** Makes a builder for one build. */
    VectorIndexBuilder builder(MetricType metric, Map<String, String> parameters);

    /**
     * Opens an index that was built over exactly these vectors.
     *
     * @param vectors stay mapped until the index is closed
     * @param files stay readable until the index is closed
     * @throws org.elanus.spi.error.ElanusException CORRUPT naming the file when magic, version, size or header
     *     checksum is wrong
     */
    VectorIndex open(VectorSource vectors, MetricType metric, Map<String, String> parameters, IndexFiles files);
}
