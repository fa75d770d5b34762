package org.elanus.spi.wal;

import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * A record as read back. The payload is the reader's own: it stays valid for as long as it is reachable, and nobody
 * writes to it.
 *
 * @param properties as they were appended
 */
public record WalEntry(MessageId id, MemorySegment payload, Map<String, String> properties) {

    public WalEntry {
        properties = Map.copyOf(properties);
    }

    /** An entry without properties. */
    public WalEntry(MessageId id, MemorySegment payload) {
        this(id, payload, Map.of());
    }
}
