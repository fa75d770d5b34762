package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.log.DataRecord;
import org.elanus.core.log.LogPosition;
import org.elanus.core.log.LogRecord;
import org.elanus.core.segment.GrowingSegment;
import org.elanus.core.segment.Segment;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one shard: growing and sealed segments, changed by the applier of its channel alone and published as one
 * immutable picture together with the timestamp that it is complete to. Readers take the picture and lock nothing.
 */
final class Shard {

    /** @param timestamp hybrid: everything of this shard up to it is in the segments */
    private record Picture(List<Segment> segments, long timestamp) {}

    /** @param schemaVersion of the schema that the segment stores by */
    private record Growing(GrowingSegment segment, int schemaVersion) {}

    /**
     * Since when rows are in the log alone.
     *
     * @param from the log is needed behind this position
     * @param firstTimestamp hybrid, of the first of these rows
     * @param sinceNanos when that began
     * @param logBytes what the log had taken then
     */
    record Hold(LogPosition from, long firstTimestamp, long sinceNanos, long logBytes) {}

    /** Views of all segments of a shard. @param timestamp what they show is complete to it */
    record Views(List<SegmentView> views, long timestamp) {}

    private final int number;
    private final String channel;
    private final MemoryUse memory;
    private final LongSupplier ids;
    private final Map<Long, Growing> growing = new HashMap<>();

    private volatile Picture picture = new Picture(List.of(), 0);
    private volatile @Nullable Hold hold;
    private volatile @Nullable Hold flushing;
    private volatile long lastWriteNanos;
    private volatile long checkpoint;
    private volatile boolean closed;

    /** @param ids gives out segment ids @param checkpoint records up to this sequence are in sealed segments */
    Shard(int number, String channel, long checkpoint, MemoryUse memory, LongSupplier ids) {
        this.number = number;
        this.channel = channel;
        this.checkpoint = checkpoint;
        this.memory = memory;
        this.ids = ids;
    }

    int number() {
        return number;
    }

    String channel() {
        return channel;
    }

    List<Segment> segments() {
        return picture.segments();
    }

    /** Adds segments while nothing is applied yet. */
    void open(List<? extends Segment> sealed, long timestamp) {
        picture = new Picture(List.copyOf(sealed), timestamp);
    }

    /**
     * Applies a record. Applier only.
     *
     * @param before how far the channel was applied before it
     */
    void apply(LogRecord log, CollectionEntry collection, LogPosition before, long logBytes, long nanos) {
        if (closed || log.sequence() <= checkpoint) {
            return;
        }
        DataRecord record = log.data();
        ColumnBatch rows = record.rows();
        FieldSchema primaryKey = collection.info().schema().primaryKey();
        Column hidden = record.deletedKeys();
        if (hidden == null && rows != null && !primaryKey.autoId()) {
            hidden = rows.column(primaryKey.name());
        }
        if (hold == null) {
            hold = new Hold(before, log.timestamp(), nanos, logBytes);
        }
        lastWriteNanos = nanos;
        if (hidden != null) {
            long limit = record.deleteBefore() == 0 ? log.timestamp() : record.deleteBefore();
            boolean everywhere = rows != null || record.partitionId() == DataRecord.ALL_PARTITIONS;
            for (Segment segment : picture.segments()) {
                if (everywhere || segment.partitionId() == record.partitionId()) {
                    segment.delete(hidden, limit, log.timestamp());
                }
            }
        }
        List<Segment> segments = picture.segments();
        if (rows != null && hasPartition(collection, record.partitionId())) {
            Growing target = growing.get(record.partitionId());
            if (target != null && target.schemaVersion() != collection.schemaVersion()) {
                target.segment().freeze();
                target = null;
            }
            if (target == null) {
                target = new Growing(
                        new GrowingSegment(
                                ids.getAsLong(),
                                record.partitionId(),
                                number,
                                collection.info().schema(),
                                memory.newConsumer()),
                        collection.schemaVersion());
                growing.put(record.partitionId(), target);
                segments = new ArrayList<>(segments);
                segments.add(target.segment());
                segments = List.copyOf(segments);
            }
            target.segment().append(rows, log.timestamp());
        }
        picture = new Picture(segments, log.timestamp());
    }

    private static boolean hasPartition(CollectionEntry collection, long partitionId) {
        for (PartitionInfo partition : collection.partitions()) {
            if (partition.id() == partitionId) {
                return true;
            }
        }
        return false;
    }

    /** Views of everything that was applied and has not expired. The caller closes them. @param expired hybrid, or 0 */
    Views views(CollectionSchema schema, long expired) {
        while (true) {
            Picture now = picture;
            if (closed) {
                throw new ElanusException(
                        StandardErrorCode.COLLECTION_NOT_FOUND,
                        "the collection was dropped, or the database is closing");
            }
            List<SegmentView> views = new ArrayList<>(now.segments().size());
            try {
                for (Segment segment : now.segments()) {
                    views.add(segment.view(schema, now.timestamp(), expired));
                }
                return new Views(views, now.timestamp());
            } catch (ElanusException e) {
                views.forEach(SegmentView::close);
                // A segment that was replaced meanwhile is closed; the newer picture has its successor.
                if (e.code() != StandardErrorCode.CLOSED || now.segments() == picture.segments()) {
                    throw e;
                }
            }
        }
    }

    /** Ends appending to all growing segments and gives those that are to be flushed. Applier only. */
    List<GrowingSegment> freeze() {
        growing.values().forEach(open -> open.segment().freeze());
        growing.clear();
        if (flushing == null) {
            flushing = hold;
        }
        hold = null;
        List<GrowingSegment> frozen = new ArrayList<>();
        for (Segment segment : picture.segments()) {
            if (segment instanceof GrowingSegment open) {
                frozen.add(open);
            }
        }
        return frozen;
    }

    /** Puts segments in the place of others. Applier only. */
    void replace(List<? extends Segment> out, List<? extends Segment> in) {
        Picture now = picture;
        List<Segment> segments = new ArrayList<>(now.segments());
        segments.removeAll(out);
        segments.addAll(in);
        picture = new Picture(List.copyOf(segments), now.timestamp());
    }

    /** Forgets the rows of a partition that the catalog has no more. Applier only. */
    void dropPartition(long partitionId) {
        growing.remove(partitionId);
        List<Segment> dropped = picture.segments().stream()
                .filter(segment -> segment.partitionId() == partitionId)
                .toList();
        replace(dropped, List.of());
        dropped.forEach(Segment::close);
    }

    /** Forgets the rows of partitions that a drop has left behind whose outcome nobody knew. Applier only. */
    void dropOtherPartitions(List<PartitionInfo> present) {
        Set<Long> others = new HashSet<>();
        picture.segments().forEach(segment -> others.add(segment.partitionId()));
        present.forEach(partition -> others.remove(partition.id()));
        others.forEach(this::dropPartition);
    }

    /** The frozen rows are in committed segments: the log need not hold them. */
    void flushed(long sequence) {
        checkpoint = sequence;
        flushing = null;
    }

    /** From where on this shard needs the log; null when it needs none of it. */
    @Nullable
    Hold held() {
        Hold older = flushing;
        return older != null ? older : hold;
    }

    boolean isDirty() {
        return held() != null;
    }

    long lastWriteNanos() {
        return lastWriteNanos;
    }

    long growingBytes() {
        long bytes = 0;
        for (Segment segment : picture.segments()) {
            if (!segment.sealed()) {
                bytes += segment.bytes();
            }
        }
        return bytes;
    }

    /** Applier only, or when there is none any more. */
    void close() {
        closed = true;
        List<Segment> segments = picture.segments();
        picture = new Picture(List.of(), picture.timestamp());
        segments.forEach(Segment::close);
    }
}
