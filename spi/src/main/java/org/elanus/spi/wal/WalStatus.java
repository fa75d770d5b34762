package org.elanus.spi.wal;

import java.time.Instant;
import java.util.Optional;

/**
 * How one channel of an opener stands at this moment. Counts begin with the opener and go on when a channel is closed and
 * opened again.
 *
 * @param reachable whether the log answered when it was last heard; never asked counts as reachable
 * @param lastAppend when a record last became durable through this opener
 * @param lagBytes bytes of records that were given to {@link Wal#append} and of which nothing is known yet
 * @param appends records that became durable through this opener
 * @param bytes payload bytes of those records
 * @param failure why the channel takes no appends, or could not be read, since it was opened last
 */
public record WalStatus(
        String channel,
        boolean reachable,
        Optional<Instant> lastAppend,
        long lagBytes,
        long appends,
        long bytes,
        Optional<String> failure) {}
