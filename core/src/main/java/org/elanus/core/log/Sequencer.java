package org.elanus.core.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.elanus.core.runtime.HybridClock;

/** Numbers and stamps the records of one owner. Guarded by the channel's append lock, except {@link #assigned()}. */
final class Sequencer {

    private final HybridClock stamps;
    private long epoch;
    private long previousTimestamp;
    private int previousCrc;
    private volatile long assigned;

    Sequencer(HybridClock stamps) {
        this.stamps = stamps;
    }

    /** Goes on behind a record that counts. */
    void continueFrom(long newEpoch, long sequence, long timestamp, int crc) {
        stamps.observe(timestamp);
        epoch = newEpoch;
        assigned = sequence;
        previousTimestamp = timestamp;
        previousCrc = crc;
    }

    /** The header of the next record. */
    Frame next(Frame.Kind kind, int part, Parts parts) {
        previousTimestamp = Math.max(previousTimestamp + 1, stamps.next());
        Frame frame = Frame.seal(
                kind,
                epoch,
                assigned + 1,
                previousTimestamp,
                part,
                parts.count(),
                parts.lengths()[part],
                parts.crcs()[part],
                previousCrc);
        previousCrc = frame.crc();
        assigned = frame.sequence();
        return frame;
    }

    /** The sequence of the newest record that was numbered. For any thread. */
    long assigned() {
        return assigned;
    }

    /** The payload of a CLAIM. */
    static byte[] claimant(String node) {
        byte[] name = node.getBytes(StandardCharsets.UTF_8);
        return name.length <= 256 ? name : Arrays.copyOf(name, 256);
    }
}
