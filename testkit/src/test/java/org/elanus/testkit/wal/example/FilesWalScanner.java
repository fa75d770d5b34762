package org.elanus.testkit.wal.example;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalScanner;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.jspecify.annotations.Nullable;

/** Reads one file after the other and looks again and again for the next: another process may write them. */
final class FilesWalScanner implements WalScanner {

    private static final long LOOK_NANOS = 5_000_000;

    private final RecordFiles files;
    private final Lifetime lifetime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private long next;
    private long newest;

    FilesWalScanner(long next, RecordFiles files, Lifetime lifetime) {
        this.next = next;
        this.newest = next - 1;
        this.files = files;
        this.lifetime = lifetime;
        lifetime.releasing(this::wake);
    }

    @Override
    public @Nullable WalEntry poll(Duration timeout) {
        long end = files.clock().nanos() + timeout.toNanos();
        lock.lock();
        try {
            while (true) {
                lifetime.requireOpen();
                if (next > newest) {
                    newest = Math.max(newest, files.newest());
                }
                if (next <= newest) {
                    WalEntry entry = files.read(next);
                    next++;
                    return entry;
                }
                long left = end - files.clock().nanos();
                if (left <= 0) {
                    return null;
                }
                files.clock().await(closing, Math.min(left, LOOK_NANOS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ElanusException(StandardErrorCode.CANCELLED, "interrupted while waiting for a log record", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lifetime.close();
    }

    private void wake() {
        lock.lock();
        try {
            closing.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
