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
    private final int propertiesLength;
    private final int bodyCrc;
    private final CompletableFuture<MessageId> stage = new CompletableFuture<>();
    private long sequence;

    /** Prepares a record in the appending thread, whose confined memory the writer's thread could not read. */
    PendingAppend(WalRecord record, Thread writer) {
        List<MemorySegment> payload = readableBy(writer, record.payload());
        length = (int) record.byteSize();
        if (record.properties().isEmpty()) {
            pieces = payload;
            propertiesLength = 0;
        } else {
            MemorySegment properties = MemorySegment.ofArray(RecordProperties.encode(record.properties()));
            pieces = new ArrayList<>(payload);
            pieces.add(properties);
            propertiesLength = (int) properties.byteSize();
        }
        bodyCrc = RecordFormat.bodyCrc(pieces, bodyLength());
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

    /** Payload and properties. */
    List<MemorySegment> pieces() {
        return pieces;
    }

    /** Of the payload. */
    int length() {
        return length;
    }

    int propertiesLength() {
        return propertiesLength;
    }

    int bodyCrc() {
        return bodyCrc;
    }

    long recordBytes() {
        return RecordFormat.recordBytes(bodyLength());
    }

    private long bodyLength() {
        return (long) length + propertiesLength;
    }

    CompletableFuture<MessageId> stage() {
        return stage;
    }
}
