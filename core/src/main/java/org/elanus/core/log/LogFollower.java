package org.elanus.core.log;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the data records of a channel in order, each once, and none before it is applied: first from the log, then
 * from the write-ahead cache, and from the log again when it falls behind that. Holds the log behind what it has
 * delivered. For one thread, except {@link #close}, which wakes it. The delivered memory is the follower's for as long as
 * it is reachable.
 */
public final class LogFollower implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final ChannelParts parts;
    private final WriteAheadCache cache;
    private final Supplier<LogPosition> applied;
    private final LogHold hold;
    private final Consumer<LogFollower> whenClosed;
    private volatile LogPosition at;
    private volatile @Nullable FromLog source;
    private final AtomicBoolean closed = new AtomicBoolean();
    private long fromLog;
    private long fromCache;

    /** What is read from the log. */
    private static final class FromLog implements AutoCloseable {
        final WalReader reader;
        final WalScanner scanner;
        final Fold fold;
        final Assembly assembly = new Assembly();
        /** Read and not applied yet. */
        @Nullable
        LogPosition ahead;

        @Nullable
        DataRecord data;

        FromLog(ChannelParts parts, LogPosition from) {
            MessageId known = from.id();
            fold = parts.capabilities().exclusive() ? Fold.exclusive(from) : Fold.shared(from);
            reader = parts.opener().openReader(parts.channel());
            scanner = reader.scan(known == null ? DeliverPolicy.EARLIEST : new DeliverPolicy.After(known));
        }

        @Override
        public void close() {
            scanner.close();
            reader.close();
        }
    }

    LogFollower(
            ChannelParts parts,
            WriteAheadCache cache,
            Supplier<LogPosition> applied,
            LogHold hold,
            LogPosition from,
            Consumer<LogFollower> whenClosed) {
        this.whenClosed = whenClosed;
        this.parts = parts;
        this.cache = cache;
        this.applied = applied;
        this.hold = hold;
        this.at = from;
        cache.join();
    }

    /** How far it has come: a follower that begins here gets what this one would get next. */
    public LogPosition position() {
        return at;
    }

    /** Records that were read from the log. */
    public long fromLog() {
        return fromLog;
    }

    /** Records that were in the cache. */
    public long fromCache() {
        return fromCache;
    }

    /**
     * The next record, waiting for it at most as long as given.
     *
     * @return null when none came in time
     * @throws ElanusException CLOSED after close; CORRUPT naming a damaged record; what the log throws when it cannot be
     *     read, after which the same record can be asked for again
     */
    public @Nullable LogRecord poll(Duration timeout) {
        long deadline = parts.clock().nanos() + timeout.toNanos();
        while (true) {
            if (closed.get()) {
                leaveLog();
                throw closedError();
            }
            WriteAheadCache.Step step = cache.after(at.sequence());
            if (step != null) {
                leaveLog();
                pass(step.at());
                LogRecord record = step.record();
                if (record != null) {
                    fromCache++;
                    return record;
                }
                continue;
            }
            long left = deadline - parts.clock().nanos();
            if (at.sequence() >= applied.get().sequence()) {
                if (left <= 0) {
                    return null;
                }
                cache.await(
                        left,
                        at.sequence(),
                        () -> closed.get() || at.sequence() < applied.get().sequence());
                if (Thread.currentThread().isInterrupted()) {
                    throw new ElanusException(
                            StandardErrorCode.CANCELLED,
                            "interrupted while following channel '" + parts.channel() + "'");
                }
                continue;
            }
            LogRecord record = read(left);
            if (record != null) {
                fromLog++;
                return record;
            }
            if (left <= 0) {
                return null;
            }
        }
    }

    private ElanusException closedError() {
        return new ElanusException(
                StandardErrorCode.CLOSED,
                "the follower '" + hold.name() + "' of channel '" + parts.channel() + "' is closed");
    }

    private void pass(LogPosition position) {
        at = position;
        hold.advance(position);
    }

    /** The next step in the log, which is applied already or soon will be. @return null when it delivers nothing */
    private @Nullable LogRecord read(long leftNanos) {
        FromLog from = source;
        if (from == null) {
            from = new FromLog(parts, at);
            source = from;
            if (closed.get()) { // too late for close() to have seen it
                leaveLog();
                throw closedError();
            }
        }
        try {
            if (from.ahead == null) {
                WalEntry entry =
                        from.scanner.poll(leftNanos < POLL.toNanos() ? Duration.ofNanos(Math.max(0, leftNanos)) : POLL);
                if (entry == null) {
                    return null;
                }
                Frame frame = Frame.decode(entry.payload(), entry.id());
                Fold.Verdict verdict = from.fold.accept(frame);
                if (verdict == Fold.Verdict.GAP
                        && (parts.capabilities().exclusive() || from.fold.sequence() == at.sequence())) {
                    throw ElanusException.corrupt(
                            "record %s of channel '%s' (epoch %d, sequence %d) does not follow epoch %d, sequence %d:"
                                    + " what '%s' follows was deleted, or lost",
                            entry.id(),
                            parts.channel(),
                            frame.epoch(),
                            frame.sequence(),
                            from.fold.epoch(),
                            from.fold.sequence(),
                            hold.name());
                }
                if (verdict != Fold.Verdict.VALID) {
                    return null;
                }
                DataRecord data = from.assembly.add(frame, entry);
                if (!from.assembly.isEmpty()) {
                    return null;
                }
                from.ahead = from.fold.position(entry.id());
                from.data = data;
            }
            LogPosition ahead = from.ahead;
            if (ahead.sequence() > applied.get().sequence()) {
                cache.await(
                        leftNanos,
                        at.sequence(),
                        () -> closed.get() || ahead.sequence() <= applied.get().sequence());
                if (closed.get() || ahead.sequence() > applied.get().sequence()) {
                    return null;
                }
            }
            DataRecord data = from.data;
            from.ahead = null;
            from.data = null;
            pass(ahead);
            return data == null ? null : new LogRecord(ahead, data);
        } catch (ElanusException e) {
            leaveLog(); // the next attempt begins behind what was delivered
            throw e;
        }
    }

    private void leaveLog() {
        FromLog from = source;
        if (from != null) {
            source = null;
            from.close();
        }
    }

    /** Gives up its hold. Calling it again has no effect. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        FromLog from = source;
        if (from != null) {
            from.close(); // wakes whoever reads
        }
        hold.close();
        cache.leave();
        whenClosed.accept(this);
    }
}
