package org.elanus.core.engine;

import java.util.List;
import java.util.Optional;
import org.elanus.core.log.ChannelState;
import org.elanus.core.log.ChannelStatistics;
import org.elanus.core.log.LogPosition;
import org.elanus.spi.wal.WalStatus;

/** How the log of an open database stands. @param log the implementation's name */
public record LogStatus(String log, List<Channel> channels) {

    public LogStatus {
        channels = List.copyOf(channels);
    }

    /**
     * A channel.
     *
     * @param applied how far it was applied
     * @param hold what keeps its records, the one that has done so from furthest back; empty when all is in segments
     * @param wal what the implementation tells about it
     * @param problems what an operator should know, one sentence each
     */
    public record Channel(
            String name,
            ChannelState state,
            LogPosition applied,
            ChannelStatistics statistics,
            Optional<Hold> hold,
            Optional<WalStatus> wal,
            List<String> problems) {

        public Channel {
            problems = List.copyOf(problems);
        }
    }

    /**
     * A collection whose newest rows are in the log alone.
     *
     * @param sequence of the record behind which they begin
     * @param seconds for how long
     * @param bytes that the channel has taken since
     */
    public record Hold(String collection, long sequence, long seconds, long bytes) {}
}
