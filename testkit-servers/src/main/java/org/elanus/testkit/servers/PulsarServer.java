package org.elanus.testkit.servers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A standalone Pulsar broker with its bookie and metadata in one process, and one copy of everything. It listens on three
 * ports of the loopback interface: for clients ({@link #serviceUrl()}), for administration ({@link #adminUrl()}), and for
 * clients that come through a proxy, which forwards to {@link #proxiedPort()} and is made known by {@link
 * #advertiseProxy}.
 */
public final class PulsarServer extends ChildServer {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Map<String, String> settings;
    private final int port = Ports.free();
    private final int adminPort = Ports.free();
    private final int proxiedPort = Ports.free();
    private int proxyPort = proxiedPort;
    private final int bookiePort = Ports.free();
    private final int tlsPort = Ports.free();
    private final int tlsAdminPort = Ports.free();
    private final Map<String, String> tls = new LinkedHashMap<>();

    /**
     * A broker that is not started yet.
     *
     * @param settings of the broker, in addition to those for a small one or in their place
     */
    public PulsarServer(Map<String, String> settings) {
        super("pulsar");
        this.settings = Map.copyOf(settings);
    }

    /** Starts a broker and waits until it is ready. */
    public static PulsarServer started() {
        return started(Map.of());
    }

    /** Starts a broker with settings and waits until it is ready. */
    public static PulsarServer started(Map<String, String> settings) {
        PulsarServer server = new PulsarServer(settings);
        try {
            server.start();
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** The address for clients. */
    public String serviceUrl() {
        return "pulsar://127.0.0.1:" + port;
    }

    /** The address for administration. */
    public String adminUrl() {
        return "http://127.0.0.1:" + adminPort;
    }

    /** Where a proxy between clients and the broker has to connect to. */
    public int proxiedPort() {
        return proxiedPort;
    }

    /**
     * Tells the broker, before its first start, where the proxy listens: the broker sends the clients that came through
     * it there again. Their service URL names the proxy's address.
     */
    public void advertiseProxy(int port) {
        if (Files.exists(configuration())) {
            throw new IllegalStateException("the broker has been started: it advertises port " + proxyPort);
        }
        proxyPort = port;
    }

    /**
     * Before the first start: lets it listen with TLS too, and there take only clients with a certificate.
     *
     * @param certificate in PEM, as are the others
     * @param key of the certificate, PKCS #8
     * @param clients certificates that those of clients must be signed with
     */
    public void useTls(Path certificate, Path key, Path clients) {
        tls.put("brokerServicePortTls", Integer.toString(tlsPort));
        tls.put("webServicePortTls", Integer.toString(tlsAdminPort));
        tls.put("tlsCertificateFilePath", certificate.toString());
        tls.put("tlsKeyFilePath", key.toString());
        tls.put("tlsTrustCertsFilePath", clients.toString());
        tls.put("tlsRequireTrustedClientCertOnConnect", "true");
    }

    /** The address for clients with TLS, after {@link #useTls}. */
    public String tlsServiceUrl() {
        return "pulsar+ssl://127.0.0.1:" + tlsPort;
    }

    /** The address for administration with TLS, after {@link #useTls}. */
    public String tlsAdminUrl() {
        return "https://127.0.0.1:" + tlsAdminPort;
    }

    /**
     * Calls the broker's administration.
     *
     * @param path below {@code /admin/v2/}
     * @param body JSON; may be empty
     * @return the answer's body
     * @throws IllegalStateException when the answer is an error
     */
    public String admin(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = call(method, path, body);
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException("%s %s of the pulsar server answered %d: %s"
                    .formatted(method, path, answer.statusCode(), answer.body()));
        }
        return answer.body();
    }

    private HttpResponse<String> call(String method, String path, String body)
            throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(adminUrl() + "/admin/v2/" + path))
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .header("Content-Type", "application/json")
                            .timeout(PATIENCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Override
    protected Launch launch() throws IOException {
        Path properties = configuration();
        if (!Files.exists(properties)) {
            List<String> lines = new ArrayList<>();
            properties().forEach((key, value) -> lines.add(key + "=" + value));
            Files.write(properties, lines);
        }
        return new Launch(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Xms64m",
                        "-Xmx320m",
                        "-XX:MaxDirectMemorySize=256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                        "--add-opens=java.base/jdk.internal.platform=ALL-UNNAMED",
                        "--add-opens=java.base/sun.net=ALL-UNNAMED",
                        "--add-opens=java.management/sun.management=ALL-UNNAMED",
                        "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED"),
                ServerClassPath.of("pulsar"),
                "org.apache.pulsar.PulsarStandaloneStarter",
                List.of(
                        "--config",
                        properties.toString(),
                        "--metadata-dir",
                        directory().resolve("metadata").toString(),
                        "--bookkeeper-dir",
                        directory().resolve("bookkeeper").toString(),
                        "--bookkeeper-port",
                        Integer.toString(bookiePort),
                        "--num-bookies",
                        "1",
                        "--no-functions-worker",
                        "--no-stream-storage"));
    }

    @Override
    protected boolean ready() throws IOException, InterruptedException {
        return logSinceStart().contains("messaging service is ready")
                && call("GET", "brokers/health", "").statusCode() == 200;
    }

    private Path configuration() {
        return directory().resolve("standalone.conf");
    }

    private Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("clusterName", "standalone");
        properties.put("brokerServicePort", Integer.toString(port));
        properties.put("webServicePort", Integer.toString(adminPort));
        properties.put("bindAddress", "127.0.0.1");
        properties.put("bindAddresses", "proxied:pulsar://127.0.0.1:" + proxiedPort);
        properties.put(
                "advertisedListeners",
                "internal:pulsar://127.0.0.1:%d,proxied:pulsar://127.0.0.1:%d%s"
                        .formatted(
                                port, proxyPort, tls.isEmpty() ? "" : ",internal:pulsar+ssl://127.0.0.1:" + tlsPort));
        properties.put("internalListenerName", "internal");
        properties.put("listeningInterface", "lo");
        properties.put("allowLoopback", "true");
        // No ZooKeeper: the metadata is in RocksDB.
        properties.put("zookeeperServers", "");
        properties.put("metadataStoreUrl", "");
        properties.put("configurationMetadataStoreUrl", "");
        properties.put("managedLedgerDefaultEnsembleSize", "1");
        properties.put("managedLedgerDefaultWriteQuorum", "1");
        properties.put("managedLedgerDefaultAckQuorum", "1");
        // Small ledgers, so that a few records show whether space is freed.
        properties.put("managedLedgerMaxEntriesPerLedger", "500");
        properties.put("managedLedgerMinLedgerRolloverTimeMinutes", "0");
        properties.put("managedLedgerCacheSizeMB", "32");
        properties.put("brokerDeleteInactiveTopicsEnabled", "false");
        properties.put("loadBalancerEnabled", "false");
        properties.put("functionsWorkerEnabled", "false");
        properties.put("numIOThreads", "2");
        properties.put("numHttpServerThreads", "8");
        properties.put("numOrderedExecutorThreads", "2");
        properties.put("dbStorage_writeCacheMaxSizeMb", "16");
        properties.put("dbStorage_readAheadCacheMaxSizeMb", "16");
        properties.put("dbStorage_rocksDB_blockCacheSize", "8388608");
        properties.putAll(tls);
        properties.putAll(settings);
        return properties;
    }
}
