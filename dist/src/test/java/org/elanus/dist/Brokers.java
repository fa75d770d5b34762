package org.elanus.dist;

import java.util.List;
import org.elanus.testkit.servers.KafkaServer;
import org.elanus.testkit.servers.PulsarServer;

/** The brokers of this module's tests, each started when the first test needs it; they end with this JVM. */
final class Brokers {

    private Brokers() {}

    private static final class Kafka {
        static final KafkaServer SERVER = KafkaServer.started();
    }

    private static final class Pulsar {
        static final PulsarServer SERVER = PulsarServer.started();
    }

    /** Whoever stops it starts it again. */
    static KafkaServer kafka() {
        return Kafka.SERVER;
    }

    /** Puts a database on Kafka. @param prefix of its topics, another one for each database */
    static List<String> onKafka(String prefix) {
        return List.of(
                "--set",
                "log.wal=kafka",
                "--set",
                "plugins.wal-kafka.bootstrap-servers=" + kafka().bootstrapServers(),
                "--set",
                "plugins.wal-kafka.topic-prefix=" + prefix,
                "--set",
                "plugins.wal-kafka.replication-factor=1",
                "--set",
                "plugins.wal-kafka.min-insync-replicas=1");
    }

    /** Puts a database on Pulsar. @param prefix of its topics, another one for each database */
    static List<String> onPulsar(String prefix) {
        return List.of(
                "--set",
                "log.wal=pulsar",
                "--set",
                "plugins.wal-pulsar.service-url=" + Pulsar.SERVER.serviceUrl(),
                "--set",
                "plugins.wal-pulsar.topic-prefix=" + prefix);
    }
}
