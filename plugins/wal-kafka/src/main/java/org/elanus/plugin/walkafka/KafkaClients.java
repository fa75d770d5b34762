package org.elanus.plugin.walkafka;

import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Makes Kafka's clients. They look classes up by name through the context class loader of the thread that makes them,
 * and their threads inherit it: it is this plugin's here, whoever calls.
 */
final class KafkaClients implements AutoCloseable {

    private final ClientProperties properties;
    private final Failures failures;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Admin admin;
    private boolean closed;

    KafkaClients(ClientProperties properties, Failures failures) {
        this.properties = properties;
        this.failures = failures;
    }

    Producer<byte[], byte[]> producer(String topic, String transactionalId) {
        return make("a producer", () -> {
            Map<String, Object> with = properties.producer(topic, transactionalId);
            return new KafkaProducer<>(with, new ByteArraySerializer(), new ByteArraySerializer());
        });
    }

    Consumer<byte[], byte[]> consumer(String topic) {
        return make("a consumer", () -> {
            Map<String, Object> with = properties.consumer(topic);
            return new KafkaConsumer<>(with, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        });
    }

    /** The one for everything that is not a record; made with its first use. */
    Admin admin() {
        lock.lock();
        try {
            if (closed) {
                throw new ElanusException(StandardErrorCode.CLOSED, "the opener of the log 'kafka' is closed");
            }
            Admin present = admin;
            if (present == null) {
                present = make("an admin client", () -> Admin.create(properties.admin()));
                admin = present;
            }
            return present;
        } finally {
            lock.unlock();
        }
    }

    private <T> T make(String what, Supplier<T> maker) {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        current.setContextClassLoader(KafkaClients.class.getClassLoader());
        try {
            return maker.get();
        } catch (RuntimeException e) {
            throw failures.of("making " + what, e);
        } finally {
            current.setContextClassLoader(before);
        }
    }

    @Override
    public void close() {
        Admin made;
        lock.lock();
        try {
            closed = true;
            made = admin;
            admin = null;
        } finally {
            lock.unlock();
        }
        if (made != null) {
            made.close(KafkaWalScanner.CLOSE_TIME);
        }
    }
}
