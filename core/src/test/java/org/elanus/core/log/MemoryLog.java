package org.elanus.core.log;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

/** One channel in memory that outlives its handles, and can be told to fail. */
final class MemoryLog implements WalOpener {

    final List<byte[]> records = new ArrayList<>();

    /** Appends from this one on fail; a failing append keeps its record when {@code keepFailed}. */
    int failFrom = Integer.MAX_VALUE;

    boolean keepFailed;
    int opened;

    /** What lies before was truncated away. */
    private int begin;

    @Override
    public Wal open(ChannelInfo channel) {
        opened++;
        return new Handle(channel);
    }

    @Override
    public WalReader openReader(String channel) {
        return new Handle(new ChannelInfo(channel, 0));
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return Integer.compare(index(left), index(right));
    }

    private static int index(MessageId id) {
        return ByteBuffer.wrap(id.bytes()).getInt();
    }

    @Override
    public void close() {}

    private final class Handle implements Wal {
        private final ChannelInfo info;
        private boolean failed;

        Handle(ChannelInfo info) {
            this.info = info;
        }

        @Override
        public ChannelInfo info() {
            return info;
        }

        @Override
        public CompletionStage<MessageId> append(WalRecord record) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            record.payload().forEach(piece -> bytes.writeBytes(piece.toArray(ValueLayout.JAVA_BYTE)));
            if (failed || records.size() >= failFrom) {
                if (!failed && keepFailed) {
                    records.add(bytes.toByteArray());
                }
                failed = true;
                return CompletableFuture.failedStage(
                        new ElanusException(StandardErrorCode.DISK_FULL, "no space for channel " + info.name()));
            }
            records.add(bytes.toByteArray());
            return CompletableFuture.completedStage(id(records.size() - 1));
        }

        private MessageId id(int index) {
            return new MessageId("memory", ByteBuffer.allocate(4).putInt(index).array());
        }

        @Override
        public void truncate(MessageId upTo) {
            begin = Math.max(begin, index(upTo) + 1);
        }

        @Override
        public String channel() {
            return info.name();
        }

        @Override
        public WalScanner scan(DeliverPolicy from) {
            int first = switch (from) {
                case DeliverPolicy.Earliest earliest -> begin;
                case DeliverPolicy.Latest latest -> records.size();
                case DeliverPolicy.From position -> index(position.id());
                case DeliverPolicy.After position -> index(position.id()) + 1;
            };
            return new WalScanner() {
                private int next = first;

                @Override
                public WalEntry poll(Duration timeout) {
                    return next < records.size()
                            ? new WalEntry(id(next), MemorySegment.ofArray(records.get(next++)))
                            : null;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }
}
