package org.elanus.core.log;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalScanner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An owner's own reader of a shared log: judges every record, raises the alarm about what is missing, and notices when
 * positions move back. For one thread, except {@link #close}.
 */
final class ReadBack implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReadBack.class);
    private static final Duration POLL = Duration.ofMillis(100);

    /** Takes what counts: batches, and records that only move the position. */
    @FunctionalInterface
    interface Sink {
        void accept(LogPosition at, @Nullable DataRecord data);
    }

    record Result(Frame frame, Fold.Verdict verdict) {}

    private final ChannelParts parts;
    private final Counters counters;
    private final ChannelCondition condition;
    private final LogPosition from;
    private final Fold fold;
    private final Assembly assembly = new Assembly();
    private WalScanner scanner;
    private final Wal wal;
    private @Nullable MessageId newest;
    private boolean fromEarliest;

    /** Whether the record behind which reading goes on is still to be met: it must be what it was. */
    private boolean unverified;
    /**
     * What was known before the last CLAIM, or the first of several with nothing between them, as they count wherever they
     * stand; before everything while there was none.
     */
    private Fold foldBeforeClaim;

    private @Nullable MessageId newestBeforeClaim;
    private boolean behindClaim;

    /**
     * @param from where reading begins: what stands up to it is known
     * @param again whether the record there was read before, and not only noted
     */
    ReadBack(
            ChannelParts parts,
            Counters counters,
            ChannelCondition condition,
            Wal wal,
            LogPosition from,
            boolean again) {
        this.parts = parts;
        this.counters = counters;
        this.condition = condition;
        this.wal = wal;
        this.from = from;
        this.fold = Fold.shared(from);
        this.newest = from.id();
        this.foldBeforeClaim = fold.copy();
        this.newestBeforeClaim = newest;
        this.fromEarliest = newest == null;
        this.unverified = again && newest != null;
        this.scanner = wal.scan(
                newest == null
                        ? DeliverPolicy.EARLIEST
                        : unverified ? new DeliverPolicy.From(newest) : new DeliverPolicy.After(newest));
    }

    /** The next record, waiting for it at most as long as given. */
    @Nullable
    WalEntry poll(Duration timeout) {
        while (true) {
            WalEntry entry;
            try {
                entry = scanner.poll(timeout);
            } catch (ElanusException e) {
                if (fromEarliest || e.code() != StandardErrorCode.INVALID_ARGUMENT) {
                    throw e;
                }
                // The record itself was truncated away; some logs cannot say what comes behind it then.
                scanner.close();
                fromEarliest = true;
                scanner = wal.scan(DeliverPolicy.EARLIEST);
                continue;
            }
            MessageId known = from.id();
            if (unverified && entry != null && known != null) {
                if (requireSame(entry, known)) {
                    continue;
                }
                unverified = false;
            }
            if (entry == null
                    || known == null
                    || !fromEarliest
                    || parts.opener().compare(entry.id(), known) > 0
                    || Frame.epochOf(entry.payload()) > from.epoch()) {
                return entry;
            }
        }
    }

    /**
     * Whether this is the record that was read last, which the log may have lost or replaced since.
     *
     * @throws ElanusException CORRUPT when it has
     */
    private boolean requireSame(WalEntry entry, MessageId known) {
        int order = parts.opener().compare(entry.id(), known);
        if (order < 0) {
            return true; // read from the earliest record on
        }
        boolean same = order == 0 && Frame.decode(entry.payload(), entry.id()).crc() == from.crc();
        boolean truncated = order > 0 && fromEarliest; // no further than to here, as the note says
        if (!same && !truncated) {
            throw wentBack("record %s stands where %s (epoch %d, sequence %d) stood"
                    .formatted(entry.id(), known, from.epoch(), from.sequence()));
        }
        unverified = false;
        return order == 0;
    }

    private ElanusException wentBack(String how) {
        return ElanusException.corrupt("the log of channel '%s' has gone back: %s", parts.channel(), how);
    }

    /**
     * Reads up to the own CLAIM.
     *
     * @param claimed the CLAIM's append
     * @param first when nothing was read before, so that a gap right at the beginning means a log that lacks its head
     * @throws ElanusException FENCED when a higher CLAIM stands before it; CORRUPT; TIMEOUT when the log is silent
     */
    void catchUp(Frame claim, CompletableFuture<MessageId> claimed, Sink sink, boolean first, BooleanSupplier over) {
        long quietSince = parts.clock().nanos();
        long records = 0;
        while (true) {
            WalEntry entry = poll(POLL);
            if (entry == null) {
                if (over.getAsBoolean()) {
                    throw condition.closedError();
                }
                if (claimed.isDone()) {
                    requireAhead(Errors.join(claimed), claim.epoch());
                }
                long quiet = parts.clock().nanos() - quietSince;
                if (quiet > parts.settings().silenceLimit().toNanos()) {
                    throw new ElanusException(
                            StandardErrorCode.TIMEOUT,
                            "the log of channel '%s' has returned nothing for %d s, though a record was appended"
                                    .formatted(parts.channel(), quiet / 1_000_000_000));
                }
                continue;
            }
            quietSince = parts.clock().nanos();
            long before = fold.sequence();
            if (newest == null) {
                Claims.requireOwn(entry, parts); // whoever comes second
            }
            Result result = accept(entry);
            Frame frame = result.frame();
            boolean own =
                    frame.kind() == Frame.Kind.CLAIM && frame.epoch() == claim.epoch() && frame.crc() == claim.crc();
            boolean gap = result.verdict() == Fold.Verdict.GAP;
            if ((gap || own && result.verdict() == Fold.Verdict.VALID) && !isWholeUpTo(entry)) {
                requireNewest(claim.epoch());
                // What was applied may be wrong by now.
                throw ElanusException.corrupt(
                        "the log of channel '%s' does not return the same records before %s when it is read again;"
                                + " open it anew",
                        parts.channel(), entry.id());
            }
            if (gap && first && before == from.sequence()) {
                requireNewest(claim.epoch());
                throw ElanusException.corrupt(
                        "the log of channel '%s' begins with record %s (epoch %d, sequence %d), which does not follow"
                                + " epoch %d, sequence %d: the log has lost its beginning; see that nothing but Elanus"
                                + " deletes from it",
                        parts.channel(), entry.id(), frame.epoch(), frame.sequence(), fold.epoch(), fold.sequence());
            }
            if (own && result.verdict() == Fold.Verdict.VALID) {
                requireNewest(claim.epoch()); // before anything is built on this place
            }
            if (result.verdict() == Fold.Verdict.VALID) {
                counters.replayed(entry.payload().byteSize());
                DataRecord data = assembly.add(frame, entry);
                records += data == null ? 0 : 1;
                if (assembly.isEmpty() && (own || frame.kind() != Frame.Kind.CLAIM)) {
                    sink.accept(fold.position(entry.id()), data); // of another's CLAIM, what follows it shows its sequence
                }
            } else if (own) {
                throw new ElanusException(
                        StandardErrorCode.FENCED,
                        "channel '%s' was taken over under epoch %d before this process could with %d; it writes no more until it is restarted"
                                .formatted(parts.channel(), fold.highestEpoch(), claim.epoch()));
            }
            if (own) {
                if (claimed.isCompletedExceptionally()) {
                    Errors.join(claimed); // it counts, but this handle appends no more
                }
                break;
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
    }

    /**
     * Whoever raised the epoch after this process did may have taken the channel, and truncated what this one reads.
     *
     * @throws ElanusException FENCED when somebody did
     */
    private void requireNewest(long epoch) {
        long now = parts.store().epoch();
        if (now != epoch) {
            throw new ElanusException(
                    StandardErrorCode.FENCED,
                    "channel '%s' was taken over by another process under epoch %d, while this one opened it with %d; it writes no more until it is restarted"
                            .formatted(parts.channel(), now, epoch));
        }
    }

    /** A record that was just appended stands behind everything that was read. */
    private void requireAhead(MessageId appended, long epoch) {
        MessageId before = newest;
        if (before != null && parts.opener().compare(appended, before) < 0) {
            requireNewest(epoch);
            throw wentBack("a new record stands at %s, before %s".formatted(appended, before));
        }
    }

    /**
     * Reads once more what stands from before the last CLAIM up to a record, by a scan of its own, and says whether it comes to
     * the same: this owner must not go on without records that the log left out of a scan. Just before a CLAIM nothing
     * else would show it, as that counts wherever it stands.
     */
    private boolean isWholeUpTo(WalEntry last) {
        MessageId before = newestBeforeClaim;
        Fold again = foldBeforeClaim.copy();
        long began = parts.clock().nanos();
        try (WalScanner scan = wal.scan(before == null ? DeliverPolicy.EARLIEST : new DeliverPolicy.After(before))) {
            while (parts.clock().nanos() - began
                    <= parts.settings().silenceLimit().toNanos()) {
                WalEntry entry = scan.poll(POLL);
                if (entry == null) {
                    continue;
                }
                if (parts.opener().compare(entry.id(), last.id()) > 0) {
                    return false; // what was read is not there any more
                }
                if (Claims.other(entry, parts.store().database()) == null) {
                    again.accept(Frame.decode(entry.payload(), entry.id()));
                }
                if (entry.id().equals(last.id())) {
                    return again.agrees(fold);
                }
            }
        } catch (ElanusException e) {
            if (e.code() != StandardErrorCode.INVALID_ARGUMENT) {
                throw e;
            }
            return true; // truncated meanwhile: whoever may do that will be found to own the channel
        }
        throw new ElanusException(
                StandardErrorCode.TIMEOUT,
                "the log of channel '%s' did not return record %s again in time".formatted(parts.channel(), last.id()));
    }

    /**
     * Judges a record.
     *
     * @throws ElanusException CORRUPT when it is damaged, or stands before a record that was there earlier
     */
    Result accept(WalEntry entry) {
        Frame frame = Frame.decode(entry.payload(), entry.id());
        String other = Claims.other(entry, parts.store().database());
        if (other != null) {
            counters.foreign();
            String alarm =
                    "channel '%s': another database, %s, tried to claim it at %s, which does not count; give that database a place of its own, such as a prefix of its topics"
                            .formatted(parts.channel(), other, entry.id());
            condition.alarm(alarm);
            LOG.error(alarm);
            return new Result(frame, Fold.Verdict.FOREIGN);
        }
        boolean claim = frame.kind() == Frame.Kind.CLAIM;
        Fold before = claim && !behindClaim ? fold.copy() : fold;
        Fold.Verdict verdict = fold.accept(frame);
        switch (verdict) {
            case VALID -> {
                if (before != fold) {
                    foldBeforeClaim = before;
                    newestBeforeClaim = newest;
                }
                behindClaim = claim;
                MessageId known = newest;
                if (known != null && parts.opener().compare(entry.id(), known) <= 0) {
                    throw wentBack("record %s (epoch %d, sequence %d) comes after %s"
                            .formatted(entry.id(), frame.epoch(), frame.sequence(), known));
                }
                newest = entry.id();
            }
            case REPEATED -> {
                counters.repeated();
                LOG.warn("channel {}: record {} is a repeat, dropped", parts.channel(), entry.id());
            }
            case FOREIGN, VOID -> {
                counters.foreign();
                LOG.warn(
                        "channel {}: record {} (epoch {}, sequence {}) does not count",
                        parts.channel(),
                        entry.id(),
                        frame.epoch(),
                        frame.sequence());
            }
            case GAP -> {
                counters.gap();
                String alarm =
                        "channel '%s': record %s (epoch %d, sequence %d) does not follow epoch %d, sequence %d: records are missing, and what follows up to the next change of ownership does not count"
                                .formatted(
                                        parts.channel(),
                                        entry.id(),
                                        frame.epoch(),
                                        frame.sequence(),
                                        fold.epoch(),
                                        fold.sequence());
                condition.alarm(alarm);
                LOG.error(alarm);
            }
        }
        return new Result(frame, verdict);
    }

    /** Lets the owner's records follow what was read. */
    void continueWith(Sequencer sequencer) {
        sequencer.continueFrom(fold.epoch(), fold.sequence(), fold.timestamp(), fold.crc());
    }

    /** Wakes a poll. */
    @Override
    public void close() {
        scanner.close();
    }
}
