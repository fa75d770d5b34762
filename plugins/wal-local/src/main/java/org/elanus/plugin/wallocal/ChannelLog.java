package org.elanus.plugin.wallocal;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.io.Files;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.skeleton.AppendCounts;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.jspecify.annotations.Nullable;

/** One channel of an opener: at most one writer, and what readers may see. Safe for use by many threads. */
final class ChannelLog {

    /** How often a reader looks for news when the writer is not in this process. */
    private static final long LOOK_NANOS = 50_000_000;

    private final LogSettings settings;
    private final String name;
    private final LogDirectory directory;
    private final ReentrantLock truncating = new ReentrantLock();
    /** A file that could not be deleted. No younger one is deleted before it: the log would have a hole. */
    private @Nullable LogFile undeleted;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile @Nullable LocalWal wal;
    private volatile @Nullable LogView live;

    ChannelLog(LogSettings settings, String name) {
        this.settings = settings;
        this.name = name;
        this.directory = new LogDirectory(settings.files(), settings.directory().resolve(name), name);
    }

    String name() {
        return name;
    }

    Files files() {
        return settings.files();
    }

    @Nullable
    ElanusException failure() {
        LocalWal writing = wal;
        return writing == null ? null : writing.failure();
    }

    /**
     * Opens the channel for appending; its opener lets one at a time do so.
     *
     * @param whenReleased called when the handle is closed
     */
    LocalWal open(ChannelInfo info, Lifetime lifetime, AppendCounts counts, Runnable whenReleased) {
        try {
            return openExclusive(info, lifetime, counts, whenReleased);
        } catch (IOException e) {
            throw Failures.of(name, e);
        }
    }

    private LocalWal openExclusive(ChannelInfo info, Lifetime lifetime, AppendCounts counts, Runnable whenReleased)
            throws IOException {
        settings.files().createDirectories(directory.path());
        LogWriter writer = new LogWriter(settings, directory, info.term());
        AutoCloseable exclusive;
        LocalWal opened;
        try {
            exclusive = settings.files().lock(directory.lockFile());
        } catch (Throwable e) {
            writer.close();
            throw e;
        }
        try {
            directory.deleteUnfinished();
            List<LogFile> found = directory.load();
            LogTail tail = found.isEmpty() ? LogTail.EMPTY : LogTail.read(settings.files(), found.getLast());
            if (tail.term() > info.term()) {
                throw new ElanusException(
                        StandardErrorCode.FENCED,
                        "log channel %s was written under term %d and cannot be opened under the lower term %d"
                                .formatted(name, tail.term(), info.term()));
            }
            show(writer.begin(found, tail));
            opened = new LocalWal(info, settings, this, writer, exclusive, lifetime, counts, whenReleased);
            opened.start();
            wal = opened;
        } catch (Throwable e) {
            live = null;
            try (exclusive) {
                writer.close();
            } catch (Exception suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        opened.giveBackWhenClosed();
        return opened;
    }

    /** Called by a writer that ended, while it still holds the channel. */
    void detach() {
        truncating.lock();
        lock.lock();
        try {
            live = null;
            wal = null;
            changed.signalAll();
        } finally {
            lock.unlock();
            truncating.unlock();
        }
    }

    /** What a reader may see now. */
    LogView view() throws IOException {
        LogView written = live;
        return written != null ? written : new LogView(directory.load(), LogView.UNKNOWN, 0, LogView.UNKNOWN);
    }

    /** Begins to show what the writer of this process says. */
    private void show(LogView begun) {
        lock.lock();
        try {
            live = begun;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Changes what readers see and wakes them. */
    void publish(UnaryOperator<LogView> change) {
        lock.lock();
        try {
            LogView before = live;
            if (before != null) {
                live = change.apply(before);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a record with this sequence number may be there, or the scanner is closed.
     *
     * @return an estimate of the nanoseconds left
     */
    long await(LocalWalScanner scanner, long sequence, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !scanner.isClosed()) {
                LogView written = live;
                if (written == null) {
                    long slice = Math.min(left, LOOK_NANOS);
                    return left - slice + Math.max(0, settings.clock().await(changed, slice));
                }
                if (written.lastSequence() >= sequence) {
                    break;
                }
                left = settings.clock().await(changed, left);
            }
            return left;
        } finally {
            lock.unlock();
        }
    }

    /** Wakes those who wait, to look again. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Deletes the files that hold no record behind the given one, oldest first, so that no hole can arise. */
    void truncate(long upTo) {
        truncating.lock();
        try {
            deleteOldest();
            LogView written = live;
            while (written != null
                    && written.files().size() > 1
                    && written.files().get(1).header().firstSequence() - 1 <= upTo) {
                undeleted = written.files().getFirst();
                publish(LogView::withoutFirst);
                deleteOldest();
                written = live;
            }
        } catch (IOException e) {
            throw Failures.of(name, e);
        } finally {
            truncating.unlock();
        }
    }

    private void deleteOldest() throws IOException {
        LogFile oldest = undeleted;
        if (oldest != null) {
            settings.files().delete(oldest.path());
            settings.files().syncDirectory(directory.path());
            undeleted = null;
        }
    }
}
