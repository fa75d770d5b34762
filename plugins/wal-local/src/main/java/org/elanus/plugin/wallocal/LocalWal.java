package org.elanus.plugin.wallocal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.jspecify.annotations.Nullable;

/**
 * A channel open for appending. Appending threads put records into a queue; one thread takes all that wait, writes them
 * in one go, syncs once and completes them in order. While it syncs, the next batch gathers: a lone append waits for
 * nobody, and many share a sync.
 */
final class LocalWal implements Wal {

    /** A pause in which nothing was appended before the durable end is noted in the file. */
    private static final long MARK_NANOS = 20_000_000;

    private final ChannelInfo info;
    private final LogSettings settings;
    private final ChannelLog log;
    private final LogWriter writer;
    private final AutoCloseable exclusive;
    private final LocalWalReader reader;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final Deque<PendingAppend> waiting = new ArrayDeque<>();
    private long bytesUnderWay;
    private long lastAssigned;
    private boolean closing;

    private final AtomicBoolean closed = new AtomicBoolean();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> released = new CompletableFuture<>();
    private volatile @Nullable ElanusException failure;
    private volatile Thread thread = Thread.currentThread();

    LocalWal(ChannelInfo info, LogSettings settings, ChannelLog log, LogWriter writer, AutoCloseable exclusive) {
        this.info = info;
        this.settings = settings;
        this.log = log;
        this.writer = writer;
        this.exclusive = exclusive;
        this.reader = new LocalWalReader(log, _ -> {});
        this.lastAssigned = writer.lastSequence();
    }

    void start() {
        lock.lock();
        try {
            thread = settings.threads().start("wal-" + info.name(), this::run);
        } finally {
            lock.unlock();
        }
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
        long length = record.byteSize();
        if (length > settings.maxRecordBytes()) {
            throw new ElanusException(
                    StandardErrorCode.ARGUMENT_TOO_LARGE,
                    "a log record of %d bytes is over the limit of %d bytes"
                            .formatted(length, settings.maxRecordBytes()));
        }
        PendingAppend append = new PendingAppend(record, (int) length, thread);
        lock.lock();
        try {
            awaitRoom(append.recordBytes());
            ElanusException refusal = refusal();
            if (refusal != null) {
                append.stage().completeExceptionally(refusal);
                return append.stage();
            }
            append.sequence(++lastAssigned);
            bytesUnderWay += append.recordBytes();
            waiting.add(append);
            arrived.signal();
        } finally {
            lock.unlock();
        }
        return append.stage();
    }

    private void awaitRoom(long bytes) {
        try {
            // The writer's own thread, in a callback, must not wait for itself.
            while (bytesUnderWay > 0
                    && bytesUnderWay + bytes > settings.maxBytesUnderWay()
                    && failure == null
                    && !closing
                    && Thread.currentThread() != thread) {
                room.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ElanusException(
                    StandardErrorCode.CANCELLED,
                    "interrupted while waiting to append to log channel " + info.name() + "; nothing was appended",
                    e);
        }
    }

    private @Nullable ElanusException refusal() {
        ElanusException failed = failure;
        if (failed != null) {
            return new ElanusException(
                    failed.code(),
                    "log channel %s takes no appends until it is opened again, since one failed: %s"
                            .formatted(info.name(), failed.getMessage()),
                    failed);
        }
        return closing ? Failures.closed(info.name()) : null;
    }

    @Override
    public void truncate(MessageId upTo) {
        if (closed.get()) {
            throw Failures.closed(info.name());
        }
        log.truncate(LocalWalOpener.sequence(upTo));
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

    private void commit(List<PendingAppend> batch) throws IOException {
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
        giveRoom(bytes);
        for (PendingAppend append : batch) {
            append.stage().complete(LocalWalOpener.id(append.sequence()));
        }
    }

    private void giveRoom(long bytes) {
        lock.lock();
        try {
            bytesUnderWay -= bytes;
            room.signalAll();
        } finally {
            lock.unlock();
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
            bytesUnderWay = 0;
            room.signalAll();
        } finally {
            lock.unlock();
        }
        for (PendingAppend append : all) {
            append.stage().completeExceptionally(failed);
        }
    }

    /** Waits for what was appended before, closes the scanners, and gives the channel back. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            lock.lock();
            try {
                closing = true;
                arrived.signalAll();
                room.signalAll();
            } finally {
                lock.unlock();
            }
            ended.thenRun(this::release);
        }
        if (Thread.currentThread() != thread) {
            released.join();
        }
    }

    private void release() {
        try (exclusive) {
            try {
                reader.close();
            } finally {
                log.detach();
            }
        } catch (Exception e) {
            released.completeExceptionally(Failures.of(info.name(), e));
        }
        released.complete(null);
    }
}
