package org.elanus.core.log;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;

/**
 * One channel of a log that several owners may write at once and nobody is kept out of, as a broker's topic is. Tests
 * turn its connections off, hold appends back, and write into it what owners left behind.
 */
final class ContestedLog {

    static final WalCapabilities CAPABILITIES = new WalCapabilities(false, false, true, 64 << 10);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Stored> records = new ArrayList<>();
    private final List<Connection.Scanner> scanners = new ArrayList<>();
    private long begin;
    private long nextPosition = 1;

    private record Stored(long position, byte[] bytes, Map<String, String> properties) {}

    /** The records that are in the log, oldest first. */
    List<byte[]> records() {
        lock.lock();
        try {
            return records.stream().map(Stored::bytes).toList();
        } finally {
            lock.unlock();
        }
    }

    Frame frame(int index) {
        return Frame.decode(MemorySegment.ofArray(records().get(index)), index);
    }

    long put(byte[] bytes) {
        return put(bytes, Map.of());
    }

    long put(byte[] bytes, Map<String, String> properties) {
        lock.lock();
        try {
            records.add(new Stored(nextPosition, bytes, properties));
            changed.signalAll();
            return nextPosition++;
        } finally {
            lock.unlock();
        }
    }

    /** The log loses its newest records, and gives their positions to others. */
    void loseNewest(int count) {
        lock.lock();
        try {
            for (int i = 0; i < count; i++) {
                nextPosition = records.removeLast().position();
            }
            scanners.forEach(scanner -> scanner.index = Math.min(scanner.index, records.size()));
        } finally {
            lock.unlock();
        }
    }

    void remove(int index) {
        lock.lock();
        try {
            records.remove(index);
        } finally {
            lock.unlock();
        }
    }

    /** A process' connection. */
    Connection connect() {
        return new Connection();
    }

    static MessageId id(long position) {
        return new MessageId(
                "contested", ByteBuffer.allocate(8).putLong(position).array());
    }

    private static long position(MessageId id) {
        return ByteBuffer.wrap(id.bytes()).getLong();
    }

    /** What one process has of the log. */
    final class Connection implements WalOpener {

        /** Appends wait here instead of reaching the log. */
        private final List<Runnable> held = new ArrayList<>();

        private volatile boolean holds;
        private volatile boolean broken;
        private volatile boolean losesReplies;
        private volatile boolean deaf;
        private volatile boolean fenced;
        private volatile Predicate<byte[]> drops = bytes -> false;
        volatile int opened;
        volatile MessageId truncatedTo;

        /** From now on appends do not reach the log, as those of a process that is stopped. */
        void hold() {
            holds = true;
        }

        /** What was held back reaches the log now. */
        void release() {
            lock.lock();
            try {
                holds = false;
                held.forEach(Runnable::run);
                held.clear();
            } finally {
                lock.unlock();
            }
        }

        int held() {
            lock.lock();
            try {
                return held.size();
            } finally {
                lock.unlock();
            }
        }

        /** The network is gone: everything fails. */
        void breakOff(boolean now) {
            lock.lock();
            try {
                broken = now;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** Appends reach the log, but fail. */
        void loseReplies(boolean now) {
            losesReplies = now;
        }

        /** Its readers get nothing. */
        void deafen(boolean now) {
            lock.lock();
            try {
                deaf = now;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** The log's own fence: appends fail with FENCED. */
        void fence() {
            fenced = true;
        }

        /** Records that vanish on their way, though their append succeeds. */
        void drop(Predicate<byte[]> which) {
            drops = which;
        }

        @Override
        public Wal open(ChannelInfo channel) {
            opened++;
            requireConnected();
            return new Handle(channel);
        }

        @Override
        public WalReader openReader(String channel) {
            requireConnected();
            return new Handle(new ChannelInfo(channel, 0));
        }

        private void requireConnected() {
            if (broken) {
                throw new ElanusException(StandardErrorCode.IO_FAILURE, "the broker cannot be reached");
            }
        }

        @Override
        public int compare(MessageId left, MessageId right) {
            return Long.compare(position(left), position(right));
        }

        @Override
        public void close() {}

        private final class Handle implements Wal {
            private final ChannelInfo info;
            private volatile boolean failed;
            private volatile boolean closed;

            Handle(ChannelInfo info) {
                this.info = info;
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
            public CompletionStage<MessageId> append(WalRecord record) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                record.payload().forEach(piece -> bytes.writeBytes(piece.toArray(ValueLayout.JAVA_BYTE)));
                CompletableFuture<MessageId> done = new CompletableFuture<>();
                lock.lock();
                try {
                    Runnable arrive = () -> arrive(bytes.toByteArray(), record.properties(), done);
                    if (holds) {
                        held.add(arrive);
                    } else {
                        arrive.run();
                    }
                } finally {
                    lock.unlock();
                }
                return done;
            }

            private void arrive(
                    byte[] bytes, Map<String, String> properties, CompletableFuture<MessageId> done) {
                if (fenced) {
                    done.completeExceptionally(
                            new ElanusException(StandardErrorCode.FENCED, "a newer producer is there"));
                } else if (failed || broken) {
                    failed = true;
                    done.completeExceptionally(new ElanusException(StandardErrorCode.IO_FAILURE, "the broker is gone"));
                } else if (drops.test(bytes)) {
                    done.complete(id(nextPosition));
                } else {
                    long position = put(bytes, properties);
                    if (losesReplies) {
                        failed = true;
                        done.completeExceptionally(
                                new ElanusException(StandardErrorCode.IO_FAILURE, "the reply was lost"));
                    } else {
                        done.complete(id(position));
                    }
                }
            }

            @Override
            public void truncate(MessageId upTo) {
                lock.lock();
                try {
                    begin = Math.max(begin, position(upTo) + 1);
                    truncatedTo = upTo;
                    int before = records.size();
                    records.removeIf(stored -> stored.position() < begin);
                    int removed = before - records.size();
                    scanners.forEach(
                            scanner -> scanner.index = scanner.index < 0 ? -1 : Math.max(0, scanner.index - removed));
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public WalScanner scan(DeliverPolicy from) {
                requireConnected();
                long first = switch (from) {
                    case DeliverPolicy.Earliest _ -> begin;
                    case DeliverPolicy.Latest _ -> nextPosition;
                    case DeliverPolicy.From(var id) -> position(id);
                    case DeliverPolicy.After(var id) -> position(id) + 1;
                };
                return new Scanner(this, first);
            }

            @Override
            public void close() {
                lock.lock();
                try {
                    closed = true;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        }

        private final class Scanner implements WalScanner {
            private final Handle handle;
            private long next;
            private int index;
            private boolean closed;

            Scanner(Handle handle, long next) {
                this.handle = handle;
                this.next = next;
                this.index = -1;
                lock.lock();
                try {
                    scanners.add(this);
                } finally {
                    lock.unlock();
                }
            }

            /** Follows the list, not the positions: they may come again. */
            @Override
            public WalEntry poll(Duration timeout) {
                lock.lock();
                try {
                    long left = timeout.toNanos();
                    while (true) {
                        if (closed || handle.closed) {
                            throw new ElanusException(StandardErrorCode.CLOSED, "the scanner is closed");
                        }
                        if (index < 0) {
                            int found = 0;
                            while (found < records.size() && records.get(found).position() < next) {
                                found++;
                            }
                            index = found;
                        }
                        if (!deaf && !broken && index < records.size()) {
                            Stored stored = records.get(index++);
                            return new WalEntry(
                                    id(stored.position()),
                                    MemorySegment.ofArray(stored.bytes()),
                                    stored.properties());
                        }
                        if (left <= 0) {
                            return null;
                        }
                        left = changed.awaitNanos(left);
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public void close() {
                lock.lock();
                try {
                    closed = true;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    /** Waits until the condition holds, long enough for any machine. */
    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited for 60 s");
            }
            Thread.onSpinWait();
            Thread.yield();
        }
    }
}
