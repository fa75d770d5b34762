package org.elanus.core.log;

import java.util.Map;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.WalEntry;
import org.jspecify.annotations.Nullable;

/** What a CLAIM tells beside its header and the owner's name: whose channel it is. */
final class Claims {

    /** The property that holds the database's id. */
    static final String DATABASE = "elanus-database";

    private Claims() {}

    static Map<String, String> properties(String database) {
        return database.isEmpty() ? Map.of() : Map.of(DATABASE, database);
    }

    /** The database that claimed the channel by this record, when it is another one than the given. */
    static @Nullable String other(WalEntry entry, String database) {
        String claimed = entry.properties().get(DATABASE);
        return claimed == null || database.isEmpty() || claimed.equals(database) ? null : claimed;
    }

    /** @throws ElanusException INVALID_ARGUMENT when another database claimed the channel by this record */
    static void requireOwn(WalEntry entry, ChannelParts parts) {
        String other = other(entry, parts.store().database());
        if (other != null) {
            throw notOurs(
                    parts,
                    "%s claimed it at %s, this one is %s"
                            .formatted(other, entry.id(), parts.store().database()));
        }
    }

    static ElanusException notOurs(ChannelParts parts, String why) {
        return new ElanusException(
                StandardErrorCode.INVALID_ARGUMENT,
                "channel '%s' of this log is used by another database (%s): give each database a place of its own, such as a prefix of its topics"
                        .formatted(parts.channel(), why));
    }
}
