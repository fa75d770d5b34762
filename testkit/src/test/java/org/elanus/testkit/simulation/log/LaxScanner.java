package org.elanus.testkit.simulation.log;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalScanner;
import org.elanus.testkit.wal.ForwardingScanner;
import org.jspecify.annotations.Nullable;

/**
 * Makes a room judge records less strictly than it does: what one rule would let count is given a header that the real
 * judge accepts, and so is what follows it.
 */
final class LaxScanner extends ForwardingScanner {

    /** Which record counts though it should not. */
    enum Rule {
        FOREIGN_EPOCH,
        WRONG_PREDECESSOR,
        BEHIND_A_GAP,
        OUT_OF_ORDER,
        REPEATED
    }

    /** The last record that counted, as it was written and as the room was given it. */
    private record Place(Header written, Header given) {}

    private record Header(long epoch, long sequence, int crc, long timestamp) {}

    private static final Header START = new Header(0, 0, 0, 0);

    /** What all processes of a schedule have found. */
    static final class Memory {
        private final Map<MessageId, Place> places = new HashMap<>();
    }

    private final Rule rule;
    private final Memory memory;
    private final Set<Integer> counted = new HashSet<>();
    private Place place;

    LaxScanner(WalScanner scanner, DeliverPolicy from, Rule rule, Memory memory) {
        super(scanner);
        this.rule = rule;
        this.memory = memory;
        Place known = from instanceof DeliverPolicy.After(var id) ? memory.places.get(id) : null;
        this.place = known == null ? new Place(START, START) : known;
    }

    @Override
    public @Nullable WalEntry poll(Duration timeout) {
        WalEntry entry = scanner.poll(timeout);
        if (entry == null) {
            return null;
        }
        byte[] record = entry.payload().toArray(ValueLayout.JAVA_BYTE);
        FrameHeader header = new FrameHeader(record);
        boolean claim = header.kind() == FrameHeader.CLAIM;
        Header written = new Header(
                header.epoch(),
                claim ? place.written.sequence + 1 : header.sequence(),
                header.crc(),
                Math.max(header.timestamp(), place.written.timestamp));
        boolean sound = claim ? header.epoch() > place.written.epoch : isSound(header);
        if (!sound && (claim || !letsCount(header))) {
            return entry;
        }
        counted.add(header.crc());
        if (sound && place.written.equals(place.given)) {
            place = new Place(written, written);
        } else {
            Header before = place.given;
            long timestamp = Math.max(header.timestamp(), before.timestamp + 1);
            header.place(
                    claim ? header.epoch() : before.epoch,
                    claim ? header.sequence() : before.sequence + 1,
                    timestamp,
                    claim ? header.previousCrc() : before.crc);
            Header given =
                    new Header(claim ? header.epoch() : before.epoch, before.sequence + 1, header.crc(), timestamp);
            place = new Place(
                    sound || rule != Rule.FOREIGN_EPOCH && rule != Rule.REPEATED ? written : place.written, given);
        }
        memory.places.put(entry.id(), place);
        return new WalEntry(entry.id(), MemorySegment.ofArray(record), entry.properties());
    }

    private boolean isSound(FrameHeader header) {
        Header last = place.written;
        return header.epoch() == last.epoch
                && header.sequence() == last.sequence + 1
                && header.previousCrc() == last.crc
                && header.timestamp() > last.timestamp;
    }

    private boolean letsCount(FrameHeader header) {
        Header last = place.written;
        boolean rightEpoch = header.epoch() == last.epoch;
        return switch (rule) {
            case FOREIGN_EPOCH -> !rightEpoch;
            case WRONG_PREDECESSOR -> rightEpoch && header.sequence() == last.sequence + 1;
            case BEHIND_A_GAP -> rightEpoch && header.sequence() > last.sequence + 1;
            case OUT_OF_ORDER ->
                rightEpoch && !counted.contains(header.crc()) && header.sequence() != last.sequence + 1;
            case REPEATED -> rightEpoch && counted.contains(header.crc());
        };
    }
}
