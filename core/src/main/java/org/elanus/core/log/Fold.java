package org.elanus.core.log;

import org.elanus.spi.wal.MessageId;

/**
 * Decides which records of a channel count: those whose epoch is that of the last CLAIM before them, whose sequence is
 * the next one and whose previous checksum is right. Repeats are dropped.
 *
 * <p>Two rules. In an exclusive log nothing else can stand, so that whatever does not follow is damage, and the first
 * record sets the state of a log that was truncated. In a shared log a CLAIM of a higher epoch counts wherever it stands
 * and takes the next sequence; what older owners write behind it is foreign, and a gap voids what follows up to the next
 * CLAIM. The state that a shared log begins with is always known: the start of the channel, or what was noted when the
 * log was truncated. For one thread.
 */
final class Fold {

    enum Verdict {
        VALID,
        REPEATED,
        /** Of an owner that was deposed. */
        FOREIGN,
        /** The first that does not follow: records are missing, or two owners have one epoch. */
        GAP,
        /** Behind a gap. */
        VOID
    }

    private final boolean exclusive;
    private boolean started;
    private boolean gap;
    /** The highest epoch of records whose CLAIM is not there: it was before them, so that no lower one counts. */
    private long unclaimed;
    private long epoch;
    private long sequence;
    private int crc;
    private long timestamp;

    private Fold(boolean exclusive, boolean started, LogPosition from) {
        this.exclusive = exclusive;
        this.started = started;
        this.epoch = from.epoch();
        this.sequence = from.sequence();
        this.crc = from.crc();
        this.timestamp = from.timestamp();
    }

    /** Of an exclusive log, behind a position; {@link LogPosition#START} for one that may begin anywhere. */
    static Fold exclusive(LogPosition from) {
        return new Fold(true, from.sequence() > 0, from);
    }

    /** Of a log that others may write, behind a position. */
    static Fold shared(LogPosition from) {
        return new Fold(false, true, from);
    }

    Verdict accept(Frame frame) {
        Verdict verdict = exclusive ? judgeExclusive(frame) : judgeShared(frame);
        if (verdict == Verdict.GAP) {
            gap = true;
        }
        if (verdict == Verdict.VALID) {
            gap = false;
            started = true;
            epoch = frame.epoch();
            sequence = frame.sequence() == Frame.FLOATING ? sequence + 1 : frame.sequence();
            crc = frame.crc();
            timestamp = Math.max(timestamp, frame.timestamp());
        }
        return verdict;
    }

    private Verdict judgeExclusive(Frame frame) {
        if (!started) {
            return Verdict.VALID;
        }
        if (frame.sequence() <= sequence) {
            return frame.sequence() == sequence && frame.crc() != crc ? Verdict.GAP : Verdict.REPEATED;
        }
        boolean rightEpoch = frame.kind() == Frame.Kind.CLAIM ? frame.epoch() > epoch : frame.epoch() == epoch;
        return rightEpoch && follows(frame) ? Verdict.VALID : Verdict.GAP;
    }

    private Verdict judgeShared(Frame frame) {
        if (frame.kind() == Frame.Kind.CLAIM && frame.epoch() > highestEpoch()) {
            return Verdict.VALID;
        }
        if (frame.epoch() < epoch) {
            return Verdict.FOREIGN;
        }
        if (frame.epoch() > epoch) {
            unclaimed = Math.max(unclaimed, frame.epoch());
            return gap ? Verdict.VOID : Verdict.GAP; // without the CLAIM that it must stand behind
        }
        if (frame.crc() == crc || (frame.kind() != Frame.Kind.CLAIM && frame.sequence() < sequence)) {
            return Verdict.REPEATED;
        }
        if (frame.kind() == Frame.Kind.CLAIM) {
            return Verdict.FOREIGN; // a repeat, or a second owner of one epoch, whose records will not follow
        }
        if (gap) {
            return Verdict.VOID;
        }
        return frame.sequence() > sequence && follows(frame) ? Verdict.VALID : Verdict.GAP;
    }

    private boolean follows(Frame frame) {
        return frame.sequence() == sequence + 1 && frame.previousCrc() == crc && frame.timestamp() > timestamp;
    }

    /** Of the last valid record, which has this id. */
    LogPosition position(MessageId id) {
        return new LogPosition(id, sequence, timestamp, epoch, crc);
    }

    /** One in the same state. */
    Fold copy() {
        Fold copy = new Fold(exclusive, started, LogPosition.START);
        copy.gap = gap;
        copy.unclaimed = unclaimed;
        copy.epoch = epoch;
        copy.sequence = sequence;
        copy.crc = crc;
        copy.timestamp = timestamp;
        return copy;
    }

    /** Whether what comes next is judged alike. */
    boolean agrees(Fold other) {
        return epoch == other.epoch && sequence == other.sequence && crc == other.crc;
    }

    /** Of all records so far. */
    long highestEpoch() {
        return Math.max(epoch, unclaimed);
    }

    long epoch() {
        return epoch;
    }

    /** Of the last valid record. */
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
