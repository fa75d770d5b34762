package org.elanus.plugin.walpulsar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.pulsar.client.api.Producer;
import org.apache.pulsar.client.api.TypedMessageBuilder;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
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
 * A channel open for appending. Appending threads put records into a queue; one thread gives them to Pulsar's producer and
 * completes them in order as the broker confirms them. When nothing is under way, what has gathered is sent at once, so
 * that a lone record waits for nobody; else it gathers until the broker answers, a batch is full, or the batch delay is
 * over.
 */
final class PulsarWal implements Wal {

    private static final long LOOK_AFTER_CONNECTION_NANOS = 100_000_000;

    private final ChannelInfo info;
    private final String where;
    private final PulsarSettings settings;
    private final ChannelTopic topic;
    private final ClientThreads clientThreads;
    private final Producer<byte[]> producer;
    private final AppendCounts counts;
    private final ByteBudget budget;
    private final Lifetime lifetime;
    private final PulsarWalReader reader;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final List<PendingAppend> waiting = new ArrayList<>();
    private final List<PendingAppend> answered = new ArrayList<>();
    private boolean closing;
    private final ReentrantLock truncating = new ReentrantLock();

    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private volatile @Nullable ElanusException failure;
    private volatile @Nullable Position truncated;
    /** The last record that was confirmed to this handle. */
    private volatile @Nullable Position newest;
    private volatile Thread thread = Thread.currentThread();

    // Used by the sending thread only.
    private final Deque<PendingAppend> underWay = new ArrayDeque<>();
    private long sent;
    private long answers;
    /** How many were sent when the client was last told not to wait for more. */
    private long flushed;
    /** When the connection was there, or nobody needed it. */
    private long connected;

    PulsarWal(
            ChannelInfo info,
            String where,
            PulsarSettings settings,
            ChannelTopic topic,
            ClientThreads clientThreads,
            Producer<byte[]> producer,
            @Nullable Position truncated,
            AppendCounts counts,
            Lifetime lifetime,
            PulsarWalReader reader) {
        this.info = info;
        this.where = where;
        this.settings = settings;
        this.topic = topic;
        this.clientThreads = clientThreads;
        this.producer = producer;
        this.truncated = truncated;
        this.counts = counts;
        this.budget = new ByteBudget(where, settings.config().maxBytesUnderWay().bytes());
        this.lifetime = lifetime;
        this.reader = reader;
    }

    void start() {
        lock.lock();
        try {
            thread = settings.threads().start("wal-pulsar-" + info.name(), this::run);
            lifetime.workedBy(thread);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the broker is connected. Cheap. */
    boolean isConnected() {
        return producer.isConnected();
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
        return enqueue(PendingAppend.of(record)).stage();
    }

    private PendingAppend enqueue(PendingAppend append) {
        if (Thread.currentThread() == thread) {
            // In a callback: this thread must not wait for itself.
            budget.acquireNow(append.cost());
        } else if (!budget.acquire(append.cost())) {
            append.stage().completeExceptionally(refusal());
            return append;
        }
        lock.lock();
        try {
            if (failure == null && !closing) {
                counts.begun(append.payload().length);
                waiting.add(append);
                work.signal();
                return append;
            }
        } finally {
            lock.unlock();
        }
        budget.release(append.cost());
        append.stage().completeExceptionally(refusal());
        return append;
    }

    private ElanusException refusal() {
        ElanusException failed = failure;
        return failed == null || failed.code() == StandardErrorCode.CLOSED
                ? lifetime.closedError()
                : new ElanusException(
                        failed.code(),
                        "log channel %s takes no appends until it is opened again, since one failed: %s"
                                .formatted(info.name(), failed.getMessage()),
                        failed);
    }

    /** The new point is in the log before the brokers are allowed to forget, so that every reader knows of it. */
    @Override
    public void truncate(MessageId upTo) {
        Position asked = Position.of(upTo);
        lifetime.requireOpen();
        truncating.lock();
        try {
            Position before = truncated;
            Position point = before != null && before.compareTo(asked) >= 0 ? before : asked;
            if (point != before) {
                requireStanding(point);
            }
            truncated = point;
            clientThreads.run(where, () -> {
                if (point != before) {
                    enqueue(PendingAppend.mark()).stage().join();
                }
                // Also for a point that was reached before: the brokers may not have heard of it.
                topic.release(point);
            });
        } finally {
            truncating.unlock();
        }
    }

    /** The topic is asked only for what this handle did not append itself. */
    private void requireStanding(Position asked) {
        Position known = newest;
        if (known != null && asked.compareTo(known) <= 0) {
            return;
        }
        TopicEnd end = clientThreads.call(where, topic::end);
        if (end.position().isEmpty() || asked.compareTo(end.position().get()) > 0) {
            throw ElanusException.invalid("log channel %s holds no record %s: it ends before", info.name(), asked);
        }
    }

    private void run() {
        Deque<PendingAppend> sending = new ArrayDeque<>();
        List<PendingAppend> finished = new ArrayList<>();
        try {
            connected = settings.clock().nanos();
            while (take(sending, finished)) {
                finished.forEach(this::complete);
                finished.clear();
                while (!sending.isEmpty()) {
                    // Taken out first: what is under way is refused with the rest of it.
                    send(sending.remove());
                }
                if (answers >= flushed && sent > flushed) {
                    producer.flushAsync();
                    flushed = sent;
                }
                requireConnection();
            }
            fail(lifetime.closedError());
        } catch (Throwable e) {
            fail(Failures.of(where, e));
            sending.forEach(this::refuse);
        } finally {
            drop();
            ended.complete(true);
        }
    }

    /** Waits for records to send or answers to them, for a while; false when closing and none is left. */
    private boolean take(Deque<PendingAppend> sending, List<PendingAppend> finished) throws InterruptedException {
        lock.lock();
        try {
            long left = LOOK_AFTER_CONNECTION_NANOS;
            while (waiting.isEmpty() && answered.isEmpty() && left > 0) {
                if (!underWay.isEmpty()) {
                    left = settings.clock().await(work, left);
                } else if (closing) {
                    return false;
                } else {
                    work.await();
                }
            }
            sending.addAll(waiting);
            finished.addAll(answered);
            waiting.clear();
            answered.clear();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The client would go on connecting for as long as the append timeout, which is for brokers that are slow. */
    private void requireConnection() {
        long now = settings.clock().nanos();
        if (underWay.isEmpty() || producer.isConnected()) {
            connected = now;
        } else if (now - connected > settings.config().reconnectTimeout().toNanos()) {
            fail(new ElanusException(
                    StandardErrorCode.NOT_READY,
                    where + ": the connection was lost and not made again within "
                            + settings.config().reconnectTimeout().toMillis() + " ms"));
        }
    }

    private void send(PendingAppend append) {
        if (failure != null) {
            refuse(append);
            return;
        }
        underWay.add(append);
        sent++;
        TypedMessageBuilder<byte[]> message = producer.newMessage().value(append.payload());
        if (append.isMark()) {
            Envelope.mark(message);
        }
        Envelope.seal(message, append.properties(), truncated);
        message.sendAsync().whenComplete((id, error) -> {
            append.answer(id == null ? null : Position.of(id), error);
            hand(append);
        });
    }

    /** From a thread of the client's to the sending one: callers' callbacks do not run where the network is served. */
    private void hand(PendingAppend append) {
        lock.lock();
        try {
            answered.add(append);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    private void complete(PendingAppend append) {
        answers++;
        if (failure != null) {
            return;
        }
        Throwable error = append.error();
        Position position = append.position();
        if (error != null || position == null) {
            fail(Failures.of(where, error == null ? new IllegalStateException("no position") : error));
        } else if (position.ledger() < 0) {
            // A broker that removes copies confirms one without saying where the first stands.
            fail(new ElanusException(
                    StandardErrorCode.TIMEOUT,
                    where + ": after a lost connection the broker did not say where a record stands"));
        } else if (underWay.peek() != append) {
            fail(new ElanusException(StandardErrorCode.INTERNAL, where + ": records were confirmed out of order"));
        } else {
            underWay.remove();
            newest = position;
            budget.release(append.cost());
            if (!append.isMark()) {
                counts.durable(append.payload().length);
            }
            append.stage().complete(position.id());
        }
    }

    /** From here on nothing is appended: the producer goes, and with it what it would send again. */
    private void fail(ElanusException error) {
        lock.lock();
        try {
            if (failure != null) {
                return;
            }
            failure = error;
            if (!closing) {
                counts.failed(error);
            }
        } finally {
            lock.unlock();
        }
        budget.end();
        producer.closeAsync();
        underWay.forEach(append -> refuse(append, error));
        underWay.clear();
    }

    private void refuse(PendingAppend append) {
        refuse(append, refusal());
    }

    private void refuse(PendingAppend append, ElanusException error) {
        budget.release(append.cost());
        counts.lost(append.payload().length);
        append.stage().completeExceptionally(error);
    }

    private void drop() {
        List<PendingAppend> left;
        lock.lock();
        try {
            left = List.copyOf(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        left.forEach(this::refuse);
    }

    /** Waits for what was appended before, at most as long as an append may take, and gives the channel back. */
    void release() {
        lock.lock();
        try {
            closing = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        budget.end();
        if (Thread.currentThread() != thread) {
            ended.join();
        }
        try {
            clientThreads.run(
                    where, () -> producer.closeAsync().handle((_, _) -> true).get());
        } catch (ElanusException e) {
            // A client that is closed has closed its producers.
            if (!clientThreads.isEnded()) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        lifetime.close();
    }
}
