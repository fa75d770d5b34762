package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.elanus.core.segment.Segment;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.CollectionSchema;

/** A collection's data in this process. */
final class LiveCollection {

    private final long id;
    private final List<Shard> shards;
    private final ReentrantLock maintenance = new ReentrantLock();
    private final ReentrantLock merging = new ReentrantLock();
    private final ReentrantReadWriteLock partitions = new ReentrantReadWriteLock();
    private final Commits commits;

    /** Views of all shards. @param timestamps by shard @param timestamp the largest of them */
    record Views(List<SegmentView> views, long[] timestamps, long timestamp) implements AutoCloseable {
        @Override
        public void close() {
            views.forEach(SegmentView::close);
        }
    }

    /** @param whenDiverged takes the collection out of service */
    LiveCollection(long id, List<Shard> shards, Consumer<RuntimeException> whenDiverged) {
        this.id = id;
        this.shards = List.copyOf(shards);
        this.commits = new Commits(id, whenDiverged);
    }

    long id() {
        return id;
    }

    List<Shard> shards() {
        return shards;
    }

    /** Those that are bound to a physical channel. */
    List<Shard> shardsOf(String channel) {
        return shards.stream().filter(shard -> shard.channel().equals(channel)).toList();
    }

    /** Held by whoever commits a manifest of this collection and swaps segments: flush, merge, partition drop. */
    ReentrantLock maintenance() {
        return maintenance;
    }

    /** Held by the one merge at a time; taken before {@link #maintenance()}. */
    ReentrantLock merging() {
        return merging;
    }

    /**
     * Held by a write from its look at the partitions until its records have their places in the log: records of a
     * partition lie before its drop, so that none hides what was written after it.
     */
    Lock writing() {
        return partitions.readLock();
    }

    /** Held while the drop of a partition is committed; taken after {@link #maintenance()}. */
    Lock droppingPartition() {
        return partitions.writeLock();
    }

    /** Views of everything that was applied and has not expired. The caller closes them. @param expired hybrid, or 0 */
    Views views(CollectionSchema schema, long expired) {
        List<SegmentView> views = new ArrayList<>();
        long[] timestamps = new long[shards.size()];
        long timestamp = 0;
        boolean whole = false;
        try {
            for (int i = 0; i < timestamps.length; i++) {
                Shard.Views shard = shards.get(i).views(schema, expired);
                views.addAll(shard.views());
                timestamps[i] = shard.timestamp();
                timestamp = Math.max(timestamp, shard.timestamp());
            }
            whole = true;
            return new Views(views, timestamps, timestamp);
        } finally {
            if (!whole) {
                views.forEach(SegmentView::close);
            }
        }
    }

    /** Used under {@link #maintenance()}. */
    Commits commits() {
        return commits;
    }

    List<Segment> segments() {
        List<Segment> segments = new ArrayList<>();
        shards.forEach(shard -> segments.addAll(shard.segments()));
        return segments;
    }

    void close() {
        commits.abandon();
        shards.forEach(Shard::close);
    }
}
