package org.elanus.core.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.elanus.core.runtime.Checksums;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/** The layout of a segment's data object, version 1, byte by byte as {@code docs/format-segment.md} has it. */
final class SegmentFormat {

    static final long MAGIC = magic("ELANUSSG");
    static final long END_MAGIC = magic("ELANUSSE");
    static final int VERSION = 1;
    static final int ALIGNMENT = 64;

    static final int TRAILER_BYTES = 32;
    static final int BLOCK_BYTES = 32;
    private static final int FIXED_HEADER_BYTES = 96;
    private static final int COLUMN_BYTES = 24;
    private static final int LARGEST_HEADER = 1 << 20;

    private SegmentFormat() {}

    /** What a block holds; the number is persisted. */
    enum BlockKind {
        VALUES(1),
        VALIDITY(2),
        OFFSETS(3),
        BYTES(4),
        TIMESTAMPS(5),
        KEYS(6),
        KEY_ROWS(7),
        BLOOM(8);

        final int number;

        BlockKind(int number) {
            this.number = number;
        }

        static @Nullable BlockKind of(int number) {
            return number >= 1 && number <= values().length ? values()[number - 1] : null;
        }
    }

    /** @param column its ordinal in the header; -1 for what is of no column */
    record Block(BlockKind kind, int column, long offset, long length, int checksum) {}

    /** A column as it is stored. @param width bytes of a value; 0 when it varies */
    record StoredColumn(
            long fieldId,
            String name,
            DataType type,
            @Nullable DataType elementType,
            int width,
            boolean primaryKey) {

        static StoredColumn of(FieldSchema field) {
            return new StoredColumn(
                    field.id(), field.name(), field.type(), field.elementType(), field.width(), field.primaryKey());
        }
    }

    record Header(
            long collectionId,
            long segmentId,
            long partitionId,
            int shard,
            int rows,
            long minTimestamp,
            long maxTimestamp,
            List<StoredColumn> columns) {

        Header {
            columns = List.copyOf(columns);
        }

        static List<StoredColumn> columnsOf(CollectionSchema schema) {
            return schema.fields().stream().map(StoredColumn::of).toList();
        }
    }

    static long align(long position) {
        return (position + ALIGNMENT - 1) & -ALIGNMENT;
    }

    static byte[] encode(Header header) {
        int size = FIXED_HEADER_BYTES;
        List<byte[]> names = new ArrayList<>();
        for (StoredColumn column : header.columns) {
            byte[] name = column.name.getBytes(StandardCharsets.UTF_8);
            names.add(name);
            size += COLUMN_BYTES + name.length;
        }
        int length = (int) align(size + 4L);
        byte[] bytes = new byte[length];
        MemorySegment out = MemorySegment.ofArray(bytes);
        out.set(FixedColumn.LONG, 0, MAGIC);
        out.set(FixedColumn.INT, 8, VERSION);
        out.set(FixedColumn.INT, 12, length);
        // 16: cipher, 20: reserved, 24: key id, 32: reserved; all zero until encryption comes
        out.set(FixedColumn.LONG, 40, header.collectionId);
        out.set(FixedColumn.LONG, 48, header.segmentId);
        out.set(FixedColumn.LONG, 56, header.partitionId);
        out.set(FixedColumn.INT, 64, header.shard);
        out.set(FixedColumn.INT, 68, header.rows);
        out.set(FixedColumn.LONG, 72, header.minTimestamp);
        out.set(FixedColumn.LONG, 80, header.maxTimestamp);
        out.set(FixedColumn.INT, 88, header.columns.size());
        long at = FIXED_HEADER_BYTES;
        for (int i = 0; i < names.size(); i++) {
            StoredColumn column = header.columns.get(i);
            out.set(FixedColumn.LONG, at, column.fieldId);
            out.set(FixedColumn.INT, at + 8, column.type.number());
            out.set(FixedColumn.INT, at + 12, column.elementType == null ? 0 : column.elementType.number());
            out.set(FixedColumn.INT, at + 16, column.width);
            out.set(FixedColumn.SHORT, at + 20, (short) (column.primaryKey ? 1 : 0));
            out.set(FixedColumn.SHORT, at + 22, (short) names.get(i).length);
            MemorySegment.copy(names.get(i), 0, out, ValueLayout.JAVA_BYTE, at + 24, names.get(i).length);
            at += COLUMN_BYTES + names.get(i).length;
        }
        out.set(FixedColumn.INT, length - 4L, Checksums.crc32c(out.asSlice(0, length - 4L)));
        return bytes;
    }

    /** The length that the header says it has. */
    static int headerLength(MemorySegment file, String key) {
        if (file.byteSize() < FIXED_HEADER_BYTES + 4 + TRAILER_BYTES) {
            throw ElanusException.corrupt(
                    "segment object '%s' has only %d bytes, too few for a segment", key, file.byteSize());
        }
        if (file.get(FixedColumn.LONG, 0) != MAGIC) {
            throw ElanusException.corrupt("segment object '%s' does not begin with the magic of a segment", key);
        }
        int version = file.get(FixedColumn.INT, 8);
        if (version != VERSION) {
            throw ElanusException.corrupt(
                    "segment object '%s' has format version %d at byte 8, this version reads %d",
                    key, version, VERSION);
        }
        int length = file.get(FixedColumn.INT, 12);
        if (length < FIXED_HEADER_BYTES + 4
                || length > LARGEST_HEADER
                || length % ALIGNMENT != 0
                || length + TRAILER_BYTES > file.byteSize()) {
            throw ElanusException.corrupt("segment object '%s' has a header length of %d at byte 12", key, length);
        }
        return length;
    }

    static Header decode(MemorySegment file, String key) {
        int length = headerLength(file, key);
        int checksum = file.get(FixedColumn.INT, length - 4L);
        if (checksum != Checksums.crc32c(file.asSlice(0, length - 4L))) {
            throw ElanusException.corrupt(
                    "segment object '%s' has a wrong header checksum at byte %d", key, length - 4);
        }
        if (file.get(FixedColumn.INT, 16) != 0) {
            throw ElanusException.corrupt("segment object '%s' is encrypted, which this version cannot read", key);
        }
        int rows = file.get(FixedColumn.INT, 68);
        int count = file.get(FixedColumn.INT, 88);
        List<StoredColumn> columns = new ArrayList<>();
        long at = FIXED_HEADER_BYTES;
        try {
            for (int i = 0; i < count; i++) {
                int elementType = file.get(FixedColumn.INT, at + 12);
                int nameLength = file.get(FixedColumn.SHORT, at + 22) & 0xffff;
                byte[] name = file.asSlice(at + 24, nameLength).toArray(ValueLayout.JAVA_BYTE);
                columns.add(new StoredColumn(
                        file.get(FixedColumn.LONG, at),
                        new String(name, StandardCharsets.UTF_8),
                        DataType.ofNumber(file.get(FixedColumn.INT, at + 8)),
                        elementType == 0 ? null : DataType.ofNumber(elementType),
                        file.get(FixedColumn.INT, at + 16),
                        file.get(FixedColumn.SHORT, at + 20) == 1));
                at += COLUMN_BYTES + nameLength;
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw ElanusException.corrupt("segment object '%s' has a malformed column at byte %d: %s", key, at, e);
        }
        return new Header(
                file.get(FixedColumn.LONG, 40),
                file.get(FixedColumn.LONG, 48),
                file.get(FixedColumn.LONG, 56),
                file.get(FixedColumn.INT, 64),
                rows,
                file.get(FixedColumn.LONG, 72),
                file.get(FixedColumn.LONG, 80),
                columns);
    }

    /** Directory and trailer. The checksum covers the directory, the header's checksum and the trailer before it. */
    static byte[] encodeFooter(List<Block> blocks, long offset, int headerChecksum) {
        int directory = blocks.size() * BLOCK_BYTES;
        byte[] bytes = new byte[directory + TRAILER_BYTES];
        MemorySegment out = MemorySegment.ofArray(bytes);
        long at = 0;
        for (Block block : blocks) {
            out.set(FixedColumn.INT, at, block.kind.number);
            out.set(FixedColumn.INT, at + 4, block.column);
            out.set(FixedColumn.LONG, at + 8, block.offset);
            out.set(FixedColumn.LONG, at + 16, block.length);
            out.set(FixedColumn.INT, at + 24, block.checksum);
            at += BLOCK_BYTES;
        }
        out.set(FixedColumn.LONG, at, offset);
        out.set(FixedColumn.INT, at + 8, blocks.size());
        out.set(FixedColumn.INT, at + 12, headerChecksum);
        out.set(FixedColumn.INT, at + 20, Checksums.crc32c(out.asSlice(0, at + 20)));
        out.set(FixedColumn.LONG, at + 24, END_MAGIC);
        return bytes;
    }

    /** The footer's checksum, from a whole footer. */
    static int footerChecksum(MemorySegment footer) {
        return footer.get(FixedColumn.INT, footer.byteSize() - 12);
    }

    static List<Block> decodeFooter(MemorySegment file, String key) {
        long end = file.byteSize();
        long trailer = end - TRAILER_BYTES;
        if (file.get(FixedColumn.LONG, end - 8) != END_MAGIC) {
            throw ElanusException.corrupt(
                    "segment object '%s' does not end with the magic of a segment at byte %d: it is cut off or overwritten",
                    key, end - 8);
        }
        long offset = file.get(FixedColumn.LONG, trailer);
        int count = file.get(FixedColumn.INT, trailer + 8);
        if (offset < 0 || count < 0 || offset + (long) count * BLOCK_BYTES != trailer) {
            throw ElanusException.corrupt(
                    "segment object '%s' has a footer at byte %d with %d blocks, which does not fit its %d bytes",
                    key, offset, count, end);
        }
        if (file.get(FixedColumn.INT, end - 12) != Checksums.crc32c(file.asSlice(offset, end - 12 - offset))) {
            throw ElanusException.corrupt("segment object '%s' has a wrong footer checksum at byte %d", key, end - 12);
        }
        List<Block> blocks = new ArrayList<>();
        for (long at = offset; at < trailer; at += BLOCK_BYTES) {
            BlockKind kind = BlockKind.of(file.get(FixedColumn.INT, at));
            if (kind == null) {
                throw ElanusException.corrupt("segment object '%s' has a block of unknown kind at byte %d", key, at);
            }
            blocks.add(new Block(
                    kind,
                    file.get(FixedColumn.INT, at + 4),
                    file.get(FixedColumn.LONG, at + 8),
                    file.get(FixedColumn.LONG, at + 16),
                    file.get(FixedColumn.INT, at + 24)));
        }
        return blocks;
    }

    static long magic(String text) {
        return MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII)).get(FixedColumn.LONG, 0);
    }
}
