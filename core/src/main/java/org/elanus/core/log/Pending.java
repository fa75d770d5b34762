package org.elanus.core.log;

import java.util.concurrent.CompletableFuture;
import org.elanus.spi.wal.MessageId;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way.
 *
 * @param data of a DATA record that completes a batch
 * @param sinceNanos when it was handed to the log, on the monotonic clock
 * @param certain completes when the record is durable and certain to count; whoever owns the channel knows when that is
 * @param done completes when it is applied, for the last record of a batch
 */
record Pending(
        Frame frame,
        @Nullable DataRecord data,
        long sinceNanos,
        CompletableFuture<MessageId> certain,
        CompletableFuture<LogPosition> done) {

    boolean completesBatch() {
        return frame.part() == frame.parts() - 1;
    }
}
