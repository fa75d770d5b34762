package org.elanus.spi.database;

import java.util.List;

/**
 * Which fields a load makes readable.
 *
 * @param fields names, with the primary key, the partition key and a vector field among them; empty for all but those
 *     whose parameter {@code field.skipLoad} is true, or, when the collection is loaded already, for what it is loaded
 *     with
 * @param skipDynamicField leaves out what the schema does not name
 */
public record LoadOptions(List<String> fields, boolean skipDynamicField) {

    /** Every field. */
    public static final LoadOptions ALL = new LoadOptions(List.of(), false);

    public LoadOptions {
        fields = List.copyOf(fields);
    }
}
