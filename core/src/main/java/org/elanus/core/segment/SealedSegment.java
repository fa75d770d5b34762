package org.elanus.core.segment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.elanus.core.catalog.DeletesEntry;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.core.catalog.IndexEntry;
import org.elanus.core.catalog.IndexEntry.IndexFile;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.index.BuiltIndex;
import org.elanus.core.index.BuiltIndex.BuiltFile;
import org.elanus.core.index.IndexBuild;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.index.OpenIndex;
import org.elanus.core.index.OpenScalarIndex;
import org.elanus.core.index.ScalarIndex;
import org.elanus.core.registry.Registry;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.index.VectorIndexType;
import org.elanus.spi.index.VectorSource;
import org.elanus.spi.runtime.Cancellation;
import org.elanus.spi.storage.ObjectStore;
import org.jspecify.annotations.Nullable;

/**
 * An immutable segment in an object store, mapped into memory; only its deletes grow, in memory, until {@link
 * #writeDeletes}. Deletes are applied by the applier thread alone; views, indexes and writing deletes are for any
 * thread.
 */
public final class SealedSegment implements Segment {

    private final ObjectStore store;
    private final IndexTypes types;
    private final SegmentEntry entry;
    private final SegmentFile file;
    private final References references;
    private final SealedIndexes indexes = new SealedIndexes();
    private final DeleteLog deletes;
    private final Map<FieldSchema, Column> absent = new ConcurrentHashMap<>();

    private volatile int committedDeletes;
    private volatile Visibility visibility = Visibility.ALL;
    private volatile @Nullable Unexpired unexpired;

    /** What the last view that expired rows were left out of showed. */
    private record Unexpired(Visibility visible, long expired, RowFilter filter) {}

    private SealedSegment(
            ObjectStore store, IndexTypes types, SegmentEntry entry, SegmentFile file, DeleteLog deletes, Arena arena) {
        this.store = store;
        this.types = types;
        this.entry = entry;
        this.file = file;
        this.deletes = deletes;
        this.committedDeletes = deletes.state().size();
        this.references = new References("segment " + entry.id(), arena::close);
    }

    /**
     * Maps the data and reads the deletes; indexes are opened later. Reads and checks header, footer and lengths, not
     * the data.
     *
     * @param store stays open longer than the segment
     * @param types where index types are leased from
     * @throws ElanusException CORRUPT naming object and position
     */
    public static SealedSegment open(ObjectStore store, SegmentEntry entry, CollectionSchema schema, IndexTypes types) {
        Arena arena = Arena.ofShared();
        try {
            SegmentFile file = SegmentFile.open(SegmentFile.map(store, entry, arena), entry);
            file.requireFits(schema);
            DeletesEntry stored = entry.deletes();
            DeleteLog deletes = stored == null
                    ? new DeleteLog()
                    : new DeleteLog(DeletesFile.read(store, stored, entry.id(), entry.rows()));
            return new SealedSegment(store, types, entry, file, deletes, arena);
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    /** The entry it was opened by. */
    public SegmentEntry entry() {
        return entry;
    }

    /**
     * Opens every index of the entry that has a definition here and is not open yet.
     *
     * @throws ElanusException as {@link #addIndex}; those opened before stay open
     */
    public void openIndexes(List<IndexDefinition> definitions) {
        for (IndexDefinition definition : definitions) {
            for (IndexEntry index : entry.indexes()) {
                if (index.indexId() == definition.id() && !indexes.has(index.indexId())) {
                    addIndex(index, definition);
                }
            }
        }
    }

    /**
     * Opens an index; replaces an open one over the same field, or path of a field. Later views have it.
     *
     * @throws ElanusException CORRUPT naming the object; INVALID_ARGUMENT when no plugin has the type; UNSUPPORTED when
     *     it is older than the files
     */
    public void addIndex(IndexEntry index, IndexDefinition definition) {
        references.acquire();
        try {
            String field = definition.spec().field();
            indexes.add(
                    IndexTypes.isScalar(index.type())
                            ? new SealedIndexes.OpenedScalar(definition.id(), field, openScalar(index, definition))
                            : new SealedIndexes.OpenedVector(definition.id(), field, open(index, definition)));
            if (references.hasEnded()) {
                indexes.dropAll();
            }
        } finally {
            references.release();
        }
    }

    /** Closes an index, once no view uses it; without effect when it is not open. */
    public void dropIndex(long indexId) {
        indexes.drop(indexId);
    }

    /** Closes all indexes, once no view uses them. */
    public void closeIndexes() {
        indexes.dropAll();
    }

    /** Whether views made from now on have the index. */
    public boolean hasIndex(long indexId) {
        return indexes.has(indexId);
    }

    /**
     * Builds a vector index over this segment; it is neither committed nor opened. Blocks; call it beside serving.
     *
     * @param keyPrefix its objects are named by this, {@code /} and the file's name
     * @throws ElanusException CANCELLED soon after cancellation; what was written by then is deleted
     */
    public IndexEntry buildIndex(
            IndexDefinition definition,
            String keyPrefix,
            Executor workers,
            int parallelism,
            Cancellation cancellation) {
        references.acquire();
        try (Registry.Lease<VectorIndexType> type = types.lease(definition.resolvedType())) {
            BuiltIndex built = IndexBuild.build(
                    type.get(),
                    MetricType.parse(definition.spec().metric()),
                    definition.resolvedParameters(),
                    vectors(definition.spec().field()),
                    store,
                    keyPrefix,
                    workers,
                    parallelism,
                    cancellation);
            return entryOf(definition, built);
        } finally {
            references.release();
        }
    }

    /**
     * Builds an index over a scalar field of this segment, as {@link #buildIndex}.
     *
     * @param field as the schema has it now
     */
    public IndexEntry buildScalarIndex(
            IndexDefinition definition, FieldSchema field, String keyPrefix, Cancellation cancellation) {
        references.acquire();
        try {
            BuiltIndex built = IndexBuild.buildScalar(
                    field,
                    column(field),
                    definition.resolvedType(),
                    definition.resolvedParameters(),
                    store,
                    keyPrefix,
                    cancellation);
            return entryOf(definition, built);
        } finally {
            references.release();
        }
    }

    /** What {@link #buildScalarIndex} may take of memory, roughly. */
    public long estimateScalarBuildBytes(FieldSchema field) {
        references.acquire();
        try {
            return IndexBuild.estimateScalarBytes(column(field));
        } finally {
            references.release();
        }
    }

    /** The values of a field, which rows that are older than the field do not have themselves. */
    private Column column(FieldSchema field) {
        Column stored = file.column(field.name());
        return stored != null ? stored : absent.computeIfAbsent(field, f -> AbsentColumns.of(f, entry.rows()));
    }

    private static IndexEntry entryOf(IndexDefinition definition, BuiltIndex built) {
        List<IndexFile> files = new ArrayList<>();
        for (BuiltFile builtFile : built.files()) {
            files.add(new IndexFile(builtFile.name(), builtFile.key(), builtFile.bytes(), builtFile.checksum()));
        }
        return new IndexEntry(definition.id(), built.type(), built.formatVersion(), files);
    }

    /** Deletes that no committed object holds. */
    public int unpersistedDeletes() {
        return deletes.state().size() - committedDeletes;
    }

    /** Writes all deletes up to now into a new object. Any thread. */
    public DeletesEntry writeDeletes(String key) {
        return DeletesFile.write(store, key, entry.id(), deletes.state());
    }

    /** Says that deletes written by {@link #writeDeletes} were committed. */
    public void deletesCommitted(DeletesEntry committed) {
        committedDeletes = Math.max(committedDeletes, committed.count());
    }

    @Override
    public long id() {
        return entry.id();
    }

    @Override
    public long partitionId() {
        return entry.partitionId();
    }

    @Override
    public int shard() {
        return entry.shard();
    }

    @Override
    public boolean sealed() {
        return true;
    }

    @Override
    public int rows() {
        return entry.rows();
    }

    @Override
    public int deletedRows() {
        return deletes.state().size();
    }

    @Override
    public long bytes() {
        long bytes = entry.dataBytes();
        DeletesEntry stored = entry.deletes();
        bytes += stored == null ? 0 : stored.bytes();
        for (IndexEntry index : entry.indexes()) {
            for (IndexFile indexFile : index.files()) {
                bytes += indexFile.bytes();
            }
        }
        return bytes;
    }

    @Override
    public int delete(Column keys, long before, long timestamp) {
        int hidden = 0;
        for (int i = 0; i < keys.rows(); i++) {
            hidden += hide(keys, i, before, timestamp);
        }
        deletes.publish();
        return hidden;
    }

    /** Applies tombstones and shows them to readers at the end: showing late ones sorts the deletes. */
    int hide(List<Tombstones> all) {
        int hidden = 0;
        for (Tombstones tombstones : all) {
            Column keys = tombstones.keys();
            for (int i = 0; i < tombstones.count(); i++) {
                // Only versions up to the row's own: newer ones of the key may live in the same segment.
                hidden += hide(
                        keys, i, tombstones.rowTimestamps()[i] + 1, tombstones.timestamps()[i]);
            }
        }
        deletes.publish();
        return hidden;
    }

    private int hide(Column keys, int i, long before, long timestamp) {
        int hidden = 0;
        SealedKeyIndex index = file.keyIndex;
        long number = KeyHash.of(keys, i);
        for (int at = index.find(number); index.isAt(at, number); at++) {
            int row = index.row(at);
            if (file.timestamps.getLong(row) < before
                    && !deletes.contains(row)
                    && KeyHash.same(file.keys, row, keys, i)) {
                deletes.add(row, timestamp);
                hidden++;
            }
        }
        return hidden;
    }

    @Override
    public Tombstones deletesSince(SegmentView view) {
        TimedView timed = TimedView.of(this, view);
        return Tombstones.of(deletes.state(), timed.log, timed.deletes, new Tombstones.RowReader() {
            @Override
            public long timestamp(int row) {
                return file.timestamps.getLong(row);
            }

            @Override
            public Column keyColumn(int row) {
                return file.keys;
            }

            @Override
            public int firstRowOf(int row) {
                return 0;
            }
        });
    }

    @Override
    public SegmentView view(CollectionSchema schema, long timestamp, long expired) {
        references.acquire();
        try {
            DeleteLog.State log = deletes.state();
            int count = log.countUntil(timestamp);
            RowFilter visible;
            if (entry.maxTimestamp() <= timestamp) {
                Visibility now = visibility.at(log, count, entry.rows());
                visibility = now;
                visible = unexpired(now, expired);
            } else {
                visible = visibleAt(timestamp, log, count);
                if (expired > entry.minTimestamp()) {
                    visible = Visibility.and(visible, rowsSince(expired));
                }
            }
            return new View(schema, log, count, visible, expired, indexes.hold());
        } catch (Throwable e) {
            references.release();
            throw e;
        }
    }

    @Override
    public int rowsBefore(long timestamp) {
        if (timestamp <= entry.minTimestamp()) {
            return 0;
        }
        if (timestamp > entry.maxTimestamp()) {
            return entry.rows();
        }
        int before = entry.rows();
        for (long word : rowsSince(timestamp)) {
            before -= Long.bitCount(word);
        }
        return before;
    }

    private @Nullable RowFilter unexpired(Visibility visible, long expired) {
        if (expired <= entry.minTimestamp()) {
            return visible.filter();
        }
        Unexpired last = unexpired;
        if (last == null || last.visible != visible || last.expired != expired) {
            last = new Unexpired(visible, expired, Visibility.and(visible.filter(), rowsSince(expired)));
            unexpired = last;
        }
        return last.filter;
    }

    /** A bit for each row whose timestamp is not smaller than the given one. */
    private long[] rowsSince(long timestamp) {
        long[] words = new long[(entry.rows() + 63) >>> 6];
        if (timestamp <= entry.maxTimestamp()) {
            MemorySegment timestamps = file.timestamps.data();
            for (int row = 0; row < entry.rows(); row++) {
                if (timestamps.get(FixedColumn.LONG, 8L * row) >= timestamp) {
                    words[row >>> 6] |= 1L << row;
                }
            }
        }
        return words;
    }

    @Override
    public void close() {
        if (references.end()) {
            indexes.dropAll();
            references.release();
        }
    }

    /** Opens a vector index for {@link SegmentCheck}, which closes it. */
    OpenIndex open(IndexEntry index, IndexDefinition definition) {
        return OpenIndex.open(
                types,
                filesOf(index),
                MetricType.parse(definition.spec().metric()),
                definition.resolvedParameters(),
                vectors(definition.spec().field()),
                store);
    }

    /** Opens a scalar index for {@link SegmentCheck}, which closes it. */
    OpenScalarIndex openScalar(IndexEntry index, IndexDefinition definition) {
        return OpenScalarIndex.open(
                filesOf(index),
                definition.spec().name(),
                definition.spec().field(),
                definition.resolvedParameters(),
                entry.rows(),
                store);
    }

    private static BuiltIndex filesOf(IndexEntry index) {
        List<BuiltFile> files = new ArrayList<>();
        for (IndexFile indexFile : index.files()) {
            files.add(new BuiltFile(indexFile.name(), indexFile.key(), indexFile.bytes(), indexFile.checksum()));
        }
        return new BuiltIndex(index.type(), index.formatVersion(), files);
    }

    SegmentFile file() {
        return file;
    }

    /** Rare: only right after a flush, or for an iterator, are there rows that are too new. */
    private RowFilter visibleAt(long timestamp, DeleteLog.State log, int count) {
        long[] words = new long[(entry.rows() + 63) >>> 6];
        MemorySegment timestamps = file.timestamps.data();
        for (int row = 0; row < entry.rows(); row++) {
            if (timestamps.get(FixedColumn.LONG, 8L * row) <= timestamp) {
                words[row >>> 6] |= 1L << row;
            }
        }
        for (int i = 0; i < count; i++) {
            int row = log.rows()[i];
            words[row >>> 6] &= ~(1L << row);
        }
        int cardinality = 0;
        for (long word : words) {
            cardinality += Long.bitCount(word);
        }
        return new RowFilter(words, cardinality);
    }

    /** Whether every row has a dense vector in the field. */
    public boolean hasCompleteVectors(String field) {
        Column column = file.column(field);
        return column instanceof FixedColumn && column.type().isDenseVector() && column.validity() == null;
    }

    private VectorSource vectors(String field) {
        Column column = file.column(field);
        if (!(column instanceof FixedColumn fixed) || !hasCompleteVectors(field)) {
            throw new ElanusException(
                    StandardErrorCode.INDEX_NOT_SUPPORTED,
                    "segment " + entry.id() + " has no complete column of dense vectors '" + field + "'");
        }
        int dimension = fixed.type() == DataType.BINARY_VECTOR
                ? fixed.width() * 8
                : fixed.width() / fixed.type().vectorBytes(1);
        return new VectorSource(fixed.type(), fixed.rows(), dimension, fixed.width(), fixed.data());
    }

    /** The whole segment as one chunk. */
    private final class View extends TimedView {

        private final SealedIndexes.Held held;
        private final List<RowChunk> pieces;

        View(
                CollectionSchema schema,
                DeleteLog.State log,
                int deletes,
                @Nullable RowFilter visible,
                long expired,
                SealedIndexes.Held held) {
            super(SealedSegment.this, schema, entry.rows(), log, deletes, visible, expired);
            this.held = held;
            this.pieces = List.of(new Chunk(this));
        }

        @Override
        public List<RowChunk> chunks() {
            return pieces;
        }

        @Override
        public RowChunk chunkOf(int row) {
            return pieces.getFirst();
        }

        @Override
        public @Nullable SegmentIndex index(String field) {
            return held.index(field);
        }

        @Override
        public List<ScalarIndex> scalarIndexes(String field) {
            return held.scalars(field);
        }

        @Override
        public int[] find(Column keys) {
            SealedKeyIndex index = file.keyIndex;
            int[] found = new int[keys.rows()];
            for (int i = 0; i < found.length; i++) {
                long number = KeyHash.of(keys, i);
                int newest = -1;
                for (int at = index.find(number); index.isAt(at, number); at++) {
                    int row = index.row(at);
                    if (isVisible(row)
                            && KeyHash.same(file.keys, row, keys, i)
                            && (newest < 0 || file.timestamps.getLong(row) >= file.timestamps.getLong(newest))) {
                        newest = row;
                    }
                }
                found[i] = newest;
            }
            return found;
        }

        @Override
        void release() {
            held.release();
            references.release();
        }
    }

    private final class Chunk implements RowChunk {

        private final TimedView view;

        Chunk(TimedView view) {
            this.view = view;
        }

        @Override
        public int firstRow() {
            return 0;
        }

        @Override
        public int rows() {
            return entry.rows();
        }

        @Override
        public Column column(String field) {
            Column stored = file.column(field);
            return stored != null ? stored : SealedSegment.this.column(view.field(field));
        }

        @Override
        public FixedColumn timestamps() {
            return file.timestamps;
        }
    }
}
