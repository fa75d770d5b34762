package org.elanus.core.log;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.elanus.spi.wal.WalEntry;
import org.jspecify.annotations.Nullable;

/** Puts the parts of a batch together again, of valid records in order. For one thread. */
final class Assembly {

    private final List<MemorySegment> parts = new ArrayList<>();

    /** The batch that the record completes; null when it completes none. */
    @Nullable
    DataRecord add(Frame frame, WalEntry entry) {
        if (frame.part() == 0) {
            parts.clear(); // what an owner has begun and not finished counts for nothing
        }
        if (frame.kind() != Frame.Kind.DATA) {
            return null;
        }
        parts.add(entry.payload().asSlice(Frame.BYTES));
        if (parts.size() < frame.parts()) {
            return null;
        }
        DataRecord data = DataRecordCodec.decode(joined(), entry.id());
        parts.clear();
        return data;
    }

    /** Whether no batch is begun. */
    boolean isEmpty() {
        return parts.isEmpty();
    }

    private MemorySegment joined() {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        long size = 0;
        for (MemorySegment part : parts) {
            size += part.byteSize();
        }
        MemorySegment whole = MemorySegment.ofArray(new byte[Math.toIntExact(size)]);
        long at = 0;
        for (MemorySegment part : parts) {
            MemorySegment.copy(part, ValueLayout.JAVA_BYTE, 0, whole, ValueLayout.JAVA_BYTE, at, part.byteSize());
            at += part.byteSize();
        }
        return whole;
    }
}
