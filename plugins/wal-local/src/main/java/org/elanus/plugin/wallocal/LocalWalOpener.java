package org.elanus.plugin.wallocal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalStatus;
import org.elanus.spi.wal.skeleton.AppendCounts;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.elanus.spi.wal.skeleton.OpenChannels;

/** Opens the channels below one directory. */
final class LocalWalOpener implements WalOpener {

    private final LogSettings settings;
    private final Map<String, ChannelLog> logs = new ConcurrentHashMap<>();
    private final Map<String, AppendCounts> counts = new ConcurrentSkipListMap<>();
    private final OpenChannels channels = new OpenChannels();
    private final Lifetime lifetime = new Lifetime("the opener of the log 'local'");

    /** @param whenClosed is called once */
    LocalWalOpener(LogSettings settings, Consumer<LocalWalOpener> whenClosed) {
        this.settings = settings;
        lifetime.releasing(() -> whenClosed.accept(this));
    }

    @Override
    public Wal open(ChannelInfo channel) {
        lifetime.requireOpen();
        channels.enter(channel);
        Runnable leave = () -> channels.leave(channel);
        try {
            return open(channel, lifetime.inner("log channel " + channel.name()), leave);
        } catch (Throwable e) {
            leave.run();
            throw e;
        }
    }

    private Wal open(ChannelInfo channel, Lifetime handle, Runnable whenReleased) {
        AppendCounts count = counts.computeIfAbsent(channel.name(), name -> new AppendCounts(name, settings.clock()));
        try {
            return log(channel.name()).open(channel, handle, count, whenReleased);
        } catch (Throwable e) {
            count.failed(e);
            handle.close();
            throw e;
        }
    }

    @Override
    public WalReader openReader(String channel) {
        ChannelLog log = log(new ChannelInfo(channel, 0).name());
        return new LocalWalReader(log, lifetime.inner("log channel " + channel));
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return Long.compare(sequence(left), sequence(right));
    }

    Health health() {
        for (ChannelLog channel : logs.values()) {
            ElanusException failure = channel.failure();
            if (failure != null) {
                return Health.unhealthy("channel " + channel.name() + " takes no appends until it is opened again: "
                        + failure.getMessage());
            }
        }
        return Health.healthy();
    }

    @Override
    public List<WalStatus> status() {
        return counts.values().stream().map(AppendCounts::status).toList();
    }

    @Override
    public void close() {
        lifetime.close();
    }

    private ChannelLog log(String channel) {
        return logs.computeIfAbsent(channel, name -> new ChannelLog(settings, name));
    }

    static MessageId id(long sequence) {
        return new MessageId(
                LocalWalOpenerBuilder.NAME,
                ByteBuffer.allocate(Long.BYTES).putLong(sequence).array());
    }

    static long sequence(MessageId id) {
        if (id.walName().equals(LocalWalOpenerBuilder.NAME)) {
            byte[] bytes = id.bytes();
            if (bytes.length == Long.BYTES) {
                return ByteBuffer.wrap(bytes).getLong();
            }
        }
        throw ElanusException.invalid("%s is not a position in a log of the kind 'local'", id);
    }
}
