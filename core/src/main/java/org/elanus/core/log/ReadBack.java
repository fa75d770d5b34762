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

    /** @param from where reading begins: what stands up to it is known */
    ReadBack(ChannelParts parts, Counters counters, ChannelCondition condition, Wal wal, LogPosition from) {
        this.parts = parts;
        this.counters = counters;
        this.condition = condition;
        this.wal = wal;
        this.from = from;
        this.fold = Fold.shared(from);
        this.newest = from.id();
        this.fromEarliest = newest == null;
        this.scanner = wal.scan(newest == null ? DeliverPolicy.EARLIEST : new DeliverPolicy.After(newest));
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
                if (claimed.isCompletedExceptionally()) {
                    Errors.join(claimed);
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
            Claims.requireOwn(entry, parts);
            Result result = accept(entry);
            Frame frame = result.frame();
            if (result.verdict() == Fold.Verdict.GAP && first && before == from.sequence()) {
                throw ElanusException.corrupt(
                        "the log of channel '%s' begins with record %s (epoch %d, sequence %d), which does not follow"
                                + " epoch %d, sequence %d: the log has lost its beginning; see that nothing but Elanus"
                                + " deletes from it",
                        parts.channel(), entry.id(), frame.epoch(), frame.sequence(), fold.epoch(), fold.sequence());
            }
            boolean own =
                    frame.kind() == Frame.Kind.CLAIM && frame.epoch() == claim.epoch() && frame.crc() == claim.crc();
            if (result.verdict() == Fold.Verdict.VALID) {
                counters.replayed(entry.payload().byteSize());
                DataRecord data = assembly.add(frame, entry);
                records += data == null ? 0 : 1;
                if (assembly.isEmpty()) {
                    sink.accept(fold.position(entry.id()), data);
                }
            } else if (own) {
                throw new ElanusException(
                        StandardErrorCode.FENCED,
                        "channel '%s' was taken over under epoch %d before this process could with %d; it writes no more until it is restarted"
                                .formatted(parts.channel(), fold.epoch(), claim.epoch()));
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
     * Judges a record.
     *
     * @throws ElanusException CORRUPT when it is damaged, or stands before a record that was there earlier
     */
    Result accept(WalEntry entry) {
        Frame frame = Frame.decode(entry.payload(), entry.id());
        Fold.Verdict verdict = fold.accept(frame);
        switch (verdict) {
            case VALID -> {
                MessageId before = newest;
                if (before != null && parts.opener().compare(entry.id(), before) <= 0) {
                    throw ElanusException.corrupt(
                            "the log of channel '%s' has gone back: record %s (epoch %d, sequence %d) comes after %s",
                            parts.channel(), entry.id(), frame.epoch(), frame.sequence(), before);
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
