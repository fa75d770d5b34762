package org.elanus.testkit.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Kafka broker that is its own controller (KRaft), with room for one copy of everything. It listens on three ports of
 * the loopback interface: in the clear ({@link #bootstrapServers()}), in the clear for clients that log in by
 * SASL/PLAIN ({@link #saslBootstrapServers()}), and for clients that come through a proxy, which forwards to
 * {@link #proxiedPort()} and is made known by {@link #advertiseProxy}.
 */
public final class KafkaServer extends ChildServer {

    /** The one user of the SASL listener. */
    public static final String USER = "elanus";

    /** That user's password. */
    public static final String PASSWORD = "not a \"real\" secret";

    private static final String CLUSTER = "ZWxhbnVzLXRlc3RraXQtMQ";

    private final Map<String, String> settings;
    private final int port = Ports.free();
    private final int saslPort = Ports.free();
    private final int proxiedPort = Ports.free();
    private int proxyPort = proxiedPort;
    private final int controllerPort = Ports.free();

    /**
     * A broker that is not started yet.
     *
     * @param settings of the broker, in addition to those for a small one or in their place
     */
    public KafkaServer(Map<String, String> settings) {
        super("kafka");
        this.settings = Map.copyOf(settings);
    }

    /** Starts a broker and waits until it is ready. */
    public static KafkaServer started() {
        return started(Map.of());
    }

    /** Starts a broker with settings and waits until it is ready. */
    public static KafkaServer started(Map<String, String> settings) {
        KafkaServer server = new KafkaServer(settings);
        try {
            server.start();
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** The address for clients in the clear. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** The address for clients that log in by SASL/PLAIN. */
    public String saslBootstrapServers() {
        return "127.0.0.1:" + saslPort;
    }

    /** Where a proxy between clients and the broker has to connect to. */
    public int proxiedPort() {
        return proxiedPort;
    }

    /**
     * Tells the broker, before its first start, where the proxy listens: the broker sends the clients that came through
     * it there again. They bootstrap from the proxy's address.
     */
    public void advertiseProxy(int port) {
        if (Files.exists(properties())) {
            throw new IllegalStateException("the broker has been started: it advertises port " + proxyPort);
        }
        proxyPort = port;
    }

    @Override
    protected Launch launch() throws IOException {
        Path properties = properties();
        String classPath = ServerClassPath.of("kafka");
        if (!Files.exists(properties)) {
            List<String> lines = new ArrayList<>();
            settings().forEach((key, value) -> lines.add(key + "=" + value.replace("\\", "\\\\")));
            Files.write(properties, lines);
            run(new Launch(
                    options("-XX:TieredStopAtLevel=1"),
                    classPath,
                    "kafka.tools.StorageTool",
                    List.of("format", "-t", CLUSTER, "-c", properties.toString())));
        }
        return new Launch(options("-Xms64m", "-Xmx320m"), classPath, "kafka.Kafka", List.of(properties.toString()));
    }

    private static List<String> options(String... more) {
        List<String> options = new ArrayList<>(List.of(
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn"));
        options.addAll(List.of(more));
        return options;
    }

    @Override
    protected boolean ready() {
        return logSinceStart().contains("Kafka Server started");
    }

    private Path properties() {
        return directory().resolve("server.properties");
    }

    private Map<String, String> settings() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put(
                "listeners",
                "PLAIN://127.0.0.1:%d,SASL://127.0.0.1:%d,PROXIED://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                        .formatted(port, saslPort, proxiedPort, controllerPort));
        properties.put(
                "advertised.listeners",
                "PLAIN://127.0.0.1:%d,SASL://127.0.0.1:%d,PROXIED://127.0.0.1:%d".formatted(port, saslPort, proxyPort));
        properties.put(
                "listener.security.protocol.map",
                "PLAIN:PLAINTEXT,SASL:SASL_PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("inter.broker.listener.name", "PLAIN");
        properties.put("sasl.enabled.mechanisms", "PLAIN");
        properties.put(
                "listener.name.sasl.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_%s=\"%s\";"
                        .formatted(USER, PASSWORD.replace("\"", "\\\"")));
        properties.put("log.dirs", directory().resolve("data").toString());
        properties.put("auto.create.topics.enable", "false");
        // A killed broker that comes back is let in again once its former self is held for dead.
        properties.put("broker.heartbeat.interval.ms", "300");
        properties.put("broker.session.timeout.ms", "1500");
        properties.put("group.initial.rebalance.delay.ms", "0");
        for (String topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            properties.put(topic + ".num.partitions", "1");
            properties.put(topic + ".replication.factor", "1");
        }
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("num.network.threads", "2");
        properties.put("num.io.threads", "4");
        properties.put("log.cleaner.threads", "1");
        properties.put("log.cleaner.dedupe.buffer.size", "4194304");
        properties.putAll(settings);
        return properties;
    }
}
