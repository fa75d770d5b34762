package org.elanus.spi.wal;

import java.time.Duration;
import org.elanus.spi.PluginImplements;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the durable records of a channel in order, each once, catching up first and then following the end. For one
 * thread, except {@link #close()}, which any thread may call and which wakes a blocked poll. Does not outlive its reader.
 */
@PluginImplements
public interface WalScanner extends AutoCloseable {

    /**
     * The next record, waiting for it at most as long as given (zero: not at all). Null says nothing about the end of
     * the log: a broker's records may be on their way.
     *
     * @return null when none came in time
     * @throws org.elanus.spi.error.ElanusException CLOSED after close; CORRUPT naming file and position when a record
     *     fails its checksum; INVALID_ARGUMENT when the position asked for was truncated away; CANCELLED when the thread
     *     is interrupted; NOT_READY or TIMEOUT (retryable) when the log cannot be reached: the next poll goes on behind
     *     the last record delivered
     */
    @Nullable
    WalEntry poll(Duration timeout);

    /** Calling it again has no effect. */
    @Override
    void close();
}
