package org.elanus.plugin.walkafka;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.elanus.plugin.walkafka.WalKafkaConfig.SaslMechanism;

/** What Kafka's clients are configured with. Everything that durability and order rest on is fixed here. */
final class ClientProperties {

    /** What a batch and a record add to a payload: headers of up to 4 KiB, the key, lengths; with room to spare. */
    static final int MARGIN = 16 << 10;

    /** A scanner asks for this much at a time; a single larger record comes nevertheless. */
    private static final int FETCH_BYTES = 4 << 20;

    /** A question without an answer yet waits so long at the broker, unless a record comes. */
    private static final int FETCH_WAIT_MILLIS = 500;

    private final WalKafkaConfig config;

    ClientProperties(WalKafkaConfig config) {
        this.config = config;
    }

    /** A producer that writes a topic until another one with its transactional id appears. */
    Map<String, Object> producer(String topic, String transactionalId) {
        Map<String, Object> properties = common("producer-" + topic);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int)
                config.transactionTimeout().toMillis());
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
        properties.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int)
                config.deliveryTimeout().toMillis());
        properties.put(
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                Math.min(
                        config.deliveryTimeout().toMillis(),
                        config.openTimeout().toMillis()));
        properties.put(ProducerConfig.LINGER_MS_CONFIG, (int) config.linger().toMillis());
        int batch = (int) Math.min(config.batchSize().bytes(), maxMessageBytes());
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, batch);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxMessageBytes());
        // The plugin's own limit holds appends back; this one, with room for half-filled batches, must never be met.
        properties.put(
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                2 * (config.maxBytesUnderWay().bytes() + maxMessageBytes()) + 16L * batch);
        properties.put(
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                config.compression().name().toLowerCase(Locale.ROOT));
        return properties;
    }

    /**
     * A consumer of one assigned partition. It reads what transactions are not committed yet: they are a fence here, and
     * give nothing back.
     */
    Map<String, Object> consumer(String topic) {
        Map<String, Object> properties = common("scanner-" + topic);
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.CHECK_CRCS_CONFIG, true);
        properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Math.max(FETCH_BYTES, maxMessageBytes()));
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int)
                config.deliveryTimeout().toMillis());
        return properties;
    }

    Map<String, Object> admin() {
        Map<String, Object> properties = common("admin-" + config.topicPrefix());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) Math.max(
                config.openTimeout().toMillis(), config.requestTimeout().toMillis()));
        return properties;
    }

    /** The {@code max.message.bytes} that the largest record needs. */
    int maxMessageBytes() {
        return (int) config.maxRecordSize().bytes() + MARGIN;
    }

    private Map<String, Object> common(String name) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, "elanus-" + name);
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, (int)
                config.requestTimeout().toMillis());
        properties.put(
                CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG,
                config.requestTimeout().toMillis());
        properties.put(
                CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG,
                config.requestTimeout().toMillis());
        properties.put(
                CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, config.backOff().toMillis());
        properties.put(
                CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG,
                config.maxBackOff().toMillis());
        properties.put(
                CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG,
                config.backOff().toMillis());
        properties.put(
                CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                config.maxBackOff().toMillis());
        // No MBeans, and nothing sent to the brokers about this client: both outlive or bypass the host.
        properties.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, List.of());
        properties.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        security(properties);
        return properties;
    }

    private void security(Map<String, Object> properties) {
        properties.put(
                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                config.securityProtocol().name());
        if (config.securityProtocol().tls()) {
            store(
                    properties,
                    config.tlsTruststore(),
                    config.tlsTruststorePassword(),
                    SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG,
                    SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
                    SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG);
            store(
                    properties,
                    config.tlsKeystore(),
                    config.tlsKeystorePassword(),
                    SslConfigs.SSL_KEYSTORE_TYPE_CONFIG,
                    SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
                    SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG);
            config.tlsKeyPassword().ifPresent(password -> properties.put(SslConfigs.SSL_KEY_PASSWORD_CONFIG, password));
            properties.put(
                    SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG, config.tlsVerifyHostName() ? "https" : "");
        }
        if (config.securityProtocol().sasl()) {
            SaslMechanism mechanism = config.saslMechanism();
            properties.put(SaslConfigs.SASL_MECHANISM, mechanism.standardName());
            properties.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    "%s required username=%s password=%s;"
                            .formatted(
                                    mechanism.loginModule(),
                                    quoted(config.saslUsername().orElseThrow()),
                                    quoted(config.saslPassword().orElseThrow())));
        }
    }

    private static void store(
            Map<String, Object> properties,
            Optional<Path> file,
            Optional<String> password,
            String typeKey,
            String locationKey,
            String passwordKey) {
        file.ifPresent(path -> {
            String name = path.toString().toLowerCase(Locale.ROOT);
            // The JDK reads PKCS12 and JKS under either name.
            properties.put(typeKey, name.endsWith(".pem") ? "PEM" : "PKCS12");
            properties.put(locationKey, path.toAbsolutePath().toString());
        });
        password.ifPresent(secret -> properties.put(passwordKey, secret));
    }

    /** A text as a JAAS configuration takes it, whatever its characters. */
    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
