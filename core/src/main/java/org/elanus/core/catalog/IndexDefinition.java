package org.elanus.core.catalog;

import java.util.Map;
import org.elanus.spi.database.IndexSpec;

/**
 * An index as it was defined.
 *
 * @param spec as asked for, name and metric filled in
 * @param resolvedType the type that is built, such as {@code HNSW} for AUTOINDEX
 * @param resolvedParameters the parameters that it is built with
 */
public record IndexDefinition(
        long id, IndexSpec spec, String resolvedType, Map<String, String> resolvedParameters, long createdAt) {

    public IndexDefinition {
        resolvedParameters = Map.copyOf(resolvedParameters);
    }
}
