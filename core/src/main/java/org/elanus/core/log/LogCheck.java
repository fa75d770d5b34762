package org.elanus.core.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;

/** Reads a whole channel and checks every record and the chain that they form. Changes nothing. */
public final class LogCheck {

    /** A log that others write has no end that could be seen: this quiet, it counts as read. */
    private static final Duration QUIET = Duration.ofSeconds(3);

    private LogCheck() {}

    /**
     * @param database its id: what others claimed in its channel does not count, but is found; empty when it has none
     * @param notes of the channel
     * @param committedSequence records up to it are known to have been in the log
     * @return what is wrong; empty when all is well
     */
    public static List<String> check(
            WalOpener opener,
            WalCapabilities capabilities,
            String channel,
            String database,
            Map<String, byte[]> notes,
            long committedSequence) {
        List<String> findings = new ArrayList<>();
        try {
            LogPosition start = ChannelStart.of(notes);
            MessageId known = start.id();
            boolean exclusive = capabilities.exclusive();
            if (exclusive && known != null && isTruncated(opener, channel, known)) {
                start = LogPosition.START; // what is left all stands behind it
                known = null;
            }
            Fold fold = exclusive ? Fold.exclusive(start) : Fold.shared(start);
            DeliverPolicy from = known == null ? DeliverPolicy.EARLIEST : new DeliverPolicy.After(known);
            Assembly assembly = new Assembly();
            try (WalReader reader = opener.openReader(channel);
                    WalScanner scanner = reader.scan(from)) {
                Duration wait = exclusive ? Duration.ZERO : QUIET;
                for (WalEntry entry = scanner.poll(wait); entry != null; entry = scanner.poll(wait)) {
                    Frame frame = Frame.decode(entry.payload(), entry.id());
                    String other = Claims.other(entry, database);
                    if (other != null) {
                        findings.add("channel " + channel + ": another database, " + other + ", tried to claim it at "
                                + entry.id() + ", which does not count; give that database a place of its own");
                        continue;
                    }
                    Fold.Verdict verdict = fold.accept(frame);
                    if (verdict == Fold.Verdict.GAP || (exclusive && verdict != Fold.Verdict.VALID)) {
                        findings.add("channel " + channel + ": record " + entry.id() + " (epoch " + frame.epoch()
                                + ", sequence " + frame.sequence() + ") does not follow epoch " + fold.epoch()
                                + ", sequence " + fold.sequence());
                        return findings;
                    }
                    if (verdict == Fold.Verdict.VALID) {
                        assembly.add(frame, entry);
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

    private static boolean isTruncated(WalOpener opener, String channel, MessageId id) {
        try (WalReader reader = opener.openReader(channel);
                WalScanner scanner = reader.scan(new DeliverPolicy.From(id))) {
            scanner.poll(Duration.ZERO);
            return false;
        } catch (ElanusException e) {
            if (e.code() == StandardErrorCode.INVALID_ARGUMENT) {
                return true;
            }
            throw e;
        }
    }
}
