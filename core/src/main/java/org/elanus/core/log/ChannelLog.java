package org.elanus.core.log;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One physical channel over any log: takes ownership with a CLAIM, numbers and stamps records, splits large ones, and
 * applies every record, in order and once it is certain to count, on one thread of its own before it acknowledges it.
 * Opening replays what the log holds through the same applier.
 *
 * <p>In a log that declares exclusive ownership a record is certain when it is durable; in any other one, when this
 * owner's own reader has returned it. A log that was lost is opened anew by itself: what reached it after all is applied
 * then, so an outcome reported as unknown becomes one or the other exactly once. Safe for use by many threads.
 */
public final class ChannelLog implements AppliedChannel, AutoCloseable {

    /** Applies records. Called on one thread at a time, never concurrently, in order of sequence. */
    @FunctionalInterface
    public interface Applier {
        void apply(LogRecord record);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ChannelLog.class);

    private final ChannelParts parts;
    private final boolean exclusive;
    private final int maxPartBytes;
    private final ChannelCondition condition;
    private final Applied applied;
    private final Applying applying;
    private final Sequencer sequencer;
    private final Counters counters = new Counters();
    private final InFlight inFlight;
    private final Ownership ownership;
    private final Ticks ticks;
    private final RequestKeys requests;
    private final RequestNotes requestNotes;
    private final WriteAheadCache cache;
    private final Holds holds;
    private final Set<LogFollower> followers = ConcurrentHashMap.newKeySet();

    /** Held while records are numbered and handed to the log, so that they stand there in order; never by the applier. */
    private final ReentrantLock appendLock = new ReentrantLock();

    private final ReentrantLock truncateLock = new ReentrantLock();
    private volatile LogPosition beginning = LogPosition.START;

    /**
     * Opens a channel, replays it and claims it.
     *
     * @throws ElanusException CORRUPT naming the record when the log is damaged; FENCED when another process took the
     *     channel meanwhile; what the log throws when it cannot be reached, after some attempts
     */
    public static ChannelLog open(ChannelParts parts) {
        ChannelLog log = new ChannelLog(parts);
        log.ownership.open(log::noted);
        log.applying.start(parts.threads());
        log.ownership.start();
        return log;
    }

    private ChannelLog(ChannelParts parts) {
        this.parts = parts;
        exclusive = parts.capabilities().exclusive();
        maxPartBytes = parts.capabilities().maxRecordBytes() - Frame.BYTES;
        condition = new ChannelCondition(parts.channel());
        requests = new RequestKeys(parts.stamps(), RequestKeys.MOST);
        requestNotes = new RequestNotes(parts, requests);
        cache = new WriteAheadCache(
                parts.clock(), parts.memory(), parts.settings().cacheBytes());
        holds = new Holds(parts.channel());
        applied = new Applied(parts.channel(), parts.applier(), condition, requests, cache);
        applying = new Applying(parts.channel(), condition, this::apply);
        sequencer = new Sequencer(parts.stamps());
        inFlight = new InFlight(parts.channel(), parts.clock(), parts.settings().inFlightBytes());
        ownership = exclusive
                ? new ExclusiveOwnership(parts, condition, applied, applying, sequencer, counters, appendLock)
                : new SharedOwnership(parts, condition, applied, applying, sequencer, counters, appendLock);
        ticks = new Ticks(parts.channel(), this::tick, parts.clock(), parts.threads());
    }

    private void noted(Map<String, byte[]> notes) {
        requestNotes.load(notes);
        beginning = ChannelStart.of(notes);
    }

    @Override
    public String channel() {
        return parts.channel();
    }

    /** Every read that begins now may rely on everything up to it. */
    @Override
    public LogPosition applied() {
        return applied.newest();
    }

    /** Everything behind it is in the log, as far as is known: a follower may begin here. */
    public LogPosition beginning() {
        return beginning;
    }

    /** Bytes appended or replayed since opening, headers included. */
    public long bytes() {
        return counters.bytes();
    }

    public ChannelStatistics statistics() {
        return counters.snapshot(inFlight.held());
    }

    public ChannelState state() {
        return condition.state();
    }

    /** Why appends fail at this moment; null while they do not. */
    public @Nullable ElanusException failure() {
        return condition.why();
    }

    /** What an operator should know about this log, one sentence each, since it was opened. */
    public List<String> alarms() {
        return condition.alarms();
    }

    /** Whether nothing more is accepted until a restart. */
    public boolean isBroken() {
        return condition.state().isPermanent();
    }

    /** As {@link #append(DataRecord, long)} of a caller who waits for ever. */
    public CompletableFuture<LogPosition> append(DataRecord data) {
        return append(data, Long.MAX_VALUE);
    }

    /**
     * Appends a record. Waits while too much is under way.
     *
     * @param deadlineNanos on the monotonic clock, for that wait
     * @return completes once the record is certain to count and applied; exceptionally with DISK_FULL, IO_FAILURE,
     *     FENCED, CLOSED, or TIMEOUT, whose message says when the outcome is unknown. A record of a request that this
     *     channel has already is not written again; its position lacks an id then
     * @throws ElanusException when nothing was written: NOT_READY while the log is lost, FENCED, TIMEOUT, CLOSED
     */
    public CompletableFuture<LogPosition> append(DataRecord data, long deadlineNanos) {
        condition.requireUsable();
        Parts cut = Parts.of(DataRecordCodec.encode(data), maxPartBytes);
        inFlight.take(cut.bytes(), deadlineNanos);
        return append(Frame.Kind.DATA, cut, data);
    }

    /**
     * The records of a request with a key that this channel has; empty when there are none, or none within the last 15
     * minutes. Waits for what this process appended before.
     *
     * @param deadlineNanos on the monotonic clock, for that wait
     * @throws ElanusException when that cannot be known: NOT_READY, FENCED, TIMEOUT, CLOSED
     */
    public List<RememberedRecord> remembered(long collectionId, String key, long fingerprint, long deadlineNanos) {
        appendLock.lock();
        try {
            ownership.requireOpen();
        } finally {
            appendLock.unlock();
        }
        awaitOwn(deadlineNanos);
        List<RememberedRecord> records = requests.find(collectionId, key);
        records.forEach(record -> RequestKeys.requireSame(key, fingerprint, record));
        return records;
    }

    private CompletableFuture<LogPosition> tick() {
        condition.requireOpen();
        inFlight.add(Parts.NONE.bytes());
        return append(Frame.Kind.TICK, Parts.NONE, null);
    }

    /** The bytes have been taken. */
    private CompletableFuture<LogPosition> append(Frame.Kind kind, Parts cut, @Nullable DataRecord data) {
        CompletableFuture<LogPosition> done = new CompletableFuture<>();
        boolean sent = false;
        appendLock.lock();
        try {
            ownership.requireOpen();
            RememberedRecord before = data == null ? null : requests.find(data);
            if (before != null) {
                done.complete(new LogPosition(null, before.sequence(), before.timestamp(), 0, 0));
                return done;
            }
            for (int i = 0; i < cut.count(); i++) {
                send(kind, cut, i, data, done);
            }
            sent = true;
        } finally {
            appendLock.unlock();
            if (!sent) {
                inFlight.give(cut.bytes());
            }
        }
        done.whenComplete((position, failure) -> inFlight.give(cut.bytes()));
        return done;
    }

    private void send(
            Frame.Kind kind, Parts cut, int part, @Nullable DataRecord data, CompletableFuture<LogPosition> done) {
        boolean last = part == cut.count() - 1;
        Frame frame = sequencer.next(kind, part, cut);
        List<MemorySegment> payload = cut.payloads().get(part);
        List<MemorySegment> record = new ArrayList<>(payload.size() + 1);
        record.add(MemorySegment.ofArray(frame.encode()));
        record.addAll(payload);
        Pending pending = new Pending(
                frame,
                last ? data : null,
                parts.clock().nanos(),
                new CompletableFuture<>(),
                last ? done : new CompletableFuture<>());
        counters.appended(Frame.BYTES + (long) frame.payloadBytes());
        ownership.send(pending, record);
        applying.add(pending);
    }

    /** On the applier. */
    private void apply(Pending pending) {
        MessageId id;
        try {
            id = Errors.join(pending.certain());
        } catch (ElanusException e) {
            counters.failed();
            ownership.failed(pending, e);
            pending.done().completeExceptionally(e);
            return;
        }
        try {
            if (condition.state() == ChannelState.BROKEN) {
                condition.requireUsable();
            }
            if (!pending.completesBatch()) {
                return; // a batch counts with its last part, so that a replay begins before its first
            }
            LogPosition position = pending.frame().position(id);
            applied.apply(position, pending.data());
            pending.done().complete(position);
        } catch (ElanusException e) {
            pending.done().completeExceptionally(e);
        }
    }

    /**
     * Waits until everything that anybody had written when the call began is applied, or has failed. In a shared log
     * this takes a record's way through it.
     *
     * @param deadlineNanos on the monotonic clock
     * @throws ElanusException FENCED, NOT_READY: whether another process has written since cannot be known; TIMEOUT
     */
    public void awaitApplied(long deadlineNanos) {
        if (exclusive) {
            awaitOwn(deadlineNanos);
        } else {
            ticks.await(deadlineNanos);
        }
    }

    /** As {@link #awaitApplied(long)} of a caller who waits for ever. */
    public void awaitApplied() {
        awaitApplied(Long.MAX_VALUE);
    }

    /**
     * Waits until everything that this process appended before this call has been applied (or has failed).
     *
     * @param deadlineNanos on the monotonic clock
     * @throws ElanusException TIMEOUT, CLOSED
     */
    public void awaitOwn(long deadlineNanos) {
        if (applied.newest().sequence() < sequencer.assigned()) {
            applying.await(parts.clock(), deadlineNanos);
        }
    }

    /** The action runs on the applier thread. */
    @Override
    public void runInOrder(Runnable action) {
        applying.runInOrder(action);
    }

    /**
     * Lets the log forget everything up to and including a position, but nothing that is held, and never its newest
     * record. Has no effect while the channel is not open, nor after it was taken over.
     */
    public void truncate(LogPosition upTo) {
        truncateLock.lock();
        try {
            Wal open = ownership.wal();
            LogPosition last = applied.beforeNewest();
            LogPosition end = holds.lowest(upTo.sequence() > last.sequence() ? last : upTo);
            MessageId id = end.id();
            if (open == null
                    || id == null
                    || end.sequence() <= beginning.sequence()
                    || condition.state() != ChannelState.OPEN
                    || condition.isClosed()) {
                return;
            }
            requestNotes.save(ownership.epoch(), end.sequence());
            if (!exclusive) {
                // First, and under this epoch only: without it nobody could judge the records that remain.
                parts.store().note(ownership.epoch(), Map.of(ChannelStart.NOTE, ChannelStart.encode(end)), Set.of());
            }
            open.truncate(id);
            beginning = end;
        } catch (ElanusException e) {
            if (condition.state() == ChannelState.OPEN && !condition.isClosed()) {
                throw e;
            }
            LOG.debug("channel {}: not truncated, because it is not open any more", parts.channel(), e);
        } finally {
            truncateLock.unlock();
        }
    }

    /**
     * Keeps the records behind a position in the log until it is closed or advanced. Lasts as long as this process.
     *
     * @param name unique in this channel
     * @throws ElanusException INVALID_ARGUMENT when they were truncated already; ALREADY_IN_USE for a name that is taken
     */
    public LogHold hold(String name, LogPosition position) {
        truncateLock.lock();
        try {
            if (position.sequence() < beginning.sequence()) {
                throw ElanusException.invalid(
                        "the log of channel '%s' begins behind sequence %d, so that it cannot be held from %d on",
                        parts.channel(), beginning.sequence(), position.sequence());
            }
            return holds.add(name, position);
        } finally {
            truncateLock.unlock();
        }
    }

    /** Notes the request keys of all records so far, for a log that goes on without these records. */
    public void noteRequests() {
        truncateLock.lock();
        try {
            requestNotes.save(ownership.epoch(), applied.newest().sequence());
        } finally {
            truncateLock.unlock();
        }
    }

    /** Who holds the log, and from where on. */
    public Map<String, LogPosition> holds() {
        return holds.positions();
    }

    /**
     * Delivers the records behind a position, and then every one that is applied. The caller closes it; closing the
     * channel does, too.
     *
     * @param name unique in this channel: the log is held under it
     * @throws ElanusException as {@link #hold}; CLOSED
     */
    public LogFollower follow(String name, LogPosition from) {
        LogHold hold = hold(name, from);
        LogFollower follower =
                new LogFollower(parts.ownRecords(), cache, applied::newest, hold, from, followers::remove);
        followers.add(follower);
        if (condition.isClosed()) {
            follower.close();
            throw condition.closedError();
        }
        return follower;
    }

    /** Orders two positions of this channel. */
    public int compare(MessageId left, MessageId right) {
        return parts.opener().compare(left, right);
    }

    /** Lets everything appended before complete, then gives the channel back. Calling it again has no effect. */
    @Override
    public void close() {
        appendLock.lock();
        try {
            if (condition.isClosed()) {
                return;
            }
            condition.close();
        } finally {
            appendLock.unlock();
        }
        ownership.closing();
        applying.stop();
        List.copyOf(followers).forEach(LogFollower::close);
        ownership.close();
    }

    /** Waits for a result of this log and unwraps its failure. */
    public static <T> T join(CompletableFuture<T> future) {
        return Errors.join(future);
    }
}
