package org.elanus.spi.wal;

/**
 * Where a scanner begins. An id may come from any opener of the same implementation and channel, also of an earlier life.
 */
public sealed interface DeliverPolicy {

    /** With the oldest record that the log still holds. */
    record Earliest() implements DeliverPolicy {}

    /** With the first record appended after the scanner was made. */
    record Latest() implements DeliverPolicy {}

    /** With the record of this id (inclusive). */
    record From(MessageId id) implements DeliverPolicy {}

    /** With the first record behind this id (exclusive). */
    record After(MessageId id) implements DeliverPolicy {}

    DeliverPolicy EARLIEST = new Earliest();
    DeliverPolicy LATEST = new Latest();
}
