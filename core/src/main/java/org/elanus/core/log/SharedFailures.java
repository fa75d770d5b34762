package org.elanus.core.log;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.WalEntry;

/** What the owner of a shared log tells when it is not the owner any more, or cannot be. */
record SharedFailures(String channel) {

    /** Another owner's CLAIM was read. */
    ElanusException deposed(Frame claim, WalEntry entry, long epoch) {
        String node =
                new String(entry.payload().asSlice(Frame.BYTES).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        return new ElanusException(
                StandardErrorCode.FENCED,
                "channel '%s' was taken over by %s under epoch %d, this process had %d; it writes no more until it is restarted"
                        .formatted(
                                channel,
                                node.isEmpty() ? "another process" : "node '" + node + "'",
                                claim.epoch(),
                                epoch));
    }

    /** The log's own fence stopped this owner. */
    ElanusException fenced(ElanusException cause, long epoch) {
        return new ElanusException(
                StandardErrorCode.FENCED,
                "the log lets this process write channel '%s' no more (epoch %d); it writes no more until it is restarted: %s"
                        .formatted(channel, epoch, cause.getMessage()),
                cause);
    }

    /** The log is damaged, or has gone back. */
    ElanusException readOnly(ElanusException cause) {
        return new ElanusException(
                cause.code(),
                "channel '%s' takes no more writes, because its log is not what it was; an operator has to look at it: %s"
                        .formatted(channel, cause.getMessage()),
                cause);
    }

    /**
     * Of a record that was under way.
     *
     * @param nothingWritten whether it is known not to count
     */
    ElanusException of(Pending pending, ElanusException why, boolean nothingWritten) {
        if (nothingWritten) {
            return new ElanusException(why.code(), why.getMessage() + "; this record does not count", why);
        }
        return new ElanusException(
                why.code() == StandardErrorCode.FENCED ? StandardErrorCode.FENCED : StandardErrorCode.TIMEOUT,
                "whether record %d of channel '%s' was written is unknown; a repetition with the same request key takes effect once: %s"
                        .formatted(pending.frame().sequence(), channel, why.getMessage()),
                why);
    }
}
