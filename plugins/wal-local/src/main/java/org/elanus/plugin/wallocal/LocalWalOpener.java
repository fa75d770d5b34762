package org.elanus.plugin.wallocal;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;

/** Opens the channels below one directory. */
final class LocalWalOpener implements WalOpener {

    private final LogSettings settings;
    private final Consumer<LocalWalOpener> whenClosed;
    private final Map<String, ChannelLog> channels = new ConcurrentHashMap<>();
    private final Set<LocalWalReader> readers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    LocalWalOpener(LogSettings settings, Consumer<LocalWalOpener> whenClosed) {
        this.settings = settings;
        this.whenClosed = whenClosed;
    }

    @Override
    public Wal open(ChannelInfo channel) {
        requireOpen();
        Wal wal = log(channel.name()).open(channel);
        if (closed) {
            wal.close();
            requireOpen();
        }
        return wal;
    }

    @Override
    public WalReader openReader(String channel) {
        requireOpen();
        LocalWalReader reader = new LocalWalReader(log(new ChannelInfo(channel, 0).name()), readers::remove);
        readers.add(reader);
        if (closed) {
            reader.close();
            requireOpen();
        }
        return reader;
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return Long.compare(sequence(left), sequence(right));
    }

    Health health() {
        for (ChannelLog channel : channels.values()) {
            ElanusException failure = channel.failure();
            if (failure != null) {
                return Health.unhealthy("channel " + channel.name() + " takes no appends until it is opened again: "
                        + failure.getMessage());
            }
        }
        return Health.healthy();
    }

    @Override
    public void close() {
        closed = true;
        readers.forEach(LocalWalReader::close);
        channels.values().forEach(ChannelLog::close);
        whenClosed.accept(this);
    }

    private ChannelLog log(String channel) {
        return channels.computeIfAbsent(channel, name -> new ChannelLog(settings, name));
    }

    private void requireOpen() {
        if (closed) {
            throw new ElanusException(StandardErrorCode.CLOSED, "the opener of the log 'local' is closed");
        }
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
