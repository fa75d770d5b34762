package org.elanus.testkit.wal;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalStatus;
import org.elanus.spi.wal.skeleton.AppendCounts;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.elanus.spi.wal.skeleton.OpenChannels;

/** Opens the channels of an {@link InMemoryLog}. */
final class InMemoryWalOpener implements WalOpener {

    final InMemoryLog log;
    final Threads threads;
    final Clock clock;
    final OpenChannels channels = new OpenChannels();

    private final Lifetime lifetime = new Lifetime("the opener of the log 'memory'");
    /** Guarded by the log's lock. */
    private final Map<String, AppendCounts> counts = new TreeMap<>();

    InMemoryWalOpener(InMemoryLog log, Threads threads, Clock clock) {
        this.log = log;
        this.threads = threads;
        this.clock = clock;
    }

    @Override
    public Wal open(ChannelInfo channel) {
        lifetime.requireOpen();
        channels.enter(channel);
        try {
            return openEntered(channel);
        } catch (Throwable e) {
            channels.leave(channel);
            throw e;
        }
    }

    private Wal openEntered(ChannelInfo channel) {
        InMemoryWal wal;
        log.lock.lock();
        try {
            requireReachable(channel.name());
            InMemoryLog.Content content = log.content(channel.name());
            boolean lower = channel.term() < content.term;
            if (lower && (log.capabilities().exclusive() || log.capabilities().fencing())) {
                throw new ElanusException(
                        StandardErrorCode.FENCED,
                        "channel %s was opened with term %d before, so term %d is too low"
                                .formatted(channel.name(), content.term, channel.term()));
            }
            if (content.owner != null && log.capabilities().exclusive()) {
                throw new ElanusException(
                        StandardErrorCode.ALREADY_IN_USE, "channel " + channel.name() + " is open already");
            }
            AppendCounts count = counts.computeIfAbsent(channel.name(), name -> new AppendCounts(name, clock));
            wal = new InMemoryWal(this, channel, content, count, lifetime.inner("log channel " + channel.name()));
            content.term = Math.max(content.term, channel.term());
            content.owner = wal;
            count.opened();
        } finally {
            log.lock.unlock();
        }
        wal.start();
        return wal;
    }

    @Override
    public WalReader openReader(String channel) {
        String name = new ChannelInfo(channel, 0).name();
        Lifetime inner = lifetime.inner("log channel " + name);
        log.lock.lock();
        try {
            return new InMemoryWalReader(this, name, log.content(name), inner);
        } finally {
            log.lock.unlock();
        }
    }

    /** The caller holds the log's lock. */
    void requireReachable(String channel) {
        if (!log.isReachable()) {
            throw unreachable(channel);
        }
    }

    static ElanusException unreachable(String channel) {
        return new ElanusException(
                StandardErrorCode.NOT_READY, "log channel " + channel + " cannot be reached: the log is disconnected");
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return Long.compare(InMemoryLog.sequence(left), InMemoryLog.sequence(right));
    }

    @Override
    public List<WalStatus> status() {
        log.lock.lock();
        try {
            return counts.values().stream().map(AppendCounts::status).toList();
        } finally {
            log.lock.unlock();
        }
    }

    @Override
    public void close() {
        lifetime.close();
    }
}
