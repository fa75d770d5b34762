package org.elanus.embedded;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.elanus.spi.error.ElanusException;
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

/** A log under another name, so that one implementation can be two. */
record RenamedLog(String name, WalOpenerBuilder log) implements WalOpenerBuilder {

    @Override
    public WalCapabilities capabilities() {
        return log.capabilities();
    }

    @Override
    public WalOpener build() {
        return new Opener(log.build());
    }

    private MessageId renamed(MessageId id) {
        return new MessageId(name, id.bytes());
    }

    private MessageId original(MessageId id) {
        if (!id.walName().equals(name)) {
            throw ElanusException.invalid("%s is not a position in a log of the kind '%s'", id, name);
        }
        return new MessageId(log.name(), id.bytes());
    }

    private DeliverPolicy original(DeliverPolicy from) {
        return switch (from) {
            case DeliverPolicy.From(MessageId id) -> new DeliverPolicy.From(original(id));
            case DeliverPolicy.After(MessageId id) -> new DeliverPolicy.After(original(id));
            default -> from;
        };
    }

    private final class Opener implements WalOpener {
        private final WalOpener opener;

        Opener(WalOpener opener) {
            this.opener = opener;
        }

        @Override
        public Wal open(ChannelInfo channel) {
            return new Appender(opener.open(channel));
        }

        @Override
        public WalReader openReader(String channel) {
            return new Reader(opener.openReader(channel));
        }

        @Override
        public int compare(MessageId left, MessageId right) {
            return opener.compare(original(left), original(right));
        }

        @Override
        public List<WalStatus> status() {
            return opener.status();
        }

        @Override
        public void close() {
            opener.close();
        }
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
            return new Scanner(reader.scan(original(from)));
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    private final class Appender extends Reader implements Wal {
        private final Wal wal;

        Appender(Wal wal) {
            super(wal);
            this.wal = wal;
        }

        @Override
        public ChannelInfo info() {
            return wal.info();
        }

        @Override
        public CompletionStage<MessageId> append(WalRecord record) {
            return wal.append(record).thenApply(RenamedLog.this::renamed);
        }

        @Override
        public void truncate(MessageId upTo) {
            wal.truncate(original(upTo));
        }
    }

    private final class Scanner implements WalScanner {
        private final WalScanner scanner;

        Scanner(WalScanner scanner) {
            this.scanner = scanner;
        }

        @Override
        public @Nullable WalEntry poll(Duration timeout) {
            WalEntry entry = scanner.poll(timeout);
            return entry == null ? null : new WalEntry(renamed(entry.id()), entry.payload(), entry.properties());
        }

        @Override
        public void close() {
            scanner.close();
        }
    }
}
