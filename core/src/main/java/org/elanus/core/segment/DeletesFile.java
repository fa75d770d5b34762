package org.elanus.core.segment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import org.elanus.core.catalog.DeletesEntry;
import org.elanus.core.runtime.Checksums;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.storage.ObjectWriter;

/** All deletes of a segment up to a moment in one object, as {@code docs/format-segment.md} has it. */
final class DeletesFile {

    private static final long MAGIC = SegmentFormat.magic("ELANUSDL");
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 64;

    private DeletesFile() {}

    static DeletesEntry write(ObjectStore store, String key, long segmentId, DeleteLog.State log) {
        int count = log.size();
        long maxTimestamp = count == 0 ? 0 : log.timestamps()[count - 1];
        long size = size(count);
        try (Arena arena = Arena.ofConfined();
                ObjectWriter writer = store.create(key)) {
            MemorySegment out = arena.allocate(size, 8);
            out.set(FixedColumn.LONG, 0, MAGIC);
            out.set(FixedColumn.INT, 8, VERSION);
            // 12: cipher, 16: key id; zero until encryption comes
            out.set(FixedColumn.LONG, 24, segmentId);
            out.set(FixedColumn.INT, 32, count);
            out.set(FixedColumn.LONG, 40, maxTimestamp);
            MemorySegment.copy(log.timestamps(), 0, out, FixedColumn.LONG, HEADER_BYTES, count);
            MemorySegment.copy(log.rows(), 0, out, FixedColumn.INT, HEADER_BYTES + 8L * count, count);
            int checksum = Checksums.crc32c(out.asSlice(0, size - 4));
            out.set(FixedColumn.INT, size - 4, checksum);
            writer.write(out);
            writer.commit();
            return new DeletesEntry(key, size, checksum, count, maxTimestamp);
        }
    }

    /**
     * Reads and checks everything.
     *
     * @param rows of the segment
     */
    static DeleteLog.State read(ObjectStore store, DeletesEntry entry, long segmentId, int rows) {
        String key = entry.key();
        OptionalLong size = store.size(key);
        if (size.isEmpty()) {
            throw ElanusException.corrupt("deletes object '%s' is missing", key);
        }
        if (size.getAsLong() != entry.bytes() || entry.bytes() < size(0)) {
            throw ElanusException.corrupt(
                    "deletes object '%s' has %d bytes, but %d were written", key, size.getAsLong(), entry.bytes());
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = arena.allocate(entry.bytes(), 8);
            store.read(key, 0, in);
            int checksum = in.get(FixedColumn.INT, entry.bytes() - 4);
            if (in.get(FixedColumn.LONG, 0) != MAGIC || in.get(FixedColumn.INT, 8) != VERSION) {
                throw ElanusException.corrupt(
                        "deletes object '%s' does not begin with the magic and version %d of deletes", key, VERSION);
            }
            if (checksum != Checksums.crc32c(in.asSlice(0, entry.bytes() - 4)) || checksum != entry.checksum()) {
                throw ElanusException.corrupt(
                        "deletes object '%s' has a wrong checksum at byte %d", key, entry.bytes() - 4);
            }
            int count = in.get(FixedColumn.INT, 32);
            if (count < 0 || size(count) != entry.bytes() || count != entry.count()) {
                throw ElanusException.corrupt("deletes object '%s' has a count of %d at byte 32", key, count);
            }
            if (in.get(FixedColumn.LONG, 24) != segmentId) {
                throw ElanusException.corrupt(
                        "deletes object '%s' is of segment %d at byte 24, not of segment %d",
                        key, in.get(FixedColumn.LONG, 24), segmentId);
            }
            long[] timestamps = new long[count];
            int[] deleted = new int[count];
            MemorySegment.copy(in, FixedColumn.LONG, HEADER_BYTES, timestamps, 0, count);
            MemorySegment.copy(in, FixedColumn.INT, HEADER_BYTES + 8L * count, deleted, 0, count);
            for (int i = 0; i < count; i++) {
                if (deleted[i] < 0 || deleted[i] >= rows) {
                    throw ElanusException.corrupt(
                            "deletes object '%s' deletes row %d of %d at byte %d",
                            key, deleted[i], rows, HEADER_BYTES + 8L * count + 4L * i);
                }
                if (i > 0 && timestamps[i] < timestamps[i - 1]) {
                    throw ElanusException.corrupt(
                            "deletes object '%s' is out of order at byte %d", key, HEADER_BYTES + 8L * i);
                }
            }
            return new DeleteLog.State(deleted, timestamps, count, 0);
        }
    }

    private static long size(int count) {
        return HEADER_BYTES + 12L * count + 4;
    }
}
