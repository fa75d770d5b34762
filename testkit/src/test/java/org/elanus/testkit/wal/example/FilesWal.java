package org.elanus.testkit.wal.example;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.skeleton.AppendCounts;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.jspecify.annotations.Nullable;

/**
 * A channel open for appending. An append is durable when it returns, which is slow and makes everything else simple:
 * nothing is under way, so there is no order to keep and no back-pressure to give.
 */
final class FilesWal extends FilesWalReader implements Wal {

    /** Exclusive: the directory is locked. No fencing: there is nobody to fence. */
    static final WalCapabilities CAPABILITIES = new WalCapabilities(true, false, true, 16 << 20);

    private final ChannelInfo info;
    private final AppendCounts counts;
    private final ReentrantLock lock = new ReentrantLock();
    private long newest;
    private @Nullable ElanusException failure;

    /** @param left is run when the handle is closed */
    static Wal open(ChannelInfo info, RecordFiles files, Lifetime opener, AppendCounts counts, Runnable left) {
        AutoCloseable locked = files.lock();
        FilesWal wal;
        try {
            wal = new FilesWal(info, files, opener.inner("log channel " + info.name()), counts);
        } catch (RuntimeException e) {
            RecordFiles.release(locked);
            throw e;
        }
        wal.lifetime.releasing(() -> {
            wal.lock.lock(); // an append under way ends first
            try {
                RecordFiles.release(locked);
                left.run();
            } finally {
                wal.lock.unlock();
            }
        });
        return wal;
    }

    private FilesWal(ChannelInfo info, RecordFiles files, Lifetime lifetime, AppendCounts counts) {
        super(info.name(), files, lifetime);
        this.info = info;
        this.counts = counts;
        this.newest = files.newest();
        counts.opened();
    }

    @Override
    public ChannelInfo info() {
        return info;
    }

    @Override
    public CompletionStage<MessageId> append(WalRecord record) {
        CAPABILITIES.requireFit(record);
        lock.lock();
        try {
            if (failure != null || lifetime.isClosed()) {
                return CompletableFuture.failedFuture(failure != null ? failure : lifetime.closedError());
            }
            counts.begun(record.byteSize());
            files.write(newest + 1, record);
            newest++;
            counts.durable(record.byteSize());
            return CompletableFuture.completedFuture(FilesWalOpener.id(newest));
        } catch (ElanusException e) {
            counts.lost(record.byteSize());
            counts.failed(e);
            failure = e; // nothing may follow a hole: the channel is to be opened anew
            return CompletableFuture.failedFuture(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void truncate(MessageId upTo) {
        lock.lock();
        try {
            lifetime.requireOpen();
            files.deleteUpTo(Math.min(FilesWalOpener.number(upTo), newest - 1)); // the newest tells how far it came
        } finally {
            lock.unlock();
        }
    }
}
