package org.elanus.plugin.walpulsar;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.pulsar.client.api.Producer;
import org.apache.pulsar.client.api.PulsarClientException;
import org.apache.pulsar.client.api.TypedMessageBuilder;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalStatus;
import org.elanus.spi.wal.skeleton.AppendCounts;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.elanus.spi.wal.skeleton.OpenChannels;
import org.jspecify.annotations.Nullable;

/** Opens channels over one client of Pulsar. */
final class PulsarWalOpener implements WalOpener {

    private final PulsarSettings settings;
    private final ClientThreads clientThreads;
    private final PulsarConnection connection;
    private final Lifetime lifetime;
    private final OpenChannels open = new OpenChannels();
    private final Map<String, AppendCounts> counts = new ConcurrentHashMap<>();
    private final Map<String, PulsarWal> wals = new ConcurrentHashMap<>();

    private PulsarWalOpener(
            PulsarSettings settings, ClientThreads clientThreads, PulsarConnection connection, Lifetime lifetime) {
        this.settings = settings;
        this.clientThreads = clientThreads;
        this.connection = connection;
        this.lifetime = lifetime;
    }

    /** Makes the client; it connects when a channel is opened. */
    static PulsarWalOpener connecting(PulsarSettings settings, Consumer<PulsarWalOpener> whenClosed) {
        String where = "the client of " + settings.serviceUrl();
        ClientThreads clientThreads = new ClientThreads(settings.threads());
        PulsarConnection connection = clientThreads.call(where, () -> PulsarConnection.to(settings));
        Lifetime lifetime = new Lifetime("the opener of the log 'pulsar'");
        PulsarWalOpener opener = new PulsarWalOpener(settings, clientThreads, connection, lifetime);
        lifetime.releasing(() -> {
            whenClosed.accept(opener);
            clientThreads.run(where, connection::close);
        });
        return opener;
    }

    @Override
    public Wal open(ChannelInfo channel) {
        Lifetime inner = lifetime.inner(where(channel.name()));
        try {
            open.enter(channel);
        } catch (Throwable e) {
            inner.close();
            throw e;
        }
        AppendCounts counted =
                counts.computeIfAbsent(channel.name(), name -> new AppendCounts(name, settings.clock()));
        try {
            PulsarWal wal = clientThreads.call(where(channel.name()), () -> connect(channel, inner, counted));
            counted.opened();
            wals.put(channel.name(), wal);
            inner.releasing(() -> {
                try {
                    wal.release();
                } finally {
                    wals.remove(channel.name(), wal);
                    open.leave(channel);
                }
            });
            return wal;
        } catch (Throwable e) {
            if (!inner.isClosed()) {
                counted.reachable(false);
                open.leave(channel);
            }
            inner.close();
            throw e;
        }
    }

    private PulsarWal connect(ChannelInfo channel, Lifetime inner, AppendCounts counted) throws IOException {
        ChannelTopic topic = new ChannelTopic(settings, connection.client(), channel.name());
        topic.create();
        requireNoHigherTerm(channel, topic.end());
        Producer<byte[]> producer = topic.producer(channel.term());
        try {
            // Nobody else appends from here on. When two open at once, the last one stays, whatever its term: had the
            // lower one given way here, it would already have stopped the higher one, and nobody could append.
            Position truncated = topic.end().truncated().orElse(null);
            begin(producer, truncated);
            PulsarWal wal = new PulsarWal(
                    channel,
                    where(channel.name()),
                    settings,
                    topic,
                    clientThreads,
                    producer,
                    truncated,
                    counted,
                    inner,
                    new PulsarWalReader(
                            channel.name(),
                            where(channel.name()),
                            settings,
                            topic,
                            clientThreads,
                            inner));
            wal.start();
            return wal;
        } catch (Throwable e) {
            producer.closeAsync();
            throw e;
        }
    }

    /** A message that tells the term, so that a stale owner does not disturb this one. */
    private static void begin(Producer<byte[]> producer, @Nullable Position truncated) throws PulsarClientException {
        TypedMessageBuilder<byte[]> message = producer.newMessage();
        Envelope.mark(message);
        Envelope.seal(message, Map.of(), truncated);
        message.send();
    }

    private static void requireNoHigherTerm(ChannelInfo channel, TopicEnd end) {
        if (end.term() > channel.term()) {
            throw new ElanusException(
                    StandardErrorCode.FENCED,
                    "log channel %s was opened with term %d before and cannot be opened with the lower term %d; a database that begins anew needs another plugins.wal-pulsar.topic-prefix"
                            .formatted(channel.name(), end.term(), channel.term()));
        }
    }

    @Override
    public WalReader openReader(String channel) {
        String name = new ChannelInfo(channel, 0).name();
        ChannelTopic topic = new ChannelTopic(settings, connection.client(), name);
        return new PulsarWalReader(name, where(name), settings, topic, clientThreads, lifetime.inner(where(name)));
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return Position.of(left).compareTo(Position.of(right));
    }

    @Override
    public List<WalStatus> status() {
        return counts.entrySet().stream()
                .map(each -> {
                    PulsarWal wal = wals.get(each.getKey());
                    if (wal != null) {
                        each.getValue().reachable(wal.isConnected());
                    }
                    return each.getValue().status();
                })
                .toList();
    }

    @Override
    public void close() {
        lifetime.close();
    }

    private String where(String channel) {
        return "log channel " + channel + " on " + settings.config().serviceUrl().orElse("");
    }
}
