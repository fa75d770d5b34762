package org.elanus.testkit.simulation.log;

import java.util.ArrayList;
import java.util.List;
import org.elanus.core.log.LogRecord;
import org.elanus.spi.wal.MessageId;

/** Everything that one reader was handed, in order. For one thread at a time. */
final class LogView {

    /** A record as a reader saw it. */
    record Seen(long operation, long sequence, long timestamp, MessageId id, long at) {}

    final String reader;
    /** When it began, in events of the history. */
    final long beganAt;

    final List<Seen> seen = new ArrayList<>();

    LogView(String reader, long beganAt) {
        this.reader = reader;
        this.beganAt = beganAt;
    }

    void add(LogRecord record, long at) {
        seen.add(new Seen(record.data().collectionId(), record.sequence(), record.timestamp(), record.position(), at));
    }

    /** The sequence of the newest record; 0 while there is none. */
    long end() {
        return seen.isEmpty() ? 0 : seen.getLast().sequence();
    }
}
