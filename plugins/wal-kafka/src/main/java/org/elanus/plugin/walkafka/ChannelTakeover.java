package org.elanus.plugin.walkafka;

import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.wal.ChannelInfo;

/**
 * Makes the writer of a channel and shuts out those of lower terms, whatever process they are in, without disturbing one
 * of a higher term.
 *
 * <p>Each term has a transactional id of its own. A writer makes its producer, which shuts out another one of its term;
 * announces its term in the log; and reads what stands before the announcement. A higher term there: it gives up. Lower
 * terms: it has Kafka shut out their ids. Of two that open at once, the announcement of one stands first: either the
 * lower one finds the higher term and gives up, or the higher one finds the lower term, whose producer exists by then,
 * and shuts it out. Only the records next to the announcement are read; a lower writer that was overlooked because a
 * still lower one filled the log behind its announcement looks once more after it has shut that one out.
 */
final class ChannelTakeover {

    private static final int FIRST_WINDOW = 16;
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaClients clients;
    private final Failures failures;
    private final Clock clock;
    private final Duration patience;

    /** @param patience for a look at the newest records */
    ChannelTakeover(KafkaClients clients, Failures failures, Clock clock, Duration patience) {
        this.clients = clients;
        this.failures = failures;
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * The channel's writer, with everything of lower terms shut out.
     *
     * @param deadline in nanoseconds of the clock
     * @throws ElanusException FENCED when a higher term is in the log
     */
    FencedProducer open(ChannelInfo channel, String topic, long deadline) {
        try (Reading reading = new Reading(topic, deadline)) {
            requireHighest(channel, reading.termsBefore(reading.end()));
            FencedProducer producer =
                    new FencedProducer(clients.producer(topic, transactionalId(topic, channel.term())), clock);
            try {
                producer.initialise(deadline);
                long announced = announce(producer, topic, channel.term());
                SortedSet<Long> terms = reading.termsBefore(announced);
                requireHighest(channel, terms);
                SortedSet<Long> lower = terms.headSet(channel.term());
                if (!lower.isEmpty()) {
                    shutOut(topic, lower, deadline);
                    requireHighest(channel, reading.termsBefore(reading.end()));
                }
                return producer;
            } catch (RuntimeException | Error e) {
                producer.close(Duration.ZERO);
                throw e;
            }
        } catch (RuntimeException e) {
            throw failures.of("opening log channel " + channel.name(), e);
        }
    }

    /** Whether the newest records tell of a higher term. Asks Kafka. */
    boolean isOvertaken(ChannelInfo channel, String topic) {
        try (Reading reading = new Reading(topic, clock.nanos() + patience.toNanos())) {
            SortedSet<Long> terms = reading.termsBefore(reading.end());
            return !terms.isEmpty() && terms.last() > channel.term();
        }
    }

    private static String transactionalId(String topic, long term) {
        return topic + "." + term;
    }

    private static void requireHighest(ChannelInfo channel, SortedSet<Long> terms) {
        if (!terms.isEmpty() && terms.last() > channel.term()) {
            throw new ElanusException(
                    StandardErrorCode.FENCED,
                    "log channel %s was opened with term %d before and cannot be opened with the lower term %d"
                            .formatted(channel.name(), terms.last(), channel.term()));
        }
    }

    /** Leaves the term in the log, in a record that is no entry. */
    private static long announce(FencedProducer producer, String topic, long term) {
        CompletableFuture<Long> offset = new CompletableFuture<>();
        producer.send(RecordCodec.announcement(topic, RecordCodec.key(term)), (metadata, error) -> {
            if (error != null) {
                offset.completeExceptionally(error);
            } else if (metadata.hasOffset()) {
                offset.complete(metadata.offset());
            } else {
                offset.completeExceptionally(new ElanusException(
                        StandardErrorCode.NOT_READY,
                        "Kafka has the announcement of a writer in topic %s and does not know where any more"
                                .formatted(topic)));
            }
        });
        producer.flush();
        long announced = offset.join();
        producer.commit();
        return announced;
    }

    private void shutOut(String topic, SortedSet<Long> terms, long deadline) {
        List<String> ids =
                terms.stream().map(term -> transactionalId(topic, term)).toList();
        try {
            clients.admin()
                    .fenceProducers(ids, new FenceProducersOptions().timeoutMs(left(deadline)))
                    .all()
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failures.of("opening Kafka topic " + topic, e);
        } catch (ExecutionException e) {
            throw failures.of("shutting out earlier writers of Kafka topic " + topic, e);
        }
    }

    private int left(long deadline) {
        return (int) Math.max(1, Duration.ofNanos(deadline - clock.nanos()).toMillis());
    }

    /** Reads the terms in the newest records. */
    private final class Reading implements AutoCloseable {

        private final TopicPartition partition;
        private final long deadline;
        private final Consumer<byte[], byte[]> consumer;

        Reading(String topic, long deadline) {
            this.partition = new TopicPartition(topic, RecordCodec.PARTITION);
            this.deadline = deadline;
            this.consumer = clients.consumer(topic);
            consumer.assign(List.of(partition));
        }

        long end() {
            return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        }

        /** The terms of the records next before an offset: none only when there is no record. */
        SortedSet<Long> termsBefore(long end) {
            long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
            SortedSet<Long> terms = new TreeSet<>();
            // Kafka's own markers take offsets, too, so that the last ones may hold no record.
            long until = end;
            for (long window = FIRST_WINDOW; until > begin && terms.isEmpty(); window *= 8) {
                long from = Math.max(begin, until - window);
                collect(from, until, terms);
                until = from;
            }
            return terms;
        }

        private void collect(long from, long until, SortedSet<Long> terms) {
            consumer.seek(partition, from);
            while (consumer.position(partition) < until) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                    long term = RecordCodec.term(record);
                    if (record.offset() < until && term != RecordCodec.NO_TERM) {
                        terms.add(term);
                    }
                }
                if (clock.nanos() - deadline > 0) {
                    throw new TimeoutException("the newest records did not come in time");
                }
            }
        }

        @Override
        public void close() {
            consumer.close(CloseOptions.timeout(KafkaWalScanner.CLOSE_TIME));
        }
    }
}
