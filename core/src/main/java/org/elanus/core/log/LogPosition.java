package org.elanus.core.log;

import org.elanus.spi.wal.MessageId;
import org.jspecify.annotations.Nullable;

/**
 * How far a channel has been applied.
 *
 * @param id of the newest record that was applied or belongs to one that was; null while the channel has none
 * @param sequence of that record; 0 while there is none
 * @param timestamp hybrid: every later record has a larger one
 */
public record LogPosition(@Nullable MessageId id, long sequence, long timestamp) {

    static final LogPosition START = new LogPosition(null, 0, 0);
}
