package org.elanus.plugin.walpulsar;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.pulsar.client.api.Message;
import org.apache.pulsar.client.api.PulsarClientException;
import org.apache.pulsar.client.api.Reader;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalScanner;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.jspecify.annotations.Nullable;

/**
 * Follows a topic. A thread of its own takes messages from Pulsar's reader, drops what is no record or a copy, and puts
 * records into a small buffer, from which they are polled. The client makes lost connections again and goes on behind what
 * it delivered; when it gives up, the thread makes a new reader there.
 */
final class PulsarWalScanner implements WalScanner {

    /** The buffer takes another record while it holds less than both. */
    private static final int BUFFERED_RECORDS = 256;

    private static final long BUFFERED_BYTES = 1 << 20;

    private final String where;
    private final PulsarSettings settings;
    private final ChannelTopic topic;
    private final Lifetime lifetime;
    private final RepeatFilter repeats = new RepeatFilter();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final Deque<WalEntry> buffer = new ArrayDeque<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private long bufferedBytes;
    private @Nullable ElanusException trouble;
    /** The trouble stays: there is nothing to go on with. */
    private boolean over;

    private @Nullable Thread thread;

    // Used by the reading thread only, once it runs.
    private StartPoint start = StartPoint.behind(Optional.empty());
    private @Nullable Position last;
    private @Nullable Reader<byte[]> reader;

    PulsarWalScanner(String where, PulsarSettings settings, ChannelTopic topic, Lifetime lifetime) {
        this.where = where;
        this.settings = settings;
        this.topic = topic;
        this.lifetime = lifetime;
    }

    /** Finds out where to begin, and connects. On a thread of the client's. */
    void begin(DeliverPolicy policy) throws IOException {
        start = StartPoint.of(policy, topic.end());
        reader = open();
    }

    void start() {
        lock.lock();
        try {
            thread = settings.threads().start("wal-pulsar-scan", this::run);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable WalEntry poll(Duration timeout) {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (true) {
                lifetime.requireOpen();
                WalEntry entry = buffer.poll();
                if (entry != null) {
                    bufferedBytes -= entry.payload().byteSize();
                    room.signal();
                    return entry;
                }
                ElanusException failed = trouble;
                if (failed != null) {
                    trouble = over ? failed : null;
                    throw failed;
                }
                if (left <= 0) {
                    return null;
                }
                left = settings.clock().await(changed, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ElanusException(StandardErrorCode.CANCELLED, "interrupted while reading " + where, e);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (!lifetime.isClosed()) {
                try {
                    follow();
                } catch (PulsarClientException e) {
                    report(Failures.of(where, e), false);
                    closeReader();
                    settings.clock().sleep(settings.config().maxReconnectBackoff());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            report(Failures.of(where, e), true);
        } finally {
            closeReader();
            ended.complete(true);
        }
    }

    private void follow() throws PulsarClientException, InterruptedException {
        Reader<byte[]> open = reader;
        if (open == null) {
            open = open();
            reader = open;
        }
        while (!lifetime.isClosed()) {
            Message<byte[]> message = open.readNext(1, SECONDS);
            if (message != null && isNew(message)) {
                offer(new WalEntry(
                        Position.of(message.getMessageId()).id(),
                        MemorySegment.ofArray(message.getData()).asReadOnly(),
                        Envelope.properties(message)));
            }
        }
    }

    /** Whether it is a record that was not delivered before. */
    private boolean isNew(Message<byte[]> message) {
        Position position = Position.of(message.getMessageId());
        Position before = last;
        boolean first = before == null;
        if (first && start.inclusive()) {
            Position asked = start.position().orElseThrow();
            int distance = position.compareTo(asked);
            if (distance > 0) {
                throw StartPoint.truncated(asked);
            }
            if (distance < 0) {
                return false;
            }
        }
        if (before != null && position.compareTo(before) <= 0) {
            return false;
        }
        last = position;
        boolean repeat = repeats.isRepeat(message.getProducerName(), message.getSequenceId());
        return !repeat && !Envelope.isMark(message) && (!first || start.deliver());
    }

    private void offer(WalEntry entry) throws InterruptedException {
        lock.lock();
        try {
            while (buffer.size() >= BUFFERED_RECORDS || bufferedBytes >= BUFFERED_BYTES) {
                room.await();
            }
            buffer.add(entry);
            bufferedBytes += entry.payload().byteSize();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void report(ElanusException error, boolean forGood) {
        lock.lock();
        try {
            trouble = error;
            over = forGood;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private Reader<byte[]> open() throws PulsarClientException {
        Position delivered = last;
        return delivered == null
                ? topic.reader(start.pulsarId(), start.inclusive()).create()
                : topic.reader(delivered.pulsarId(), false).create();
    }

    private void closeReader() {
        Reader<byte[]> open = reader;
        reader = null;
        if (open != null) {
            // Nobody waits for a broker that does not answer.
            open.closeAsync();
        }
    }

    void release() {
        lock.lock();
        try {
            buffer.clear();
            changed.signalAll();
            Thread reading = thread;
            if (reading != null) {
                reading.interrupt();
            } else {
                closeReader();
                ended.complete(true);
            }
        } finally {
            lock.unlock();
        }
        ended.join();
    }

    @Override
    public void close() {
        lifetime.close();
    }
}
