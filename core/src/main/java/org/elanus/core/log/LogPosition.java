package org.elanus.core.log;

import org.elanus.spi.wal.MessageId;
import org.jspecify.annotations.Nullable;

/**
 * A point in a channel, and what must be known there to judge the records behind it.
 *
 * @param id of the newest record that was applied or belongs to one that was; null while the channel has none in this
 *     log
 * @param sequence of that record; 0 while there is none
 * @param timestamp hybrid: every later record has a larger one
 * @param epoch of the last CLAIM up to it
 * @param crc of that record's header
 */
public record LogPosition(@Nullable MessageId id, long sequence, long timestamp, long epoch, int crc) {

    /** Before the first record of a channel. */
    public static final LogPosition START = new LogPosition(null, 0, 0, 0, 0);
}
