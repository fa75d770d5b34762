package org.elanus.plugin.walpulsar;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.WalRecord;
import org.jspecify.annotations.Nullable;

/** A record on its way. The thread that sends it sees only this copy: the caller's memory may be for one thread. */
final class PendingAppend {

    /** What a record costs beside its payload and properties, roughly: its objects here and its frame on the wire. */
    private static final int OVERHEAD = 256;

    private final byte[] payload;
    private final Map<String, String> properties;
    private final boolean mark;
    private final CompletableFuture<MessageId> stage = new CompletableFuture<>();

    // Set by the client's thread before it hands the record back.
    private @Nullable Position position;
    private @Nullable Throwable error;

    private PendingAppend(byte[] payload, Map<String, String> properties, boolean mark) {
        this.payload = payload;
        this.properties = properties;
        this.mark = mark;
    }

    static PendingAppend of(WalRecord record) {
        byte[] payload = new byte[(int) record.byteSize()];
        int at = 0;
        for (MemorySegment piece : record.payload()) {
            MemorySegment.copy(piece, 0, MemorySegment.ofArray(payload), at, piece.byteSize());
            at += (int) piece.byteSize();
        }
        return new PendingAppend(payload, record.properties(), false);
    }

    /** A message that is no record. */
    static PendingAppend mark() {
        return new PendingAppend(new byte[0], Map.of(), true);
    }

    byte[] payload() {
        return payload;
    }

    Map<String, String> properties() {
        return properties;
    }

    boolean isMark() {
        return mark;
    }

    /** What it takes of the memory for records under way. */
    long cost() {
        return payload.length + OVERHEAD;
    }

    CompletableFuture<MessageId> stage() {
        return stage;
    }

    void answer(@Nullable Position confirmed, @Nullable Throwable failure) {
        position = confirmed;
        error = failure;
    }

    @Nullable
    Position position() {
        return position;
    }

    @Nullable
    Throwable error() {
        return error;
    }
}
