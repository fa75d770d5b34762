package org.elanus.core.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the data of one collection consists of. Immutable; a commit makes the next version.
 *
 * @param version grows by one with every commit; 0 before the first
 * @param checkpoints by physical channel: everything of this collection up to there is in the segments
 */
public record Manifest(
        long collectionId, long version, List<SegmentEntry> segments, Map<String, Checkpoint> checkpoints) {

    public Manifest {
        segments = List.copyOf(segments);
        checkpoints = Map.copyOf(checkpoints);
    }

    public static Manifest empty(long collectionId) {
        return new Manifest(collectionId, 0, List.of(), Map.of());
    }

    public Optional<SegmentEntry> segment(long id) {
        return segments.stream().filter(segment -> segment.id() == id).findFirst();
    }
}
