package org.elanus.testkit.simulation.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;
import org.elanus.testkit.simulation.SimulatedCluster.SimulatedNode;
import org.jspecify.annotations.Nullable;

/** One process's way to a {@link SharedLog}. */
final class SharedLogOpener implements WalOpener {

    final SharedLog log;
    final SimulatedNode node;
    /** Of this process alone, so that it may freeze with it. */
    final ReentrantLock lock = new ReentrantLock();
    /** Something was stored, or was closed. */
    final Condition changed = lock.newCondition();

    private final List<SharedLogReader> handles = new ArrayList<>();
    private @Nullable SharedLogWal appending;
    private boolean closed;
    /** A scan went wrong: the next one does not. */
    private boolean respite;

    SharedLogOpener(SharedLog log, SimulatedNode node) {
        this.log = log;
        this.node = node;
    }

    void giveRespite() {
        respite = true;
    }

    boolean takeRespite() {
        boolean given = respite;
        respite = false;
        return given;
    }

    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Wal open(ChannelInfo channel) {
        Thread.yield(); // it takes a while
        requireOpen();
        if (appending != null && !appending.isClosed()) {
            throw new ElanusException(
                    StandardErrorCode.ALREADY_IN_USE, "channel " + channel.name() + " is open already");
        }
        if (channel.term() < log.highestTerm()) {
            throw new ElanusException(
                    StandardErrorCode.FENCED,
                    "channel %s was opened with term %d before, so term %d is too low"
                            .formatted(channel.name(), log.highestTerm(), channel.term()));
        }
        log.opened(channel.term());
        SharedLogWal wal = new SharedLogWal(this, channel);
        appending = wal;
        handles.add(wal);
        wal.start();
        Thread.yield();
        return wal;
    }

    @Override
    public WalReader openReader(String channel) {
        requireOpen();
        SharedLogReader reader = new SharedLogReader(this, channel);
        handles.add(reader);
        return reader;
    }

    private void requireOpen() {
        if (closed) {
            throw new ElanusException(StandardErrorCode.CLOSED, "the opener of the log 'shared' is closed");
        }
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return Long.compare(SharedLog.number(left), SharedLog.number(right));
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(handles).forEach(SharedLogReader::close);
    }
}
