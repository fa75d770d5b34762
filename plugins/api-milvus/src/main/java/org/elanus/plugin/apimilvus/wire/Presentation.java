package org.elanus.plugin.apimilvus.wire;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.elanus.spi.database.CollectionSchema;

/**
 * What rows do not say of themselves and the answer needs.
 *
 * @param schema tells the types of array elements
 * @param zone that moments are written in
 */
public record Presentation(CollectionSchema schema, ZoneId zone) {

    /** For rows that say all of themselves. */
    public static final Presentation PLAIN =
            new Presentation(new CollectionSchema("", List.of(), false), ZoneOffset.UTC);
}
