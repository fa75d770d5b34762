package org.elanus.spi.database;

import java.util.Map;

/**
 * What an index shall be.
 *
 * @param name empty for the field's name
 * @param type such as {@code HNSW}; empty or {@code AUTOINDEX} lets the server choose
 * @param metric empty for the default of the vector type; empty for scalar fields
 * @param parameters build parameters as text
 */
public record IndexSpec(String field, String name, String type, String metric, Map<String, String> parameters) {

    public static final String AUTOINDEX = "AUTOINDEX";

    public IndexSpec {
        parameters = Map.copyOf(parameters);
    }
}
