package org.elanus.testkit.simulation.log;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalScanner;
import org.elanus.testkit.simulation.log.SharedLog.Stored;
import org.jspecify.annotations.Nullable;

/** Delivers the records of a {@link SharedLog}; goes wrong in the ways of the schedule. */
final class SharedLogScanner implements WalScanner {

    private static final long LAG_NANOS = 400_000;

    private final SharedLogReader reader;
    private final SharedLog log;
    private final List<Stored> delivered = new ArrayList<>();
    /** Delivered before the log is asked. */
    private final Deque<Stored> ahead = new ArrayDeque<>();

    private final boolean earliest;
    private long nextId;
    private boolean over;
    private boolean sound;

    SharedLogScanner(SharedLogReader reader, long nextId, boolean earliest) {
        this.reader = reader;
        this.log = reader.opener.log;
        this.nextId = nextId;
        this.earliest = earliest;
        this.sound = reader.opener.takeRespite();
    }

    @Override
    public @Nullable WalEntry poll(Duration timeout) {
        SharedLogOpener opener = reader.opener;
        opener.lock.lock();
        try {
            long left = timeout.toNanos();
            while (true) {
                if (over || reader.isClosed()) {
                    throw reader.closedError();
                }
                if (nextId < log.firstId()) {
                    if (delivered.isEmpty() && !earliest) {
                        throw ElanusException.invalid(
                                "record %d of channel %s was truncated away; the oldest is %d",
                                nextId, reader.channel(), log.firstId());
                    }
                    nextId = log.firstId();
                }
                boolean lags = log.strikes(LogFault.LAG, 3);
                Stored stored = lags ? null : next();
                if (stored != null) {
                    delivered.add(stored);
                    return entry(stored);
                }
                if (left <= 0) {
                    return null;
                }
                left = lags
                        ? left - LAG_NANOS + opener.node.clock().await(opener.changed, Math.min(left, LAG_NANOS))
                        : opener.node.clock().await(opener.changed, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ElanusException(
                    StandardErrorCode.CANCELLED, "interrupted while reading log channel " + reader.channel(), e);
        } finally {
            opener.lock.unlock();
        }
    }

    private static WalEntry entry(Stored stored) {
        return new WalEntry(
                SharedLog.id(stored.id()), MemorySegment.ofArray(stored.bytes().clone()), stored.properties());
    }

    private @Nullable Stored next() {
        if (!ahead.isEmpty()) {
            return ahead.remove();
        }
        if (!sound) {
            goWrong();
            if (!ahead.isEmpty()) {
                return ahead.remove();
            }
        }
        return advance();
    }

    private @Nullable Stored advance() {
        int index = log.indexOf(nextId);
        if (index >= log.size()) {
            return null;
        }
        Stored stored = log.get(index);
        nextId = stored.id() + 1;
        return stored;
    }

    /** At most once in a scan, and not in two scans of a process one after the other: what passes is looked for here. */
    private void goWrong() {
        int known = delivered.size();
        if (known > 0 && log.strikes(LogFault.SCAN_REPEATS, 12)) {
            ahead.add(delivered.get(log.random.nextInt(known)));
            wentWrong();
        } else if (known > 1 && log.strikes(LogFault.SCAN_GOES_BACK, 12)) {
            ahead.addAll(delivered.subList(log.random.nextInt(known), known));
            wentWrong();
        } else if (log.indexOf(nextId) + 1 < log.size()
                && !FrameHeader.isClaim(log.get(log.indexOf(nextId)).bytes())) {
            if (log.strikes(LogFault.SCAN_GAP, 12)) {
                advance();
                wentWrong();
            } else if (log.strikes(LogFault.SCAN_REORDERS, 12)) {
                Stored early = advance();
                Stored late = advance();
                if (early != null && late != null) {
                    ahead.add(late);
                    ahead.add(early);
                }
                wentWrong();
            }
        }
    }

    private void wentWrong() {
        sound = true;
        reader.opener.giveRespite();
    }

    @Override
    public void close() {
        over = true;
        reader.opener.wake();
    }
}
