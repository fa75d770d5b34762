package org.elanus.testkit.wal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The records of the reference log: they outlive openers and, as far as they were durable, crashes. A record becomes
 * durable some time after its append, on a thread of any handle of its channel. Safe for use by many threads.
 *
 * <p>What it promises is chosen: with {@code exclusive} it behaves as files that one process holds; without, as a broker
 * that lets everybody append, the newest handle alone when it has {@code fencing}.
 */
public final class InMemoryLog {

    static final String NAME = "memory";
    /** What the appends of one handle may have under way. */
    static final long MAX_BYTES_UNDER_WAY = 4 << 20;

    private static final WalCapabilities EXCLUSIVE =
            new WalCapabilities(true, false, true, WalCapabilities.SMALLEST_MAX_RECORD_BYTES);

    private final WalCapabilities capabilities;
    private final Map<String, Content> channels = new TreeMap<>();
    final ReentrantLock lock = new ReentrantLock();
    /** Something was appended, became durable, or was closed. */
    final Condition changed = lock.newCondition();

    private boolean stalled;
    private boolean reachable = true;

    record Stored(byte[] payload, Map<String, String> properties) {}

    /** One channel. Guarded by the log's lock. */
    static final class Content {
        /** The sequence of the oldest record that is held. */
        long first = 1;

        final List<Stored> records = new ArrayList<>();
        /** The sequence behind the last durable record. */
        long durable = 1;

        long term;
        /** The handle that was opened last and is not closed. */
        @Nullable
        InMemoryWal owner;

        long end() {
            return first + records.size();
        }
    }

    /** An exclusive log. */
    public InMemoryLog() {
        this(EXCLUSIVE);
    }

    /** A log that keeps these promises and no others. */
    public InMemoryLog(WalCapabilities capabilities) {
        this.capabilities = capabilities;
    }

    public WalCapabilities capabilities() {
        return capabilities;
    }

    /** An opener in one process. */
    public WalOpener opener(Threads threads, Clock clock) {
        return new InMemoryWalOpener(this, threads, clock);
    }

    /** A builder in one process. */
    public WalOpenerBuilder builder(Threads threads, Clock clock) {
        return new WalOpenerBuilder() {
            @Override
            public String name() {
                return NAME;
            }

            @Override
            public WalCapabilities capabilities() {
                return capabilities;
            }

            @Override
            public WalOpener build() {
                return opener(threads, clock);
            }
        };
    }

    /** What another process finds after this one died: durable records, and those behind them that made it, too. */
    public InMemoryLog crash(RandomGenerator random) {
        lock.lock();
        try {
            InMemoryLog after = new InMemoryLog(capabilities);
            channels.forEach((name, content) -> {
                Content left = new Content();
                left.first = content.first;
                left.term = content.term;
                int durable = (int) (content.durable - content.first);
                int kept = random.nextInt(durable, content.records.size() + 1);
                left.records.addAll(content.records.subList(0, kept));
                left.durable = left.end();
                after.channels.put(name, left);
            });
            return after;
        } finally {
            lock.unlock();
        }
    }

    /** Makes nothing durable until what is returned is closed. */
    public AutoCloseable stall() {
        set(() -> stalled = true);
        return () -> set(() -> stalled = false);
    }

    /** Answers nobody until what is returned is closed: appends under way have an unknown outcome. */
    public AutoCloseable disconnect() {
        set(() -> reachable = false);
        return () -> set(() -> reachable = true);
    }

    private void set(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The caller holds the lock. */
    boolean isReachable() {
        return reachable;
    }

    /** Makes the next record of a channel durable, if there is one. The caller holds the lock. */
    boolean advance(Content content) {
        if (stalled || content.durable == content.end()) {
            return false;
        }
        content.durable++;
        changed.signalAll();
        return true;
    }

    Content content(String channel) {
        return channels.computeIfAbsent(channel, name -> new Content());
    }

    static MessageId id(long sequence) {
        return new MessageId(
                NAME, ByteBuffer.allocate(Long.BYTES).putLong(sequence).array());
    }

    static long sequence(MessageId id) {
        byte[] bytes = id.bytes();
        if (!id.walName().equals(NAME) || bytes.length != Long.BYTES) {
            throw ElanusException.invalid("%s is not a position in a log of the kind '%s'", id, NAME);
        }
        return ByteBuffer.wrap(bytes).getLong();
    }
}
