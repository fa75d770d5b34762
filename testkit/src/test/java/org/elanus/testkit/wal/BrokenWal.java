package org.elanus.testkit.wal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
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
import org.elanus.spi.wal.WalStatus;
import org.jspecify.annotations.Nullable;

/** A log around a sound one. As it stands it breaks nothing; what overrides a method breaks that. */
abstract class BrokenWal implements WalOpenerBuilder {

    final WalOpenerBuilder sound;

    BrokenWal(WalOpenerBuilder sound) {
        this.sound = sound;
    }

    CompletionStage<MessageId> append(Wal wal, WalRecord record) {
        return wal.append(record);
    }

    void truncate(Wal wal, MessageId upTo) {
        wal.truncate(upTo);
    }

    Wal open(WalOpener opener, ChannelInfo channel) {
        return opener.open(channel);
    }

    WalScanner scan(WalReader reader, DeliverPolicy from) {
        return reader.scan(from);
    }

    @Nullable
    WalEntry poll(WalScanner scanner, Duration timeout) {
        return scanner.poll(timeout);
    }

    void close(WalScanner scanner) {
        scanner.close();
    }

    int compare(WalOpener opener, MessageId left, MessageId right) {
        return opener.compare(left, right);
    }

    List<WalStatus> status(WalOpener opener) {
        return opener.status();
    }

    @Override
    public String name() {
        return sound.name();
    }

    @Override
    public WalCapabilities capabilities() {
        return sound.capabilities();
    }

    @Override
    public WalOpener build() {
        WalOpener opener = sound.build();
        return new WalOpener() {
            @Override
            public Wal open(ChannelInfo channel) {
                return new Handle(BrokenWal.this.open(opener, channel));
            }

            @Override
            public WalReader openReader(String channel) {
                return new Reader(opener.openReader(channel));
            }

            @Override
            public int compare(MessageId left, MessageId right) {
                return BrokenWal.this.compare(opener, left, right);
            }

            @Override
            public List<WalStatus> status() {
                return BrokenWal.this.status(opener);
            }

            @Override
            public void close() {
                opener.close();
            }
        };
    }

    private class Reader implements WalReader {
        private final WalReader reader;

        Reader(WalReader reader) {
            this.reader = reader;
        }

        @Override
        public String channel() {
            return reader.channel();
        }

        @Override
        public WalScanner scan(DeliverPolicy from) {
            WalScanner scanner = BrokenWal.this.scan(reader, from);
            return new WalScanner() {
                @Override
                public @Nullable WalEntry poll(Duration timeout) {
                    return BrokenWal.this.poll(scanner, timeout);
                }

                @Override
                public void close() {
                    BrokenWal.this.close(scanner);
                }
            };
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    private final class Handle extends Reader implements Wal {
        private final Wal wal;

        Handle(Wal wal) {
            super(wal);
            this.wal = wal;
        }

        @Override
        public ChannelInfo info() {
            return wal.info();
        }

        @Override
        public CompletionStage<MessageId> append(WalRecord record) {
            return BrokenWal.this.append(wal, record);
        }

        @Override
        public void truncate(MessageId upTo) {
            BrokenWal.this.truncate(wal, upTo);
        }
    }
}
