package org.elanus.core.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.jspecify.annotations.Nullable;

/** A log that loses appends or replies, cannot be opened for a while, or delivers other entries than it holds. */
final class FaultyLog implements WalOpener {

    private final WalOpener log;

    /** What a scan delivers in the place of what is there. */
    volatile UnaryOperator<List<WalEntry>> delivered = UnaryOperator.identity();

    /** So many opens fail. */
    final AtomicInteger failingOpens = new AtomicInteger();

    /** After so many more appends one fails; negative for none. */
    final AtomicInteger appendsUntilFailure = new AtomicInteger(-1);

    /** Whether the append that fails is in the log all the same, and only the reply is lost. */
    volatile boolean losesReplyOnly;

    FaultyLog(WalOpener log) {
        this.log = log;
    }

    private static ElanusException failure(String what) {
        return new ElanusException(StandardErrorCode.IO_FAILURE, what);
    }

    @Override
    public Wal open(ChannelInfo channel) {
        if (failingOpens.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw failure("the log cannot be opened yet");
        }
        Wal wal = log.open(channel);
        return new Wal() {

            /** After a failed append nothing more reaches a log before it is opened again. */
            private volatile boolean failed;

            @Override
            public ChannelInfo info() {
                return wal.info();
            }

            @Override
            public CompletionStage<MessageId> append(WalRecord record) {
                if (failed) {
                    return CompletableFuture.failedFuture(failure("an append before this one failed"));
                }
                if (appendsUntilFailure.get() >= 0 && appendsUntilFailure.getAndDecrement() == 0) {
                    failed = true;
                    if (losesReplyOnly) {
                        wal.append(record).toCompletableFuture().join();
                    }
                    return CompletableFuture.failedFuture(failure("the append failed"));
                }
                return wal.append(record);
            }

            @Override
            public void truncate(MessageId upTo) {
                wal.truncate(upTo);
            }

            @Override
            public String channel() {
                return wal.channel();
            }

            @Override
            public WalScanner scan(DeliverPolicy from) {
                return scanner(wal.scan(from));
            }

            @Override
            public void close() {
                wal.close();
            }
        };
    }

    private WalScanner scanner(WalScanner scanner) {
        List<WalEntry> entries = new ArrayList<>();
        for (WalEntry entry = scanner.poll(Duration.ZERO); entry != null; entry = scanner.poll(Duration.ZERO)) {
            entries.add(entry);
        }
        Deque<WalEntry> left = new ArrayDeque<>(delivered.apply(entries));
        return new WalScanner() {
            @Override
            public @Nullable WalEntry poll(Duration timeout) {
                return left.poll();
            }

            @Override
            public void close() {
                scanner.close();
            }
        };
    }

    @Override
    public WalReader openReader(String channel) {
        return log.openReader(channel);
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return log.compare(left, right);
    }

    @Override
    public void close() {}
}
