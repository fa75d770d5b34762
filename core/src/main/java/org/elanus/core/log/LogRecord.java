package org.elanus.core.log;

import org.elanus.spi.wal.MessageId;

/**
 * A valid data record at its place in a channel.
 *
 * @param position of its last part
 * @param sequence of its last part
 * @param timestamp hybrid; strictly increasing along the channel
 */
public record LogRecord(MessageId position, long sequence, long timestamp, DataRecord data) {}
