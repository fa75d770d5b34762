package org.elanus.core.segment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.segment.SegmentFormat.Block;
import org.elanus.core.segment.SegmentFormat.BlockKind;
import org.elanus.core.segment.SegmentFormat.Header;
import org.elanus.core.segment.SegmentFormat.StoredColumn;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.storage.ObjectStore;
import org.jspecify.annotations.Nullable;

/**
 * A data object in memory: header and footer are checked, and every block lies where and is as long as it must. What is
 * in the blocks is not read.
 */
final class SegmentFile {

    final String key;
    final MemorySegment bytes;
    final Header header;
    final List<Block> blocks;
    final FixedColumn timestamps;
    final SealedKeyIndex keyIndex;
    final Column keys;

    private final Map<String, Column> columns = new HashMap<>();

    private SegmentFile(String key, MemorySegment bytes, Header header, List<Block> blocks) {
        this.key = key;
        this.bytes = bytes;
        this.header = header;
        this.blocks = blocks;
        int rows = header.rows();
        Column primaryKey = null;
        for (int i = 0; i < header.columns().size(); i++) {
            StoredColumn stored = header.columns().get(i);
            Column column = column(i, stored, rows);
            columns.put(stored.name(), column);
            if (stored.primaryKey()) {
                primaryKey = column;
            }
        }
        if (primaryKey == null || primaryKey.validity() != null) {
            throw ElanusException.corrupt("segment object '%s' has no column of primary keys", key);
        }
        this.keys = primaryKey;
        this.timestamps = new FixedColumn(DataType.INT64, rows, 8, content(BlockKind.TIMESTAMPS, -1, 8L * rows), null);
        this.keyIndex = new SealedKeyIndex(
                content(BlockKind.KEYS, -1, 8L * rows),
                content(BlockKind.KEY_ROWS, -1, 4L * rows),
                content(BlockKind.BLOOM, -1, BloomFilter.bytes(rows)));
    }

    /** Maps an object, or reads it where the store cannot map, for as long as the arena lives. */
    static MemorySegment map(ObjectStore store, SegmentEntry entry, Arena arena) {
        String key = entry.dataKey();
        OptionalLong size = store.size(key);
        if (size.isEmpty()) {
            throw ElanusException.corrupt("segment object '%s' is missing", key);
        }
        if (size.getAsLong() != entry.dataBytes()) {
            throw ElanusException.corrupt(
                    "segment object '%s' has %d bytes, but %d were written", key, size.getAsLong(), entry.dataBytes());
        }
        MemorySegment mapped = store.map(key, arena).orElse(null);
        if (mapped == null) {
            mapped = arena.allocate(entry.dataBytes(), 64);
            store.read(key, 0, mapped);
        } else if (mapped.byteSize() != entry.dataBytes()) {
            throw ElanusException.corrupt(
                    "segment object '%s' has %d bytes, but %d were written", key, mapped.byteSize(), entry.dataBytes());
        }
        return asPlain(mapped, arena).asReadOnly();
    }

    /**
     * The same memory under the class that growing segments have, too: where the kernels see two classes of memory,
     * search takes up to twice as long.
     */
    private static MemorySegment asPlain(MemorySegment mapped, Arena arena) {
        if (!mapped.isMapped()) {
            return mapped;
        }
        try {
            return MemorySegment.ofAddress(mapped.address()).reinterpret(mapped.byteSize(), arena, null);
        } catch (IllegalCallerException e) {
            // An application that embeds us may deny native access.
            return mapped;
        }
    }

    /** @throws ElanusException CORRUPT naming object and position */
    static SegmentFile open(MemorySegment bytes, SegmentEntry entry) {
        String key = entry.dataKey();
        int headerLength = SegmentFormat.headerLength(bytes, key);
        Header header = SegmentFormat.decode(bytes, key);
        List<Block> blocks = SegmentFormat.decodeFooter(bytes, key);
        long trailer = bytes.byteSize() - SegmentFormat.TRAILER_BYTES;
        if (bytes.get(FixedColumn.INT, trailer + 12) != bytes.get(FixedColumn.INT, headerLength - 4L)) {
            throw ElanusException.corrupt(
                    "segment object '%s' has a footer of another header at byte %d", key, trailer + 12);
        }
        if (bytes.get(FixedColumn.INT, bytes.byteSize() - 12) != entry.dataChecksum()) {
            throw ElanusException.corrupt(
                    "segment object '%s' is not the one that was committed: its footer checksum at byte %d differs",
                    key, bytes.byteSize() - 12);
        }
        if (header.segmentId() != entry.id()
                || header.partitionId() != entry.partitionId()
                || header.shard() != entry.shard()
                || header.rows() != entry.rows()
                || header.rows() < 0
                || header.minTimestamp() != entry.minTimestamp()
                || header.maxTimestamp() != entry.maxTimestamp()) {
            throw ElanusException.corrupt(
                    "segment object '%s' has the header of another segment: %d with %d rows at byte 48, not %d with %d",
                    key, header.segmentId(), header.rows(), entry.id(), entry.rows());
        }
        long at = headerLength;
        long footer = bytes.get(FixedColumn.LONG, trailer);
        for (Block block : blocks) {
            if (block.offset() != at || block.length() < 0 || block.length() > footer - at) {
                throw ElanusException.corrupt(
                        "segment object '%s' has a block of %d bytes at byte %d, where one at %d is expected",
                        key, block.length(), block.offset(), at);
            }
            at = SegmentFormat.align(at + block.length());
        }
        if (at != footer) {
            throw ElanusException.corrupt(
                    "segment object '%s' has blocks up to byte %d, but its footer begins at %d", key, at, footer);
        }
        return new SegmentFile(key, bytes, header, blocks);
    }

    /** The stored values of a field; null when the rows do not have it. */
    @Nullable
    Column column(String field) {
        return columns.get(field);
    }

    /** @throws ElanusException CORRUPT when the schema has other types for the stored columns */
    void requireFits(CollectionSchema schema) {
        for (StoredColumn stored : header.columns()) {
            FieldSchema field = schema.find(stored.name()).orElse(null);
            if (field != null && (field.type() != stored.type() || field.width() != stored.width())) {
                throw ElanusException.corrupt(
                        "segment object '%s' has field '%s' as %s of %d bytes, but the schema has %s of %d bytes",
                        key, stored.name(), stored.type(), stored.width(), field.type(), field.width());
            }
        }
    }

    /** The block of a kind; null when there is none. */
    @Nullable
    Block block(BlockKind kind, int column) {
        for (Block block : blocks) {
            if (block.kind() == kind && block.column() == column) {
                return block;
            }
        }
        return null;
    }

    private Column column(int ordinal, StoredColumn stored, int rows) {
        Block validityBlock = block(BlockKind.VALIDITY, ordinal);
        MemorySegment validity = validityBlock == null ? null : content(BlockKind.VALIDITY, ordinal, (rows + 7L) / 8);
        if (!stored.type().isVariableWidth()) {
            MemorySegment values = content(BlockKind.VALUES, ordinal, (long) rows * stored.width());
            return new FixedColumn(stored.type(), rows, stored.width(), values, validity);
        }
        MemorySegment offsets = content(BlockKind.OFFSETS, ordinal, 4L * (rows + 1L));
        Block values = block(BlockKind.BYTES, ordinal);
        long length = values == null ? -1 : values.length();
        Block offsetsBlock = block(BlockKind.OFFSETS, ordinal);
        if (values == null
                || offsets.get(FixedColumn.INT, 0) != 0
                || offsets.get(FixedColumn.INT, 4L * rows) != length) {
            throw ElanusException.corrupt(
                    "segment object '%s' has offsets for field '%s' at byte %d that do not fit its %d bytes of values",
                    key, stored.name(), offsetsBlock == null ? -1 : offsetsBlock.offset(), length);
        }
        return new VariableColumn(
                stored.type(), rows, offsets, bytes.asSlice(values.offset(), values.length()), validity);
    }

    private MemorySegment content(BlockKind kind, int column, long length) {
        Block block = block(kind, column);
        if (block == null || block.length() != length) {
            throw ElanusException.corrupt(
                    "segment object '%s' has %s of %s bytes for column %d, but %d are expected",
                    key, kind, block == null ? "no" : block.length(), column, length);
        }
        return bytes.asSlice(block.offset(), length);
    }
}
