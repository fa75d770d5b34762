package org.elanus.core.segment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.elanus.core.catalog.DeletesEntry;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.segment.SegmentFormat.BlockKind;
import org.elanus.core.segment.SegmentFormat.Header;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.storage.ObjectWriter;

/**
 * Writes a sealed segment from views: of one frozen growing segment (flush) or of several sealed ones (merge). Columns
 * are streamed; the keys alone are held in memory, off the heap, to be sorted.
 */
public final class SegmentWriter {

    private final CollectionSchema schema;
    private final List<KeptRows> inputs;
    private final BlockOutput out;
    private final int rows;

    private SegmentWriter(CollectionSchema schema, List<KeptRows> inputs, BlockOutput out, int rows) {
        this.schema = schema;
        this.inputs = inputs;
        this.out = out;
        this.rows = rows;
    }

    /**
     * What is written, and where to.
     *
     * @param dataKey the object for columns and key index
     * @param deletesKey the object for deletes; it is written only when rows that are kept are deleted
     */
    public record Target(
            long collectionId, long segmentId, long partitionId, int shard, String dataKey, String deletesKey) {}

    /**
     * Writes the rows of all views, in order of the views and rows. Deletes that come while this runs are found by
     * {@link Segment#deletesSince} and applied to the new segment once it is open.
     *
     * @param views made by {@link Segment#view} at {@link Long#MAX_VALUE}; they stay the caller's to close
     * @param retention rows that were deleted at or before this timestamp are left out; deleted later, they are kept
     *     with their deletes
     * @return the entry; with 0 rows when nothing was left, the object exists then, too
     * @throws ElanusException ARGUMENT_TOO_LARGE when the values of a field of variable width exceed 2 GiB, or there
     *     are too many rows
     */
    public static SegmentEntry write(
            ObjectStore store, Target target, CollectionSchema schema, List<SegmentView> views, long retention) {
        List<KeptRows> inputs = new ArrayList<>();
        DeleteLog carried = new DeleteLog();
        long total = 0;
        long minTimestamp = Long.MAX_VALUE;
        long maxTimestamp = Long.MIN_VALUE;
        for (SegmentView view : views) {
            KeptRows input = KeptRows.of((TimedView) view, retention);
            if (total + input.count() > Integer.MAX_VALUE - 64) {
                throw tooLarge(target, "rows");
            }
            input.carryDeletes((int) total, retention, carried);
            inputs.add(input);
            total += input.count();
            minTimestamp = Math.min(minTimestamp, input.minTimestamp());
            maxTimestamp = Math.max(maxTimestamp, input.maxTimestamp());
        }
        carried.publish();
        int rows = (int) total;
        Header header = new Header(
                target.collectionId,
                target.segmentId,
                target.partitionId,
                target.shard,
                rows,
                rows == 0 ? 0 : minTimestamp,
                rows == 0 ? 0 : maxTimestamp,
                Header.columnsOf(schema));
        byte[] headerBytes = SegmentFormat.encode(header);
        int headerChecksum = MemorySegment.ofArray(headerBytes).get(FixedColumn.INT, headerBytes.length - 4L);
        long dataBytes;
        int checksum;
        try (ObjectWriter object = store.create(target.dataKey);
                BlockOutput out = new BlockOutput(object)) {
            out.header(headerBytes);
            new SegmentWriter(schema, inputs, out, rows).writeBlocks(target);
            checksum = out.footer(headerChecksum);
            dataBytes = object.position();
            object.commit();
        }
        DeletesEntry deletes = carried.state().size() == 0
                ? null
                : DeletesFile.write(store, target.deletesKey, target.segmentId, carried.state());
        return new SegmentEntry(
                target.segmentId,
                target.partitionId,
                target.shard,
                rows,
                header.minTimestamp(),
                header.maxTimestamp(),
                target.dataKey,
                dataBytes,
                checksum,
                deletes,
                List.of());
    }

    private void writeBlocks(Target target) {
        for (int i = 0; i < schema.fields().size(); i++) {
            FieldSchema field = schema.fields().get(i);
            writeValidity(field, i);
            if (field.type().isVariableWidth()) {
                writeVariable(field, i, target);
            } else {
                writeFixed(field, i);
            }
        }
        out.begin();
        for (KeptRows input : inputs) {
            input.forEachRun((chunk, from, to) -> out.write(chunk.timestamps().data(), 8L * from, 8L * (to - from)));
        }
        out.end(BlockKind.TIMESTAMPS, -1);
        writeKeyIndex(schema.primaryKey().name());
    }

    private void writeFixed(FieldSchema field, int ordinal) {
        long width = field.width();
        out.begin();
        for (KeptRows input : inputs) {
            input.forEachRun((chunk, from, to) ->
                    out.write(((FixedColumn) chunk.column(field.name())).data(), from * width, (to - from) * width));
        }
        out.end(BlockKind.VALUES, ordinal);
    }

    private void writeVariable(FieldSchema field, int ordinal, Target target) {
        long[] end = {0};
        out.begin();
        out.writeInt(0);
        for (KeptRows input : inputs) {
            input.forEachRun((chunk, from, to) -> {
                VariableColumn column = (VariableColumn) chunk.column(field.name());
                long shift = end[0] - column.start(from);
                end[0] = shift + column.start(to);
                if (end[0] > Integer.MAX_VALUE) {
                    throw tooLarge(target, "bytes of field '" + field.name() + "'");
                }
                for (int row = from + 1; row <= to; row++) {
                    out.writeInt((int) (shift + column.start(row)));
                }
            });
        }
        out.end(BlockKind.OFFSETS, ordinal);
        out.begin();
        for (KeptRows input : inputs) {
            input.forEachRun((chunk, from, to) -> {
                VariableColumn column = (VariableColumn) chunk.column(field.name());
                out.write(column.bytes(), column.start(from), (long) column.start(to) - column.start(from));
            });
        }
        out.end(BlockKind.BYTES, ordinal);
    }

    /** Writes which rows have a value, unless all have. */
    private void writeValidity(FieldSchema field, int ordinal) {
        byte[] bits = new byte[(rows + 7) / 8];
        int[] row = {0};
        int[] nulls = {0};
        for (KeptRows input : inputs) {
            input.forEachRun((chunk, from, to) -> {
                Column column = chunk.column(field.name());
                for (int i = from; i < to; i++, row[0]++) {
                    if (column.isNull(i)) {
                        nulls[0]++;
                    } else {
                        bits[row[0] >>> 3] |= (byte) (1 << (row[0] & 7));
                    }
                }
            });
        }
        if (nulls[0] > 0) {
            out.begin();
            out.write(MemorySegment.ofArray(bits));
            out.end(BlockKind.VALIDITY, ordinal);
        }
    }

    private void writeKeyIndex(String keyField) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment keys = arena.allocate(8L * rows, 64);
            MemorySegment keyRows = arena.allocate(4L * rows, 64);
            MemorySegment bloom = arena.allocate(BloomFilter.bytes(rows), 64);
            int[] row = {0};
            for (KeptRows input : inputs) {
                input.forEachRun((chunk, from, to) -> {
                    Column column = chunk.column(keyField);
                    for (int i = from; i < to; i++, row[0]++) {
                        long number = KeyHash.of(column, i);
                        keys.set(FixedColumn.LONG, 8L * row[0], number);
                        keyRows.set(FixedColumn.INT, 4L * row[0], row[0]);
                        BloomFilter.add(bloom, number);
                    }
                });
            }
            SealedKeyIndex.sort(keys, keyRows, rows);
            writeBlock(keys, BlockKind.KEYS);
            writeBlock(keyRows, BlockKind.KEY_ROWS);
            writeBlock(bloom, BlockKind.BLOOM);
        }
    }

    private void writeBlock(MemorySegment content, BlockKind kind) {
        out.begin();
        out.write(content);
        out.end(kind, -1);
    }

    private static ElanusException tooLarge(Target target, String what) {
        return new ElanusException(
                StandardErrorCode.ARGUMENT_TOO_LARGE,
                "segment " + target.segmentId + " would have more than 2 GiB of " + what + "; merge fewer segments");
    }
}
