package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.elanus.core.catalog.Checkpoint;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.DeletesEntry;
import org.elanus.core.catalog.ManifestEdit;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.log.AppliedChannel;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.ChannelState;
import org.elanus.core.log.LogPosition;
import org.elanus.core.segment.GrowingSegment;
import org.elanus.core.segment.SealedSegment;
import org.elanus.core.segment.Segment;
import org.elanus.core.segment.SegmentView;
import org.elanus.core.segment.SegmentWriter;
import org.elanus.core.segment.Tombstones;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.event.Event;
import org.elanus.spi.wal.MessageId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns growing segments into sealed ones. For each channel of a collection: freeze at a point of the log, write the
 * frozen rows and the new deletes of sealed segments as objects, commit them with the point as checkpoint, swap. A crash
 * before the commit leaves objects that no manifest names; one after it leaves nothing to do.
 */
final class Flusher {

    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);

    /** Growing rows below this are not worth a flush when memory is short. */
    private static final long SMALL_BYTES = 16L << 20;

    private final EngineState state;

    Flusher(EngineState state) {
        this.state = state;
    }

    /** What a flush of one channel works on, taken at one point of the log. */
    private static final class Cut {
        private CollectionEntry collection;
        private final List<Frozen> frozen = new ArrayList<>();
        private final List<SealedSegment> changed = new ArrayList<>();
        private final List<Sealed> sealed = new ArrayList<>();
        private final Map<SealedSegment, DeletesEntry> deletes = new HashMap<>();
        private LogPosition position = LogPosition.START;
        private boolean dirty;

        Cut(CollectionEntry collection) {
            this.collection = collection;
        }

        void closeViews() {
            frozen.forEach(one -> one.view().close());
        }

        void closeSealed() {
            for (Sealed one : sealed) {
                if (one.segment != null) {
                    one.segment.close();
                }
            }
        }
    }

    private record Frozen(Shard shard, GrowingSegment segment, SegmentView view) {}

    private record Sealed(Frozen from, @Nullable SealedSegment segment) {}

    /** Puts everything applied before the call into segments. @return the ids of the segments made */
    List<Long> flush(LiveCollection live) {
        List<Long> made = new ArrayList<>();
        live.maintenance().lock();
        try {
            Optional<CollectionEntry> collection = state.catalog().find(live.id());
            if (collection.isEmpty()) {
                return made;
            }
            requireOwned(live);
            live.commits().finish(state.catalog());
            for (ChannelLog log : state.logs()) {
                made.addAll(flush(collection.get(), live, log));
            }
            truncate();
        } catch (RuntimeException e) {
            if (!(e instanceof ElanusException)
                    || state.catalog().find(live.id()).isPresent()) {
                state.work().flushFailed();
                throw e;
            }
            LOG.debug("collection {} was dropped while it was flushed", live.id(), e);
        } finally {
            live.maintenance().unlock();
        }
        return made;
    }

    /** What another process owns is its to flush: it has the same rows. */
    private void requireOwned(LiveCollection live) {
        for (ChannelLog log : state.logs(live)) {
            ElanusException why = log.failure();
            if (log.state() == ChannelState.DEPOSED && why != null) {
                throw new ElanusException(why.code(), String.valueOf(why.getMessage()), why);
            }
        }
    }

    private List<Long> flush(CollectionEntry collection, LiveCollection live, AppliedChannel log) {
        List<Shard> shards = live.shardsOf(log.channel());
        if (shards.isEmpty()) {
            return List.of();
        }
        long began = state.seams().clock().nanos();
        Cut cut = new Cut(collection);
        log.runInOrder(() -> cut(log, shards, cut));
        MessageId id = cut.position.id();
        ManifestEdit edit = null;
        try {
            if (cut.dirty && id != null) {
                Checkpoint checkpoint = new Checkpoint(id, cut.position.sequence(), cut.position.timestamp());
                edit = prepare(log.channel(), cut, checkpoint);
            }
        } finally {
            if (edit == null) {
                cut.closeSealed();
                cut.closeViews();
            }
        }
        if (edit == null) {
            return List.of();
        }
        List<Long> made = new ArrayList<>();
        live.commits()
                .commit(
                        state.catalog(),
                        edit,
                        () -> {
                            try {
                                cut.deletes.forEach(SealedSegment::deletesCommitted);
                                log.runInOrder(() -> swap(shards, cut));
                            } finally {
                                cut.closeViews();
                            }
                            made.addAll(report(cut, state.seams().clock().nanos() - began));
                        },
                        () -> {
                            cut.closeSealed();
                            cut.closeViews();
                        });
        return made;
    }

    /** Writes and opens the objects that the cut becomes. */
    private ManifestEdit prepare(String channel, Cut cut, Checkpoint checkpoint) {
        CollectionEntry collection = cut.collection;
        ManifestEdit.Builder edit = ManifestEdit.builder().checkpoint(channel, checkpoint);
        for (Frozen frozen : cut.frozen) {
            SegmentEntry entry = write(collection, frozen);
            if (entry.rows() > 0) {
                edit.add(entry);
            }
            cut.sealed.add(new Sealed(frozen, entry.rows() == 0 ? null : state.openSealed(collection, entry)));
        }
        for (SealedSegment segment : cut.changed) {
            DeletesEntry entry = segment.writeDeletes(ObjectKeys.deletes(
                    collection.id(),
                    segment.id(),
                    state.unusedStamp(stamp -> ObjectKeys.deletes(collection.id(), segment.id(), stamp))));
            cut.deletes.put(segment, entry);
            edit.setDeletes(segment.id(), entry);
        }
        return edit.build();
    }

    private List<Long> report(Cut cut, long nanos) {
        CollectionEntry collection = cut.collection;
        List<Long> made = new ArrayList<>();
        long rows = 0;
        for (Sealed one : cut.sealed) {
            if (one.segment != null) {
                made.add(one.segment.id());
                rows += one.segment.rows();
                state.events()
                        .accept(new Event.SegmentFlushed(
                                state.seams().clock().millis(), collection.id(), one.segment.id(), one.segment.rows()));
            }
        }
        state.work().flushed(rows, nanos);
        LOG.info(
                "flushed {} rows of collection '{}' into segments {}",
                rows,
                collection.info().name(),
                made);
        return made;
    }

    private void cut(AppliedChannel log, List<Shard> shards, Cut cut) {
        // What is applied by now may have fields that were added since the flush began.
        CollectionEntry collection = state.catalog().find(cut.collection.id()).orElse(cut.collection);
        cut.collection = collection;
        cut.position = log.applied();
        for (Shard shard : shards) {
            shard.dropOtherPartitions(collection.partitions());
            cut.dirty |= shard.isDirty();
            for (GrowingSegment segment : shard.freeze()) {
                cut.frozen.add(new Frozen(
                        shard,
                        segment,
                        segment.view(collection.info().schema(), Long.MAX_VALUE, state.expired(collection))));
            }
            for (Segment segment : shard.segments()) {
                if (segment instanceof SealedSegment open && open.unpersistedDeletes() > 0) {
                    cut.changed.add(open);
                }
            }
        }
    }

    private SegmentEntry write(CollectionEntry collection, Frozen frozen) {
        long segmentId = frozen.segment.id();
        long stamp = state.unusedStamp(at -> ObjectKeys.data(collection.id(), segmentId, at));
        return SegmentWriter.write(
                state.objects(),
                new SegmentWriter.Target(
                        collection.id(),
                        segmentId,
                        frozen.segment.partitionId(),
                        frozen.shard.number(),
                        ObjectKeys.data(collection.id(), segmentId, stamp),
                        ObjectKeys.deletes(collection.id(), segmentId, stamp)),
                collection.info().schema(),
                List.of(frozen.view),
                Long.MAX_VALUE);
    }

    /** On the applier: what was deleted since the cut is deleted in the new segments, too, before readers see them. */
    private static void swap(List<Shard> shards, Cut cut) {
        for (Sealed one : cut.sealed) {
            Frozen from = one.from;
            List<Segment> in = new ArrayList<>();
            if (one.segment != null) {
                Tombstones since = from.segment.deletesSince(from.view);
                since.applyTo(one.segment);
                in.add(one.segment);
            }
            from.shard.replace(List.of(from.segment), in);
            from.segment.close();
        }
        shards.forEach(shard -> shard.flushed(cut.position.sequence()));
    }

    /** Removes everything applied before the call. A crash leaves all of it or nothing. */
    void removeRows(LiveCollection live) {
        live.maintenance().lock();
        try {
            requireOwned(live);
            live.commits().finish(state.catalog());
            Map<Shard, List<Segment>> out = new LinkedHashMap<>();
            Map<Shard, Long> sequences = new HashMap<>();
            ManifestEdit.Builder edit = ManifestEdit.builder();
            for (ChannelLog log : state.logs()) {
                List<Shard> shards = live.shardsOf(log.channel());
                log.runInOrder(() -> {
                    LogPosition position = log.applied();
                    for (Shard shard : shards) {
                        shard.freeze();
                        out.put(shard, shard.segments());
                        sequences.put(shard, position.sequence());
                    }
                    MessageId id = position.id();
                    if (id != null && !shards.isEmpty()) {
                        edit.checkpoint(log.channel(), new Checkpoint(id, position.sequence(), position.timestamp()));
                    }
                });
            }
            out.values()
                    .forEach(segments ->
                            segments.stream().filter(Segment::sealed).forEach(segment -> edit.remove(segment.id())));
            live.commits()
                    .commit(
                            state.catalog(),
                            edit.build(),
                            () -> out.forEach((shard, segments) -> state.log(shard.channel())
                                    .runInOrder(() -> {
                                        shard.replace(segments, List.of());
                                        segments.forEach(Segment::close);
                                        shard.flushed(sequences.getOrDefault(shard, 0L));
                                    })),
                            () -> {});
        } finally {
            live.maintenance().unlock();
        }
        truncate();
    }

    /**
     * Flushes what a replay has brought so far when it takes much memory, so that a log of any length can be replayed.
     * For the replaying thread, while nothing else runs.
     */
    void flushReplayed(AppliedChannel channel) {
        EngineSettings settings = state.settings();
        boolean scarce = state.memory().inUse() > state.memory().budget() / 2;
        long least = Math.min(SMALL_BYTES, state.memory().budget() / 16);
        for (LiveCollection live : state.collections()) {
            long growing = 0;
            for (Shard shard : live.shardsOf(channel.channel())) {
                growing += shard.growingBytes();
            }
            if (growing >= settings.sealBytes() || (scarce && growing > least)) {
                live.maintenance().lock();
                try {
                    live.commits().finish(state.catalog());
                    flush(state.catalog().get(live.id()), live, channel);
                } finally {
                    live.maintenance().unlock();
                }
            }
        }
    }

    /** Lets every log forget what no shard needs any more. One that cannot costs space alone and is asked again. */
    void truncate() {
        for (ChannelLog log : state.logs()) {
            try {
                truncate(log);
            } catch (ElanusException e) {
                LOG.warn("channel {}: its log could not be truncated; it is tried again", log.channel(), e);
            }
        }
    }

    private void truncate(ChannelLog log) {
        if (state.hasDamage()) {
            return; // rows of damaged collections are in the log alone
        }
        LogPosition low = log.applied();
        for (LiveCollection live : state.collections()) {
            for (Shard shard : live.shards()) {
                Shard.Hold held = shard.channel().equals(log.channel()) ? shard.held() : null;
                if (held != null && held.from().sequence() < low.sequence()) {
                    low = held.from();
                }
            }
        }
        log.truncate(low);
    }

    /** Flushes what has grown large, lain idle, or holds the log for too long. */
    void flushDue() {
        for (LiveCollection live : state.collections()) {
            if (live.commits().isUnfinished() || isDue(live)) {
                try {
                    flush(live);
                } catch (RuntimeException e) {
                    LOG.error("flushing collection {} failed; it is tried again", live.id(), e);
                }
            }
        }
    }

    private boolean isDue(LiveCollection live) {
        EngineSettings settings = state.settings();
        long now = state.seams().clock().nanos();
        long growing = 0;
        for (Shard shard : live.shards()) {
            growing += shard.growingBytes();
            Shard.Hold held = shard.held();
            if (state.log(shard.channel()).state() == ChannelState.DEPOSED) {
                return false;
            }
            if (held != null
                    && (now - shard.lastWriteNanos() > settings.idleMillis() * 1_000_000
                            || now - held.sinceNanos() > settings.laggardMillis() * 1_000_000
                            || state.log(shard.channel()).bytes() - held.logBytes() > settings.laggardBytes())) {
                return true;
            }
        }
        return growing >= settings.sealBytes()
                || (growing > SMALL_BYTES
                        && state.memory().inUse() > state.memory().budget() / 2);
    }
}
