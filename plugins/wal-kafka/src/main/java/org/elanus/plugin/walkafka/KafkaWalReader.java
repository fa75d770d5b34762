package org.elanus.plugin.walkafka;

import org.elanus.spi.runtime.Clock;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;
import org.elanus.spi.wal.skeleton.Lifetime;

/** Reads a channel, with a consumer per scanner. */
final class KafkaWalReader implements WalReader {

    private final String channel;
    private final String topic;
    private final Lifetime lifetime;
    private final KafkaClients clients;
    private final Failures failures;
    private final Clock clock;

    KafkaWalReader(
            String channel, String topic, Lifetime lifetime, KafkaClients clients, Failures failures, Clock clock) {
        this.channel = channel;
        this.topic = topic;
        this.lifetime = lifetime;
        this.clients = clients;
        this.failures = failures;
        this.clock = clock;
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public WalScanner scan(DeliverPolicy from) {
        return KafkaWalScanner.begin(
                channel, topic, from, lifetime.inner("a scanner of log channel " + channel), clients, failures, clock);
    }

    @Override
    public void close() {
        lifetime.close();
    }
}
