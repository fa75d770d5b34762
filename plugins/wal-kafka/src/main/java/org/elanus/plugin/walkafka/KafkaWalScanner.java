package org.elanus.plugin.walkafka;

import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalScanner;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.jspecify.annotations.Nullable;

/** Follows a channel with a consumer of its own, which has no thread: the polling one does the work. */
final class KafkaWalScanner implements WalScanner {

    static final Duration CLOSE_TIME = Duration.ofMillis(500);

    /**
     * A poll that must not wait still waits so long for what is known to be there, or while nothing is known: over a
     * network, records that lie ready come with a delay.
     */
    private static final long FETCH_NANOS = Duration.ofMillis(500).toNanos();

    private final String channel;
    private final DeliverPolicy from;
    private final Lifetime lifetime;
    private final TopicPartition partition;
    private final Consumer<byte[], byte[]> consumer;
    private final Failures failures;
    private final Clock clock;
    /** Held while the consumer is used: it is for one thread at a time. */
    private final ReentrantLock reading = new ReentrantLock();

    private Iterator<ConsumerRecord<byte[], byte[]>> fetched = Collections.emptyIterator();
    private boolean delivered;

    private KafkaWalScanner(
            String channel,
            DeliverPolicy from,
            Lifetime lifetime,
            TopicPartition partition,
            Consumer<byte[], byte[]> consumer,
            Failures failures,
            Clock clock) {
        this.channel = channel;
        this.from = from;
        this.lifetime = lifetime;
        this.partition = partition;
        this.consumer = consumer;
        this.failures = failures;
        this.clock = clock;
    }

    /** @param lifetime ends with the scanner, also when it cannot begin */
    static KafkaWalScanner begin(
            String channel,
            String topic,
            DeliverPolicy from,
            Lifetime lifetime,
            KafkaClients clients,
            Failures failures,
            Clock clock) {
        KafkaWalScanner scanner;
        try {
            TopicPartition partition = new TopicPartition(topic, RecordCodec.PARTITION);
            scanner = new KafkaWalScanner(channel, from, lifetime, partition, clients.consumer(topic), failures, clock);
        } catch (RuntimeException | Error e) {
            lifetime.close();
            throw e;
        }
        lifetime.releasing(scanner::release);
        try {
            scanner.position();
            return scanner;
        } catch (RuntimeException e) {
            scanner.close();
            throw failures.of("reading log channel " + channel, e);
        }
    }

    private void position() {
        reading.lock();
        try {
            lifetime.requireOpen();
            List<TopicPartition> alone = List.of(partition);
            consumer.assign(alone);
            boolean exists = !consumer.partitionsFor(partition.topic()).isEmpty();
            switch (from) {
                case DeliverPolicy.From(var id) -> seek(RecordCodec.offset(id), exists);
                case DeliverPolicy.After(var id) -> seek(RecordCodec.offset(id) + 1, exists);
                case DeliverPolicy.Latest _
                when exists ->
                    consumer.seek(partition, consumer.endOffsets(alone).getOrDefault(partition, 0L));
                // The first record of a channel that does not exist yet is both.
                case DeliverPolicy.Earliest _, DeliverPolicy.Latest _ -> consumer.seekToBeginning(alone);
            }
        } catch (WakeupException e) {
            throw lifetime.closedError();
        } finally {
            reading.unlock();
        }
    }

    private void seek(long offset, boolean exists) {
        if (!exists) {
            throw ElanusException.corrupt(
                    "log channel %s has no Kafka topic %s any more, which held record %d",
                    channel, partition.topic(), offset);
        }
        consumer.seek(partition, offset);
    }

    @Override
    public @Nullable WalEntry poll(Duration timeout) {
        reading.lock();
        try {
            lifetime.requireOpen();
            WalEntry entry = next();
            if (entry != null) {
                return entry;
            }
            long begin = clock.nanos();
            while (true) {
                long left = patience(timeout) - (clock.nanos() - begin);
                if (left <= 0 && timeout.isPositive()) {
                    return null;
                }
                fetched = consumer.poll(Duration.ofNanos(Math.max(0, left)))
                        .records(partition)
                        .iterator();
                lifetime.requireOpen();
                entry = next();
                if (entry != null || left <= 0) {
                    return entry;
                }
            }
        } catch (WakeupException e) {
            throw lifetime.closedError();
        } catch (OffsetOutOfRangeException e) {
            return moved(e);
        } catch (ElanusException e) {
            throw e;
        } catch (RuntimeException e) {
            if (Failures.isCorruption(e)) {
                throw ElanusException.corrupt(
                        "the log is corrupt in Kafka topic %s at or behind offset %d: %s",
                        partition.topic(), consumer.position(partition), String.valueOf(e.getMessage()));
            }
            throw failures.of("reading log channel " + channel, e);
        } finally {
            reading.unlock();
        }
    }

    private @Nullable WalEntry next() {
        while (fetched.hasNext()) {
            ConsumerRecord<byte[], byte[]> record = fetched.next();
            if (RecordCodec.isEntry(record)) {
                delivered = true;
                return RecordCodec.decode(record);
            }
        }
        return null;
    }

    /** How long a poll may take, in nanoseconds. */
    private long patience(Duration timeout) {
        if (timeout.isPositive()) {
            return timeout.toNanos();
        }
        OptionalLong lag = consumer.currentLag(partition);
        return lag.isPresent() && lag.getAsLong() == 0 ? 0 : FETCH_NANOS;
    }

    /** The position is not in the log, or not any more. */
    private @Nullable WalEntry moved(OffsetOutOfRangeException error) {
        List<TopicPartition> alone = List.of(partition);
        long wanted = error.offsetOutOfRangePartitions().getOrDefault(partition, -1L);
        if (error instanceof LogTruncationException) {
            throw ElanusException.corrupt(
                    "Kafka topic %s lost records from offset %d on that had been read from it: a broker without them became its leader",
                    partition.topic(), wanted);
        }
        long first;
        try {
            first = consumer.beginningOffsets(alone).getOrDefault(partition, 0L);
        } catch (WakeupException e) {
            throw lifetime.closedError();
        } catch (KafkaException e) {
            throw failures.of("reading log channel " + channel, e);
        }
        if (wanted < first) {
            if (from instanceof DeliverPolicy.Earliest && !delivered) {
                // Truncated between the question for the oldest record and the one for its content.
                consumer.seekToBeginning(alone);
                return null;
            }
            throw ElanusException.invalid(
                    "record %d of log channel %s was truncated away; the oldest is %d", wanted, channel, first);
        }
        throw ElanusException.corrupt(
                "Kafka topic %s ends before offset %d, where it held a record: records were lost, or the topic is another one of the same name",
                partition.topic(), wanted);
    }

    @Override
    public void close() {
        lifetime.close();
    }

    private void release() {
        consumer.wakeup();
        reading.lock();
        try {
            consumer.close(CloseOptions.timeout(CLOSE_TIME));
        } finally {
            reading.unlock();
        }
    }
}
