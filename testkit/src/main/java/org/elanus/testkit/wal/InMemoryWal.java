package org.elanus.testkit.wal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.skeleton.AppendCounts;
import org.elanus.spi.wal.skeleton.ByteBudget;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.jspecify.annotations.Nullable;

/**
 * One channel of an {@link InMemoryLog} open for appending. A thread of its own makes records durable, one by one,
 * whoever appended them, and tells the appenders of this handle.
 */
final class InMemoryWal extends InMemoryWalReader implements Wal {

    private final ChannelInfo info;
    private final AppendCounts counts;
    private final ByteBudget budget;
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private volatile @Nullable Thread thread;

    // Guarded by the log's lock.
    private final Deque<Pending> waiting = new ArrayDeque<>();
    private @Nullable ElanusException failure;
    private boolean closing;

    private static final class Pending {
        private final long sequence;
        private final int bytes;
        private final CompletableFuture<MessageId> done;
        /** Known to be durable, when it is taken; otherwise its outcome is unknown. */
        private boolean known;

        Pending(long sequence, int bytes, CompletableFuture<MessageId> done) {
            this.sequence = sequence;
            this.bytes = bytes;
            this.done = done;
        }
    }

    InMemoryWal(
            InMemoryWalOpener opener,
            ChannelInfo info,
            InMemoryLog.Content content,
            AppendCounts counts,
            Lifetime lifetime) {
        super(opener, info.name(), content, lifetime);
        this.info = info;
        this.counts = counts;
        this.budget = new ByteBudget("log channel " + info.name(), InMemoryLog.MAX_BYTES_UNDER_WAY);
    }

    void start() {
        Thread started = opener.threads.start("wal-" + channel, this::run);
        thread = started;
        lifetime.workedBy(started);
        lifetime.releasing(this::release);
    }

    @Override
    public ChannelInfo info() {
        return info;
    }

    @Override
    public CompletionStage<MessageId> append(WalRecord record) {
        log.capabilities().requireFit(record);
        int length = (int) record.byteSize();
        if (Thread.currentThread() == thread) {
            budget.acquireNow(length);
        } else if (!budget.acquire(length)) {
            return CompletableFuture.failedStage(refusal());
        }
        InMemoryLog.Stored stored = new InMemoryLog.Stored(joined(record, length), record.properties());
        CompletableFuture<MessageId> done = new CompletableFuture<>();
        log.lock.lock();
        try {
            checkOwnership();
            if (failure != null || closing) {
                budget.release(length);
                return CompletableFuture.failedStage(refusal());
            }
            waiting.add(new Pending(content.end(), length, done));
            content.records.add(stored);
            counts.begun(length);
            log.changed.signalAll();
        } finally {
            log.lock.unlock();
        }
        return done;
    }

    private static byte[] joined(WalRecord record, int length) {
        byte[] bytes = new byte[length];
        int at = 0;
        for (MemorySegment piece : record.payload()) {
            MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, 0, bytes, at, (int) piece.byteSize());
            at += (int) piece.byteSize();
        }
        return bytes;
    }

    private void checkOwnership() {
        if (failure != null) {
            return;
        }
        if (log.capabilities().fencing() && content.owner != this) {
            failWith(new ElanusException(
                    StandardErrorCode.FENCED,
                    "log channel %s was opened with term %d, so the handle with term %d appends no more"
                            .formatted(channel, content.term, info.term())));
        } else if (!log.isReachable()) {
            failWith(InMemoryWalOpener.unreachable(channel));
            counts.reachable(false);
        }
    }

    private void failWith(ElanusException error) {
        failure = error;
        counts.failed(error);
        budget.end();
    }

    private ElanusException refusal() {
        log.lock.lock();
        try {
            ElanusException failed = failure;
            return failed == null
                    ? lifetime.closedError()
                    : new ElanusException(failed.code(), String.valueOf(failed.getMessage()), failed);
        } finally {
            log.lock.unlock();
        }
    }

    private void run() {
        for (List<Pending> finished = take(); !finished.isEmpty(); finished = take()) {
            for (Pending each : finished) {
                finish(each);
            }
        }
        ended.complete(true);
    }

    /** Those of this handle whose outcome is known, waiting for some; none when it is closed. */
    private List<Pending> take() {
        List<Pending> finished = new ArrayList<>();
        log.lock.lock();
        try {
            while (true) {
                if (!log.isReachable() && !waiting.isEmpty()) {
                    checkOwnership();
                    finished.addAll(waiting);
                    waiting.clear();
                    return finished;
                }
                for (Pending head = waiting.peek();
                        head != null && head.sequence < content.durable;
                        head = waiting.peek()) {
                    head.known = true;
                    finished.add(waiting.remove());
                }
                if (!finished.isEmpty() || closing && waiting.isEmpty()) {
                    return finished;
                }
                if (!log.isReachable() || !log.advance(content)) {
                    log.changed.awaitUninterruptibly();
                }
            }
        } finally {
            log.lock.unlock();
        }
    }

    private void finish(Pending append) {
        budget.release(append.bytes);
        if (append.known) {
            counts.durable(append.bytes);
            append.done.complete(InMemoryLog.id(append.sequence));
        } else {
            counts.lost(append.bytes);
            append.done.completeExceptionally(new ElanusException(
                    StandardErrorCode.TIMEOUT,
                    "whether record %d reached log channel %s is not known: the log was disconnected"
                            .formatted(append.sequence, channel)));
        }
    }

    @Override
    public void truncate(MessageId upTo) {
        long sequence = InMemoryLog.sequence(upTo);
        lifetime.requireOpen();
        log.lock.lock();
        try {
            opener.requireReachable(channel);
            long first = Math.min(sequence + 1, content.durable);
            if (first > content.first) {
                content.records.subList(0, (int) (first - content.first)).clear();
                content.first = first;
            }
        } finally {
            log.lock.unlock();
        }
    }

    /** Waits for what was appended before, except on the thread that everything waits for. */
    private void release() {
        log.lock.lock();
        try {
            closing = true;
            log.changed.signalAll();
        } finally {
            log.lock.unlock();
        }
        budget.end();
        CompletableFuture<Void> left = ended.thenRun(this::leave);
        if (Thread.currentThread() != thread) {
            left.join();
        }
    }

    private void leave() {
        log.lock.lock();
        try {
            if (content.owner == this) {
                content.owner = null;
            }
        } finally {
            log.lock.unlock();
        }
        opener.channels.leave(info);
    }
}
