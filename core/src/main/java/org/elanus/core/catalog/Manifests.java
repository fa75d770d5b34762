package org.elanus.core.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.elanus.core.catalog.CatalogRows.ManifestRow;
import org.elanus.core.catalog.CatalogRows.StoredRow;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Manifests and their commits. The head's revision is the condition of every commit, so one wins at a time; the
 * segments have keys of their own, so a commit writes what it changed and no more.
 */
final class Manifests {

    private final CatalogState state;

    Manifests(CatalogState state) {
        this.state = state;
    }

    Manifest get(long collectionId) {
        ManifestRow row = state.manifest(collectionId);
        if (row == null) {
            throw new ElanusException(
                    StandardErrorCode.COLLECTION_NOT_FOUND, "can't find collection[collection=" + collectionId + "]");
        }
        return row.manifest();
    }

    Manifest commit(long collectionId, ManifestEdit edit) {
        state.change((snapshot, transaction) -> {
            ManifestRow row = state.manifest(collectionId);
            var collection = snapshot.find(collectionId);
            if (row == null || collection == null) {
                throw new ElanusException(
                        StandardErrorCode.CONFLICT, "collection " + collectionId + " was dropped before the commit");
            }
            Set<Long> definitions = collection.entry().indexes().stream()
                    .map(IndexDefinition::id)
                    .collect(Collectors.toSet());
            Set<Long> partitions = collection.entry().partitions().stream()
                    .map(PartitionInfo::id)
                    .collect(Collectors.toSet());
            prepare(row, edit, definitions, partitions, transaction);
            return null;
        });
        return get(collectionId);
    }

    private static void prepare(
            ManifestRow row,
            ManifestEdit edit,
            Set<Long> definitions,
            Set<Long> partitions,
            CatalogTransaction transaction) {
        Manifest before = row.manifest();
        Map<Long, SegmentEntry> segments = new LinkedHashMap<>();
        before.segments().forEach(segment -> segments.put(segment.id(), segment));
        // Ids are never reused: an edit whose new segments are all there has been committed by an earlier attempt.
        // What such an attempt added, or would have, is not added to a partition that was dropped since.
        List<SegmentEntry> added = edit.add().stream()
                .filter(segment -> partitions.contains(segment.partitionId()))
                .toList();
        if (!added.isEmpty() && added.stream().allMatch(segment -> segments.containsKey(segment.id()))) {
            return;
        }
        Map<Long, SegmentEntry> changed = new LinkedHashMap<>();
        for (SegmentEntry segment : added) {
            if (segments.putIfAbsent(segment.id(), segment) != null) {
                throw new ElanusException(
                        StandardErrorCode.INTERNAL, "segment " + segment.id() + " is already in the manifest");
            }
            changed.put(segment.id(), segment);
        }
        edit.setDeletes().forEach((id, deletes) -> {
            SegmentEntry segment = present(segments, id).withDeletes(deletes);
            segments.put(id, segment);
            changed.put(id, segment);
        });
        edit.setIndexes().forEach((id, indexes) -> {
            SegmentEntry segment = withIndexes(present(segments, id), indexes, definitions);
            segments.put(id, segment);
            changed.put(id, segment);
        });
        boolean removed = added.isEmpty()
                && edit.remove().stream().noneMatch(id -> before.segment(id).isPresent());
        for (long id : edit.remove()) {
            if (removed) {
                break; // by an earlier attempt, or with their partition
            }
            present(segments, id);
            changed.remove(id);
            transaction.delete(CatalogKeys.segment(before.collectionId(), id));
        }
        changed.values()
                .forEach(segment -> transaction.put(
                        CatalogKeys.segment(before.collectionId(), segment.id()), ManifestFormat.segment(segment)));
        Map<String, Checkpoint> checkpoints = advanced(before.checkpoints(), edit.checkpoints());
        if (!transaction.isEmpty() || !checkpoints.equals(before.checkpoints())) {
            putHead(row, checkpoints, transaction);
        }
    }

    /** Removes all segments of a partition, as part of a transaction that removes the partition. */
    static void removePartition(ManifestRow row, long partitionId, CatalogTransaction transaction) {
        Manifest manifest = row.manifest();
        for (SegmentEntry segment : manifest.segments()) {
            if (segment.partitionId() == partitionId) {
                transaction.delete(CatalogKeys.segment(manifest.collectionId(), segment.id()));
            }
        }
        putHead(row, manifest.checkpoints(), transaction);
    }

    /** Removes an index from all segments, as part of a transaction that removes its definition. */
    static void removeIndex(ManifestRow row, long indexId, CatalogTransaction transaction) {
        Manifest manifest = row.manifest();
        for (SegmentEntry segment : manifest.segments()) {
            List<IndexEntry> kept = segment.indexes().stream()
                    .filter(index -> index.indexId() != indexId)
                    .toList();
            if (kept.size() < segment.indexes().size()) {
                transaction.put(
                        CatalogKeys.segment(manifest.collectionId(), segment.id()),
                        ManifestFormat.segment(segment.withIndexes(kept)));
            }
        }
        putHead(row, manifest.checkpoints(), transaction);
    }

    static void create(long collectionId, CatalogTransaction transaction) {
        transaction.create(
                CatalogKeys.manifestHead(collectionId), ManifestFormat.head(new ManifestFormat.Head(0, Map.of())));
    }

    static void drop(ManifestRow row, CatalogTransaction transaction) {
        Manifest manifest = row.manifest();
        transaction.deleteAt(CatalogKeys.manifestHead(manifest.collectionId()), row.revision());
        manifest.segments()
                .forEach(segment -> transaction.delete(CatalogKeys.segment(manifest.collectionId(), segment.id())));
    }

    static void putHead(ManifestRow row, Map<String, Checkpoint> checkpoints, CatalogTransaction transaction) {
        Manifest before = row.manifest();
        transaction.replace(
                CatalogKeys.manifestHead(before.collectionId()),
                row.revision(),
                ManifestFormat.head(new ManifestFormat.Head(before.version() + 1, checkpoints)));
    }

    private static SegmentEntry present(Map<Long, SegmentEntry> segments, long id) {
        SegmentEntry segment = segments.get(id);
        if (segment == null) {
            throw new ElanusException(
                    StandardErrorCode.CONFLICT, "segment " + id + " is not in the newest manifest any more");
        }
        return segment;
    }

    /** An index whose definition was dropped while it was built is left out. */
    private static SegmentEntry withIndexes(SegmentEntry segment, List<IndexEntry> added, Set<Long> definitions) {
        Map<Long, IndexEntry> indexes = new LinkedHashMap<>();
        segment.indexes().forEach(index -> indexes.put(index.indexId(), index));
        for (IndexEntry index : added) {
            if (definitions.contains(index.indexId())) {
                indexes.put(index.indexId(), index);
            }
        }
        return segment.withIndexes(List.copyOf(indexes.values()));
    }

    private static Map<String, Checkpoint> advanced(Map<String, Checkpoint> before, Map<String, Checkpoint> edit) {
        Map<String, Checkpoint> after = new HashMap<>(before);
        edit.forEach((channel, checkpoint) ->
                after.merge(channel, checkpoint, (old, now) -> isBehind(now, old) ? old : now));
        return after;
    }

    private static boolean isBehind(Checkpoint one, Checkpoint other) {
        return one.timestamp() < other.timestamp()
                || (one.timestamp() == other.timestamp() && one.sequence() < other.sequence());
    }

    /** Puts a manifest together from the one before and the rows that changed. */
    static ManifestRow decode(long collectionId, @Nullable ManifestRow before, List<StoredRow> rows) {
        TreeMap<Long, SegmentEntry> segments = new TreeMap<>();
        Manifest manifest = before == null ? Manifest.empty(collectionId) : before.manifest();
        manifest.segments().forEach(segment -> segments.put(segment.id(), segment));
        ManifestFormat.Head head = new ManifestFormat.Head(manifest.version(), manifest.checkpoints());
        long revision = before == null ? 0 : before.revision();
        boolean headSeen = before != null;
        for (StoredRow row : rows) {
            byte[] value = row.value();
            if (CatalogKeys.isManifestHead(row.key())) {
                if (value != null) {
                    head = ManifestFormat.head(row.key(), value);
                    revision = row.revision();
                    headSeen = true;
                }
            } else if (value == null) {
                segments.remove(CatalogKeys.segmentId(row.key()));
            } else {
                SegmentEntry segment = ManifestFormat.segment(row.key(), value);
                segments.put(segment.id(), segment);
            }
        }
        if (!headSeen) {
            throw ElanusException.corrupt(
                    "the manifest of collection %d has no '%s'", collectionId, CatalogKeys.manifestHead(collectionId));
        }
        return new ManifestRow(
                new Manifest(collectionId, head.version(), new ArrayList<>(segments.values()), head.checkpoints()),
                revision);
    }
}
