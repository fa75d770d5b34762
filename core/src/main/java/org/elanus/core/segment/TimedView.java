package org.elanus.core.segment;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
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
            @Nullable RowFilter visible) {
        this.segment = segment;
        this.schema = schema;
        this.rows = rows;
        this.log = log;
        this.deletes = deletes;
        this.visible = visible;
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

    /** A chunk whose columns are made when they are first asked for. */
    abstract static class LazyChunk implements RowChunk {

        private final TimedView view;
        private final int firstRow;
        private final int rows;
        private final ConcurrentHashMap<String, Column> columns = new ConcurrentHashMap<>();

        LazyChunk(TimedView view, int firstRow, int rows) {
            this.view = view;
            this.firstRow = firstRow;
            this.rows = rows;
        }

        @Override
        public final int firstRow() {
            return firstRow;
        }

        @Override
        public final int rows() {
            return rows;
        }

        @Override
        public final Column column(String field) {
            Column present = columns.get(field);
            if (present == null) {
                Column stored = stored(field);
                present = stored != null ? stored : AbsentColumns.of(view.field(field), rows);
                columns.put(field, present);
            }
            return present;
        }

        /** The field's stored values; null when the rows do not have it. */
        abstract @Nullable Column stored(String field);
    }
}
