package org.elanus.plugin.walkafka;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.elanus.spi.runtime.Clock;

/**
 * The producer of one channel and term, which Kafka lets write only until its transactional id is shut out.
 *
 * <p>Kafka fences transactions alone. So everything is sent inside of one, but a transaction is no unit of anything
 * here: readers read uncommitted records, a record counts once all replicas in sync have it, and the transaction goes on
 * over many records, until a pause or a fraction of its time limit ends it. That keeps the speed of a producer without
 * transactions. Its end waits for nobody's record: what is aborted with its writer stays in the log like what was
 * committed.
 *
 * <p>Shutting an id out aborts its open transaction, at the partition itself, before it counts as done; a transaction
 * begun later by the deposed writer is refused by the coordinator. So once a channel is open, nothing of an earlier
 * writer enters it any more. The same holds for what follows a record that was lost: with a batch that fails,
 * the transaction does.
 *
 * <p>Safe for use by many threads; a send waits while a transaction ends.
 */
final class FencedProducer {

    private final Producer<byte[], byte[]> producer;
    private final Clock clock;
    /** Guards the transaction, and keeps the order of sends. */
    private final ReentrantLock lock = new ReentrantLock();

    private boolean inTransaction;
    private long begunAt;
    private long sentAt;

    FencedProducer(Producer<byte[], byte[]> producer, Clock clock) {
        this.producer = producer;
        this.clock = clock;
        this.sentAt = clock.nanos();
    }

    /**
     * Shuts out every earlier producer with the same transactional id.
     *
     * @param deadline in nanoseconds of the clock; tries again until then
     */
    void initialise(long deadline) {
        while (true) {
            try {
                producer.initTransactions();
                return;
            } catch (TimeoutException e) {
                if (clock.nanos() - deadline > 0) {
                    throw e;
                }
            }
        }
    }

    /** Sends a record behind those sent before. */
    void send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        lock.lock();
        try {
            if (!inTransaction) {
                producer.beginTransaction();
                inTransaction = true;
                begunAt = clock.nanos();
            }
            sentAt = clock.nanos();
            producer.send(record, callback);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the transaction when nothing was sent for a while, or it has gone on for long. */
    void commitIfDue(long idleNanos, long longNanos) {
        lock.lock();
        try {
            long now = clock.nanos();
            if (inTransaction && (now - sentAt > idleNanos || now - begunAt > longNanos)) {
                commit();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for what was sent and ends the transaction. */
    void commit() {
        lock.lock();
        try {
            if (inTransaction) {
                producer.commitTransaction();
                inTransaction = false;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the outcome of everything that was sent is known. */
    void flush() {
        producer.flush();
    }

    /** How long nothing was sent. */
    long idleNanos() {
        lock.lock();
        try {
            return clock.nanos() - sentAt;
        } finally {
            lock.unlock();
        }
    }

    /** Fails what is not written by then. */
    void close(Duration timeout) {
        producer.close(timeout);
    }
}
