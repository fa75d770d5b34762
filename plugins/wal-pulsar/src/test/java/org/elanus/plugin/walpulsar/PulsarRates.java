package org.elanus.plugin.walpulsar;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pulsar.client.api.Message;
import org.apache.pulsar.client.api.MessageId;
import org.apache.pulsar.client.api.Producer;
import org.apache.pulsar.client.api.PulsarClientException;
import org.apache.pulsar.client.api.Reader;
import org.elanus.core.runtime.HostThreads;
import org.elanus.testkit.StartedPlugin;
import org.elanus.testkit.wal.LogRates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * For bench/wal.sh, not for the build: the log on Pulsar, with ownership and read-back as the core does them, beside a
 * bare producer and a bare tailing reader of the settings that the plugin uses, on a broker of its own.
 */
class PulsarRates {

    @Test
    void compareWithABareProducerAndReader(@TempDir Path directory) throws Exception {
        LogRates rates = new LogRates();
        rates.compare(
                "bare producer and reader",
                rates.writers(PulsarRates::bare),
                "`pulsar`",
                rates.writers(() -> log(directory)));
    }

    private static LogRates.Subject log(Path directory) throws Exception {
        StartedPlugin plugin = StartedPlugin.start(
                new WalPulsarPlugin(),
                directory,
                Map.of(
                        "plugins.wal-pulsar.service-url",
                        PulsarFixture.server().serviceUrl(),
                        "plugins.wal-pulsar.topic-prefix",
                        PulsarFixture.freshPrefix()));
        LogRates.Subject log = LogRates.core(plugin.log());
        return new LogRates.Subject() {
            @Override
            public CompletableFuture<?> send(byte[] payload) throws Exception {
                return log.send(payload);
            }

            @Override
            public void close() throws Exception {
                log.close();
                plugin.close();
            }
        };
    }

    private static LogRates.Subject bare() throws Exception {
        PulsarSettings settings = PulsarFixture.settings();
        PulsarConnection connection = PulsarConnection.to(settings);
        ChannelTopic topic = new ChannelTopic(settings, connection.client(), "bare");
        topic.create();
        Producer<byte[]> producer = topic.producer(1);
        Reader<byte[]> reader = topic.reader(MessageId.earliest, false).create();
        LogRates.Tailed tailed = new LogRates.Tailed();
        Thread tail = new HostThreads().start("tail", () -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    Message<byte[]> message = reader.readNext(100, MILLISECONDS);
                    if (message != null) {
                        tailed.seen(message.getData());
                    }
                }
            } catch (PulsarClientException _) {
                // closed
            }
        });
        return new LogRates.Subject() {
            @Override
            public CompletableFuture<?> send(byte[] payload) {
                CompletableFuture<Boolean> seen = tailed.sending(payload);
                producer.sendAsync(payload);
                return seen;
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
}
