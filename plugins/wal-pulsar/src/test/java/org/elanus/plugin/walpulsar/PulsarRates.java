package org.elanus.plugin.walpulsar;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pulsar.client.api.Message;
import org.apache.pulsar.client.api.MessageId;
import org.apache.pulsar.client.api.Producer;
import org.apache.pulsar.client.api.PulsarClientException;
import org.apache.pulsar.client.api.Reader;
import org.elanus.core.runtime.HostThreads;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;

/**
 * A program, not a test: records a second, and how long each takes until it has been read back, with 1 and 64 writers that
 * each wait for their record, at 1 KiB and 100 KiB. Once with a bare producer and a tailing reader of the settings that
 * the plugin uses, once through the plugin, in turn, on a broker of its own.
 *
 * <p>{@code -Delanus.rates.seconds} is the length of one run (5), {@code -Delanus.rates.rounds} how often they take turns
 * (2; the last one is steady).
 */
final class PulsarRates {

    private static final ValueLayout.OfLong NUMBER = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final Duration RUN = Duration.ofSeconds(Integer.getInteger("elanus.rates.seconds", 5));
    private static final int ROUNDS = Integer.getInteger("elanus.rates.rounds", 2);

    /** Takes records and tells, through the given map, when they were read back. */
    private interface Log extends AutoCloseable {
        CompletionStage<?> append(byte[] payload);

        @Override
        void close() throws Exception;
    }

    private PulsarRates() {}

    public static void main(String[] arguments) throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            for (int size : new int[] {1 << 10, 100 << 10}) {
                for (int writers : new int[] {1, 64}) {
                    Map<Long, CompletableFuture<Boolean>> waiting = new ConcurrentHashMap<>();
                    try (Log bare = bare(waiting)) {
                        report("bare producer and reader", round, size, writers, bare, waiting);
                    }
                    try (Log plugin = plugin(waiting)) {
                        report("wal-pulsar", round, size, writers, plugin, waiting);
                    }
                }
            }
        }
        System.exit(0);
    }

    private static void report(
            String name, int round, int size, int writers, Log log, Map<Long, CompletableFuture<Boolean>> waiting)
            throws Exception {
        AtomicLong numbers = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        List<long[]> latencies = new ArrayList<>();
        long begin = System.nanoTime();
        for (int writer = 0; writer < writers; writer++) {
            long[] mine = new long[1 << 20];
            latencies.add(mine);
            threads.add(Thread.ofVirtual().start(() -> {
                for (int count = 0; System.nanoTime() - begin < RUN.toNanos() && count < mine.length; count++) {
                    byte[] payload = new byte[size];
                    long number = numbers.incrementAndGet();
                    MemorySegment.ofArray(payload).set(NUMBER, 0, number);
                    CompletableFuture<Boolean> readBack = new CompletableFuture<>();
                    waiting.put(number, readBack);
                    long started = System.nanoTime();
                    log.append(payload).toCompletableFuture().join();
                    readBack.join();
                    mine[count] = System.nanoTime() - started;
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        long[] all = latencies.stream()
                .flatMapToLong(Arrays::stream)
                .filter(nanos -> nanos > 0)
                .sorted()
                .toArray();
        System.out.printf(
                "round %d, %3d KiB, %2d writers, %-25s %,9.0f records/s  p50 %7.2f ms  p99 %7.2f ms%n",
                round,
                size >> 10,
                writers,
                name,
                all.length / seconds,
                all[all.length / 2] / 1e6,
                all[all.length * 99 / 100] / 1e6);
    }

    private static Log bare(Map<Long, CompletableFuture<Boolean>> waiting) throws Exception {
        PulsarSettings settings = PulsarFixture.settings();
        PulsarConnection connection = PulsarConnection.to(settings);
        ChannelTopic topic = new ChannelTopic(settings, connection.client(), "bare");
        topic.create();
        Producer<byte[]> producer = topic.producer(1);
        Reader<byte[]> reader = topic.reader(MessageId.earliest, false).create();
        Thread tail = new HostThreads().start("tail", () -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    Message<byte[]> message = reader.readNext(100, MILLISECONDS);
                    if (message != null) {
                        waiting.remove(MemorySegment.ofArray(message.getData()).get(NUMBER, 0))
                                .complete(true);
                    }
                }
            } catch (PulsarClientException _) {
                // closed
            }
        });
        return new Log() {
            @Override
            public CompletionStage<?> append(byte[] payload) {
                return producer.sendAsync(payload);
            }

            @Override
            public void close() throws Exception {
                tail.interrupt();
                tail.join();
                producer.close();
                reader.close();
                connection.close();
            }
        };
    }

    private static Log plugin(Map<Long, CompletableFuture<Boolean>> waiting) {
        PulsarWalOpener opener = PulsarFixture.opener(PulsarFixture.settings());
        Wal wal = opener.open(new ChannelInfo("rates", 1));
        WalScanner scanner = wal.scan(DeliverPolicy.EARLIEST);
        Thread tail = new HostThreads().start("tail", () -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    WalEntry entry = scanner.poll(Duration.ofMillis(100));
                    if (entry != null) {
                        waiting.remove(entry.payload().get(NUMBER, 0)).complete(true);
                    }
                } catch (org.elanus.spi.error.ElanusException _) {
                    return;
                }
            }
        });
        return new Log() {
            @Override
            public CompletionStage<?> append(byte[] payload) {
                return wal.append(new WalRecord(List.of(MemorySegment.ofArray(payload))));
            }

            @Override
            public void close() throws Exception {
                tail.interrupt();
                tail.join();
                opener.close();
            }
        };
    }
}
