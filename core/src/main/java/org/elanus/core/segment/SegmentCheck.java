package org.elanus.core.segment;

import java.util.List;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.index.IndexTypes;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.storage.ObjectStore;

/** Reads everything that belongs to a sealed segment and checks every checksum and reference, without serving. */
public final class SegmentCheck {

    private SegmentCheck() {}

    /** What is wrong. @param position the byte in the object; -1 when it concerns the whole */
    public record Finding(String key, long position, String problem) {}

    /** Checks one segment; an empty list means that all is well. */
    public static List<Finding> check(
            ObjectStore store,
            SegmentEntry entry,
            CollectionSchema schema,
            List<IndexDefinition> definitions,
            IndexTypes types) {
        throw new UnsupportedOperationException();
    }
}
