package org.elanus.plugin.walkafka;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/** Sees to it that a channel's topic is there and keeps what is written to it. */
final class ChannelTopics {

    private static final Set<String> READABLE_COMPRESSION = Set.of("producer", "uncompressed", "gzip", "lz4", "zstd");

    private final WalKafkaConfig config;
    private final int maxMessageBytes;
    private final KafkaClients clients;
    private final Failures failures;
    private final Clock clock;

    ChannelTopics(
            WalKafkaConfig config, ClientProperties properties, KafkaClients clients, Failures failures, Clock clock) {
        this.config = config;
        this.maxMessageBytes = properties.maxMessageBytes();
        this.clients = clients;
        this.failures = failures;
        this.clock = clock;
    }

    /**
     * Creates the topic when it is missing, and refuses one whose settings would lose records.
     *
     * @param deadline in nanoseconds of the clock
     */
    void require(String topic, long deadline) {
        String doing = "opening Kafka topic " + topic;
        try {
            TopicDescription description = describe(topic, deadline);
            if (description == null) {
                create(topic, deadline);
                description = awaitDescription(topic, deadline);
            }
            check(topic, description, settings(topic, deadline));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failures.of(doing, e);
        } catch (ExecutionException e) {
            throw failures.of(doing, e);
        }
    }

    private @Nullable TopicDescription describe(String topic, long deadline)
            throws InterruptedException, ExecutionException {
        try {
            KafkaFuture<TopicDescription> future = clients.admin()
                    .describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(left(deadline)))
                    .topicNameValues()
                    .get(topic);
            return requireNonNull(future).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            throw e;
        }
    }

    /** A broker may not know yet what another one has created. */
    private TopicDescription awaitDescription(String topic, long deadline)
            throws InterruptedException, ExecutionException {
        while (true) {
            TopicDescription description = describe(topic, deadline);
            if (description != null) {
                return description;
            }
            if (clock.nanos() - deadline > 0) {
                throw new ElanusException(
                        StandardErrorCode.TIMEOUT,
                        "Kafka at %s has created topic %s, but its brokers do not know it yet"
                                .formatted(config.servers(), topic));
            }
            clock.sleep(config.backOff());
        }
    }

    private void create(String topic, long deadline) throws InterruptedException, ExecutionException {
        NewTopic wanted = new NewTopic(topic, 1, (short) config.replicationFactor()).configs(newTopicSettings());
        try {
            clients.admin()
                    .createTopics(List.of(wanted), new CreateTopicsOptions().timeoutMs(left(deadline)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case TopicExistsException _ -> {}
                case InvalidReplicationFactorException cause ->
                    throw new ElanusException(
                            StandardErrorCode.CONFIGURATION_INVALID,
                            "Kafka at %s cannot keep %d copies of topic %s (%s); start more brokers, or set replication-factor and min-insync-replicas of plugins.wal-kafka lower"
                                    .formatted(config.servers(), config.replicationFactor(), topic, cause.getMessage()),
                            cause);
                case PolicyViolationException cause ->
                    throw new ElanusException(
                            StandardErrorCode.CONFIGURATION_INVALID,
                            "a policy of Kafka at %s forbids topic %s with the settings %s (%s)"
                                    .formatted(
                                            config.servers(),
                                            topic,
                                            new TreeMap<>(newTopicSettings()),
                                            cause.getMessage()),
                            cause);
                case null, default -> throw e;
            }
        }
    }

    private Map<String, String> newTopicSettings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        settings.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
        settings.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
        settings.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(config.minInsyncReplicas()));
        settings.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
        settings.put(TopicConfig.COMPRESSION_TYPE_CONFIG, "producer");
        settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
        settings.put(
                TopicConfig.SEGMENT_BYTES_CONFIG,
                Long.toString(Math.max(config.segmentSize().bytes(), maxMessageBytes)));
        if (config.syncToDisk()) {
            settings.put(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, "1");
        }
        return settings;
    }

    private Config settings(String topic, long deadline) throws InterruptedException, ExecutionException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        KafkaFuture<Config> future = clients.admin()
                .describeConfigs(List.of(resource), new DescribeConfigsOptions().timeoutMs(left(deadline)))
                .values()
                .get(resource);
        return requireNonNull(future).get();
    }

    private void check(String topic, TopicDescription description, Config settings) {
        List<String> problems = new ArrayList<>();
        int partitions = description.partitions().size();
        if (partitions != 1) {
            problems.add(
                    "it has %d partitions and a log needs exactly 1, for its order: choose another topic-prefix, or delete the topic when it holds nothing of value"
                            .formatted(partitions));
        } else {
            int copies = description.partitions().getFirst().replicas().size();
            if (copies < config.replicationFactor()) {
                problems.add(
                        "it has %d copies and replication-factor asks for %d: add some with kafka-reassign-partitions, or set plugins.wal-kafka.replication-factor lower"
                                .formatted(copies, config.replicationFactor()));
            }
        }
        Requirements required = new Requirements(topic, settings, problems);
        required.value(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                "other policies throw records away");
        required.value(TopicConfig.RETENTION_MS_CONFIG, "-1", "records would be lost after that time");
        required.value(TopicConfig.RETENTION_BYTES_CONFIG, "-1", "records would be lost beyond that size");
        required.value(
                TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
                "false",
                "a broker that lacks records could become the leader");
        required.atLeast(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, config.minInsyncReplicas(), "min-insync-replicas");
        required.atLeast(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, maxMessageBytes, "max-record-size");
        if (config.syncToDisk()) {
            required.value(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, "1", "sync-to-disk asks for it");
        }
        String compression = required.text(TopicConfig.COMPRESSION_TYPE_CONFIG);
        if (!READABLE_COMPRESSION.contains(compression)) {
            required.report(
                    TopicConfig.COMPRESSION_TYPE_CONFIG, compression, "producer", "this server cannot read the other");
        }
        if (!problems.isEmpty()) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID,
                    "Kafka topic %s at %s is not fit to be a log: %s"
                            .formatted(topic, config.servers(), String.join("; ", problems)));
        }
    }

    /** What the settings of an existing topic must be. */
    private record Requirements(String topic, Config settings, List<String> problems) {

        String text(String key) {
            ConfigEntry entry = settings.get(key);
            String value = entry == null ? null : entry.value();
            return value == null ? "" : value;
        }

        void value(String key, String wanted, String reason) {
            if (!text(key).equals(wanted)) {
                report(key, text(key), wanted, reason);
            }
        }

        void atLeast(String key, int wanted, String configured) {
            String present = text(key);
            if (!present.matches("[0-9]{1,10}") || Long.parseLong(present) < wanted) {
                report(key, present, Integer.toString(wanted), configured + " of plugins.wal-kafka asks for it");
            }
        }

        void report(String key, String present, String wanted, String reason) {
            problems.add(
                    "%s is %s and must be %s, since %s: kafka-configs --bootstrap-server ... --alter --topic %s --add-config %s=%s"
                            .formatted(key, present, wanted, reason, topic, key, wanted));
        }
    }

    private int left(long deadline) {
        return (int) Math.max(1, Duration.ofNanos(deadline - clock.nanos()).toMillis());
    }
}
