package org.elanus.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.jspecify.annotations.Nullable;

/**
 * The least that a log can be: a file for each channel to which any process appends, one write each, which the system
 * keeps whole and in one order. Nobody is kept out, and nothing is forced to the disk.
 */
final class SharedFileLog implements WalOpenerBuilder {

    private static final String NAME = "file";

    private final Path directory;

    SharedFileLog(Path directory) {
        this.directory = directory;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public WalCapabilities capabilities() {
        return new WalCapabilities(false, false, false, 1 << 20);
    }

    @Override
    public WalOpener build() {
        return new Opener();
    }

    private static MessageId id(long position) {
        return new MessageId(NAME, ByteBuffer.allocate(8).putLong(position).array());
    }

    private static long position(MessageId id) {
        return ByteBuffer.wrap(id.bytes()).getLong();
    }

    private final class Opener implements WalOpener {
        @Override
        public Wal open(ChannelInfo channel) {
            return new Handle(channel);
        }

        @Override
        public WalReader openReader(String channel) {
            return new Handle(new ChannelInfo(channel, 0));
        }

        @Override
        public int compare(MessageId left, MessageId right) {
            return Long.compare(position(left), position(right));
        }

        @Override
        public void close() {}
    }

    private final class Handle implements Wal {
        private final ChannelInfo info;
        private final FileChannel file;
        private final FileChannel content;
        private volatile boolean closed;

        Handle(ChannelInfo info) {
            this.info = info;
            Path path = directory.resolve(info.name());
            try {
                file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                content = FileChannel.open(path, StandardOpenOption.READ);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public ChannelInfo info() {
            return info;
        }

        @Override
        public String channel() {
            return info.name();
        }

        @Override
        public CompletionStage<MessageId> append(WalRecord record) {
            ByteBuffer bytes = ByteBuffer.allocate(4 + (int) record.byteSize());
            bytes.putInt((int) record.byteSize());
            for (MemorySegment piece : record.payload()) {
                bytes.put(piece.toArray(ValueLayout.JAVA_BYTE));
            }
            try {
                // Where it stands, the system does not say; its reader will. Here any place that is not before it does.
                int length = file.write(bytes.flip());
                return length == bytes.capacity()
                        ? CompletableFuture.completedStage(id(file.size() - length))
                        : CompletableFuture.failedStage(failure("a record was written in part"));
            } catch (IOException e) {
                return CompletableFuture.failedStage(failure(e.toString()));
            }
        }

        private ElanusException failure(String what) {
            return new ElanusException(StandardErrorCode.IO_FAILURE, "channel " + info.name() + ": " + what);
        }

        @Override
        public void truncate(MessageId upTo) {}

        @Override
        public WalScanner scan(DeliverPolicy from) {
            try {
                long start = switch (from) {
                    case DeliverPolicy.Earliest _ -> 0;
                    case DeliverPolicy.Latest _ -> content.size();
                    case DeliverPolicy.From(MessageId id) -> position(id);
                    case DeliverPolicy.After(MessageId id) -> position(id);
                };
                Scanner scanner = new Scanner(start);
                if (from instanceof DeliverPolicy.After) {
                    scanner.poll(Duration.ZERO);
                }
                return scanner;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            closed = true;
            try {
                file.close();
                content.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private final class Scanner implements WalScanner {
            private long at;
            private volatile boolean over;

            Scanner(long at) {
                this.at = at;
            }

            @Override
            public @Nullable WalEntry poll(Duration timeout) {
                long end = System.nanoTime() + timeout.toNanos();
                while (true) {
                    if (over || closed) {
                        throw new ElanusException(StandardErrorCode.CLOSED, "channel " + info.name() + " is closed");
                    }
                    try {
                        WalEntry entry = next();
                        if (entry != null || System.nanoTime() >= end) {
                            return entry;
                        }
                        Thread.sleep(1);
                    } catch (IOException e) {
                        throw failure(e.toString());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new ElanusException(StandardErrorCode.CANCELLED, "interrupted", e);
                    }
                }
            }

            private @Nullable WalEntry next() throws IOException {
                ByteBuffer header = ByteBuffer.allocate(4);
                if (content.read(header, at) < 4) {
                    return null;
                }
                int length = header.getInt(0);
                ByteBuffer bytes = ByteBuffer.allocate(length);
                if (content.read(bytes, at + 4) < length) {
                    return null;
                }
                WalEntry entry = new WalEntry(id(at), MemorySegment.ofArray(bytes.array()));
                at += 4 + length;
                return entry;
            }

            @Override
            public void close() {
                over = true;
            }
        }
    }
}
