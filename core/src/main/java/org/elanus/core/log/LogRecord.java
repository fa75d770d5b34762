package org.elanus.core.log;

import java.util.Objects;
import org.elanus.spi.wal.MessageId;

/**
 * A valid data record at its place in a channel.
 *
 * @param at its last part
 */
public record LogRecord(LogPosition at, DataRecord data) {

    public MessageId position() {
        return Objects.requireNonNull(at.id());
    }

    public long sequence() {
        return at.sequence();
    }

    /** Hybrid; strictly increasing along the channel. */
    public long timestamp() {
        return at.timestamp();
    }
}
