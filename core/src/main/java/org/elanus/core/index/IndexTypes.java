package org.elanus.core.index;

import java.util.List;
import java.util.Map;
import org.elanus.core.registry.Registry;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.index.VectorIndexType;

/**
 * The index types of the running plugins and the built-in FLAT: checks specifications and search parameters against
 * them. Safe for use by many threads.
 */
public final class IndexTypes {

    /** Segments with fewer rows get no index: they are searched exactly. */
    public static final int MIN_ROWS = 1024;

    public IndexTypes(Registry registry) {}

    /** The names of the vector index types that there are, the built-in FLAT first. */
    public List<String> names() {
        throw new UnsupportedOperationException();
    }

    /** Takes a lease on a vector index type; the caller closes it. */
    public Registry.Lease<VectorIndexType> lease(String name) {
        throw new UnsupportedOperationException();
    }

    /** Whether an index of this type is built for a segment of so many rows. */
    public boolean builds(String type, int rows) {
        throw new UnsupportedOperationException();
    }

    /** Checks a specification and fills in what it leaves open. */
    public ResolvedIndex resolve(FieldSchema field, IndexSpec spec) {
        throw new UnsupportedOperationException();
    }

    /** The search parameters that the type knows, values checked; others are left out, as clients send them freely. */
    public Map<String, String> searchParameters(String type, Map<String, String> given) {
        throw new UnsupportedOperationException();
    }
}
