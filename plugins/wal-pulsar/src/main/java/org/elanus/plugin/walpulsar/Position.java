package org.elanus.plugin.walpulsar;

import java.nio.ByteBuffer;
import java.util.Comparator;
import org.apache.pulsar.client.api.MessageIdAdv;
import org.apache.pulsar.client.impl.BatchMessageIdImpl;
import org.apache.pulsar.client.impl.MessageIdImpl;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.MessageId;

/**
 * Where a record stands in its topic. Encoded in {@value #BYTES} bytes of our own, because Pulsar's encoding of one
 * position differs with what its reader has already acknowledged, and ours are compared for equality.
 *
 * @param ledger grows along the topic
 * @param entry within the ledger
 * @param batchIndex within the entry; -1 for a record that has the entry to itself
 */
record Position(long ledger, long entry, int batchIndex) implements Comparable<Position> {

    private static final int BYTES = 2 * Long.BYTES + Integer.BYTES;
    private static final int NOT_PARTITIONED = -1;
    private static final Comparator<Position> ORDER = Comparator.comparingLong(Position::ledger)
            .thenComparingLong(Position::entry)
            .thenComparingInt(Position::batchIndex);

    static Position of(org.apache.pulsar.client.api.MessageId id) {
        MessageIdAdv parts = (MessageIdAdv) id;
        return new Position(parts.getLedgerId(), parts.getEntryId(), parts.getBatchIndex());
    }

    /** @throws ElanusException INVALID_ARGUMENT for an id that is not of this log */
    static Position of(MessageId id) {
        byte[] bytes = id.bytes();
        if (!id.walName().equals(PulsarWalOpenerBuilder.NAME) || bytes.length != BYTES) {
            throw ElanusException.invalid("%s is not a position in a log of the kind 'pulsar'", id);
        }
        ByteBuffer parts = ByteBuffer.wrap(bytes);
        return new Position(parts.getLong(), parts.getLong(), parts.getInt());
    }

    MessageId id() {
        return new MessageId(
                PulsarWalOpenerBuilder.NAME,
                ByteBuffer.allocate(BYTES)
                        .putLong(ledger)
                        .putLong(entry)
                        .putInt(batchIndex)
                        .array());
    }

    org.apache.pulsar.client.api.MessageId pulsarId() {
        return batchIndex < 0
                ? new MessageIdImpl(ledger, entry, NOT_PARTITIONED)
                : new BatchMessageIdImpl(ledger, entry, NOT_PARTITIONED, batchIndex);
    }

    /**
     * The last entry of which nothing stands behind this position: the broker forgets whole entries only, and those that
     * share one with a later record stay.
     */
    org.apache.pulsar.client.api.MessageId lastWholeEntry() {
        return new MessageIdImpl(ledger, batchIndex < 0 ? entry : entry - 1, NOT_PARTITIONED);
    }

    static Position parse(String text) {
        String[] parts = text.split(":", -1);
        return new Position(Long.parseLong(parts[0], 16), Long.parseLong(parts[1], 16), Integer.parseInt(parts[2], 16));
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return Long.toString(ledger, 16) + ":" + Long.toString(entry, 16) + ":" + Integer.toString(batchIndex, 16);
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }
}
