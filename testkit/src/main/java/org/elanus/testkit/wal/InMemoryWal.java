package org.elanus.testkit.wal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalRecord;
import org.jspecify.annotations.Nullable;

/** One channel of an {@link InMemoryLog} open for appending. A thread of its own makes records durable, one by one. */
final class InMemoryWal extends InMemoryWalReader implements Wal {

    private final ChannelInfo info;
    private final Deque<CompletableFuture<MessageId>> waiting = new ArrayDeque<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private @Nullable Thread thread;
    private boolean closing;

    InMemoryWal(InMemoryWalOpener opener, ChannelInfo info, InMemoryLog.Content content) {
        super(opener, info.name(), content);
        this.info = info;
    }

    void start() {
        thread = opener.threads.start("wal-" + channel, this::makeDurable);
    }

    @Override
    public ChannelInfo info() {
        return info;
    }

    @Override
    public CompletionStage<MessageId> append(WalRecord record) {
        int limit = opener.log.capabilities().maxRecordBytes();
        if (record.byteSize() > limit) {
            throw new ElanusException(
                    StandardErrorCode.ARGUMENT_TOO_LARGE,
                    "a log record of %d bytes is over the limit of %d bytes".formatted(record.byteSize(), limit));
        }
        byte[] bytes = new byte[(int) record.byteSize()];
        int at = 0;
        for (MemorySegment piece : record.payload()) {
            MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, 0, bytes, at, (int) piece.byteSize());
            at += (int) piece.byteSize();
        }
        CompletableFuture<MessageId> done = new CompletableFuture<>();
        opener.log.lock.lock();
        try {
            if (closing) {
                return CompletableFuture.failedStage(closedError());
            }
            content.records.add(bytes);
            waiting.add(done);
            opener.changed.signalAll();
        } finally {
            opener.log.lock.unlock();
        }
        return done;
    }

    private void makeDurable() {
        while (true) {
            CompletableFuture<MessageId> done;
            MessageId id;
            opener.log.lock.lock();
            try {
                while (waiting.isEmpty() && !closing) {
                    opener.changed.awaitUninterruptibly();
                }
                if (waiting.isEmpty()) {
                    break;
                }
                done = waiting.remove();
                id = InMemoryLog.id(content.durable++);
                opener.changed.signalAll();
            } finally {
                opener.log.lock.unlock();
            }
            done.complete(id);
        }
        ended.complete(true);
    }

    @Override
    public void truncate(MessageId upTo) {
        opener.log.lock.lock();
        try {
            if (closing) {
                throw closedError();
            }
            long first = Math.min(InMemoryLog.sequence(upTo) + 1, content.durable);
            while (content.first < first) {
                content.records.removeFirst();
                content.first++;
            }
        } finally {
            opener.log.lock.unlock();
        }
    }

    /** Waits for what was appended before. */
    @Override
    public void close() {
        opener.log.lock.lock();
        try {
            closing = true;
            opener.changed.signalAll();
        } finally {
            opener.log.lock.unlock();
        }
        if (Thread.currentThread() != thread) {
            ended.join();
        }
        opener.log.lock.lock();
        try {
            if (!closed) {
                content.open = false;
            }
        } finally {
            opener.log.lock.unlock();
        }
        super.close();
    }
}
