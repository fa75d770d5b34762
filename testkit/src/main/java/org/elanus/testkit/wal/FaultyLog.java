package org.elanus.testkit.wal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
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

/**
 * A log that delivers wrongly: a decorator over the opener of any log. Appending is untouched; each scan that meets at
 * least two records goes wrong in one way. What the engine owes then: repeats are dropped, everything else is CORRUPT,
 * named by record, and nothing is served from it.
 */
public final class FaultyLog implements WalOpener {

    /** How a scan goes wrong. */
    public enum Fault {
        /** A record comes again, at once or later. */
        REPEATS,
        /** Two records change places. */
        REORDERS,
        /** A record is missing from between two others. */
        GAP,
        /** The newest records are not there any more. */
        GOES_BACK
    }

    private final WalOpener opener;
    private final Fault fault;
    private final RandomGenerator random;

    /** @param opener stays open until this is closed */
    public FaultyLog(WalOpener opener, Fault fault, RandomGenerator random) {
        this.opener = opener;
        this.fault = fault;
        this.random = random;
    }

    @Override
    public Wal open(ChannelInfo channel) {
        return new Handle(opener.open(channel));
    }

    @Override
    public WalReader openReader(String channel) {
        return opener.openReader(channel);
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return opener.compare(left, right);
    }

    @Override
    public void close() {
        opener.close();
    }

    /** What a scan delivers instead. */
    private List<WalEntry> distorted(List<WalEntry> sound) {
        List<WalEntry> entries = new ArrayList<>(sound);
        int count = entries.size();
        if (count < 3) {
            return entries;
        }
        switch (fault) {
            case REPEATS -> {
                int at = random.nextInt(count);
                entries.add(random.nextInt(at + 1, count + 1), entries.get(at));
            }
            case REORDERS -> {
                int at = random.nextInt(1, count - 1);
                WalEntry early = entries.get(at);
                entries.set(at, entries.get(at + 1));
                entries.set(at + 1, early);
            }
            case GAP -> entries.remove(random.nextInt(1, count - 1));
            case GOES_BACK -> entries.subList(random.nextInt(1, count), count).clear();
        }
        return entries;
    }

    private final class Handle implements Wal {
        private final Wal wal;

        Handle(Wal wal) {
            this.wal = wal;
        }

        @Override
        public WalScanner scan(DeliverPolicy from) {
            List<WalEntry> sound = new ArrayList<>();
            try (WalScanner scanner = wal.scan(from)) {
                for (WalEntry entry = scanner.poll(Duration.ZERO); entry != null; entry = scanner.poll(Duration.ZERO)) {
                    sound.add(entry);
                }
            }
            List<WalEntry> delivered = distorted(sound);
            return new WalScanner() {
                private int next;

                @Override
                public @Nullable WalEntry poll(Duration timeout) {
                    return next < delivered.size() ? delivered.get(next++) : null;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public ChannelInfo info() {
            return wal.info();
        }

        @Override
        public String channel() {
            return wal.channel();
        }

        @Override
        public CompletionStage<MessageId> append(WalRecord record) {
            return wal.append(record);
        }

        @Override
        public void truncate(MessageId upTo) {
            wal.truncate(upTo);
        }

        @Override
        public void close() {
            wal.close();
        }
    }
}
