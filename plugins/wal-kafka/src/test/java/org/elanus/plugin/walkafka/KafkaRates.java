package org.elanus.plugin.walkafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.elanus.core.runtime.SystemClock;
import org.elanus.testkit.servers.KafkaServer;
import org.elanus.testkit.wal.LogRates;
import org.junit.jupiter.api.Test;

/**
 * For bench/wal.sh, not for the build: the log on Kafka, with ownership and read-back as the core does them, beside a
 * bare idempotent producer (acks=all, without transactions) and a bare tailing consumer of the same settings, on a
 * broker of its own.
 */
class KafkaRates {

    private final AtomicInteger prefixes = new AtomicInteger();

    @Test
    void compareWithABareProducerAndConsumer() throws Exception {
        try (KafkaServer server = KafkaServer.started()) {
            LogRates rates = new LogRates();
            rates.compare(
                    "bare producer and consumer",
                    rates.writers(() -> bare(config(server))),
                    "`kafka`",
                    rates.writers(() -> LogRates.core(KafkaFixture.builder(config(server)))));
        }
    }

    private WalKafkaConfig config(KafkaServer server) {
        return KafkaFixture.bind(KafkaFixture.settings(
                server.bootstrapServers(), Map.of("topic-prefix", "rates-" + prefixes.incrementAndGet() + "-")));
    }

    private static LogRates.Subject bare(WalKafkaConfig config) throws Exception {
        ClientProperties properties = new ClientProperties(config);
        String topic = config.topicPrefix() + "bare";
        Failures failures = new Failures(config.servers());
        SystemClock clock = new SystemClock();
        // The topic has the settings that the log gives it: files of the same size, synced as often.
        try (KafkaClients clients = new KafkaClients(properties, failures)) {
            new ChannelTopics(config, properties, clients, failures, clock)
                    .require(topic, clock.nanos() + config.openTimeout().toNanos());
        }
        Map<String, Object> with = properties.producer(topic, topic);
        with.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        with.remove(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(with, new ByteArraySerializer(), new ByteArraySerializer());
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                properties.consumer(topic), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seek(partition, 0);
        LogRates.Tailed tailed = new LogRates.Tailed();
        Thread tail = Thread.ofPlatform().start(() -> {
            try {
                while (true) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                        tailed.seen(record.value());
                    }
                }
            } catch (WakeupException e) {
                consumer.close();
            }
        });
        return new LogRates.Subject() {
            @Override
            public CompletableFuture<?> send(byte[] payload) {
                CompletableFuture<Boolean> seen = tailed.sending(payload);
                producer.send(new ProducerRecord<>(topic, 0, null, payload));
                return seen;
            }

            @Override
            public void close() throws InterruptedException {
                consumer.wakeup();
                tail.join();
                producer.close();
            }
        };
    }
}
