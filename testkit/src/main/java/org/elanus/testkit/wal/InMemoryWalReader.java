package org.elanus.testkit.wal;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.jspecify.annotations.Nullable;

/** Reads one channel of an {@link InMemoryLog}. */
class InMemoryWalReader implements WalReader {

    final InMemoryWalOpener opener;
    final InMemoryLog log;
    final String channel;
    final InMemoryLog.Content content;
    final Lifetime lifetime;

    InMemoryWalReader(InMemoryWalOpener opener, String channel, InMemoryLog.Content content, Lifetime lifetime) {
        this.opener = opener;
        this.log = opener.log;
        this.channel = channel;
        this.content = content;
        this.lifetime = lifetime;
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public WalScanner scan(DeliverPolicy from) {
        log.lock.lock();
        try {
            long first =
                    switch (from) {
                        case DeliverPolicy.Earliest _ -> content.first;
                        case DeliverPolicy.Latest _ -> content.durable;
                        case DeliverPolicy.From(var id) -> InMemoryLog.sequence(id);
                        case DeliverPolicy.After(var id) -> InMemoryLog.sequence(id) + 1;
                    };
            Scanner scanner = new Scanner(first, lifetime.inner("a scanner of log channel " + channel));
            scanner.lifetime.releasing(this::wake);
            return scanner;
        } finally {
            log.lock.unlock();
        }
    }

    private void wake() {
        log.lock.lock();
        try {
            log.changed.signalAll();
        } finally {
            log.lock.unlock();
        }
    }

    @Override
    public void close() {
        lifetime.close();
    }

    private final class Scanner implements WalScanner {
        private final Lifetime lifetime;
        private long next;

        Scanner(long next, Lifetime lifetime) {
            this.next = next;
            this.lifetime = lifetime;
        }

        @Override
        public @Nullable WalEntry poll(Duration timeout) {
            log.lock.lock();
            try {
                long left = timeout.toNanos();
                while (true) {
                    lifetime.requireOpen();
                    opener.requireReachable(channel);
                    if (next < content.first) {
                        throw ElanusException.invalid(
                                "record %d of channel %s was truncated away; the oldest is %d",
                                next, channel, content.first);
                    }
                    if (next < content.durable) {
                        InMemoryLog.Stored record = content.records.get((int) (next - content.first));
                        return new WalEntry(
                                InMemoryLog.id(next++),
                                MemorySegment.ofArray(record.payload().clone()),
                                record.properties());
                    }
                    if (left <= 0) {
                        return null;
                    }
                    left = opener.clock.await(log.changed, left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ElanusException(
                        StandardErrorCode.CANCELLED, "interrupted while reading log channel " + channel, e);
            } finally {
                log.lock.unlock();
            }
        }

        @Override
        public void close() {
            lifetime.close();
        }
    }
}
