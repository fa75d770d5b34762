package org.elanus.core.log;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;

/** Reads a whole channel and checks every record and the chain that they form. Changes nothing. */
public final class LogCheck {

    private LogCheck() {}

    /**
     * @param committedSequence records up to it are known to have been in the log
     * @return what is wrong; empty when all is well
     */
    public static List<String> check(WalOpener opener, String channel, long committedSequence) {
        List<String> findings = new ArrayList<>();
        Fold fold = new Fold();
        List<MemorySegment> parts = new ArrayList<>();
        try (WalReader reader = opener.openReader(channel);
                WalScanner scanner = reader.scan(DeliverPolicy.EARLIEST)) {
            for (WalEntry entry = scanner.poll(Duration.ZERO); entry != null; entry = scanner.poll(Duration.ZERO)) {
                Frame frame = Frame.decode(entry.payload(), entry.id());
                if (fold.accept(frame) != Fold.Verdict.VALID) {
                    findings.add("channel " + channel + ": record " + entry.id() + " (epoch " + frame.epoch()
                            + ", sequence " + frame.sequence() + ") does not follow epoch " + fold.epoch()
                            + ", sequence " + fold.sequence());
                    return findings;
                }
                if (frame.part() == 0) {
                    parts.clear();
                }
                if (frame.kind() == Frame.Kind.DATA) {
                    parts.add(entry.payload().asSlice(Frame.BYTES));
                    if (parts.size() == frame.parts()) {
                        DataRecordCodec.decode(ChannelLog.joined(parts), entry.id());
                        parts.clear();
                    }
                }
            }
            if (fold.sequence() < committedSequence) {
                findings.add("channel " + channel + ": the log ends at sequence " + fold.sequence()
                        + ", but segments hold records up to " + committedSequence);
            }
        } catch (ElanusException e) {
            findings.add("channel " + channel + ": " + e.getMessage());
        }
        return findings;
    }
}
