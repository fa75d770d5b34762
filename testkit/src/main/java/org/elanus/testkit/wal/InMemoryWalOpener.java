package org.elanus.testkit.wal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;

/** Opens the channels of an {@link InMemoryLog}. */
final class InMemoryWalOpener implements WalOpener {

    final InMemoryLog log;
    final Threads threads;
    final Clock clock;
    /** Something became durable, or was closed. */
    final Condition changed;

    private final List<WalReader> handles = new ArrayList<>();
    private boolean closed;

    InMemoryWalOpener(InMemoryLog log, Threads threads, Clock clock) {
        this.log = log;
        this.threads = threads;
        this.clock = clock;
        this.changed = log.lock.newCondition();
    }

    @Override
    public Wal open(ChannelInfo channel) {
        log.lock.lock();
        try {
            requireOpen();
            InMemoryLog.Content content = log.content(channel.name());
            if (channel.term() < content.term) {
                throw new ElanusException(
                        StandardErrorCode.FENCED,
                        "channel %s was opened with term %d before, so term %d is too low"
                                .formatted(channel.name(), content.term, channel.term()));
            }
            if (content.open) {
                throw new ElanusException(
                        StandardErrorCode.ALREADY_IN_USE, "channel " + channel.name() + " is open already");
            }
            content.term = channel.term();
            content.open = true;
            InMemoryWal wal = new InMemoryWal(this, channel, content);
            handles.add(wal);
            wal.start();
            return wal;
        } finally {
            log.lock.unlock();
        }
    }

    @Override
    public WalReader openReader(String channel) {
        log.lock.lock();
        try {
            requireOpen();
            InMemoryWalReader reader =
                    new InMemoryWalReader(this, channel, log.content(new ChannelInfo(channel, 0).name()));
            handles.add(reader);
            return reader;
        } finally {
            log.lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ElanusException(StandardErrorCode.CLOSED, "the opener of the log 'memory' is closed");
        }
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return Long.compare(InMemoryLog.sequence(left), InMemoryLog.sequence(right));
    }

    @Override
    public void close() {
        List<WalReader> open;
        log.lock.lock();
        try {
            closed = true;
            open = List.copyOf(handles);
        } finally {
            log.lock.unlock();
        }
        open.forEach(WalReader::close);
    }
}
