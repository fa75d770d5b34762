package org.elanus.core.catalog;

import org.elanus.spi.wal.MessageId;

/**
 * A point in a physical channel. Replay goes on with the record behind it.
 *
 * @param position of the last record that is covered
 * @param sequence of that record
 * @param timestamp hybrid, of that record
 */
public record Checkpoint(MessageId position, long sequence, long timestamp) {}
