package org.elanus.plugin.walpulsar;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
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

    private static final int ATTEMPTS = 10;

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
            clientThreads.end(where, connection::close);
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
        AppendCounts counted = counts.computeIfAbsent(channel.name(), name -> new AppendCounts(name, settings.clock()));
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
                if (tellsOfNoAnswer(e)) {
                    counted.reachable(false);
                }
                open.leave(channel);
            }
            inner.close();
            throw e;
        }
    }

    /** Else the log answered, and refused. */
    private static boolean tellsOfNoAnswer(Throwable error) {
        return error instanceof ElanusException failed
                && (failed.code() == StandardErrorCode.NOT_READY || failed.code() == StandardErrorCode.TIMEOUT);
    }

    private PulsarWal connect(ChannelInfo channel, Lifetime inner, AppendCounts counted)
            throws IOException, ExecutionException, InterruptedException, GeneralSecurityException {
        ChannelTopic topic = new ChannelTopic(settings, connection.client(), channel.name());
        topic.create();
        TopicPolicies.check(settings, topic.name());
        TopicEnd end = topic.end();
        requireNoHigherTerm(channel, end);
        Owned owned = take(topic, channel.term(), end.position());
        PulsarWalReader reader =
                new PulsarWalReader(channel.name(), where(channel.name()), settings, topic, clientThreads, inner);
        PulsarWal wal = new PulsarWal(
                channel,
                where(channel.name()),
                settings,
                topic,
                clientThreads,
                owned.producer(),
                owned.truncated(),
                counted,
                inner,
                reader);
        wal.start();
        return wal;
    }

    /**
     * Becomes the topic's one producer. A broker stops every other producer, except one that is made at the very moment.
     * Both then write their mark, so who writes the later one finds the other's before it and takes the topic once more.
     * The last one stays, whatever its term: had the lower one given way here, it would already have stopped the higher
     * one, and nobody could append.
     */
    private Owned take(ChannelTopic topic, long term, Optional<Position> before) throws IOException {
        Optional<Position> seen = before;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Producer<byte[]> producer = topic.producer(term);
            try {
                Position truncated = topic.end().truncated().orElse(null);
                Position mark = begin(producer, truncated);
                if (!topic.hasOthers(seen, mark, producer.getProducerName())) {
                    return new Owned(producer, truncated);
                }
                seen = Optional.of(mark);
                producer.close();
            } catch (Throwable e) {
                producer.closeAsync();
                throw e;
            }
        }
        throw new ElanusException(
                StandardErrorCode.NOT_READY,
                "topic %s was opened by others again and again while it was being opened here".formatted(topic.name()));
    }

    private record Owned(
            Producer<byte[]> producer, @Nullable Position truncated) {}

    /** A message that tells the term, so that a stale owner does not disturb this one. */
    private static Position begin(Producer<byte[]> producer, @Nullable Position truncated)
            throws PulsarClientException {
        TypedMessageBuilder<byte[]> message = producer.newMessage();
        Envelope.mark(message);
        Envelope.seal(message, Map.of(), truncated);
        return Position.of(message.send());
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
        return "log channel " + channel + " on "
                + settings.config().serviceUrl().orElse("");
    }
}
