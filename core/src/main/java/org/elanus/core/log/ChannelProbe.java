package org.elanus.core.log;

import java.time.Duration;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a channel holds in a log that a database is about to move to. Records of that database's own, from an earlier
 * stay there or from a move that was cut off, are fine: their epochs are over. Anything else is not touched.
 */
public final class ChannelProbe {

    /** A log that others write has no end that could be seen: this quiet, it counts as read. */
    private static final Duration QUIET = Duration.ofSeconds(2);

    private ChannelProbe() {}

    /**
     * @param database its id
     * @param epoch the newest one of the channel
     * @return the newest record's position; null when there is none
     * @throws ElanusException INVALID_ARGUMENT when the channel holds anything that is not this database's
     */
    public static @Nullable MessageId newest(
            WalOpener opener, WalCapabilities capabilities, String channel, String database, long epoch) {
        Duration wait = capabilities.exclusive() ? Duration.ZERO : QUIET;
        MessageId newest = null;
        try (WalReader reader = opener.openReader(channel);
                WalScanner scanner = reader.scan(DeliverPolicy.EARLIEST)) {
            for (WalEntry entry = scanner.poll(wait); entry != null; entry = scanner.poll(wait)) {
                Frame frame;
                try {
                    frame = Frame.decode(entry.payload(), entry.id());
                } catch (ElanusException e) {
                    throw refused(channel, "record " + entry.id() + " is none of Elanus', or damaged", e);
                }
                String other = Claims.other(entry, database);
                if (other != null) {
                    throw refused(channel, "record " + entry.id() + " is of another database, " + other, null);
                }
                if (frame.epoch() > epoch) {
                    throw refused(
                            channel,
                            "record " + entry.id() + " has epoch " + frame.epoch() + ", this database has given only "
                                    + epoch,
                            null);
                }
                newest = entry.id();
            }
        }
        return newest;
    }

    private static ElanusException refused(String channel, String what, @Nullable ElanusException cause) {
        return new ElanusException(
                StandardErrorCode.INVALID_ARGUMENT,
                "channel '" + channel + "' of that log holds what is not this database's: " + what
                        + "; give the database a place of its own there, or delete what is not needed",
                cause);
    }
}
