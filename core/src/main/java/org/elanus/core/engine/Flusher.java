package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.elanus.core.catalog.Checkpoint;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.DeletesEntry;
import org.elanus.core.catalog.Manifest;
import org.elanus.core.catalog.ManifestEdit;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.LogPosition;
import org.elanus.core.segment.GrowingSegment;
import org.elanus.core.segment.SealedSegment;
import org.elanus.core.segment.Segment;
import org.elanus.core.segment.SegmentView;
import org.elanus.core.segment.SegmentWriter;
import org.elanus.core.segment.Tombstones;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
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
        private final List<Frozen> frozen = new ArrayList<>();
        private final List<SealedSegment> changed = new ArrayList<>();
        private LogPosition position = new LogPosition(null, 0, 0);
        private boolean dirty;
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
            for (ChannelLog log : state.logs()) {
                List<Shard> shards = live.shards().stream()
                        .filter(shard -> shard.channel().equals(log.channel()))
                        .toList();
                if (!shards.isEmpty()) {
                    made.addAll(flush(collection.get(), live, log, shards));
                }
            }
        } catch (ElanusException e) {
            if (state.catalog().find(live.id()).isPresent()) {
                throw e;
            }
            LOG.debug("collection {} was dropped while it was flushed", live.id(), e);
        } finally {
            live.maintenance().unlock();
        }
        return made;
    }

    private List<Long> flush(CollectionEntry collection, LiveCollection live, ChannelLog log, List<Shard> shards) {
        Cut cut = new Cut();
        log.runInOrder(() -> cut(collection, log, shards, cut));
        List<Sealed> sealed = new ArrayList<>();
        boolean committed = false;
        try {
            MessageId id = cut.position.id();
            if (!cut.dirty || id == null) {
                return List.of();
            }
            ManifestEdit.Builder edit = ManifestEdit.builder()
                    .checkpoint(log.channel(), new Checkpoint(id, cut.position.sequence(), cut.position.timestamp()));
            List<SegmentEntry> entries = new ArrayList<>();
            for (Frozen frozen : cut.frozen) {
                SegmentEntry entry = write(collection, frozen);
                entries.add(entry);
                if (entry.rows() > 0) {
                    edit.add(entry);
                }
            }
            Map<SealedSegment, DeletesEntry> deletes = new HashMap<>();
            for (SealedSegment segment : cut.changed) {
                DeletesEntry entry = segment.writeDeletes(ObjectKeys.deletes(
                        collection.id(), segment.id(), state.clock().next()));
                deletes.put(segment, entry);
                edit.setDeletes(segment.id(), entry);
            }
            for (int i = 0; i < entries.size(); i++) {
                SegmentEntry entry = entries.get(i);
                sealed.add(
                        new Sealed(cut.frozen.get(i), entry.rows() == 0 ? null : state.openSealed(collection, entry)));
            }
            Manifest after = state.catalog().commit(collection.id(), edit.build());
            Checkpoint reached = after.checkpoints().get(log.channel());
            if (reached == null || reached.sequence() < cut.position.sequence()) {
                // An earlier attempt whose outcome was unknown had been committed: only a restart sorts that out.
                throw new ElanusException(
                        StandardErrorCode.INTERNAL,
                        "collection '" + collection.info().name()
                                + "' cannot be flushed before the server is restarted:"
                                + " the outcome of an earlier flush was unknown");
            }
            committed = true;
            deletes.forEach(SealedSegment::deletesCommitted);
            log.runInOrder(() -> swap(shards, sealed, cut.position.sequence()));
            List<Long> made = new ArrayList<>();
            for (Sealed one : sealed) {
                if (one.segment != null) {
                    made.add(one.segment.id());
                    state.events()
                            .accept(new Event.SegmentFlushed(
                                    state.seams().clock().millis(), live.id(), one.segment.id(), one.segment.rows()));
                }
            }
            LOG.info(
                    "flushed {} rows of collection '{}' into segments {}",
                    entries.stream().mapToLong(SegmentEntry::rows).sum(),
                    collection.info().name(),
                    made);
            truncate(log);
            return made;
        } finally {
            cut.frozen.forEach(frozen -> frozen.view().close());
            if (!committed) {
                sealed.forEach(one -> {
                    if (one.segment != null) {
                        one.segment.close();
                    }
                });
            }
        }
    }

    private void cut(CollectionEntry collection, ChannelLog log, List<Shard> shards, Cut cut) {
        cut.position = log.applied();
        for (Shard shard : shards) {
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
        long stamp = state.clock().next();
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
    private static void swap(List<Shard> shards, List<Sealed> sealed, long sequence) {
        for (Sealed one : sealed) {
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
        shards.forEach(shard -> shard.flushed(sequence));
    }

    /** Lets the log forget what no shard needs any more. */
    void truncate(ChannelLog log) {
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
        MessageId upTo = low.id();
        if (upTo != null) {
            log.truncate(upTo);
        }
    }

    /** Flushes what has grown large, lain idle, or holds the log for too long. */
    void flushDue() {
        for (LiveCollection live : state.collections()) {
            if (isDue(live)) {
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
