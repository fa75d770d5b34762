package org.elanus.core.log;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a data record: a directory, then the columns' own memory, piece by piece. Nothing of a column is
 * copied in either direction. The layout stands in {@code docs/format.md}.
 */
final class DataRecordCodec {

    private static final int FIXED_HEADER = 40;
    private static final int MAX_NAME_BYTES = 1024;
    private static final int REQUEST_BYTES = 34;

    private DataRecordCodec() {}

    /** The pieces of the payload; all but the first are the columns' memory. */
    static List<MemorySegment> encode(DataRecord record) {
        List<MemorySegment> pieces = new ArrayList<>();
        ColumnBatch rows = record.rows();
        Column keys = record.deletedKeys();
        int columns =
                (keys == null ? 0 : 1) + (rows == null ? 0 : rows.columns().size());
        RequestMark request = record.request();
        byte[] requestKey = request == null ? new byte[0] : request.key().getBytes(StandardCharsets.UTF_8);
        ByteBuffer directory = ByteBuffer.allocate(
                        FIXED_HEADER + columns * (MAX_NAME_BYTES + 40) + REQUEST_BYTES + requestKey.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        directory.putInt(0); // length of the directory, filled in below
        directory.putLong(record.collectionId());
        directory.putInt(record.shard());
        directory.putInt(record.schemaVersion());
        directory.putLong(record.partitionId());
        directory.putLong(record.deleteBefore());
        directory.put((byte) ((keys == null ? 0 : 1) | (rows == null ? 0 : 2) | (request == null ? 0 : 4)));
        directory.put((byte) 0);
        directory.putShort((short) (rows == null ? 0 : rows.columns().size()));
        if (keys != null) {
            describe(directory, "", keys, pieces);
        }
        if (rows != null) {
            for (Map.Entry<String, Column> column : rows.columns().entrySet()) {
                describe(directory, column.getKey(), column.getValue(), pieces);
            }
        }
        if (request != null) {
            directory.putLong(request.part());
            directory.putLong(request.fingerprint());
            directory.putLong(request.firstId());
            directory.putInt(request.records());
            directory.putInt(request.rows());
            directory.putShort((short) requestKey.length);
            directory.put(requestKey);
        }
        directory.flip();
        directory.putInt(0, directory.limit());
        pieces.addFirst(MemorySegment.ofBuffer(directory));
        return pieces;
    }

    private static void describe(ByteBuffer directory, String name, Column column, List<MemorySegment> pieces) {
        byte[] encodedName = name.getBytes(StandardCharsets.UTF_8);
        directory.putShort((short) encodedName.length);
        directory.put(encodedName);
        directory.put((byte) column.type().number());
        MemorySegment validity = column.validity();
        int validityBytes = validity == null ? 0 : (column.rows() + 7) / 8;
        directory.put((byte) (validity == null ? 0 : 1));
        directory.putInt(column.rows());
        switch (column) {
            case FixedColumn fixed -> {
                directory.putInt(fixed.width());
                directory.putInt(validityBytes);
                directory.putLong(fixed.payloadBytes());
                pieces.add(fixed.data().asSlice(0, fixed.payloadBytes()));
            }
            case VariableColumn variable -> {
                VariableColumn packed = packed(variable);
                long bytes = packed.start(packed.rows());
                directory.putInt(0);
                directory.putInt(validityBytes);
                directory.putLong(bytes);
                pieces.add(packed.offsets().asSlice(0, 4L * (packed.rows() + 1)));
                pieces.add(packed.bytes().asSlice(0, bytes));
            }
        }
        if (validity != null) {
            pieces.add(validity.asSlice(0, validityBytes));
        }
    }

    /** The column itself when its offsets begin at 0, else a copy that does. */
    private static VariableColumn packed(VariableColumn column) {
        int base = column.start(0);
        if (base == 0) {
            return column;
        }
        MemorySegment offsets = MemorySegment.ofArray(new byte[4 * (column.rows() + 1)]);
        for (int row = 0; row <= column.rows(); row++) {
            offsets.set(FixedColumn.INT, 4L * row, column.start(row) - base);
        }
        return new VariableColumn(
                column.type(), column.rows(), offsets, column.bytes().asSlice(base), column.validity());
    }

    /** Reads a payload; the columns are slices of it. @param where names the record in errors */
    static DataRecord decode(MemorySegment payload, Object where) {
        try {
            Reader reader = new Reader(payload);
            int directoryBytes = reader.readInt();
            reader.pieces = directoryBytes;
            long collectionId = reader.readLong();
            int shard = reader.readInt();
            int schemaVersion = reader.readInt();
            long partitionId = reader.readLong();
            long deleteBefore = reader.readLong();
            int flags = reader.readByte();
            reader.readByte();
            int columns = reader.readShort();
            Column keys = (flags & 1) == 0 ? null : reader.readColumn().getValue();
            ColumnBatch rows = null;
            if ((flags & 2) != 0) {
                Map<String, Column> byName = new LinkedHashMap<>();
                int count = 0;
                for (int i = 0; i < columns; i++) {
                    Map.Entry<String, Column> column = reader.readColumn();
                    byName.put(column.getKey(), column.getValue());
                    count = column.getValue().rows();
                }
                rows = new ColumnBatch(count, byName);
            }
            RequestMark request = (flags & 4) == 0 ? null : reader.readRequest();
            return new DataRecord(collectionId, shard, schemaVersion, partitionId, keys, deleteBefore, rows, request);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new ElanusException(
                    org.elanus.spi.error.StandardErrorCode.CORRUPT,
                    "payload of record " + where + " has a directory that does not fit it",
                    e);
        }
    }

    /** Walks the directory and, beside it, the pieces. */
    private static final class Reader {
        private final MemorySegment payload;
        private long at;
        private long pieces;

        Reader(MemorySegment payload) {
            this.payload = payload;
        }

        byte readByte() {
            return payload.get(ValueLayout.JAVA_BYTE, at++);
        }

        int readShort() {
            at += 2;
            return Short.toUnsignedInt(payload.get(FixedColumn.SHORT, at - 2));
        }

        int readInt() {
            at += 4;
            return payload.get(FixedColumn.INT, at - 4);
        }

        long readLong() {
            at += 8;
            return payload.get(FixedColumn.LONG, at - 8);
        }

        RequestMark readRequest() {
            long part = readLong();
            long fingerprint = readLong();
            long firstId = readLong();
            int records = readInt();
            int rows = readInt();
            int length = readShort();
            String key = new String(payload.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
            at += length;
            return new RequestMark(key, part, fingerprint, firstId, records, rows);
        }

        Map.Entry<String, Column> readColumn() {
            int nameBytes = readShort();
            String name =
                    new String(payload.asSlice(at, nameBytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
            at += nameBytes;
            DataType type = DataType.ofNumber(Byte.toUnsignedInt(readByte()));
            boolean hasValidity = readByte() != 0;
            int rows = readInt();
            int width = readInt();
            int validityBytes = readInt();
            long bytes = readLong();
            MemorySegment offsets = type.isVariableWidth() ? piece(4L * (rows + 1)) : MemorySegment.NULL;
            MemorySegment data = piece(bytes);
            @Nullable MemorySegment validity = hasValidity ? piece(validityBytes) : null;
            Column column = type.isVariableWidth()
                    ? new VariableColumn(type, rows, offsets, data, validity)
                    : new FixedColumn(type, rows, width, data, validity);
            return Map.entry(name, column);
        }

        private MemorySegment piece(long bytes) {
            MemorySegment piece = payload.asSlice(pieces, bytes);
            pieces += bytes;
            return piece;
        }
    }
}
