package org.elanus.plugin.wallocal;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalScanner;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.jspecify.annotations.Nullable;

/** Follows a channel with a cursor, waiting at the end. */
final class LocalWalScanner implements WalScanner {

    private final ChannelLog log;
    private final RecordCursor cursor;
    private final Lifetime lifetime;
    /** Held while the cursor is used, so that closing does not pull its file away. */
    private final ReentrantLock reading = new ReentrantLock();

    private LocalWalScanner(ChannelLog log, RecordCursor cursor, Lifetime lifetime) {
        this.log = log;
        this.cursor = cursor;
        this.lifetime = lifetime;
    }

    static LocalWalScanner begin(ChannelLog log, DeliverPolicy from, Lifetime reader) {
        long first = switch (from) {
            case DeliverPolicy.Earliest _, DeliverPolicy.Latest _ -> 0;
            case DeliverPolicy.From(var id) -> LocalWalOpener.sequence(id);
            case DeliverPolicy.After(var id) -> LocalWalOpener.sequence(id) + 1;
        };
        RecordCursor cursor = new RecordCursor(log, first);
        LocalWalScanner scanner =
                new LocalWalScanner(log, cursor, reader.inner("a scanner of log channel " + log.name()));
        scanner.lifetime.releasing(scanner::release);
        if (from instanceof DeliverPolicy.Latest) {
            scanner.moveToEnd();
        }
        return scanner;
    }

    private void moveToEnd() {
        reading.lock();
        try {
            lifetime.requireOpen();
            cursor.moveToEnd();
        } catch (IOException e) {
            throw Failures.of(log.name(), e);
        } finally {
            reading.unlock();
        }
    }

    @Override
    public @Nullable WalEntry poll(Duration timeout) {
        long left = timeout.toNanos();
        while (true) {
            WalEntry entry = next();
            if (entry != null || left <= 0) {
                return entry;
            }
            try {
                left = log.await(this, cursor.wanted(), left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ElanusException(
                        StandardErrorCode.CANCELLED, "interrupted while reading log channel " + log.name(), e);
            }
        }
    }

    private @Nullable WalEntry next() {
        reading.lock();
        try {
            lifetime.requireOpen();
            return cursor.next();
        } catch (IOException e) {
            throw Failures.of(log.name(), e);
        } finally {
            reading.unlock();
        }
    }

    boolean isClosed() {
        return lifetime.isClosed();
    }

    @Override
    public void close() {
        lifetime.close();
    }

    private void release() {
        log.wake();
        reading.lock();
        try {
            cursor.close();
        } catch (IOException e) {
            throw Failures.of(log.name(), e);
        } finally {
            reading.unlock();
        }
    }
}
