package org.elanus.core.log;

/**
 * Decides which records of a channel count: those whose epoch is that of the last CLAIM before them and whose sequence
 * is the next one. A repeat is dropped; a gap, a foreign epoch or a wrong previous checksum is void.
 *
 * <p>The first record seen sets the state, because a log that was truncated begins in the middle. For one thread.
 */
final class Fold {

    enum Verdict {
        VALID,
        REPEATED,
        VOID
    }

    private boolean started;
    private long epoch;
    private long sequence;
    private int crc;
    private long timestamp;

    Verdict accept(Frame frame) {
        if (started) {
            if (frame.sequence() <= sequence) {
                return frame.sequence() == sequence && frame.crc() != crc ? Verdict.VOID : Verdict.REPEATED;
            }
            boolean rightEpoch = frame.kind() == Frame.Kind.CLAIM ? frame.epoch() > epoch : frame.epoch() == epoch;
            if (!rightEpoch
                    || frame.sequence() != sequence + 1
                    || frame.previousCrc() != crc
                    || frame.timestamp() <= timestamp) {
                return Verdict.VOID;
            }
        }
        started = true;
        epoch = frame.epoch();
        sequence = frame.sequence();
        crc = frame.crc();
        timestamp = frame.timestamp();
        return Verdict.VALID;
    }

    /** A fold in the same state. */
    Fold copy() {
        Fold copy = new Fold();
        copy.started = started;
        copy.epoch = epoch;
        copy.sequence = sequence;
        copy.crc = crc;
        copy.timestamp = timestamp;
        return copy;
    }

    long epoch() {
        return epoch;
    }

    long sequence() {
        return sequence;
    }

    int crc() {
        return crc;
    }

    long timestamp() {
        return timestamp;
    }
}
