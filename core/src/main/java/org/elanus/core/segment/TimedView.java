package org.elanus.core.segment;

import java.util.concurrent.atomic.AtomicBoolean;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.RowFilter;
import org.jspecify.annotations.Nullable;

/** What views of growing and of sealed segments have in common. */
abstract class TimedView implements SegmentView {

    private final Segment segment;
    private final CollectionSchema schema;
    private final int rows;
    private final @Nullable RowFilter visible;

    /** Hybrid: rows with smaller timestamps have expired; 0 when none do. */
    final long expired;

    private final AtomicBoolean closed = new AtomicBoolean();

    /** The segment's log of deletes when the view was made, and how many of them count. */
    final DeleteLog.State log;

    final int deletes;

    TimedView(
            Segment segment,
            CollectionSchema schema,
            int rows,
            DeleteLog.State log,
            int deletes,
            @Nullable RowFilter visible,
            long expired) {
        this.segment = segment;
        this.schema = schema;
        this.rows = rows;
        this.log = log;
        this.deletes = deletes;
        this.visible = visible;
        this.expired = expired;
    }

    final boolean isOf(Segment other) {
        return segment == other;
    }

    final FieldSchema field(String name) {
        return schema.field(name);
    }

    final boolean isVisible(int row) {
        return row < rows && (visible == null || visible.passes(row));
    }

    @Override
    public final long segmentId() {
        return segment.id();
    }

    @Override
    public final long partitionId() {
        return segment.partitionId();
    }

    @Override
    public final boolean sealed() {
        return segment.sealed();
    }

    @Override
    public final int rows() {
        return rows;
    }

    @Override
    public final @Nullable RowFilter visible() {
        return visible;
    }

    @Override
    public final void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }

    /** Called once. */
    abstract void release();

    static TimedView of(Segment segment, SegmentView view) {
        if (view instanceof TimedView timed && timed.isOf(segment)) {
            return timed;
        }
        throw new ElanusException(
                StandardErrorCode.INTERNAL,
                "the view is of segment " + view.segmentId() + ", not of segment " + segment.id());
    }
}
