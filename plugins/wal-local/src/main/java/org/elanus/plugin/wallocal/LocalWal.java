package org.elanus.plugin.wallocal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.elanus.spi.wal.skeleton.AppendCounts;
import org.elanus.spi.wal.skeleton.ByteBudget;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.jspecify.annotations.Nullable;

/**
 * A channel open for appending. Appending threads put records into a queue; one thread takes all that wait, writes them
 * in one go, syncs once and completes them in order. While it syncs, the next batch gathers: a lone append waits for
 * nobody, and many share a sync, for which it waits a little when they are expected.
 */
final class LocalWal implements Wal {

    /** A pause in which nothing was appended before the durable end is noted in the file. */
    static final long MARK_NANOS = 20_000_000;

    /** Waiting for appenders to come back may take this share of a sync, and is not tried again at once when in vain. */
    private static final int GATHER_SHARE = 8;

    private static final int GATHER_SKIPS = 16;

    private final ChannelInfo info;
    private final LogSettings settings;
    private final ChannelLog log;
    private final LogWriter writer;
    private final AutoCloseable exclusive;
    private final LocalWalReader reader;
    private final Lifetime lifetime;
    private final AppendCounts counts;
    private final Runnable whenReleased;
    private final ByteBudget budget;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Deque<PendingAppend> waiting = new ArrayDeque<>();
    private long lastAssigned;
    private boolean closing;
    /** The writer waits for so many records; an appender that makes them full wakes it. */
    private int wakeAt = 1;

    // The writer's own.
    private int expected;
    private long lastCommitNanos;
    private int skips;

    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> released = new CompletableFuture<>();
    private volatile @Nullable ElanusException failure;
    private volatile Thread thread = Thread.currentThread();

    /** @param whenReleased called when another handle may be opened */
    LocalWal(
            ChannelInfo info,
            LogSettings settings,
            ChannelLog log,
            LogWriter writer,
            AutoCloseable exclusive,
            Lifetime lifetime,
            AppendCounts counts,
            Runnable whenReleased) {
        this.info = info;
        this.settings = settings;
        this.log = log;
        this.writer = writer;
        this.exclusive = exclusive;
        this.lifetime = lifetime;
        this.counts = counts;
        this.whenReleased = whenReleased;
        this.reader = new LocalWalReader(log, lifetime);
        this.budget = new ByteBudget("log channel " + info.name(), settings.maxBytesUnderWay());
        this.lastAssigned = writer.lastSequence();
    }

    void start() {
        counts.opened();
        lock.lock();
        try {
            thread = settings.threads().start("wal-" + info.name(), this::run);
        } finally {
            lock.unlock();
        }
        lifetime.workedBy(thread);
    }

    /** From here on closing it gives everything back; if that was asked already, it does so now. */
    void giveBackWhenClosed() {
        lifetime.releasing(this::release);
    }

    @Nullable
    ElanusException failure() {
        return failure;
    }

    @Override
    public ChannelInfo info() {
        return info;
    }

    @Override
    public String channel() {
        return info.name();
    }

    @Override
    public WalScanner scan(DeliverPolicy from) {
        return reader.scan(from);
    }

    @Override
    public CompletionStage<MessageId> append(WalRecord record) {
        settings.capabilities().requireFit(record);
        PendingAppend append = new PendingAppend(record, thread);
        if (Thread.currentThread() == thread) {
            // The writer's own thread, in a callback, must not wait for itself.
            budget.acquireNow(append.recordBytes());
        } else if (!budget.acquire(append.recordBytes())) {
            return CompletableFuture.failedStage(refusal());
        }
        lock.lock();
        try {
            if (failure != null || closing) {
                budget.release(append.recordBytes());
                return CompletableFuture.failedStage(refusal());
            }
            append.sequence(++lastAssigned);
            waiting.add(append);
            counts.begun(append.length());
            if (waiting.size() >= wakeAt) {
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
        return append.stage();
    }

    private ElanusException refusal() {
        ElanusException failed = failure;
        return failed == null
                ? lifetime.closedError()
                : new ElanusException(
                        failed.code(),
                        "log channel %s takes no appends until it is opened again, since one failed: %s"
                                .formatted(info.name(), failed.getMessage()),
                        failed);
    }

    @Override
    public void truncate(MessageId upTo) {
        long sequence = LocalWalOpener.sequence(upTo);
        lifetime.requireOpen();
        log.truncate(sequence);
    }

    private void run() {
        List<PendingAppend> batch = new ArrayList<>();
        try {
            while (take(batch)) {
                commit(batch);
                batch.clear();
            }
            writer.finish();
        } catch (Throwable e) {
            fail(e, batch);
        } finally {
            try {
                writer.close();
            } catch (IOException _) {
                // Whatever was acknowledged is durable already.
            }
            ended.complete(null);
        }
    }

    /** Waits for records and takes as many as one batch and the current file can hold; false when closing. */
    private boolean take(List<PendingAppend> batch) throws IOException, InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty()) {
                if (closing) {
                    return false;
                }
                if (writer.needsMark()) {
                    long left = MARK_NANOS;
                    while (waiting.isEmpty() && !closing && left > 0) {
                        left = settings.clock().await(arrived, left);
                    }
                    if (waiting.isEmpty() && !closing) {
                        writer.mark();
                    }
                } else {
                    arrived.await();
                }
            }
            gather();
            long bytes = 0;
            for (PendingAppend next = waiting.peek(); next != null; next = waiting.peek()) {
                long more = bytes + next.recordBytes();
                if (bytes > 0 && (more > settings.maxBatchBytes() || !writer.fits(more))) {
                    break;
                }
                batch.add(waiting.remove());
                bytes = more;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Appenders whose records have just become durable often come back at once. Without a short wait for them, those
     * that come first would be synced alone, and the syncs of many appenders carry half of them each.
     */
    private void gather() throws InterruptedException {
        if (expected <= waiting.size() || closing || skips-- > 0) {
            return;
        }
        wakeAt = expected;
        long left = lastCommitNanos / GATHER_SHARE;
        while (waiting.size() < expected && !closing && left > 0) {
            left = settings.clock().await(arrived, left);
        }
        wakeAt = 1;
        skips = waiting.size() < expected ? GATHER_SKIPS : 0;
    }

    private void commit(List<PendingAppend> batch) throws IOException {
        long begin = settings.clock().nanos();
        long bytes = 0;
        for (PendingAppend append : batch) {
            bytes += append.recordBytes();
        }
        if (!writer.fits(bytes)) {
            LogFile begun = writer.roll();
            log.publish(view -> view.withFile(begun, writer.synced(), writer.syncedChain()));
        }
        writer.write(batch);
        log.publish(view -> view.withDurable(writer.synced(), writer.syncedChain(), writer.lastSequence()));
        lastCommitNanos = settings.clock().nanos() - begin;
        lock.lock();
        try {
            expected = batch.size() + waiting.size();
        } finally {
            lock.unlock();
        }
        budget.release(bytes);
        for (PendingAppend append : batch) {
            counts.durable(append.length());
            append.stage().complete(LocalWalOpener.id(append.sequence()));
        }
    }

    private void fail(Throwable error, List<PendingAppend> batch) {
        ElanusException failed = Failures.of(info.name(), error);
        List<PendingAppend> all = new ArrayList<>(batch);
        lock.lock();
        try {
            failure = failed;
            all.addAll(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        counts.failed(failed);
        budget.end();
        for (PendingAppend append : all) {
            counts.lost(append.length());
            append.stage().completeExceptionally(failed);
        }
    }

    /** Closes the scanners, waits for what was appended before, and gives the channel back. */
    @Override
    public void close() {
        lifetime.close();
        // Also when a callback on the writer's thread closed it, which could not wait for itself.
        awaitReleased();
    }

    private void release() {
        lock.lock();
        try {
            closing = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        budget.end();
        ended.thenRun(this::giveBack);
        awaitReleased();
    }

    private void awaitReleased() {
        if (Thread.currentThread() != thread) {
            try {
                released.join();
            } catch (CompletionException e) {
                throw Failures.of(info.name(), e.getCause() == null ? e : e.getCause());
            }
        }
    }

    private void giveBack() {
        try (exclusive) {
            log.detach();
        } catch (Exception e) {
            released.completeExceptionally(e);
        } finally {
            whenReleased.run();
            released.complete(null);
        }
    }
}
