package org.elanus.testkit.wal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;

/**
 * The records of the reference log: they outlive openers and, as far as they were durable, crashes. A record becomes
 * durable some time after its append, on a thread of its channel. Safe for use by many threads.
 */
public final class InMemoryLog {

    static final String NAME = "memory";

    final Map<String, Content> channels = new TreeMap<>();
    final ReentrantLock lock = new ReentrantLock();

    /** One channel. Guarded by the log's lock. */
    static final class Content {
        /** The sequence of the oldest record that is held. */
        long first = 1;

        final List<byte[]> records = new ArrayList<>();
        /** The sequence behind the last durable record. */
        long durable = 1;

        long term;
        boolean open;

        long end() {
            return first + records.size();
        }
    }

    public WalCapabilities capabilities() {
        return new WalCapabilities(true, true, true, WalCapabilities.SMALLEST_MAX_RECORD_BYTES);
    }

    /** An opener in one process. */
    public WalOpener opener(Threads threads, Clock clock) {
        return new InMemoryWalOpener(this, threads, clock);
    }

    /** What another process finds after this one died: durable records, and those behind them that made it, too. */
    public InMemoryLog crash(RandomGenerator random) {
        lock.lock();
        try {
            InMemoryLog after = new InMemoryLog();
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
