package org.elanus.core.log;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.elanus.core.runtime.HybridClock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Threads;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One physical channel over any log: takes ownership with a CLAIM, numbers and stamps records, splits large ones, and
 * applies every record, in order and once durable, on one thread of its own before it acknowledges it. Opening replays
 * what the log holds through the same applier.
 *
 * <p>Safe for use by many threads. After a failed append the log is opened anew by the next append: what reached the log
 * after all is applied then, so an outcome reported as unknown becomes one or the other exactly once.
 */
public final class ChannelLog implements AppliedChannel, AutoCloseable {

    /** Applies records. Called on one thread at a time, never concurrently, in order of sequence. */
    @FunctionalInterface
    public interface Applier {
        void apply(LogRecord record);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ChannelLog.class);
    private static final int MAX_PARTS = 65_535;

    private final WalOpener opener;
    private final String channel;
    private final int maxPartBytes;
    private final LongSupplier epochs;
    private final long committedSequence;
    private final HybridClock clock;
    private final Applier applier;
    private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final Thread applierThread;

    /** Guards what an append changes; never taken by the applier thread. */
    private final ReentrantLock lock = new ReentrantLock();

    private Fold fold = new Fold();
    private final List<Frame> durableParts = new ArrayList<>();
    private long epoch;
    private @Nullable Wal wal;
    private long nextSequence;
    private int previousCrc;
    private long lastTimestamp;
    private boolean closed;

    private volatile LogPosition applied = LogPosition.START;
    /** Of the record before the newest one; null while only one is known. */
    private volatile @Nullable MessageId beforeNewest;
    private volatile long assignedSequence;
    private volatile long bytes;
    private volatile @Nullable ElanusException failure;
    private volatile @Nullable ElanusException broken;

    private sealed interface Task permits Pending, Barrier, Stop {}

    /** A record under way; data comes with its last part. */
    private record Pending(
            CompletionStage<MessageId> durable,
            Frame frame,
            @Nullable DataRecord data,
            CompletableFuture<LogPosition> done)
            implements Task {}

    private record Barrier(Runnable action, CompletableFuture<Boolean> done) implements Task {}

    private record Stop() implements Task {}

    /**
     * Opens a channel, replays it and claims it.
     *
     * @param opener stays the caller's
     * @param epochs raises the channel's epoch in the metadata and returns it
     * @param committedSequence records up to it are known to have been in the log
     * @throws ElanusException UNSUPPORTED for a log without exclusive ownership; CORRUPT naming the record when the log
     *     is damaged
     */
    public static ChannelLog open(
            WalOpener opener,
            WalCapabilities capabilities,
            String channel,
            LongSupplier epochs,
            long committedSequence,
            HybridClock clock,
            Threads threads,
            Applier applier) {
        if (!capabilities.exclusive()) {
            throw new ElanusException(
                    StandardErrorCode.UNSUPPORTED,
                    "the log of channel '" + channel
                            + "' does not declare exclusive ownership, which this version needs");
        }
        return new ChannelLog(
                opener, capabilities.maxRecordBytes(), channel, epochs, committedSequence, clock, threads, applier);
    }

    private ChannelLog(
            WalOpener opener,
            int maxRecordBytes,
            String channel,
            LongSupplier epochs,
            long committedSequence,
            HybridClock clock,
            Threads threads,
            Applier applier) {
        this.committedSequence = committedSequence;
        this.opener = opener;
        this.channel = channel;
        this.maxPartBytes = maxRecordBytes - Frame.BYTES;
        this.epochs = epochs;
        this.clock = clock;
        this.applier = applier;
        lock.lock();
        try {
            takeOver();
        } finally {
            lock.unlock();
        }
        applierThread = threads.start("applier-" + channel, this::applyTasks);
    }

    @Override
    public String channel() {
        return channel;
    }

    /** Every read that begins now may rely on everything up to it. */
    @Override
    public LogPosition applied() {
        return applied;
    }

    /** Bytes appended or replayed since opening, headers included. */
    public long bytes() {
        return bytes;
    }

    /** Why appends fail at this moment; null while they do not. */
    public @Nullable ElanusException failure() {
        ElanusException broke = broken;
        return broke != null ? broke : failure;
    }

    /** Whether records that are in the log could not be applied: nothing more is accepted until a restart. */
    public boolean isBroken() {
        return broken != null;
    }

    /**
     * Appends a record.
     *
     * @return completes once the record is durable and applied; exceptionally with DISK_FULL, IO_FAILURE, FENCED or
     *     CLOSED
     */
    public CompletableFuture<LogPosition> append(DataRecord data) {
        List<MemorySegment> pieces = DataRecordCodec.encode(data);
        List<List<MemorySegment>> parts = split(pieces, maxPartBytes);
        int[] lengths = new int[parts.size()];
        int[] crcs = new int[parts.size()];
        for (int i = 0; i < crcs.length; i++) {
            CRC32C crc = new CRC32C();
            for (MemorySegment piece : parts.get(i)) {
                crc.update(piece.asByteBuffer());
                lengths[i] += (int) piece.byteSize();
            }
            crcs[i] = (int) crc.getValue();
        }
        CompletableFuture<LogPosition> done = new CompletableFuture<>();
        lock.lock();
        try {
            Wal open = requireOpen();
            for (int i = 0; i < crcs.length; i++) {
                long timestamp = stamp();
                Frame frame = Frame.seal(
                        Frame.Kind.DATA,
                        epoch,
                        nextSequence,
                        timestamp,
                        i,
                        crcs.length,
                        lengths[i],
                        crcs[i],
                        previousCrc);
                boolean last = i == crcs.length - 1;
                write(open, frame, parts.get(i), last ? data : null, last ? done : new CompletableFuture<>());
            }
        } finally {
            lock.unlock();
        }
        return done;
    }

    /** Waits until everything appended before this call has been applied (or has failed). */
    public void awaitApplied() {
        if (applied.sequence() >= assignedSequence) {
            return;
        }
        runInOrder(() -> {});
    }

    /** The action runs on the applier thread. */
    @Override
    public void runInOrder(Runnable action) {
        Barrier barrier = new Barrier(action, new CompletableFuture<>());
        lock.lock();
        try {
            if (closed) {
                throw closedError();
            }
            tasks.add(barrier);
        } finally {
            lock.unlock();
        }
        join(barrier.done);
    }

    /**
     * Lets the log forget everything up to and including a position, but never its newest record: the next owner learns
     * from it how far the channel had come.
     */
    public void truncate(MessageId upTo) {
        lock.lock();
        try {
            Wal open = wal;
            MessageId last = beforeNewest;
            if (open != null && last != null && failure == null && !closed) {
                open.truncate(opener.compare(upTo, last) > 0 ? last : upTo);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Orders two positions of this channel. */
    public int compare(MessageId left, MessageId right) {
        return opener.compare(left, right);
    }

    /** Lets everything appended before complete, then gives the channel back. Calling it again has no effect. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            tasks.add(new Stop());
        } finally {
            lock.unlock();
        }
        joinApplier();
        Wal open = wal;
        if (open != null) {
            open.close();
        }
    }

    /** Waits for a result of this log and unwraps its failure. */
    public static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw asElanus(e.getCause() == null ? e : e.getCause());
        }
    }

    private void joinApplier() {
        boolean interrupted = false;
        while (true) {
            try {
                applierThread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opens the log, applies what it holds beyond what was applied, and claims it. Runs before or on the applier. */
    private void takeOver() {
        epoch = epochs.getAsLong();
        Wal opened = opener.open(new ChannelInfo(channel, epoch));
        boolean whole = false;
        try {
            replay(opened);
            clock.observe(Math.max(fold.timestamp(), applied.timestamp()));
            nextSequence = fold.sequence() + 1;
            previousCrc = fold.crc();
            lastTimestamp = fold.timestamp();
            Frame claim = Frame.seal(Frame.Kind.CLAIM, epoch, nextSequence, stamp(), 0, 1, 0, 0, previousCrc);
            MessageId id = opened.append(new WalRecord(List.of(MemorySegment.ofArray(claim.encode()))))
                    .toCompletableFuture()
                    .join();
            fold.accept(claim);
            nextSequence++;
            previousCrc = claim.crc();
            assignedSequence = claim.sequence();
            advance(new LogPosition(id, claim.sequence(), claim.timestamp()));
            wal = opened;
            failure = null;
            whole = true;
        } catch (CompletionException e) {
            throw asElanus(e.getCause() == null ? e : e.getCause());
        } finally {
            if (!whole) {
                opened.close();
            }
        }
    }

    private void replay(Wal opened) {
        LogPosition from = applied;
        MessageId known = from.id();
        List<MemorySegment> parts = new ArrayList<>();
        long records = 0;
        Fold replayed = new Fold();
        try (WalScanner scanner =
                opened.scan(known == null ? DeliverPolicy.EARLIEST : new DeliverPolicy.After(known))) {
            if (known != null) {
                replayed = fold.copy();
            }
            for (WalEntry entry = scanner.poll(Duration.ZERO); entry != null; entry = scanner.poll(Duration.ZERO)) {
                Frame frame = Frame.decode(entry.payload(), entry.id());
                switch (replayed.accept(frame)) {
                    case REPEATED -> LOG.warn("channel {}: record {} is a repeat, dropped", channel, entry.id());
                    case VOID ->
                        throw ElanusException.corrupt(
                                "channel '%s': record %s (epoch %d, sequence %d) does not follow epoch %d, sequence %d:"
                                        + " records are missing or foreign",
                                channel,
                                entry.id(),
                                frame.epoch(),
                                frame.sequence(),
                                replayed.epoch(),
                                replayed.sequence());
                    case VALID -> {
                        bytes += entry.payload().byteSize();
                        if (frame.part() == 0) {
                            parts.clear();
                        }
                        if (frame.kind() == Frame.Kind.DATA) {
                            parts.add(entry.payload().asSlice(Frame.BYTES));
                            if (parts.size() == frame.parts()) {
                                DataRecord data = DataRecordCodec.decode(joined(parts), entry.id());
                                applier.apply(new LogRecord(entry.id(), frame.sequence(), frame.timestamp(), data));
                                records++;
                                parts.clear();
                            }
                        }
                        if (parts.isEmpty()) {
                            advance(new LogPosition(entry.id(), frame.sequence(), frame.timestamp()));
                            fold = replayed.copy(); // if the scan fails further on, the next one begins here
                        }
                    }
                }
            }
        }
        if (replayed.sequence() < committedSequence) {
            throw ElanusException.corrupt(
                    "the log of channel '%s' ends at sequence %d, but segments hold records up to %d: the log was lost or"
                            + " replaced; put it back, or start with the log that the data was written with",
                    channel, replayed.sequence(), committedSequence);
        }
        fold = replayed;
        if (records > 0) {
            LOG.info("channel {}: replayed {} records up to sequence {}", channel, records, replayed.sequence());
        }
    }

    /** On the applier, or before there is one. */
    private void advance(LogPosition position) {
        beforeNewest = applied.id();
        applied = position;
    }

    static MemorySegment joined(List<MemorySegment> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        long size = parts.stream().mapToLong(MemorySegment::byteSize).sum();
        MemorySegment whole = MemorySegment.ofArray(new byte[Math.toIntExact(size)]);
        long at = 0;
        for (MemorySegment part : parts) {
            MemorySegment.copy(part, ValueLayout.JAVA_BYTE, 0, whole, ValueLayout.JAVA_BYTE, at, part.byteSize());
            at += part.byteSize();
        }
        return whole;
    }

    private Wal requireOpen() {
        if (closed) {
            throw closedError();
        }
        ElanusException broke = broken;
        if (broke != null) {
            throw new ElanusException(broke.code(), String.valueOf(broke.getMessage()), broke);
        }
        if (failure != null) {
            reopen();
        }
        Wal open = wal;
        if (open == null) {
            throw closedError();
        }
        return open;
    }

    /** The caller holds the lock and waits, so the applier thread may change what the lock guards. */
    private void reopen() {
        Barrier barrier = new Barrier(
                () -> {
                    Wal failed = wal;
                    if (failed != null) {
                        wal = null;
                        failed.close();
                    }
                    takeOver();
                    LOG.info("channel {}: opened again under epoch {}", channel, epoch);
                },
                new CompletableFuture<>());
        tasks.add(barrier);
        join(barrier.done);
    }

    private ElanusException closedError() {
        return new ElanusException(StandardErrorCode.CLOSED, "the log of channel '" + channel + "' is closed");
    }

    private long stamp() {
        long timestamp = clock.next();
        lastTimestamp = Math.max(lastTimestamp + 1, timestamp);
        return lastTimestamp;
    }

    private void write(
            Wal open,
            Frame frame,
            List<MemorySegment> payload,
            @Nullable DataRecord data,
            CompletableFuture<LogPosition> done) {
        List<MemorySegment> record = new ArrayList<>(payload.size() + 1);
        record.add(MemorySegment.ofArray(frame.encode()));
        record.addAll(payload);
        CompletionStage<MessageId> durable = open.append(new WalRecord(record));
        nextSequence++;
        previousCrc = frame.crc();
        assignedSequence = frame.sequence();
        bytes += Frame.BYTES + (long) frame.payloadBytes();
        tasks.add(new Pending(durable, frame, data, done));
    }

    private void applyTasks() {
        while (true) {
            try {
                switch (tasks.take()) {
                    case Pending pending -> apply(pending);
                    case Barrier barrier -> run(barrier);
                    case Stop stop -> {
                        return;
                    }
                }
            } catch (InterruptedException e) {
                LOG.debug("channel {}: interrupts do not end the applier, closing does", channel);
            }
        }
    }

    private void apply(Pending pending) {
        Frame frame = pending.frame;
        MessageId id;
        try {
            id = pending.durable.toCompletableFuture().join();
        } catch (RuntimeException e) {
            ElanusException cause = asElanus(e.getCause() == null ? e : e.getCause());
            if (failure == null) {
                LOG.error("channel {}: appending sequence {} failed", channel, frame.sequence(), cause);
                failure = cause;
            }
            durableParts.clear();
            pending.done.completeExceptionally(cause);
            return;
        }
        ElanusException broke = broken;
        if (broke != null) {
            pending.done.completeExceptionally(broke);
            return;
        }
        durableParts.add(frame);
        if (pending.data == null) {
            return; // a batch counts with its last part, so that a replay begins before its first
        }
        try {
            applier.apply(new LogRecord(id, frame.sequence(), frame.timestamp(), pending.data));
            durableParts.forEach(fold::accept);
            durableParts.clear();
            LogPosition position = new LogPosition(id, frame.sequence(), frame.timestamp());
            advance(position);
            pending.done.complete(position);
        } catch (Throwable e) {
            // The record is durable but only half applied: nothing more may be served from this state.
            ElanusException cause = new ElanusException(
                    StandardErrorCode.INTERNAL,
                    "channel '" + channel + "' could not apply sequence " + frame.sequence()
                            + "; writes to it are refused until a restart",
                    e);
            LOG.error("channel {}: applying sequence {} failed", channel, frame.sequence(), e);
            broken = cause;
            pending.done.completeExceptionally(cause);
        }
    }

    private static void run(Barrier barrier) {
        try {
            barrier.action.run();
            barrier.done.complete(true);
        } catch (Throwable e) {
            barrier.done.completeExceptionally(e);
        }
    }

    private static ElanusException asElanus(Throwable e) {
        return e instanceof ElanusException known
                ? new ElanusException(known.code(), String.valueOf(known.getMessage()), known)
                : new ElanusException(StandardErrorCode.INTERNAL, "the log failed", e);
    }

    /** Cuts the pieces into records of at most the given size, without copying. */
    static List<List<MemorySegment>> split(List<MemorySegment> pieces, int maxBytes) {
        List<List<MemorySegment>> parts = new ArrayList<>();
        List<MemorySegment> part = new ArrayList<>();
        long room = maxBytes;
        for (MemorySegment piece : pieces) {
            long at = 0;
            while (at < piece.byteSize()) {
                if (room == 0) {
                    parts.add(part);
                    part = new ArrayList<>();
                    room = maxBytes;
                }
                long length = Math.min(room, piece.byteSize() - at);
                part.add(piece.asSlice(at, length));
                at += length;
                room -= length;
            }
        }
        parts.add(part);
        if (parts.size() > MAX_PARTS) {
            throw new ElanusException(
                    StandardErrorCode.ARGUMENT_TOO_LARGE,
                    "a batch may take at most " + (long) MAX_PARTS * maxBytes + " bytes in the log");
        }
        return parts;
    }
}
