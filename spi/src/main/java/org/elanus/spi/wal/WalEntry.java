package org.elanus.spi.wal;

import java.lang.foreign.MemorySegment;

/** A record as read back. The payload is the reader's own: it stays valid for as long as it is reachable. */
public record WalEntry(MessageId id, MemorySegment payload) {}
