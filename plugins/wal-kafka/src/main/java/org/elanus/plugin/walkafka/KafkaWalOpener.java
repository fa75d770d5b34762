package org.elanus.plugin.walkafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
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
import org.jspecify.annotations.Nullable;

/** Opens the channels that lie on one Kafka cluster under one prefix. Connects with the first of them. */
final class KafkaWalOpener implements WalOpener {

    /** How often transactions are looked after. */
    private static final Duration TENDING = Duration.ofSeconds(1);

    /** How often the brokers are asked whether they are there. */
    private static final long PROBE_NANOS = Duration.ofSeconds(5).toNanos();

    private final Lifetime lifetime;
    private final WalKafkaConfig config;
    private final Threads threads;
    private final Clock clock;
    private final Failures failures;
    private final KafkaClients clients;
    private final ChannelTopics topics;
    private final ChannelTakeover takeover;
    private final OpenChannels channels = new OpenChannels();
    private final Map<String, AppendCounts> counts = new ConcurrentHashMap<>();
    private final Set<KafkaWal> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock tenderLock = new ReentrantLock();
    private Threads.@Nullable Repeating tender;
    private volatile long probedAt;

    KafkaWalOpener(Lifetime lifetime, WalKafkaConfig config, Threads threads, Clock clock) {
        this.lifetime = lifetime;
        this.config = config;
        this.threads = threads;
        this.clock = clock;
        ClientProperties properties = new ClientProperties(config);
        this.failures = new Failures(config.servers());
        this.clients = new KafkaClients(properties, failures);
        this.topics = new ChannelTopics(config, properties, clients, failures, clock);
        this.takeover = new ChannelTakeover(clients, failures, clock, config.requestTimeout());
        this.probedAt = clock.nanos();
        lifetime.releasing(this::release);
    }

    @Override
    public Wal open(ChannelInfo channel) {
        Lifetime handle = lifetime.inner("log channel " + channel.name());
        String topic = topic(channel.name());
        try {
            channels.enter(channel);
        } catch (RuntimeException e) {
            handle.close();
            throw e;
        }
        FencedProducer producer;
        try {
            long deadline = clock.nanos() + config.openTimeout().toNanos();
            topics.require(topic, deadline);
            producer = takeover.open(channel, topic, deadline);
        } catch (RuntimeException | Error e) {
            channels.leave(channel);
            // Clients that are closed under its feet fail in many ways.
            ElanusException reason = handle.isClosed() ? handle.closedError() : null;
            handle.close();
            if (reason != null) {
                throw reason;
            }
            if (e instanceof ElanusException failed && isAway(failed)) {
                counts(channel).reachable(false);
                // Finds out when Kafka is there again.
                tend();
            }
            throw e;
        }
        AppendCounts counted = counts(channel);
        counted.opened();
        KafkaWal wal = new KafkaWal(
                channel,
                topic,
                handle,
                config,
                producer,
                clients,
                failures,
                threads,
                clock,
                counted,
                () -> takeover.isOvertaken(channel, topic));
        open.add(wal);
        handle.releasing(() -> {
            try {
                wal.release();
            } finally {
                open.remove(wal);
                channels.leave(channel);
            }
        });
        tend();
        return wal;
    }

    @Override
    public WalReader openReader(String channel) {
        String name = new ChannelInfo(channel, 0).name();
        Lifetime reader = lifetime.inner("the reader of log channel " + name);
        return new KafkaWalReader(name, topic(name), reader, clients, failures, clock);
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return Long.compare(RecordCodec.offset(left), RecordCodec.offset(right));
    }

    @Override
    public List<WalStatus> status() {
        return counts.values().stream().map(AppendCounts::status).toList();
    }

    private AppendCounts counts(ChannelInfo channel) {
        return counts.computeIfAbsent(channel.name(), name -> new AppendCounts(name, clock));
    }

    /** Whether an error says that Kafka did not answer, or cannot serve. */
    static boolean isAway(ElanusException error) {
        return error.code() == StandardErrorCode.TIMEOUT || error.code() == StandardErrorCode.NOT_READY;
    }

    boolean isClosed() {
        return lifetime.isClosed();
    }

    @Override
    public void close() {
        lifetime.close();
    }

    private String topic(String channel) {
        return config.topicPrefix() + channel;
    }

    private void tend() {
        tenderLock.lock();
        try {
            if (tender == null && !lifetime.isClosed()) {
                tender = threads.repeat("wal-kafka", TENDING, () -> {
                    open.forEach(KafkaWal::tend);
                    probe();
                });
            }
        } finally {
            tenderLock.unlock();
        }
    }

    /** Asks the brokers for a sign of life, without waiting for it. */
    private void probe() {
        long now = clock.nanos();
        if (now - probedAt < PROBE_NANOS || counts.isEmpty()) {
            return;
        }
        probedAt = now;
        Admin admin;
        try {
            admin = clients.admin();
        } catch (ElanusException e) {
            // The servers' names may not resolve yet.
            counts.values().forEach(each -> each.reachable(false));
            return;
        }
        int timeout = (int) config.requestTimeout().toMillis();
        admin.describeCluster(new DescribeClusterOptions().timeoutMs(timeout))
                .nodes()
                .whenComplete((_, error) -> counts.values().forEach(each -> each.reachable(error == null)));
    }

    private void release() {
        Threads.Repeating repeating;
        tenderLock.lock();
        try {
            repeating = tender;
            tender = null;
        } finally {
            tenderLock.unlock();
        }
        try (clients) {
            if (repeating != null) {
                repeating.close();
            }
        }
    }
}
