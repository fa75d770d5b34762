package org.elanus.core.segment;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.RowFilter;
import org.jspecify.annotations.Nullable;

/**
 * Rows as they come from the log, in memory. Changed by the applier thread alone; views are made and read by many
 * threads without a lock.
 *
 * <p>Rows lie in chunks and never move. Readers learn of rows by the published count, which is written after everything
 * else.
 */
public final class GrowingSegment implements Segment {

    /** Objects of an empty segment, roughly. */
    private static final long BASE_BYTES = 1024;

    private final long id;
    private final long partitionId;
    private final int shard;
    private final List<FieldSchema> fields;
    private final Map<String, Integer> ordinals = new HashMap<>();
    private final int keyOrdinal;
    private final ChunkLayout layout;
    private final LongConsumer memory;
    private final Arena arena = Arena.ofShared();
    private final References references;
    private final GrowingKeyIndex keyIndex = new GrowingKeyIndex(this::keyMatches);
    private final DeleteLog deletes = new DeleteLog();

    private volatile GrowingChunk[] chunks = new GrowingChunk[0];
    private volatile int published;
    private volatile long bytes = BASE_BYTES;
    private volatile boolean frozen;
    private volatile long minTimestamp;
    private volatile long maxTimestamp;
    private volatile Visibility visibility = Visibility.ALL;
    private volatile @Nullable Unexpired unexpired;

    /** What the last view that expired rows were left out of showed. @param first the first row that was not expired */
    private record Unexpired(Visibility visible, int rows, int first, RowFilter filter) {}

    /**
     * An empty segment; it takes next to no memory before the first row.
     *
     * @param schema what rows are stored by; after a change of schema the segment is frozen and another one made
     * @param memory told the segment's new size in bytes before it grows, and 0 once its memory is given back; what it
     *     throws is thrown by {@link #append}, which then has changed nothing
     */
    public GrowingSegment(long id, long partitionId, int shard, CollectionSchema schema, LongConsumer memory) {
        this.id = id;
        this.partitionId = partitionId;
        this.shard = shard;
        this.fields = schema.fields();
        this.memory = memory;
        int widest = 1;
        for (int i = 0; i < fields.size(); i++) {
            ordinals.put(fields.get(i).name(), i);
            widest = Math.max(widest, fields.get(i).width());
        }
        this.keyOrdinal = fields.indexOf(schema.primaryKey());
        this.layout = ChunkLayout.forWidth(widest);
        this.references = new References("segment " + id, () -> {
            arena.close();
            memory.accept(0);
        });
    }

    /**
     * Appends rows. Of several rows with one key and one timestamp the last is visible.
     *
     * @param batch every stored field of the schema by name; one that is absent is filled with its default or nulls
     * @param timestamp of all rows; never less than before
     */
    public void append(ColumnBatch batch, long timestamp) {
        int first = published;
        if (frozen || references.hasEnded()) {
            throw new ElanusException(StandardErrorCode.CLOSED, "segment " + id + " takes no more rows");
        }
        if (first > 0 && timestamp < maxTimestamp) {
            throw new ElanusException(
                    StandardErrorCode.INTERNAL,
                    "rows of timestamp " + timestamp + " came to segment " + id + " after rows of " + maxTimestamp);
        }
        if (batch.rows() == 0) {
            return;
        }
        Column[] sources = sources(batch);
        reserve(sources, batch.rows(), first);
        int from = 0;
        while (from < batch.rows()) {
            GrowingChunk chunk = chunks[layout.index(first + from)];
            int row = first + from - chunk.firstRow;
            int count = Math.min(batch.rows() - from, chunk.capacity - row);
            for (int c = 0; c < sources.length; c++) {
                chunk.columns[c].append(sources[c], from, count, row);
            }
            for (int i = 0; i < count; i++) {
                chunk.timestamps.set(FixedColumn.LONG, 8L * (row + i), timestamp);
            }
            from += count;
        }
        Column keys = sources[keyOrdinal];
        for (int i = 0; i < batch.rows(); i++) {
            int row = first + i;
            int earlier = keyIndex.newest(keys, i);
            if (earlier >= 0) {
                chunkOf(row).setPrevious(row, earlier);
                if (timestamp(earlier) == timestamp && !deletes.contains(earlier)) {
                    deletes.add(earlier, timestamp);
                }
            }
            keyIndex.put(keys, i, row, earlier);
        }
        if (first == 0) {
            minTimestamp = timestamp;
        }
        maxTimestamp = timestamp;
        published = first + batch.rows();
        // After the rows: a view takes the log before the rows, and each delete is then of a row that it reaches.
        deletes.publish();
    }

    /** Ends appending: the segment is about to be flushed. It stays readable, and rows can still be deleted. */
    public void freeze() {
        frozen = true;
    }

    public boolean frozen() {
        return frozen;
    }

    /** Smallest timestamp of a row; 0 while empty. */
    public long minTimestamp() {
        return minTimestamp;
    }

    /** Largest timestamp of a row; 0 while empty. */
    public long maxTimestamp() {
        return maxTimestamp;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public long partitionId() {
        return partitionId;
    }

    @Override
    public int shard() {
        return shard;
    }

    @Override
    public boolean sealed() {
        return false;
    }

    @Override
    public int rows() {
        return published;
    }

    @Override
    public int deletedRows() {
        return deletes.state().size();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public int delete(Column keys, long before, long timestamp) {
        int hidden = 0;
        for (int i = 0; i < keys.rows(); i++) {
            for (int row = keyIndex.newest(keys, i);
                    row >= 0;
                    row = chunkOf(row).previous(row)) {
                if (timestamp(row) >= before) {
                    continue;
                }
                if (deletes.contains(row)) {
                    // Whatever deleted this version has deleted those before it.
                    break;
                }
                deletes.add(row, timestamp);
                hidden++;
            }
        }
        deletes.publish();
        return hidden;
    }

    @Override
    public Tombstones deletesSince(SegmentView view) {
        TimedView timed = TimedView.of(this, view);
        return Tombstones.of(deletes.state(), timed.log, timed.deletes, new Tombstones.RowReader() {
            @Override
            public long timestamp(int row) {
                return GrowingSegment.this.timestamp(row);
            }

            @Override
            public Column keyColumn(int row) {
                GrowingChunk chunk = chunkOf(row);
                return chunk.columns[keyOrdinal].view(row - chunk.firstRow + 1);
            }

            @Override
            public int firstRowOf(int row) {
                return chunkOf(row).firstRow;
            }
        });
    }

    @Override
    public SegmentView view(CollectionSchema schema, long timestamp, long expired) {
        references.acquire();
        try {
            DeleteLog.State log = deletes.state();
            int rows = rowsUntil(timestamp);
            int count = log.countUntil(timestamp);
            Visibility now = visibility.at(log, count, rows);
            visibility = now;
            return new View(schema, rows, log, count, unexpired(now, rows, expired), expired);
        } catch (Throwable e) {
            references.release();
            throw e;
        }
    }

    @Override
    public int rowsBefore(long timestamp) {
        return timestamp == 0 ? 0 : rowsUntil(timestamp - 1);
    }

    /** Rows come in order of time: those that have expired are the first ones. */
    private @Nullable RowFilter unexpired(Visibility visible, int rows, long expired) {
        if (expired == 0 || rows == 0 || minTimestamp >= expired) {
            return visible.filter();
        }
        int first = Math.min(rows, rowsBefore(expired));
        Unexpired last = unexpired;
        if (last == null || last.visible != visible || last.rows != rows || last.first != first) {
            last = new Unexpired(visible, rows, first, Visibility.from(visible.filter(), rows, first));
            unexpired = last;
        }
        return last.filter;
    }

    @Override
    public void close() {
        if (references.end()) {
            references.release();
        }
    }

    /** The columns of a batch in the order of the schema, checked. */
    private Column[] sources(ColumnBatch batch) {
        for (String name : batch.columns().keySet()) {
            if (!ordinals.containsKey(name)) {
                throw mismatch(name, "is not part of the segment's schema");
            }
        }
        Column[] sources = new Column[fields.size()];
        for (int i = 0; i < sources.length; i++) {
            FieldSchema field = fields.get(i);
            Column given = batch.column(field.name());
            if (given == null) {
                given = AbsentColumns.of(field, batch.rows());
            }
            if (given.type() != field.type() || given instanceof FixedColumn fixed && fixed.width() != field.width()) {
                throw mismatch(
                        field.name(),
                        "has values of type " + given.type() + ", not " + field.type() + " of " + field.width()
                                + " bytes");
            }
            if (field.primaryKey() && given.validity() != null) {
                throw mismatch(field.name(), "is the primary key and cannot be null");
            }
            sources[i] = given;
        }
        return sources;
    }

    private ElanusException mismatch(String field, String problem) {
        return new ElanusException(
                StandardErrorCode.SCHEMA_MISMATCH, "field '" + field + "' of segment " + id + " " + problem);
    }

    /** Allocates everything that appending needs, so that it cannot fail half way. */
    private void reserve(Column[] sources, int rows, int first) {
        GrowingChunk[] present = chunks;
        int lastChunk = layout.index(first + rows - 1);
        long more = keyIndex.needed(rows);
        int from = 0;
        for (int i = layout.index(first); i <= lastChunk; i++) {
            int count = Math.min(rows - from, layout.start(i) + layout.capacity(i) - (first + from));
            if (i < present.length) {
                for (int c = 0; c < sources.length; c++) {
                    more += present[i].columns[c].needed(sources[c], from, count, first + from - layout.start(i));
                }
            } else {
                more += GrowingChunk.bytes(fields, layout.capacity(i));
                for (Column source : sources) {
                    more += source instanceof VariableColumn text ? text.start(from + count) - text.start(from) : 0;
                }
            }
            from += count;
        }
        memory.accept(bytes + more);
        bytes += more;
        keyIndex.reserve(rows);
        if (lastChunk >= present.length) {
            GrowingChunk[] next = Arrays.copyOf(present, lastChunk + 1);
            for (int i = present.length; i <= lastChunk; i++) {
                next[i] = new GrowingChunk(fields, arena, layout.start(i), layout.capacity(i));
            }
            chunks = next;
            present = next;
        }
        from = 0;
        for (int i = layout.index(first); i <= lastChunk; i++) {
            int count = Math.min(rows - from, layout.start(i) + layout.capacity(i) - (first + from));
            for (int c = 0; c < sources.length; c++) {
                present[i].columns[c].reserve(sources[c], from, count, first + from - layout.start(i));
            }
            from += count;
        }
    }

    /** How many published rows have timestamps up to the given one; they come in order of time. */
    private int rowsUntil(long timestamp) {
        int low = 0;
        int high = published;
        if (high == 0 || timestamp(high - 1) <= timestamp) {
            return high;
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (timestamp(middle) <= timestamp) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private long timestamp(int row) {
        return chunkOf(row).timestamp(row);
    }

    private boolean keyMatches(int row, Column keys, int i) {
        if (fields.get(keyOrdinal).type() == DataType.INT64) {
            return true;
        }
        GrowingChunk chunk = chunkOf(row);
        int inChunk = row - chunk.firstRow;
        return KeyHash.same(chunk.columns[keyOrdinal].view(inChunk + 1), inChunk, keys, i);
    }

    private GrowingChunk chunkOf(int row) {
        return chunks[layout.index(row)];
    }

    /** The first rows of the segment and the first deletes. */
    private final class View extends TimedView {

        /** Made when first asked for: looking up keys needs none. */
        private volatile @Nullable List<RowChunk> pieces;

        View(
                CollectionSchema schema,
                int rows,
                DeleteLog.State log,
                int deletes,
                @Nullable RowFilter visible,
                long expired) {
            super(GrowingSegment.this, schema, rows, log, deletes, visible, expired);
        }

        @Override
        public List<RowChunk> chunks() {
            List<RowChunk> made = pieces;
            if (made == null) {
                RowChunk[] next = new RowChunk[rows() == 0 ? 0 : layout.index(rows() - 1) + 1];
                GrowingChunk[] now = chunks;
                for (int i = 0; i < next.length; i++) {
                    next[i] = new Chunk(this, now[i], Math.min(now[i].capacity, rows() - now[i].firstRow));
                }
                made = List.of(next);
                pieces = made;
            }
            return made;
        }

        @Override
        public RowChunk chunkOf(int row) {
            return chunks().get(layout.index(row));
        }

        @Override
        public @Nullable SegmentIndex index(String field) {
            return null;
        }

        @Override
        public int[] find(Column keys) {
            int[] found = new int[keys.rows()];
            for (int i = 0; i < found.length; i++) {
                int row = keyIndex.newest(keys, i);
                while (row >= rows()) {
                    row = GrowingSegment.this.chunkOf(row).previous(row);
                }
                // When the newest version that this view reaches is hidden, those before it are, too.
                found[i] = row >= 0 && isVisible(row) ? row : -1;
            }
            return found;
        }

        @Override
        void release() {
            references.release();
        }
    }

    /** The first rows of a chunk. Columns are values, so that racing threads may both make one. */
    private final class Chunk implements RowChunk {

        private final TimedView view;
        private final GrowingChunk chunk;
        private final int rows;
        private final @Nullable Column[] columns;

        Chunk(TimedView view, GrowingChunk chunk, int rows) {
            this.view = view;
            this.chunk = chunk;
            this.rows = rows;
            this.columns = new Column[chunk.columns.length];
        }

        @Override
        public int firstRow() {
            return chunk.firstRow;
        }

        @Override
        public int rows() {
            return rows;
        }

        @Override
        public Column column(String field) {
            Integer ordinal = ordinals.get(field);
            if (ordinal == null) {
                return AbsentColumns.of(view.field(field), rows);
            }
            Column column = columns[ordinal];
            if (column == null) {
                column = chunk.columns[ordinal].view(rows);
                columns[ordinal] = column;
            }
            return column;
        }

        @Override
        public FixedColumn timestamps() {
            return new FixedColumn(DataType.INT64, rows, 8, chunk.timestamps.asSlice(0, 8L * rows), null);
        }
    }
}
