package org.elanus.plugin.wallocal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.WalRecord;

/** A record on its way into the log. */
final class PendingAppend {

    private final List<MemorySegment> pieces;
    private final int length;
    private final int payloadCrc;
    private final CompletableFuture<MessageId> stage = new CompletableFuture<>();
    private long sequence;

    /** Prepares a record in the appending thread, whose confined memory the writer's thread could not read. */
    PendingAppend(WalRecord record, int length, Thread writer) {
        this.length = length;
        this.pieces = readableBy(writer, record.payload());
        this.payloadCrc = RecordFormat.payloadCrc(pieces, length);
    }

    private static List<MemorySegment> readableBy(Thread writer, List<MemorySegment> pieces) {
        boolean all = true;
        for (MemorySegment piece : pieces) {
            all &= piece.isAccessibleBy(writer);
        }
        if (all) {
            return pieces;
        }
        List<MemorySegment> copies = new ArrayList<>(pieces.size());
        for (MemorySegment piece : pieces) {
            copies.add(
                    piece.isAccessibleBy(writer)
                            ? piece
                            : Arena.ofAuto().allocate(piece.byteSize(), 8).copyFrom(piece));
        }
        return copies;
    }

    void sequence(long assigned) {
        sequence = assigned;
    }

    long sequence() {
        return sequence;
    }

    List<MemorySegment> pieces() {
        return pieces;
    }

    int length() {
        return length;
    }

    int payloadCrc() {
        return payloadCrc;
    }

    long recordBytes() {
        return RecordFormat.recordBytes(length);
    }

    CompletableFuture<MessageId> stage() {
        return stage;
    }
}
