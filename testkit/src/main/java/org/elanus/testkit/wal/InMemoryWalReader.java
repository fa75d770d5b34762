package org.elanus.testkit.wal;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;
import org.jspecify.annotations.Nullable;

/** Reads one channel of an {@link InMemoryLog}. */
class InMemoryWalReader implements WalReader {

    final InMemoryWalOpener opener;
    final String channel;
    final InMemoryLog.Content content;
    boolean closed;

    InMemoryWalReader(InMemoryWalOpener opener, String channel, InMemoryLog.Content content) {
        this.opener = opener;
        this.channel = channel;
        this.content = content;
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public WalScanner scan(DeliverPolicy from) {
        opener.log.lock.lock();
        try {
            requireOpen();
            return new Scanner(
                    switch (from) {
                        case DeliverPolicy.Earliest _ -> content.first;
                        case DeliverPolicy.Latest _ -> content.durable;
                        case DeliverPolicy.From(var id) -> InMemoryLog.sequence(id);
                        case DeliverPolicy.After(var id) -> InMemoryLog.sequence(id) + 1;
                    });
        } finally {
            opener.log.lock.unlock();
        }
    }

    final void requireOpen() {
        if (closed) {
            throw closedError();
        }
    }

    final ElanusException closedError() {
        return new ElanusException(StandardErrorCode.CLOSED, "log channel " + channel + " is closed");
    }

    @Override
    public void close() {
        opener.log.lock.lock();
        try {
            closed = true;
            opener.changed.signalAll();
        } finally {
            opener.log.lock.unlock();
        }
    }

    private final class Scanner implements WalScanner {
        private long next;
        private boolean over;

        Scanner(long next) {
            this.next = next;
        }

        @Override
        public @Nullable WalEntry poll(Duration timeout) {
            opener.log.lock.lock();
            try {
                long left = timeout.toNanos();
                while (true) {
                    requireOpen();
                    if (over) {
                        throw closedError();
                    }
                    if (next < content.first) {
                        throw ElanusException.invalid(
                                "record %d of channel %s was truncated away; the oldest is %d",
                                next, channel, content.first);
                    }
                    if (next < content.durable) {
                        byte[] record = content.records.get((int) (next - content.first));
                        return new WalEntry(InMemoryLog.id(next++), MemorySegment.ofArray(record.clone()));
                    }
                    if (left <= 0) {
                        return null;
                    }
                    left = opener.clock.await(opener.changed, left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ElanusException(
                        StandardErrorCode.CANCELLED, "interrupted while reading log channel " + channel, e);
            } finally {
                opener.log.lock.unlock();
            }
        }

        @Override
        public void close() {
            opener.log.lock.lock();
            try {
                over = true;
                opener.changed.signalAll();
            } finally {
                opener.log.lock.unlock();
            }
        }
    }
}
