package org.elanus.core.log;

import java.time.Duration;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;
import org.jspecify.annotations.Nullable;

/** A log whose readers leave out what other databases claimed: it never counts, and the owner raises the alarm. */
record OwnRecords(WalOpener log, String database) implements WalOpener {

    @Override
    public Wal open(ChannelInfo channel) {
        return log.open(channel);
    }

    @Override
    public WalReader openReader(String channel) {
        return new Reader(log.openReader(channel), database);
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return log.compare(left, right);
    }

    @Override
    public void close() {
        log.close();
    }

    private record Reader(WalReader reader, String database) implements WalReader {
        @Override
        public String channel() {
            return reader.channel();
        }

        @Override
        public WalScanner scan(DeliverPolicy from) {
            return new Scanner(reader.scan(from), database);
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    private record Scanner(WalScanner scanner, String database) implements WalScanner {
        @Override
        public @Nullable WalEntry poll(Duration timeout) {
            WalEntry entry = scanner.poll(timeout);
            while (entry != null && Claims.other(entry, database) != null) {
                entry = scanner.poll(timeout);
            }
            return entry;
        }

        @Override
        public void close() {
            scanner.close();
        }
    }
}
