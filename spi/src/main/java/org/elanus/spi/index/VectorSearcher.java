package org.elanus.spi.index;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.elanus.spi.PluginImplements;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;

/** Searches one index. For one thread. Allocates nothing per search once warm. */
@PluginImplements
public interface VectorSearcher {

    /**
     * Finds the rows nearest to the query among those that pass the filter.
     *
     * @param query one vector in the index's type, at least 4-byte aligned
     * @param filter the rows that may be returned; null for all
     * @param k how many, 1 or more
     * @param parameters search parameters, checked by the host against {@link VectorIndexType#searchParameters()}
     * @param hits cleared first, then filled with up to {@code k} rows, best first
     */
    void search(
            MemorySegment query,
            @Nullable RowFilter filter,
            int k,
            Map<String, String> parameters,
            Hits hits,
            Cancellation cancellation);
}
