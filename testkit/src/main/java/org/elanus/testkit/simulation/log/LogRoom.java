package org.elanus.testkit.simulation.log;

import java.util.concurrent.CompletableFuture;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.ChannelParts;
import org.elanus.core.log.DataRecord;
import org.elanus.core.log.LogPosition;

/** What a schedule does to a channel that a process owns. Broken variants decorate it. */
public interface LogRoom extends AutoCloseable {

    CompletableFuture<LogPosition> append(DataRecord record);

    /** Returns when a Strong read may begin. */
    void awaitApplied();

    void truncate(LogPosition upTo);

    @Override
    void close();

    /** The real one. */
    static LogRoom open(ChannelParts parts) {
        ChannelLog log = ChannelLog.open(parts);
        return new LogRoom() {
            @Override
            public CompletableFuture<LogPosition> append(DataRecord record) {
                return log.append(record);
            }

            @Override
            public void awaitApplied() {
                log.awaitApplied();
            }

            @Override
            public void truncate(LogPosition upTo) {
                log.truncate(upTo);
            }

            @Override
            public void close() {
                log.close();
            }
        };
    }
}
