package org.elanus.spi.wal;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What is appended: the pieces, in order, form one payload. The memory belongs to the caller, is only read, and stays
 * unchanged and alive until the append has completed.
 */
public record WalRecord(List<MemorySegment> payload) {

    public WalRecord {
        payload = List.copyOf(payload);
    }

    /** The payload's length in bytes. */
    public long byteSize() {
        long size = 0;
        for (MemorySegment piece : payload) {
            size += piece.byteSize();
        }
        return size;
    }
}
