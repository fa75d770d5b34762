package org.elanus.core.log;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of a log that other processes may write: a record is certain once this owner's own reader has returned it as valid.
 * One thread reads the log's end and alone decides what becomes of records under way; it also takes the channel anew
 * when the log was lost, and steps down for good when it meets the CLAIM of another owner.
 */
final class SharedOwnership implements Ownership {

    private static final Logger LOG = LoggerFactory.getLogger(SharedOwnership.class);
    private static final Duration POLL = Duration.ofMillis(100);
    /** After a failed append, what reached the log nevertheless is read for so long. */
    private static final long GRACE_NANOS = 2_000_000_000L;
    /** An empty log has no end that could be seen. What is missed in it now is found when the CLAIM is read back. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(500);

    private final ChannelParts parts;
    private final ChannelCondition condition;
    private final Applied applied;
    private final Applying applying;
    private final Sequencer sequencer;
    private final Counters counters;
    private final ReentrantLock appendLock;
    private final Pauses pauses;

    private final UnderWay underWay = new UnderWay();
    private final SharedFailures failures;
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    private @Nullable Thread thread;
    private volatile @Nullable ReadBack reader;
    /** What the metadata store is expected to say; 0 while a raise of our own may have had an unknown outcome. */
    private long knownEpoch;

    private boolean wasOpen;
    private Consumer<Map<String, byte[]>> notes = noted -> {};
    /** Where the log began when it was opened. */
    private LogPosition start = LogPosition.START;

    private volatile @Nullable Wal wal;
    private volatile long epoch;
    private volatile @Nullable ElanusException appendFailure;
    private volatile boolean closing;
    private volatile long closingSince;
    private volatile boolean over;

    /** Why the channel is not open any more, and whether what was under way is known not to count. */
    private record Down(ChannelState state, ElanusException why, boolean nothingWritten) {}

    SharedOwnership(
            ChannelParts parts,
            ChannelCondition condition,
            Applied applied,
            Applying applying,
            Sequencer sequencer,
            Counters counters,
            ReentrantLock appendLock) {
        this.parts = parts;
        this.condition = condition;
        this.applied = applied;
        this.applying = applying;
        this.sequencer = sequencer;
        this.counters = counters;
        this.appendLock = appendLock;
        this.failures = new SharedFailures(parts.channel());
        this.pauses = new Pauses(parts.clock(), parts.settings());
    }

    @Override
    public void open(Consumer<Map<String, byte[]>> notes) {
        this.notes = notes;
        long began = parts.clock().nanos();
        long pause = pauses.first();
        for (int attempt = 1; ; attempt++) {
            try {
                takeOver(applied::apply);
                return;
            } catch (ElanusException e) {
                long spent = parts.clock().nanos() - began;
                if (!mayPass(e) || condition.state().isPermanent()) {
                    throw e;
                }
                if (spent + pause > parts.settings().startLimit().toNanos()) {
                    throw new ElanusException(
                            e.code(),
                            "channel '%s' could not be opened in %d attempts over %d s; see that the log can be reached, or raise log.start-limit: %s"
                                    .formatted(parts.channel(), attempt, spent / 1_000_000_000, e.getMessage()),
                            e);
                }
                LOG.warn("channel {}: its log cannot be opened yet: {}", parts.channel(), e.getMessage());
            }
            if (!pauses.pause(pause)) {
                throw condition.closedError();
            }
            pause = pauses.next(pause);
        }
    }

    /** Whether another attempt can help. */
    private static boolean mayPass(ElanusException e) {
        return !(e.code() instanceof StandardErrorCode code)
                || switch (code) {
                    case IO_FAILURE,
                            TIMEOUT,
                            NOT_READY,
                            INTERNAL,
                            CLOSED,
                            CONFLICT,
                            RATE_LIMITED,
                            PLUGIN_FAILED,
                            DISK_FULL,
                            QUOTA_EXCEEDED -> true;
                    default -> false;
                };
    }

    @Override
    public void start() {
        thread = parts.threads().start("log-" + parts.channel(), this::run);
    }

    /**
     * Claims the channel and applies what stands between what was applied before and the CLAIM, which is where this
     * owner's records begin.
     */
    private void takeOver(ReadBack.Sink sink) {
        requireNobodyElse();
        requireOwnPlace();
        knownEpoch = 0;
        long raised = parts.store().raiseEpoch();
        knownEpoch = raised;
        Map<String, byte[]> noted = parts.store().notes(); // after the raise: nobody changes them any more
        if (!wasOpen && applied.newest().equals(start)) {
            notes.accept(noted);
        }
        beginAt(ChannelStart.of(noted));
        Wal opened = parts.opener().open(new ChannelInfo(parts.channel(), raised));
        ReadBack reading = null;
        boolean whole = false;
        try {
            byte[] node = Sequencer.claimant(parts.node());
            Parts payload = Parts.of(List.of(MemorySegment.ofArray(node)), Integer.MAX_VALUE);
            Frame claim = Frame.seal(
                    Frame.Kind.CLAIM,
                    raised,
                    Frame.FLOATING,
                    parts.stamps().next(),
                    0,
                    1,
                    node.length,
                    payload.crcs()[0],
                    0);
            CompletableFuture<MessageId> claimed = opened.append(new WalRecord(
                            List.of(MemorySegment.ofArray(claim.encode()), MemorySegment.ofArray(node)),
                            Claims.properties(parts.store().database())))
                    .toCompletableFuture();
            LogPosition from = applied.newest();
            boolean first = from.equals(start);
            reading = new ReadBack(parts, counters, condition, opened, from, !first);
            reading.catchUp(claim, claimed, sink, first, this::isOver);
            epoch = raised;
            appendLock.lock();
            try {
                reading.continueWith(sequencer);
                appendFailure = null;
                wal = opened;
                reader = reading;
                condition.become(ChannelState.OPEN, null);
            } finally {
                appendLock.unlock();
            }
            claimed.whenComplete((id, failure) -> {
                if (failure != null && raised == epoch) {
                    appendFailed(failure);
                }
            });
            wasOpen = true;
            whole = true;
        } finally {
            if (!whole) {
                if (reading != null) {
                    reading.close();
                }
                opened.close();
            }
        }
    }

    /**
     * Nobody notes another start from here on, unless under a higher epoch. What was truncated since this process read it
     * last cannot be read on from.
     */
    private void beginAt(LogPosition noted) {
        LogPosition newest = applied.newest();
        if (noted.sequence() > newest.sequence()) {
            if (!newest.equals(start)) {
                throw new ElanusException(
                        StandardErrorCode.FENCED,
                        "channel '%s' was taken over by another process and truncated up to sequence %d, this one had read up to %d; it writes no more until it is restarted"
                                .formatted(parts.channel(), noted.sequence(), newest.sequence()));
            }
            start = noted;
            applied.begin(noted);
        }
    }

    /**
     * Before anything is raised or written: a log that this database has not noted a start in yet must not begin with what
     * another one wrote.
     */
    private void requireOwnPlace() {
        ChannelStore store = parts.store();
        if (wasOpen || store.database().isEmpty() || store.notes().containsKey(ChannelStart.NOTE)) {
            return;
        }
        try (WalReader look = parts.opener().openReader(parts.channel());
                WalScanner scanner = look.scan(DeliverPolicy.EARLIEST)) {
            WalEntry oldest = scanner.poll(FIRST_LOOK);
            if (oldest == null) {
                return;
            }
            Claims.requireOwn(oldest, parts);
            if (store.epoch() == 0 && Frame.decode(oldest.payload(), oldest.id()).kind() != Frame.Kind.CLAIM) {
                throw Claims.notOurs(
                        parts,
                        "record %s was there before this database, %s".formatted(oldest.id(), store.database()));
            }
        }
    }

    /** Whoever raised the epoch since this process did wants the channel, or has it. */
    private void requireNobodyElse() {
        if (wasOpen && knownEpoch != 0) {
            long now = parts.store().epoch();
            if (now != knownEpoch) {
                throw new ElanusException(
                        StandardErrorCode.FENCED,
                        "channel '%s' was taken over by another process under epoch %d, this one had %d; it writes no more until it is restarted"
                                .formatted(parts.channel(), now, epoch));
            }
        }
    }

    private boolean isOver() {
        return over || closing;
    }

    private void run() {
        try {
            while (true) {
                Down down = follow();
                if (down == null) {
                    return;
                }
                goDown(down);
                if (down.state().isPermanent() || !recover()) {
                    return;
                }
            }
        } catch (Throwable e) {
            LOG.error("channel {}: the thread that reads its log failed", parts.channel(), e);
            goDown(new Down(
                    ChannelState.BROKEN,
                    new ElanusException(
                            StandardErrorCode.INTERNAL,
                            "reading the log of channel '" + parts.channel()
                                    + "' failed; writes to it are refused until a restart",
                            e),
                    false));
        } finally {
            ended.complete(true);
        }
    }

    /** Reads the end of the log. @return why that ended; null when the channel is closed */
    private @Nullable Down follow() {
        ReadBack reading = reader;
        if (reading == null) {
            throw new IllegalStateException("the channel is not open");
        }
        long failedAt = 0;
        while (true) {
            WalEntry entry;
            try {
                entry = reading.poll(POLL);
            } catch (ElanusException e) {
                return over ? null : new Down(ChannelState.LOST, e, false);
            }
            if (entry != null) {
                Down down = accept(reading, entry);
                if (down != null) {
                    return down;
                }
            }
            if (over) {
                return null;
            }
            long now = parts.clock().nanos();
            ElanusException failure = appendFailure;
            if (failure != null) {
                failedAt = failedAt == 0 ? now : failedAt;
                if (entry == null || now - failedAt > GRACE_NANOS) {
                    return failure.code() == StandardErrorCode.FENCED
                            ? new Down(ChannelState.DEPOSED, failures.fenced(failure, epoch), false)
                            : new Down(ChannelState.LOST, failure, false);
                }
            }
            if (entry == null) {
                Down silent = silent(now);
                if (silent != null) {
                    return silent;
                }
            }
        }
    }

    private @Nullable Down silent(long now) {
        Pending oldest = underWay.oldest();
        if (oldest == null) {
            return null;
        }
        long waited = now - oldest.sinceNanos();
        if (waited > parts.settings().silenceLimit().toNanos()
                || (closing
                        && now - closingSince > parts.settings().closeLimit().toNanos())) {
            return new Down(
                    ChannelState.LOST,
                    new ElanusException(
                            StandardErrorCode.TIMEOUT,
                            "the log of channel '%s' has not returned record %d for %d ms"
                                    .formatted(parts.channel(), oldest.frame().sequence(), waited / 1_000_000)),
                    false);
        }
        return null;
    }

    private @Nullable Down accept(ReadBack reading, WalEntry entry) {
        ReadBack.Result result;
        try {
            result = reading.accept(entry);
        } catch (ElanusException e) {
            condition.alarm(String.valueOf(e.getMessage()));
            return new Down(ChannelState.READ_ONLY, failures.readOnly(e), false);
        }
        Frame frame = result.frame();
        if (result.verdict() == Fold.Verdict.GAP) {
            return new Down(
                    ChannelState.LOST,
                    ElanusException.corrupt(
                            "records of channel '%s' are missing before %s", parts.channel(), entry.id()),
                    false);
        }
        if (result.verdict() != Fold.Verdict.VALID) {
            return null;
        }
        if (frame.kind() == Frame.Kind.CLAIM) {
            return new Down(ChannelState.DEPOSED, failures.deposed(frame, entry, epoch), true);
        }
        Down overtaken = overtaken();
        if (overtaken != null) {
            return overtaken;
        }
        Pending pending = underWay.oldest();
        if (pending == null || pending.frame().crc() != frame.crc()) {
            throw new IllegalStateException("record " + entry.id() + " of this epoch is not one that was appended");
        }
        underWay.next();
        counters.acknowledged(parts.clock().nanos() - pending.sinceNanos());
        pending.certain().complete(entry.id());
        return null;
    }

    /**
     * In a log that fences nobody a new owner may have truncated its CLAIM away before this process read it, with records
     * of this process standing behind it: they would look as if they counted. Whoever truncates has noted it before.
     */
    private @Nullable Down overtaken() {
        if (parts.capabilities().fencing() || !parts.capabilities().truncation()) {
            return null;
        }
        long noted;
        try {
            noted = ChannelStart.of(parts.store().notes()).epoch();
        } catch (ElanusException e) {
            return new Down(ChannelState.LOST, e, false);
        }
        return noted <= epoch
                ? null
                : new Down(
                        ChannelState.DEPOSED,
                        new ElanusException(
                                StandardErrorCode.FENCED,
                                "channel '%s' was taken over and truncated by another process under epoch %d, this one had %d; it writes no more until it is restarted"
                                        .formatted(parts.channel(), noted, epoch)),
                        false);
    }

    /** Refuses new records, gives the handle back, and fails what is under way. */
    private void goDown(Down down) {
        condition.become(down.state(), down.why());
        if (!closing) {
            LOG.error("channel {}: {} ({})", parts.channel(), down.why().getMessage(), down.state(), down.why());
        }
        ReadBack reading = reader;
        reader = null;
        if (reading != null) {
            reading.close();
        }
        Wal open = wal;
        if (open != null) {
            try {
                open.close(); // wakes whoever waits in it
            } catch (RuntimeException e) {
                LOG.warn("channel {}: closing its log failed: {}", parts.channel(), e.getMessage());
            }
        }
        appendLock.lock(); // whoever has it has seen the state before
        try {
            wal = null;
        } finally {
            appendLock.unlock();
        }
        for (Pending pending = underWay.next(); pending != null; pending = underWay.next()) {
            pending.certain().completeExceptionally(failures.of(pending, down.why(), down.nothingWritten()));
        }
    }

    /** Takes the channel anew. @return false when that is not to be */
    private boolean recover() {
        long pause = pauses.first();
        while (!isOver()) {
            try {
                applying.runInOrder(() -> {}); // what was certain is applied
                takeOver((at, data) -> applying.runInOrder(() -> applied.apply(at, data)));
                counters.recovered();
                LOG.info("channel {}: opened again under epoch {}", parts.channel(), epoch);
                return true;
            } catch (ElanusException e) {
                if (e.code() == StandardErrorCode.FENCED) {
                    condition.become(ChannelState.DEPOSED, e);
                } else if (e.code() == StandardErrorCode.CORRUPT) {
                    condition.alarm(String.valueOf(e.getMessage()));
                    condition.become(ChannelState.READ_ONLY, failures.readOnly(e));
                } else {
                    condition.become(ChannelState.LOST, e);
                }
                LOG.warn("channel {}: its log cannot be opened again yet: {}", parts.channel(), e.getMessage());
            }
            if (condition.state().isPermanent() || !pauses.pause(pause)) {
                return false;
            }
            pause = pauses.next(pause);
        }
        return false;
    }

    @Override
    public void requireOpen() {
        condition.requireOpen();
        ElanusException failure = appendFailure;
        if (failure != null) {
            throw new ElanusException(
                    failure.code() == StandardErrorCode.FENCED ? StandardErrorCode.FENCED : StandardErrorCode.NOT_READY,
                    "the log of channel '%s' has failed, nothing was written: %s"
                            .formatted(parts.channel(), failure.getMessage()),
                    failure);
        }
    }

    @Override
    public void send(Pending pending, List<MemorySegment> record) {
        underWay.add(pending);
        Wal open = wal;
        CompletionStage<MessageId> durable;
        try {
            if (open == null) {
                throw condition.closedError();
            }
            durable = open.append(new WalRecord(record));
        } catch (RuntimeException e) {
            appendFailed(e);
            return;
        }
        durable.whenComplete((id, failure) -> {
            if (failure != null && pending.frame().epoch() == epoch) {
                appendFailed(failure);
            }
        });
    }

    /** The reading thread decides what follows from it. */
    private void appendFailed(Throwable failure) {
        ElanusException before = appendFailure;
        ElanusException now = Errors.of(failure);
        if (before == null || now.code() == StandardErrorCode.FENCED) {
            appendFailure = now;
        }
    }

    @Override
    public void failed(Pending pending, ElanusException cause) {}

    @Override
    public @Nullable Wal wal() {
        return wal;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public void closing() {
        closingSince = parts.clock().nanos();
        closing = true;
        pauses.end();
    }

    @Override
    public void close() {
        over = true;
        ReadBack reading = reader;
        if (reading != null) {
            reading.close(); // wakes the thread
        }
        Applying.join(thread);
        Wal open = wal;
        if (open != null) {
            open.close();
        }
    }
}
