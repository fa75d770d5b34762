package org.elanus.core.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A change of a manifest, independent of its version: the committer rebases it on the newest one. It conflicts only
 * when a segment that it removes, or sets something of, is gone.
 *
 * @param setDeletes by segment id
 * @param setIndexes by segment id: indexes to add, replacing one of the same definition
 * @param checkpoints by physical channel; one that lies behind the manifest's is ignored
 */
public record ManifestEdit(
        List<SegmentEntry> add,
        Set<Long> remove,
        Map<Long, DeletesEntry> setDeletes,
        Map<Long, List<IndexEntry>> setIndexes,
        Map<String, Checkpoint> checkpoints) {

    public ManifestEdit {
        add = List.copyOf(add);
        remove = Set.copyOf(remove);
        setDeletes = Map.copyOf(setDeletes);
        setIndexes = Map.copyOf(setIndexes);
        checkpoints = Map.copyOf(checkpoints);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects changes. For one thread. */
    public static final class Builder {
        private final List<SegmentEntry> add = new ArrayList<>();
        private final Set<Long> remove = new HashSet<>();
        private final Map<Long, DeletesEntry> setDeletes = new HashMap<>();
        private final Map<Long, List<IndexEntry>> setIndexes = new HashMap<>();
        private final Map<String, Checkpoint> checkpoints = new HashMap<>();

        public Builder add(SegmentEntry segment) {
            add.add(segment);
            return this;
        }

        public Builder remove(long segmentId) {
            remove.add(segmentId);
            return this;
        }

        public Builder setDeletes(long segmentId, DeletesEntry deletes) {
            setDeletes.put(segmentId, deletes);
            return this;
        }

        public Builder addIndex(long segmentId, IndexEntry index) {
            setIndexes.computeIfAbsent(segmentId, id -> new ArrayList<>()).add(index);
            return this;
        }

        public Builder checkpoint(String channel, Checkpoint checkpoint) {
            checkpoints.put(channel, checkpoint);
            return this;
        }

        public ManifestEdit build() {
            return new ManifestEdit(add, remove, setDeletes, setIndexes, checkpoints);
        }
    }
}
