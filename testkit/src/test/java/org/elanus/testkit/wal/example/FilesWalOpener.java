package org.elanus.testkit.wal.example;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.plugin.PluginContext;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalStatus;
import org.elanus.spi.wal.skeleton.AppendCounts;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.elanus.spi.wal.skeleton.OpenChannels;

/** Opens channels, each a directory. */
final class FilesWalOpener implements WalOpener {

    static final String NAME = "files";

    private final Lifetime lifetime;
    private final PluginContext context;
    private final OpenChannels open = new OpenChannels();
    private final Map<String, AppendCounts> counts = new ConcurrentHashMap<>();

    FilesWalOpener(Lifetime lifetime, PluginContext context) {
        this.lifetime = lifetime;
        this.context = context;
    }

    @Override
    public Wal open(ChannelInfo channel) {
        lifetime.requireOpen();
        open.enter(channel); // refuses a second handle and a term that goes back
        boolean opened = false;
        try {
            AppendCounts count =
                    counts.computeIfAbsent(channel.name(), name -> new AppendCounts(name, context.clock()));
            Wal wal = FilesWal.open(channel, directory(channel.name()), lifetime, count, () -> open.leave(channel));
            opened = true;
            return wal;
        } finally {
            if (!opened) {
                open.leave(channel);
            }
        }
    }

    @Override
    public WalReader openReader(String channel) {
        RecordFiles files = directory(new ChannelInfo(channel, 0).name()); // refuses what is no name
        return new FilesWalReader(channel, files, lifetime.inner("a reader of log channel " + channel));
    }

    private RecordFiles directory(String channel) {
        Path directory = context.dataDirectory().resolve(channel);
        return new RecordFiles(directory, context.files(), context.clock());
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return Long.compare(number(left), number(right));
    }

    @Override
    public List<WalStatus> status() {
        return counts.values().stream().map(AppendCounts::status).toList();
    }

    @Override
    public void close() {
        lifetime.close();
    }

    static MessageId id(long number) {
        return new MessageId(NAME, ByteBuffer.allocate(8).putLong(number).array());
    }

    static long number(MessageId id) {
        if (!id.walName().equals(NAME) || id.bytes().length != 8) {
            throw ElanusException.invalid("%s is no position in a log of the kind '%s'", id, NAME);
        }
        return ByteBuffer.wrap(id.bytes()).getLong();
    }
}
