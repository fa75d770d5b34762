package org.elanus.core.index;

import java.util.Map;
import org.elanus.spi.database.MetricType;
import org.jspecify.annotations.Nullable;

/**
 * What an index specification means here.
 *
 * @param type the type that is built, in upper case
 * @param metric of a vector index; null for a scalar one
 * @param parameters the parameters to build with, checked
 */
public record ResolvedIndex(String type, @Nullable MetricType metric, Map<String, String> parameters) {

    public ResolvedIndex {
        parameters = Map.copyOf(parameters);
    }
}
