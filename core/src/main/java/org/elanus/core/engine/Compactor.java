package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.DeletesEntry;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.core.catalog.IndexEntry;
import org.elanus.core.catalog.ManifestEdit;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.segment.SealedSegment;
import org.elanus.core.segment.Segment;
import org.elanus.core.segment.SegmentCheck;
import org.elanus.core.segment.SegmentView;
import org.elanus.core.segment.SegmentWriter;
import org.elanus.core.segment.Tombstones;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges sealed segments in tiers of four and drops deleted rows. While a merge writes, its inputs serve on; deletes that
 * reach them meanwhile are applied to the output, and are part of the commit, before the two change places.
 */
final class Compactor {

    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

    /** Segments of about the same size that are worth a merge. */
    private static final int FAN_IN = 4;

    private static final long MAX_ROWS = 10_000_000;

    /** So that no column of variable width can pass the 2 GiB that its offsets reach. */
    private static final long MAX_BYTES = (2L << 30) - (64L << 20);

    /** A segment is rewritten alone when this share of its rows is deleted. */
    private static final double REWRITE_SHARE = 0.3;

    private final EngineState state;
    private final IndexBuilds indexBuilds;
    private final BackOff backOff;

    Compactor(EngineState state, IndexBuilds indexBuilds) {
        this.state = state;
        this.indexBuilds = indexBuilds;
        this.backOff = new BackOff(state.seams().clock());
    }

    /** As {@link #compact}; what failed is tried again after a pause that grows. */
    void compactDue(LiveCollection live) {
        Optional<CollectionEntry> collection = state.catalog().find(live.id());
        if (collection.isEmpty() || !collection.get().mergesItself() || !backOff.isDue(live.id())) {
            return;
        }
        try {
            compact(live, false);
            backOff.succeeded(live.id());
        } catch (RuntimeException e) {
            backOff.failed(live.id());
            if (e instanceof ElanusException known && known.code() == StandardErrorCode.CONFLICT) {
                LOG.info("a merge in collection {} gave way to a change: {}", live.id(), e.getMessage());
            } else if (!state.isClosing() && state.catalog().find(live.id()).isPresent()) {
                LOG.error("merging segments of collection {} failed; it is tried again later", live.id(), e);
            }
        }
    }

    /** Does every merge that is worth it in one collection. @param force merges whatever fits together */
    void compact(LiveCollection live, boolean force) {
        live.merging().lock();
        try {
            Optional<CollectionEntry> collection = state.catalog().find(live.id());
            if (collection.isEmpty()) {
                return;
            }
            long expired = state.expired(collection.get());
            for (Shard shard : live.shards()) {
                Set<Long> done = new HashSet<>();
                List<SealedSegment> inputs = choose(shard, expired, force, done);
                while (!inputs.isEmpty() && !state.isClosing()) {
                    inputs.forEach(input -> done.add(input.id()));
                    if (!merge(live, shard, inputs)) {
                        state.work().mergeAbandoned();
                        return;
                    }
                    inputs = choose(shard, expired, force, done);
                }
            }
        } catch (RuntimeException e) {
            if (!(e instanceof ElanusException)
                    || state.catalog().find(live.id()).isPresent()) {
                if (e instanceof ElanusException known && known.code() == StandardErrorCode.CONFLICT) {
                    state.work().mergeAbandoned();
                } else {
                    state.work().mergeFailed();
                }
                throw e;
            }
            // Its objects went with it, those of the merge included.
            LOG.debug("collection {} was dropped while its segments were merged", live.id(), e);
        } finally {
            live.merging().unlock();
        }
    }

    /** The next segments to merge, of one partition; empty when nothing is worth it. */
    private static List<SealedSegment> choose(Shard shard, long expired, boolean force, Set<Long> done) {
        Map<Long, List<SealedSegment>> byPartition = new HashMap<>();
        for (Segment segment : shard.segments()) {
            if (segment instanceof SealedSegment sealed) {
                byPartition
                        .computeIfAbsent(sealed.partitionId(), id -> new ArrayList<>())
                        .add(sealed);
            }
        }
        for (List<SealedSegment> segments : byPartition.values()) {
            Map<Integer, List<SealedSegment>> tiers = new HashMap<>();
            for (SealedSegment segment : segments) {
                int gone = Math.min(segment.rows(), segment.deletedRows() + segment.rowsBefore(expired));
                int live = segment.rows() - gone;
                if ((gone >= segment.rows() * REWRITE_SHARE && gone > 0)
                        || (force && gone > 0 && !done.contains(segment.id()))) {
                    return List.of(segment);
                }
                int tier = force ? 0 : Math.max(0, (63 - Long.numberOfLeadingZeros(live / 1024 + 1L)) / 2);
                tiers.computeIfAbsent(tier, size -> new ArrayList<>()).add(segment);
            }
            for (List<SealedSegment> tier : tiers.values()) {
                List<SealedSegment> chosen = fitting(tier);
                if (chosen.size() >= (force ? 2 : FAN_IN)) {
                    return chosen;
                }
            }
        }
        return List.of();
    }

    private static List<SealedSegment> fitting(List<SealedSegment> tier) {
        List<SealedSegment> chosen = new ArrayList<>();
        long rows = 0;
        long bytes = 0;
        for (SealedSegment segment : tier) {
            if (rows + segment.rows() <= MAX_ROWS && bytes + segment.bytes() <= MAX_BYTES) {
                chosen.add(segment);
                rows += segment.rows();
                bytes += segment.bytes();
            }
        }
        return chosen;
    }

    /** @return false when the collection is gone or changed under the merge */
    private boolean merge(LiveCollection live, Shard shard, List<SealedSegment> inputs) {
        Optional<CollectionEntry> found = state.catalog().find(live.id());
        if (found.isEmpty()) {
            return false;
        }
        CollectionEntry collection = found.get();
        if (!areSound(collection, inputs)) {
            return false;
        }
        long began = state.seams().clock().nanos();
        ChannelLog log = state.log(shard.channel());
        Merge merge = new Merge(inputs);
        boolean handedOver = false;
        try {
            // On the applier, so that no delete falls between the views, and nothing is taken away meanwhile.
            log.runInOrder(() -> {
                if (shard.segments().containsAll(inputs)) {
                    inputs.forEach(input -> merge.views.add(
                            input.view(collection.info().schema(), Long.MAX_VALUE, state.expired(collection))));
                }
            });
            if (merge.views.isEmpty()) {
                return false;
            }
            long segmentId = state.unusedStamp(id -> ObjectKeys.segment(collection.id(), id));
            SegmentEntry written = SegmentWriter.write(
                    state.objects(),
                    new SegmentWriter.Target(
                            collection.id(),
                            segmentId,
                            inputs.getFirst().partitionId(),
                            shard.number(),
                            ObjectKeys.data(collection.id(), segmentId, segmentId),
                            ObjectKeys.deletes(collection.id(), segmentId, segmentId)),
                    collection.info().schema(),
                    merge.views,
                    Long.MAX_VALUE);
            merge.output = written.rows() == 0 ? null : state.openSealed(collection, written);
            // Searches go on over the inputs' indexes until the output has its own.
            SegmentEntry entry = merge.output == null || !collection.isLoaded()
                    ? written
                    : written.withIndexes(indexBuilds.buildFor(collection, merge.output));
            // No flush commits a checkpoint beyond deletes that the output has not got.
            live.maintenance().lock();
            try {
                live.commits().finish(state.catalog());
                if (state.catalog().find(live.id()).isEmpty()
                        || !shard.segments().containsAll(inputs)) {
                    return false;
                }
                DeletesEntry deletes = deletesOf(collection, log, merge);
                ManifestEdit edit = merge.edit(entry.withIndexes(defined(live, entry)), deletes);
                handedOver = true;
                live.commits()
                        .commit(
                                state.catalog(),
                                edit,
                                () -> {
                                    try {
                                        if (merge.output != null && deletes != null) {
                                            merge.output.deletesCommitted(deletes);
                                        }
                                        log.runInOrder(() -> merge.swap(shard));
                                    } finally {
                                        merge.closeViews();
                                    }
                                },
                                merge::giveUp);
            } finally {
                live.maintenance().unlock();
            }
            state.work().merged(entry.rows(), state.seams().clock().nanos() - began);
            state.events()
                    .accept(new Event.SegmentsMerged(
                            state.seams().clock().millis(), live.id(), inputs.size(), segmentId, entry.rows()));
            LOG.info(
                    "merged {} segments of collection '{}' into segment {} of {} rows",
                    inputs.size(),
                    collection.info().name(),
                    segmentId,
                    entry.rows());
            return true;
        } finally {
            if (!handedOver) {
                merge.giveUp();
            }
        }
    }

    /** What a merge works on. */
    private static final class Merge {
        private final List<SealedSegment> inputs;
        private final List<SegmentView> views = new ArrayList<>();
        private @Nullable SealedSegment output;

        Merge(List<SealedSegment> inputs) {
            this.inputs = inputs;
        }

        ManifestEdit edit(SegmentEntry entry, @Nullable DeletesEntry deletes) {
            ManifestEdit.Builder edit = ManifestEdit.builder();
            inputs.forEach(input -> edit.remove(input.id()));
            if (output != null) {
                edit.add(deletes == null ? entry : entry.withDeletes(deletes));
            }
            return edit.build();
        }

        /** Deletes in the output what was deleted in the inputs since the views. On the applier. */
        void follow() {
            if (output == null) {
                return;
            }
            List<Tombstones> since = new ArrayList<>();
            for (int i = 0; i < inputs.size(); i++) {
                since.add(inputs.get(i).deletesSince(views.get(i)));
            }
            Tombstones.applyAll(since, output);
        }

        /** On the applier. */
        void swap(Shard shard) {
            follow();
            shard.replace(inputs, output == null ? List.of() : List.of(output));
            inputs.forEach(Segment::close);
        }

        void closeViews() {
            views.forEach(SegmentView::close);
        }

        void giveUp() {
            closeViews();
            if (output != null) {
                output.close();
            }
        }
    }

    /** Writes the deletes that reached the inputs while the output was written; null when there were none. */
    private @Nullable DeletesEntry deletesOf(CollectionEntry collection, ChannelLog log, Merge merge) {
        SealedSegment output = merge.output;
        if (output == null) {
            return null;
        }
        log.runInOrder(merge::follow);
        return output.unpersistedDeletes() == 0
                ? null
                : output.writeDeletes(ObjectKeys.deletes(
                        collection.id(),
                        output.id(),
                        state.unusedStamp(stamp -> ObjectKeys.deletes(collection.id(), output.id(), stamp))));
    }

    /** The entry's indexes without those whose definition was dropped meanwhile. */
    private List<IndexEntry> defined(LiveCollection live, SegmentEntry entry) {
        List<IndexDefinition> definitions = state.catalog().get(live.id()).indexes();
        return entry.indexes().stream()
                .filter(index -> definitions.stream().anyMatch(definition -> definition.id() == index.indexId()))
                .toList();
    }

    /** A merge must not give new checksums to damaged rows. */
    private boolean areSound(CollectionEntry collection, List<SealedSegment> inputs) {
        for (SealedSegment input : inputs) {
            Optional<SegmentEntry> entry =
                    state.catalog().manifest(collection.id()).segment(input.id());
            if (entry.isEmpty()) {
                return false;
            }
            List<SegmentCheck.Finding> findings = SegmentCheck.check(
                    state.objects(),
                    entry.get().withIndexes(List.of()),
                    collection.info().schema(),
                    List.of(),
                    state.indexTypes());
            if (!findings.isEmpty()) {
                SegmentCheck.Finding finding = findings.getFirst();
                if (finding.unreadable()) {
                    // Nothing is known to be damaged: the merge is tried again later.
                    throw new ElanusException(EngineState.codeOf(finding), EngineState.describe(finding));
                }
                state.damage(collection, EngineState.codeOf(finding), EngineState.describe(finding));
                return false;
            }
        }
        return true;
    }
}
