package org.elanus.plugin.walkafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.elanus.spi.wal.skeleton.AppendCounts;
import org.elanus.spi.wal.skeleton.ByteBudget;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.jspecify.annotations.Nullable;

/**
 * A channel open for appending. Appends are handed to the producer, which forms batches and keeps up to five under way;
 * the first that fails ends the handle.
 */
final class KafkaWal implements Wal {

    /** A pause after which the open transaction is ended. */
    private static final long IDLE_NANOS = Duration.ofSeconds(5).toNanos();

    /** Brokers forget a transactional id that is not used for days; a writer that rests announces itself before. */
    private static final long ANNOUNCE_NANOS = Duration.ofHours(12).toNanos();

    /** What a record costs beside its payload while it is under way. */
    private static final int RECORD_OVERHEAD = 128;

    private final ChannelInfo info;
    private final String topic;
    private final Lifetime lifetime;
    private final WalKafkaConfig config;
    private final WalCapabilities capabilities;
    private final FencedProducer producer;
    private final KafkaClients clients;
    private final Failures failures;
    private final AppendCounts counts;
    private final KafkaWalReader reader;
    private final ByteBudget budget;
    private final byte[] key;
    private final Threads threads;
    private final BooleanSupplier overtaken;
    /** Set with the first failure; completed when it is clear what it means. */
    private final AtomicReference<@Nullable CompletableFuture<ElanusException>> failure = new AtomicReference<>();
    /** The producer's own thread, which completes appends; known from the first completion. */
    private volatile @Nullable Thread completing;

    KafkaWal(
            ChannelInfo info,
            String topic,
            Lifetime lifetime,
            WalKafkaConfig config,
            FencedProducer producer,
            KafkaClients clients,
            Failures failures,
            Threads threads,
            Clock clock,
            AppendCounts counts,
            BooleanSupplier overtaken) {
        this.info = info;
        this.topic = topic;
        this.lifetime = lifetime;
        this.config = config;
        this.capabilities = KafkaWalOpenerBuilder.capabilities(config);
        this.producer = producer;
        this.clients = clients;
        this.failures = failures;
        this.threads = threads;
        this.counts = counts;
        this.overtaken = overtaken;
        this.key = RecordCodec.key(info.term());
        this.budget = new ByteBudget(
                "log channel " + info.name(), config.maxBytesUnderWay().bytes());
        this.reader = new KafkaWalReader(info.name(), topic, lifetime, clients, failures, clock);
    }

    @Override
    public ChannelInfo info() {
        return info;
    }

    @Override
    public String channel() {
        return info.name();
    }

    @Override
    public WalScanner scan(DeliverPolicy from) {
        return reader.scan(from);
    }

    @Override
    public CompletionStage<MessageId> append(WalRecord record) {
        capabilities.requireFit(record);
        if (lifetime.isClosed()) {
            return CompletableFuture.failedStage(lifetime.closedError());
        }
        if (failure.get() != null) {
            return failed(new CompletableFuture<>());
        }
        long payload = record.byteSize();
        long cost = payload + RECORD_OVERHEAD;
        if (Thread.currentThread() == completing) {
            budget.acquireNow(cost);
        } else if (!budget.acquire(cost)) {
            return failed(new CompletableFuture<>());
        }
        counts.begun(payload);
        CompletableFuture<MessageId> stage = new CompletableFuture<>();
        try {
            ProducerRecord<byte[], byte[]> encoded = RecordCodec.encode(topic, key, record);
            producer.send(encoded, (metadata, error) -> finish(stage, payload, metadata, error));
        } catch (InterruptException e) {
            budget.release(cost);
            counts.lost(payload);
            throw failures.of("appending to log channel " + info.name(), e);
        } catch (RuntimeException | Error e) {
            finish(stage, payload, null, e);
        }
        return stage;
    }

    /** Comes in order: Kafka completes the records of a partition as they stand in it. */
    private void finish(
            CompletableFuture<MessageId> stage,
            long payload,
            @Nullable RecordMetadata metadata,
            @Nullable Throwable error) {
        if (completing == null && error == null) {
            completing = Thread.currentThread();
            lifetime.workedBy(Thread.currentThread());
        }
        budget.release(payload + RECORD_OVERHEAD);
        if (failure.get() == null && error == null && metadata != null && metadata.hasOffset()) {
            counts.durable(payload);
            stage.complete(RecordCodec.id(metadata.offset()));
            return;
        }
        counts.lost(payload);
        fail(
                error != null
                        ? error
                        : new ElanusException(
                                StandardErrorCode.TIMEOUT,
                                "Kafka has a record of log channel " + info.name()
                                        + " and does not know where any more"));
        failed(stage);
    }

    /** Ends the handle; the first failure is the reason of all that follow. */
    private void fail(Throwable error) {
        CompletableFuture<ElanusException> reason = new CompletableFuture<>();
        if (!failure.compareAndSet(null, reason)) {
            return;
        }
        budget.end();
        ElanusException mapped = failures.of("appending to log channel " + info.name(), error);
        if (mapped.code() == StandardErrorCode.FENCED) {
            try {
                threads.startVirtual("fenced-" + info.name(), () -> conclude(reason, fenced(mapped)));
            } catch (Throwable e) {
                // Appends wait for the reason, so there is always one.
                mapped.addSuppressed(e);
                conclude(reason, silent(mapped));
            }
        } else if (lifetime.isClosed()) {
            conclude(
                    reason,
                    new ElanusException(
                            StandardErrorCode.TIMEOUT,
                            "log channel " + info.name() + " was closed before Kafka had answered",
                            mapped));
        } else {
            conclude(reason, mapped);
        }
    }

    /** Kafka also shuts out a writer that was silent for too long. It may come back at once, unlike one with a successor. */
    private ElanusException fenced(ElanusException mapped) {
        try {
            if (overtaken.getAsBoolean()) {
                return mapped;
            }
        } catch (Throwable e) {
            mapped.addSuppressed(e);
        }
        return silent(mapped);
    }

    private ElanusException silent(ElanusException mapped) {
        return new ElanusException(
                StandardErrorCode.NOT_READY,
                "Kafka has shut out the writer of log channel %s, and no higher term is to be seen: it was silent for longer than transaction-timeout, or Kafka forgot it"
                        .formatted(info.name()),
                mapped);
    }

    private void conclude(CompletableFuture<ElanusException> reason, ElanusException error) {
        counts.failed(error);
        if (KafkaWalOpener.isAway(error)) {
            counts.reachable(false);
        }
        reason.complete(error);
    }

    /** Fails a stage with the reason for which this handle takes no more. */
    private CompletableFuture<MessageId> failed(CompletableFuture<MessageId> stage) {
        CompletableFuture<ElanusException> reason = failure.get();
        if (reason == null) {
            stage.completeExceptionally(lifetime.closedError());
        } else {
            reason.thenAccept(stage::completeExceptionally);
        }
        return stage;
    }

    private boolean ended() {
        return failure.get() != null || lifetime.isClosed();
    }

    /** Ends a transaction in time. Called again and again, by one thread. */
    void tend() {
        if (ended()) {
            return;
        }
        try {
            producer.commitIfDue(IDLE_NANOS, config.transactionTimeout().toNanos() / 5);
            if (producer.idleNanos() > ANNOUNCE_NANOS) {
                producer.send(RecordCodec.announcement(topic, key), (_, error) -> {
                    if (error != null) {
                        fail(error);
                    }
                });
            }
        } catch (RuntimeException e) {
            if (!ended()) {
                fail(e);
            }
        }
    }

    @Override
    public void truncate(MessageId upTo) {
        lifetime.requireOpen();
        long offset = RecordCodec.offset(upTo);
        String doing = "truncating log channel " + info.name();
        TopicPartition partition = new TopicPartition(topic, RecordCodec.PARTITION);
        try {
            clients.admin()
                    .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset + 1)))
                    .all()
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failures.of(doing, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OffsetOutOfRangeException) {
                throw ElanusException.invalid("log channel %s holds no record %s", info.name(), upTo);
            }
            throw failures.of(doing, e);
        }
    }

    @Override
    public void close() {
        lifetime.close();
    }

    /** Waits for what was appended, as long as Kafka may take for it, and ends the producer. */
    void release() {
        budget.end();
        boolean own = Thread.currentThread() == completing;
        if (failure.get() == null && !own) {
            try {
                producer.flush();
                if (failure.get() == null && counts.status().reachable()) {
                    producer.commit();
                }
            } catch (RuntimeException e) {
                // An open transaction hurts nobody: it ends with its time limit or when the channel is opened again.
                fail(e);
            }
        }
        producer.close(failure.get() == null && !own ? config.deliveryTimeout() : Duration.ZERO);
        CompletableFuture<ElanusException> reason = failure.get();
        if (reason != null && !own) {
            reason.join();
        }
    }
}
