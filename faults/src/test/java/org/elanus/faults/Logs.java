package org.elanus.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.elanus.plugin.walkafka.WalKafkaPlugin;
import org.elanus.plugin.walpulsar.WalPulsarPlugin;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.testkit.StartedPlugin;

/** The logs that the tests run on. */
final class Logs {

    private Logs() {}

    /** @param settings of its plugin, by full key */
    static WalOpenerBuilder start(String kind, Path directory, Map<String, String> settings) throws IOException {
        return switch (kind) {
            case "file" -> new SharedFileLog(directory);
            case "kafka" ->
                StartedPlugin.start(new WalKafkaPlugin(), directory, settings).log();
            case "pulsar" ->
                StartedPlugin.start(new WalPulsarPlugin(), directory, settings).log();
            default -> throw new IllegalArgumentException("no log is called " + kind);
        };
    }

    /** For a broker that is alone. */
    static Map<String, String> kafka(String servers) {
        return Map.of(
                "plugins.wal-kafka.bootstrap-servers", servers,
                "plugins.wal-kafka.replication-factor", "1",
                "plugins.wal-kafka.min-insync-replicas", "1");
    }

    static Map<String, String> pulsar(String url) {
        return Map.of("plugins.wal-pulsar.service-url", url);
    }
}
