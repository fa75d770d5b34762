package org.elanus.core.log;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of a log that the operating system keeps every other process from writing: a durable record is certain. Whatever does
 * not follow in it is damage. A log that failed is opened anew by the next append, and in the background.
 */
final class ExclusiveOwnership implements Ownership {

    private static final Logger LOG = LoggerFactory.getLogger(ExclusiveOwnership.class);

    private final ChannelParts parts;
    private final ChannelCondition condition;
    private final Applied applied;
    private final Applying applying;
    private final Sequencer sequencer;
    private final Counters counters;
    private final Pauses pauses;
    private final ReentrantLock appendLock;
    private @Nullable Thread recovery;
    private LogPosition start = LogPosition.START;
    private volatile @Nullable Wal wal;
    private volatile long epoch;

    ExclusiveOwnership(
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
        this.pauses = new Pauses(parts.clock(), parts.settings());
        this.appendLock = appendLock;
    }

    @Override
    public void open(Consumer<Map<String, byte[]>> notes) {
        Map<String, byte[]> noted = parts.store().notes();
        notes.accept(noted);
        start = ChannelStart.of(noted);
        applied.begin(start); // the log may continue another one
        takeOver();
    }

    @Override
    public void start() {}

    /** Opens the log, applies what it holds beyond what was applied, and claims it. Runs before or on the applier. */
    private void takeOver() {
        epoch = parts.store().raiseEpoch();
        Wal opened = parts.opener().open(new ChannelInfo(parts.channel(), epoch));
        boolean whole = false;
        try {
            Fold fold = replay(opened);
            sequencer.continueFrom(epoch, fold.sequence(), fold.timestamp(), fold.crc());
            byte[] node = Sequencer.claimant(parts.node());
            Parts payload = Parts.of(List.of(MemorySegment.ofArray(node)), Integer.MAX_VALUE);
            Frame claim = sequencer.next(Frame.Kind.CLAIM, 0, payload);
            MessageId id = Errors.join(opened.append(new WalRecord(
                            List.of(MemorySegment.ofArray(claim.encode()), MemorySegment.ofArray(node)),
                            Claims.properties(parts.store().database())))
                    .toCompletableFuture());
            applied.apply(claim.position(id), null);
            wal = opened;
            condition.become(ChannelState.OPEN, null);
            whole = true;
        } finally {
            if (!whole) {
                opened.close();
            }
        }
    }

    private Fold replay(Wal opened) {
        LogPosition from = applied.newest();
        if (from == start && isTruncated(opened, start)) {
            from = LogPosition.START; // what is left all stands behind it
        }
        MessageId known = from.id();
        Fold fold = Fold.exclusive(from);
        Assembly assembly = new Assembly();
        long records = 0;
        try (WalScanner scanner =
                opened.scan(known == null ? DeliverPolicy.EARLIEST : new DeliverPolicy.After(known))) {
            for (WalEntry entry = scanner.poll(Duration.ZERO); entry != null; entry = scanner.poll(Duration.ZERO)) {
                Frame frame = Frame.decode(entry.payload(), entry.id());
                Claims.requireOwn(entry, parts);
                switch (fold.accept(frame)) {
                    case REPEATED ->
                        LOG.warn("channel {}: record {} is a repeat, dropped", parts.channel(), entry.id());
                    case VALID -> {
                        counters.replayed(entry.payload().byteSize());
                        DataRecord data = assembly.add(frame, entry);
                        if (data != null) {
                            records++;
                        }
                        if (assembly.isEmpty()) {
                            applied.apply(frame.position(entry.id()), data);
                        }
                    }
                    default ->
                        throw ElanusException.corrupt(
                                "channel '%s': record %s (epoch %d, sequence %d) does not follow epoch %d, sequence %d:"
                                        + " records are missing or foreign",
                                parts.channel(),
                                entry.id(),
                                frame.epoch(),
                                frame.sequence(),
                                fold.epoch(),
                                fold.sequence());
                }
            }
        }
        if (fold.sequence() < parts.committedSequence()) {
            throw ElanusException.corrupt(
                    "the log of channel '%s' ends at sequence %d, but segments hold records up to %d: the log was lost"
                            + " or replaced; put it back, or start with the log that the data was written with",
                    parts.channel(), fold.sequence(), parts.committedSequence());
        }
        if (records > 0) {
            LOG.info("channel {}: replayed {} records up to sequence {}", parts.channel(), records, fold.sequence());
        }
        return fold;
    }

    /** Whether the record where the log begins was truncated since. It is the newest one of a log without another. */
    private boolean isTruncated(Wal opened, LogPosition position) {
        MessageId id = position.id();
        if (id == null) {
            return false;
        }
        try (WalScanner scanner = opened.scan(new DeliverPolicy.From(id))) {
            if (scanner.poll(Duration.ZERO) == null) {
                throw ElanusException.corrupt(
                        "the log of channel '%s' does not hold record %s, where it begins: the log was lost or"
                                + " replaced; put it back",
                        parts.channel(), id);
            }
            return false;
        } catch (ElanusException e) {
            if (e.code() == StandardErrorCode.INVALID_ARGUMENT) {
                return true;
            }
            throw e;
        }
    }

    @Override
    public void requireOpen() {
        condition.requireUsable();
        if (condition.state() == ChannelState.LOST) {
            reopen();
        }
    }

    /** The caller holds the append lock and waits, so the applier may change what that guards. */
    private void reopen() {
        applying.runInOrder(() -> {
            Wal failed = wal;
            if (failed != null) {
                wal = null;
                failed.close();
            }
            takeOver();
            counters.recovered();
            LOG.info("channel {}: opened again under epoch {}", parts.channel(), epoch);
        });
    }

    @Override
    public void send(Pending pending, List<MemorySegment> record) {
        Wal open = wal;
        CompletionStage<MessageId> durable;
        try {
            if (open == null) {
                throw condition.closedError();
            }
            durable = open.append(new WalRecord(record));
        } catch (RuntimeException e) {
            pending.certain().completeExceptionally(e);
            return;
        }
        durable.whenComplete((id, failure) -> {
            if (failure == null) {
                pending.certain().complete(id);
            } else {
                pending.certain().completeExceptionally(failure);
            }
        });
    }

    @Override
    public void failed(Pending pending, ElanusException cause) {
        if (pending.frame().epoch() == epoch && condition.become(ChannelState.LOST, cause)) {
            LOG.error(
                    "channel {}: appending sequence {} failed",
                    parts.channel(),
                    pending.frame().sequence(),
                    cause);
            Thread before = recovery;
            if (before == null || !before.isAlive()) {
                recovery = parts.threads().startVirtual("recovery-" + parts.channel(), this::recover);
            }
        }
    }

    private void recover() {
        long pause = pauses.first();
        while (condition.state() == ChannelState.LOST && pauses.pause(pause)) {
            appendLock.lock();
            try {
                if (condition.state() == ChannelState.LOST && !condition.isClosed()) {
                    reopen();
                }
            } catch (RuntimeException e) {
                LOG.warn("channel {}: its log cannot be opened yet: {}", parts.channel(), e.getMessage());
            } finally {
                appendLock.unlock();
            }
            pause = pauses.next(pause);
        }
    }

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
        pauses.end();
    }

    @Override
    public void close() {
        Applying.join(recovery);
        Wal open = wal;
        if (open != null) {
            open.close();
        }
    }
}
