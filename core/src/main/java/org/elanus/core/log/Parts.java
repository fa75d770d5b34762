package org.elanus.core.log;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * A payload cut into as many records as the log's record limit asks for, without copying.
 *
 * @param payloads the pieces of each part
 * @param lengths in bytes, of each part
 * @param crcs of each part
 */
record Parts(List<List<MemorySegment>> payloads, int[] lengths, int[] crcs) {

    private static final int MAX_PARTS = 65_535;

    static final Parts NONE = new Parts(List.of(List.of()), new int[1], new int[1]);

    static Parts of(List<MemorySegment> pieces, int maxBytes) {
        List<List<MemorySegment>> payloads = split(pieces, maxBytes);
        int[] lengths = new int[payloads.size()];
        int[] crcs = new int[lengths.length];
        for (int i = 0; i < crcs.length; i++) {
            CRC32C crc = new CRC32C();
            for (MemorySegment piece : payloads.get(i)) {
                crc.update(piece.asByteBuffer());
                lengths[i] += (int) piece.byteSize();
            }
            crcs[i] = (int) crc.getValue();
        }
        return new Parts(payloads, lengths, crcs);
    }

    int count() {
        return lengths.length;
    }

    /** With the headers. */
    long bytes() {
        long bytes = (long) Frame.BYTES * count();
        for (int length : lengths) {
            bytes += length;
        }
        return bytes;
    }

    private static List<List<MemorySegment>> split(List<MemorySegment> pieces, int maxBytes) {
        List<List<MemorySegment>> parts = new ArrayList<>();
        List<MemorySegment> part = new ArrayList<>();
        long room = maxBytes;
        for (MemorySegment piece : pieces) {
            long at = 0;
            while (at < piece.byteSize()) {
                if (room == 0) {
                    parts.add(part);
                    part = new ArrayList<>();
                    room = maxBytes;
                }
                long length = Math.min(room, piece.byteSize() - at);
                part.add(piece.asSlice(at, length));
                at += length;
                room -= length;
            }
        }
        parts.add(part);
        if (parts.size() > MAX_PARTS) {
            throw new ElanusException(
                    StandardErrorCode.ARGUMENT_TOO_LARGE,
                    "a batch may take at most " + (long) MAX_PARTS * maxBytes + " bytes in the log");
        }
        return parts;
    }
}
