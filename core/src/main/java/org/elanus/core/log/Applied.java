package org.elanus.core.log;

import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands records to the applier and keeps how far that has come. Written by one thread at a time, read by many. */
final class Applied {

    private static final Logger LOG = LoggerFactory.getLogger(Applied.class);

    private final String channel;
    private final ChannelLog.Applier applier;
    private final ChannelCondition condition;
    private final RequestKeys requests;
    private final WriteAheadCache cache;
    private volatile LogPosition newest = LogPosition.START;
    private volatile LogPosition beforeNewest = LogPosition.START;

    Applied(
            String channel,
            ChannelLog.Applier applier,
            ChannelCondition condition,
            RequestKeys requests,
            WriteAheadCache cache) {
        this.channel = channel;
        this.applier = applier;
        this.condition = condition;
        this.requests = requests;
        this.cache = cache;
    }

    /** Begins behind a position, before anything is applied. */
    void begin(LogPosition position) {
        newest = position;
        beforeNewest = position;
    }

    LogPosition newest() {
        return newest;
    }

    /** The end of the record before the newest one. */
    LogPosition beforeNewest() {
        return beforeNewest;
    }

    /**
     * Applies a record, or passes one that has nothing to apply.
     *
     * @throws ElanusException when the applier fails: the record counts, but is only half applied, and nothing more may
     *     be served from this state
     */
    void apply(LogPosition at, @Nullable DataRecord data) {
        if (data != null) {
            try {
                LogRecord record = new LogRecord(at, data);
                applier.apply(record);
                requests.applied(record);
            } catch (Throwable e) {
                ElanusException cause = new ElanusException(
                        StandardErrorCode.INTERNAL,
                        "channel '" + channel + "' could not apply sequence " + at.sequence()
                                + "; writes to it are refused until a restart",
                        e);
                LOG.error("channel {}: applying sequence {} failed", channel, at.sequence(), e);
                condition.become(ChannelState.BROKEN, cause);
                throw cause;
            }
        }
        LogPosition before = newest;
        beforeNewest = before;
        cache.applied(before, at, data);
        newest = at;
        cache.wake();
    }
}
