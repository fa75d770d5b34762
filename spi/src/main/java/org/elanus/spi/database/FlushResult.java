package org.elanus.spi.database;

import java.util.List;

/** A finished flush. @param segments the segments it made @param timestamp hybrid: everything up to it is in segments */
public record FlushResult(long collectionId, List<Long> segments, long timestamp) {

    public FlushResult {
        segments = List.copyOf(segments);
    }
}
