package org.elanus.core.index;

import java.util.Map;
import java.util.concurrent.Executor;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.index.VectorIndexType;
import org.elanus.spi.index.VectorSource;
import org.elanus.spi.runtime.Cancellation;
import org.elanus.spi.storage.ObjectStore;

/** Builds an index of one segment into an object store. */
public final class IndexBuild {

    private IndexBuild() {}

    /** Builds; on failure the files written so far are deleted. */
    public static BuiltIndex build(
            VectorIndexType type,
            MetricType metric,
            Map<String, String> parameters,
            VectorSource vectors,
            ObjectStore store,
            String keyPrefix,
            Executor workers,
            int parallelism,
            Cancellation cancellation) {
        throw new UnsupportedOperationException();
    }
}
