package org.elanus.plugin.walpulsar;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.pulsar.client.api.CompressionType;
import org.apache.pulsar.client.api.Consumer;
import org.apache.pulsar.client.api.Message;
import org.apache.pulsar.client.api.MessageId;
import org.apache.pulsar.client.api.Producer;
import org.apache.pulsar.client.api.ProducerAccessMode;
import org.apache.pulsar.client.api.PulsarClientException;
import org.apache.pulsar.client.api.Reader;
import org.apache.pulsar.client.api.ReaderBuilder;
import org.apache.pulsar.client.api.Schema;
import org.apache.pulsar.client.api.SubscriptionInitialPosition;
import org.apache.pulsar.client.api.SubscriptionType;
import org.apache.pulsar.client.api.TopicMessageId;
import org.apache.pulsar.client.impl.PulsarClientImpl;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** What is asked of the topic of one channel. Everything here is called on threads of the plugin's own. */
final class ChannelTopic {

    /** Holds the log: what it has not acknowledged, the brokers keep. */
    static final String SUBSCRIPTION = "elanus-truncation";

    private final PulsarSettings settings;
    private final PulsarClientImpl client;
    private final String name;

    ChannelTopic(PulsarSettings settings, PulsarClientImpl client, String channel) {
        this.settings = settings;
        this.client = client;
        this.name = settings.topic(channel);
    }

    String name() {
        return name;
    }

    /** Creates the topic and the subscription that holds it, where they do not exist. */
    void create() throws PulsarClientException, ExecutionException, InterruptedException {
        List<String> partitions = client.getPartitionsForTopic(name, true).get();
        if (!partitions.equals(List.of(name))) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID,
                    "topic %s has %d partitions, which have no common order; a log needs a topic without partitions: delete it and create it with 'pulsar-admin topics create %s'"
                            .formatted(name, partitions.size(), name));
        }
        subscription().close();
    }

    /** Lets the brokers forget what stands up to and including the position, in whole entries. */
    void release(Position upTo) throws PulsarClientException {
        try (Consumer<byte[]> consumer = subscription()) {
            consumer.acknowledgeCumulative(upTo.lastWholeEntry());
        }
    }

    /** Failover, so that an owner that was deposed and not yet told does not keep its successor out. */
    private Consumer<byte[]> subscription() throws PulsarClientException {
        return client.newConsumer(Schema.BYTES)
                .topic(name)
                .subscriptionName(SUBSCRIPTION)
                .subscriptionType(SubscriptionType.Failover)
                .subscriptionInitialPosition(SubscriptionInitialPosition.Earliest)
                .receiverQueueSize(0)
                .isAckReceiptEnabled(true)
                .acknowledgmentGroupTime(0, SECONDS)
                .subscribe();
    }

    /** Reads what the newest message tells. */
    TopicEnd end() throws IOException {
        try (Reader<byte[]> probe =
                reader(MessageId.latest, false).receiverQueueSize(1).create()) {
            TopicMessageId newest = probe.getLastMessageIds().getFirst();
            Position last = Position.of(newest);
            if (last.entry() < 0) {
                return TopicEnd.EMPTY;
            }
            try (Reader<byte[]> reader =
                    reader(last.pulsarId(), true).receiverQueueSize(1).create()) {
                Message<byte[]> message = next(reader);
                return new TopicEnd(
                        Optional.of(Position.of(message.getMessageId())),
                        Envelope.term(message),
                        Envelope.truncated(message));
            }
        }
    }

    /** Whether another producer than the one of this name has written behind a position and before another. */
    boolean hasOthers(Optional<Position> behind, Position before, String producer) throws IOException {
        MessageId start = behind.map(Position::pulsarId).orElse(MessageId.earliest);
        try (Reader<byte[]> reader = reader(start, false).create()) {
            while (true) {
                Message<byte[]> message = next(reader);
                if (Position.of(message.getMessageId()).compareTo(before) >= 0) {
                    return false;
                }
                if (!producer.equals(message.getProducerName())) {
                    return true;
                }
            }
        }
    }

    /** A message that is known to be there. */
    private Message<byte[]> next(Reader<byte[]> reader) throws PulsarClientException {
        long limit = settings.config().openTimeout().toMillis();
        Message<byte[]> message = reader.readNext(Math.toIntExact(limit), MILLISECONDS);
        if (message == null) {
            throw new PulsarClientException.TimeoutException("a record did not come in " + limit + " ms");
        }
        return message;
    }

    /** A reader that begins with the message of the id, or behind it. */
    ReaderBuilder<byte[]> reader(MessageId start, boolean inclusive) {
        ReaderBuilder<byte[]> builder = client.newReader(Schema.BYTES)
                .topic(name)
                .receiverQueueSize(settings.config().readAhead())
                .startMessageId(start);
        return inclusive ? builder.startMessageIdInclusive() : builder;
    }

    /** The one producer of the topic; takes it from whoever has it. */
    Producer<byte[]> producer(long term) throws PulsarClientException {
        WalPulsarConfig config = settings.config();
        return client.newProducer(Schema.BYTES)
                .topic(name)
                .producerName(Envelope.producerName(term, settings.randomness()))
                .accessMode(ProducerAccessMode.ExclusiveWithFencing)
                .sendTimeout(Math.toIntExact(config.appendTimeout().toMillis()), MILLISECONDS)
                .maxPendingMessages(0)
                .blockIfQueueFull(false)
                .compressionType(CompressionType.NONE)
                .enableChunking(false)
                .enableBatching(true)
                .batchingMaxPublishDelay(config.batchDelay().toMillis(), MILLISECONDS)
                .batchingMaxBytes(Math.toIntExact(config.maxBatchSize().bytes()))
                .batchingMaxMessages(10_000)
                .create();
    }
}
