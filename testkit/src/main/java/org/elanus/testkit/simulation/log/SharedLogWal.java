package org.elanus.testkit.simulation.log;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalRecord;
import org.jspecify.annotations.Nullable;

/**
 * One handle on a {@link SharedLog}. What is appended goes through a connection, which delivers on a thread of the
 * network even while the process is frozen; answers come in on a thread of the process.
 */
final class SharedLogWal extends SharedLogReader implements Wal {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TOO_LATE = Duration.ofSeconds(20);
    private static final int LATENCY_NANOS = 300_000;

    private final SharedLog log;
    private final ChannelInfo info;
    private final Deque<Message> outbox = new ArrayDeque<>();
    private final Deque<Message> answered = new ArrayDeque<>();
    /** Not answered yet, as the process sees it. */
    private final Deque<Message> waiting = new ArrayDeque<>();

    private @Nullable Thread network;
    private @Nullable Thread answers;
    private @Nullable ElanusException failed;
    private boolean cut;

    /** A record under way. */
    private static final class Message {
        final byte[] bytes;
        final Map<String, String> properties;
        final CompletableFuture<MessageId> done = new CompletableFuture<>();

        @Nullable
        MessageId id;

        @Nullable
        ElanusException error;

        Message(byte[] bytes, Map<String, String> properties) {
            this.bytes = bytes;
            this.properties = properties;
        }
    }

    SharedLogWal(SharedLogOpener opener, ChannelInfo info) {
        super(opener, info.name());
        this.log = opener.log;
        this.info = info;
    }

    void start() {
        network = log.network.start("network", this::deliver);
        answers = opener.node.threads().start("answers", this::answer);
    }

    @Override
    public ChannelInfo info() {
        return info;
    }

    @Override
    public CompletionStage<MessageId> append(WalRecord record) {
        int limit = log.capabilities().maxRecordBytes();
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
        Message message = new Message(bytes, record.properties());
        if (isClosed()) {
            return CompletableFuture.failedStage(closedError());
        }
        if (failed != null) {
            return CompletableFuture.failedStage(failed);
        }
        outbox.add(message);
        waiting.add(message);
        log.underWay++;
        LockSupport.unpark(network);
        if (log.random.nextInt(4) == 0) {
            Thread.yield(); // here a process may freeze between two records
        }
        return message.done;
    }

    /** On a thread of the network. */
    private void deliver() {
        while (true) {
            while (outbox.isEmpty()) {
                if (isClosed()) {
                    return;
                }
                LockSupport.park(this);
            }
            if (log.random.nextInt(3) == 0) {
                pause(Duration.ofNanos(log.random.nextInt(LATENCY_NANOS)));
            }
            Message message = outbox.remove();
            cut |= log.strikes(LogFault.CUT, 25);
            if (cut) {
                log.underWay--;
                answer(message, null, "the connection broke");
                continue;
            }
            if (log.strikes(LogFault.LATE, 25)) {
                pause(REQUEST_TIMEOUT);
                answer(message, null, "no answer in time");
                pause(Duration.ofMillis(log.random.nextInt((int) TOO_LATE.toMillis())));
            }
            if (!outbox.isEmpty() && log.strikes(LogFault.REORDERS, 6)) {
                Message overtaking = outbox.remove();
                outbox.addFirst(message);
                message = overtaking;
            }
            arrive(message);
        }
    }

    private void arrive(Message message) {
        log.underWay--;
        if (log.fenced(info.term())) {
            message.error = new ElanusException(
                    StandardErrorCode.FENCED,
                    "channel " + channel + " was opened with a higher term than " + info.term());
            answer(message, null, "");
            return;
        }
        MessageId id = log.strikes(LogFault.GAP, 15) ? log.unusedId() : log.store(message.bytes, message.properties);
        if (log.strikes(LogFault.DUPLICATES, 6)) {
            if (log.random.nextBoolean()) {
                log.store(message.bytes, message.properties);
            } else {
                Message again = new Message(message.bytes, message.properties);
                outbox.add(again);
                log.underWay++;
            }
        }
        if (log.strikes(LogFault.REPLY_LOST, 25)) {
            pause(REQUEST_TIMEOUT);
            answer(message, null, "no answer in time");
        } else {
            answer(message, id, "");
        }
    }

    private void answer(Message message, @Nullable MessageId id, String error) {
        message.id = id;
        if (id == null && message.error == null) {
            message.error = new ElanusException(StandardErrorCode.IO_FAILURE, "channel " + channel + ": " + error);
        }
        answered.add(message);
        LockSupport.unpark(answers);
    }

    /** On a thread of the process: appends complete in order, and none after one that failed. */
    private void answer() {
        while (!isClosed()) {
            while (answered.isEmpty() && !isClosed()) {
                LockSupport.park(this);
            }
            for (Message message = answered.poll(); message != null; message = answered.poll()) {
                if (message.error != null) {
                    fail(message.error);
                }
                while (!waiting.isEmpty()) {
                    Message oldest = waiting.element();
                    MessageId id = oldest.id;
                    if (id == null) {
                        break;
                    }
                    waiting.remove();
                    oldest.done.complete(id);
                }
            }
        }
    }

    private void fail(ElanusException error) {
        if (failed == null) {
            failed = error;
        }
        for (Message message = waiting.poll(); message != null; message = waiting.poll()) {
            if (message.id != null && message.error == null) {
                // Stored, but perhaps behind one that is not: nobody may rely on it.
                message.id = null;
            }
            message.done.completeExceptionally(error);
        }
    }

    private void pause(Duration duration) {
        try {
            opener.node.clock().sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void truncate(MessageId upTo) {
        if (isClosed()) {
            throw closedError();
        }
        log.truncate(SharedLog.number(upTo));
    }

    /** What is under way goes on; how it ends, its writer does not learn. */
    @Override
    public void close() {
        if (isClosed()) {
            return;
        }
        super.close();
        fail(closedError());
        LockSupport.unpark(network);
        LockSupport.unpark(answers);
    }
}
