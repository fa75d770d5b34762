package org.elanus.plugin.walkafka;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.elanus.testkit.servers.KafkaServer;

/**
 * A program, not a test: records a second and latencies of writers that each wait until a tailing reader has seen their
 * record, once with a bare idempotent producer (acks=all, without transactions) and a bare consumer of the same
 * settings, once with this log; in turns, on a broker of its own. Arguments, both optional: seconds a run (5), rounds (2).
 */
public final class KafkaRates {

    private final long runNanos;
    private final Map<Long, CompletableFuture<Boolean>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();

    private KafkaRates(long runNanos) {
        this.runNanos = runNanos;
    }

    /** Sends a record to the log. */
    private interface Sender {
        void send(byte[] payload);
    }

    /** A log with its tailing reader. */
    private interface Subject extends AutoCloseable {
        Sender sender();
    }

    public static void main(String[] arguments) throws Exception {
        long seconds = arguments.length > 0 ? Long.parseLong(arguments[0]) : 5;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
        KafkaRates rates = new KafkaRates(Duration.ofSeconds(seconds).toNanos());
        try (KafkaServer server = KafkaServer.started()) {
            for (int size : new int[] {1 << 10, 100 << 10}) {
                for (int writers : new int[] {1, 64}) {
                    for (int round = 0; round < rounds; round++) {
                        double bare = rates.measure("bare", server, size, writers);
                        double ours = rates.measure("wal-kafka", server, size, writers);
                        System.out.printf("  wal-kafka is at %.0f %% of bare%n", 100 * ours / bare);
                    }
                }
            }
        }
        System.exit(0);
    }

    private double measure(String name, KafkaServer server, int size, int writers) throws Exception {
        WalKafkaConfig config = KafkaFixture.bind(KafkaFixture.settings(
                server.bootstrapServers(), Map.of("topic-prefix", "rates-" + ids.incrementAndGet() + "-")));
        try (Subject subject = name.equals("bare") ? bare(config) : plugin(config)) {
            run(subject.sender(), size, writers, runNanos / 2);
            long[] latencies = run(subject.sender(), size, writers, runNanos);
            Arrays.sort(latencies);
            double rate = latencies.length * 1e9 / runNanos;
            System.out.printf(
                    "%-9s %3d KiB, %2d writers: %,9.0f records/s %8.1f MiB/s, p50 %.2f ms, p99 %.2f ms%n",
                    name,
                    size >> 10,
                    writers,
                    rate,
                    rate * size / (1 << 20),
                    latencies[latencies.length / 2] / 1e6,
                    latencies[(int) (latencies.length * 0.99)] / 1e6);
            return rate;
        }
    }

    private long[] run(Sender sender, int size, int writers, long nanos) throws InterruptedException {
        List<List<Long>> latencies = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        long begin = System.nanoTime();
        for (int writer = 0; writer < writers; writer++) {
            List<Long> own = new ArrayList<>();
            latencies.add(own);
            threads.add(Thread.ofVirtual().start(() -> {
                byte[] payload = new byte[size];
                ThreadLocalRandom.current().nextBytes(payload);
                while (System.nanoTime() - begin < nanos) {
                    long id = ids.incrementAndGet();
                    CompletableFuture<Boolean> seen = new CompletableFuture<>();
                    waiting.put(id, seen);
                    byte[] mine = payload.clone();
                    ByteBuffer.wrap(mine).putLong(id);
                    long sent = System.nanoTime();
                    sender.send(mine);
                    seen.join();
                    own.add(System.nanoTime() - sent);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return latencies.stream()
                .flatMapToLong(own -> own.stream().mapToLong(Long::longValue))
                .toArray();
    }

    private void seen(long id) {
        CompletableFuture<Boolean> writer = waiting.remove(id);
        if (writer != null) {
            writer.complete(true);
        }
    }

    private Subject bare(WalKafkaConfig config) throws Exception {
        ClientProperties properties = new ClientProperties(config);
        String topic = config.topicPrefix() + "bare";
        try (Admin admin = Admin.create(properties.admin())) {
            NewTopic created = new NewTopic(topic, 1, (short) 1)
                    .configs(Map.of("max.message.bytes", "" + properties.maxMessageBytes()));
            admin.createTopics(List.of(created)).all().get();
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
        Thread tail = Thread.ofPlatform().start(() -> {
            try {
                while (true) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                        seen(ByteBuffer.wrap(record.value()).getLong());
                    }
                }
            } catch (WakeupException e) {
                consumer.close();
            }
        });
        return new Subject() {
            @Override
            public Sender sender() {
                return payload -> producer.send(new ProducerRecord<>(topic, 0, null, payload));
            }

            @Override
            public void close() throws InterruptedException {
                consumer.wakeup();
                tail.join();
                producer.close();
            }
        };
    }

    private Subject plugin(WalKafkaConfig config) {
        var opener = KafkaFixture.builder(config).build();
        Wal wal = opener.open(new ChannelInfo(KafkaFixture.CHANNEL, 1));
        WalScanner scanner = wal.scan(DeliverPolicy.EARLIEST);
        Thread tail = Thread.ofPlatform().start(() -> {
            try {
                while (true) {
                    WalEntry entry = scanner.poll(Duration.ofSeconds(1));
                    if (entry != null) {
                        seen(Long.reverseBytes(entry.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 0)));
                    }
                }
            } catch (ElanusException e) {
                // closed
            }
        });
        return new Subject() {
            @Override
            public Sender sender() {
                return payload -> wal.append(new WalRecord(List.of(MemorySegment.ofArray(payload))));
            }

            @Override
            public void close() throws InterruptedException {
                scanner.close();
                tail.join();
                opener.close();
            }
        };
    }
}
