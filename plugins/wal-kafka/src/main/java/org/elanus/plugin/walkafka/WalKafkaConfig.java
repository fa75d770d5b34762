package org.elanus.plugin.walkafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.elanus.spi.config.DataSize;
import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Range;
import org.elanus.spi.config.Secret;

/** The configuration of the log on Kafka. */
@Doc(
        "The write-ahead log on Apache Kafka; `docs/wal-kafka.md` says how to run it. Nothing connects unless `log.wal` is `kafka`.")
public record WalKafkaConfig(
        @Key("bootstrap-servers")
        @Doc("Addresses, each host:port, of a few brokers, from which the others are learned.")
        @Default("localhost:9092")
        List<String> bootstrapServers,

        @Key("topic-prefix")
        @Doc(
                "The topic of a channel is this followed by the channel's name; the transactional ids of its writers begin like it. Each database on a Kafka cluster needs a prefix of its own.")
        @Default("elanus-")
        String topicPrefix,

        @Key("replication-factor")
        @Doc(
                "On how many brokers each record is kept. Topics are created with it, and a topic with fewer copies is refused.")
        @Default("3")
        @Range(min = "1", max = "100")
        int replicationFactor,

        @Key("min-insync-replicas")
        @Doc(
                "How many brokers must hold a record before it counts as written; fewer in sync refuse appends. Topics are created with it, and a topic that asks for fewer is refused.")
        @Default("2")
        @Range(min = "1", max = "100")
        int minInsyncReplicas,

        @Key("sync-to-disk")
        @Doc(
                "Whether brokers sync every batch to disk before they answer (flush.messages = 1), so that a power cut of all of them at once loses nothing. Without it a record counts as written when it is in the memory of `min-insync-replicas` machines.")
        @Default("false")
        boolean syncToDisk,

        @Key("segment-size")
        @Doc("The file size of new topics. Truncation frees whole files.")
        @Default("128MiB")
        @Range(min = "1MiB", max = "1GiB")
        DataSize segmentSize,

        @Key("max-record-size")
        @Doc(
                "The largest record that is taken; larger writes are cut into several. Topics are created with a max.message.bytes 16 KiB above it, and a topic that takes less is refused.")
        @Default("1MiB")
        @Range(min = "64KiB", max = "64MiB")
        DataSize maxRecordSize,

        @Key("compression") @Doc("How batches are compressed. Vectors hardly shrink; texts do.") @Default("none")
        Compression compression,

        @Key("linger")
        @Doc(
                "How long a record waits for others to share a batch with. Batches form by themselves while earlier ones are under way.")
        @Default("0ms")
        @Range(min = "0ms", max = "1s")
        Duration linger,

        @Key("batch-size")
        @Doc("Records up to this many bytes are sent together.")
        @Default("256KiB")
        @Range(min = "16KiB", max = "16MiB")
        DataSize batchSize,

        @Key("max-bytes-under-way")
        @Doc("Appends wait while this much is waiting to be written, for each channel.")
        @Default("64MiB")
        @Range(min = "1MiB", max = "4GiB")
        DataSize maxBytesUnderWay,

        @Key("open-timeout")
        @Doc("How long opening a channel tries to reach Kafka before it fails, naming the servers.")
        @Default("30s")
        @Range(min = "1s", max = "10m")
        Duration openTimeout,

        @Key("delivery-timeout")
        @Doc(
                "How long Kafka may take to write a record, retries and changes of leader included, before the append fails; later ones then fail at once until the channel is opened again.")
        @Default("20s")
        @Range(min = "1s", max = "10m")
        Duration deliveryTimeout,

        @Key("request-timeout")
        @Doc(
                "How long one request waits for its answer before the connection counts as dead and another is made. At most `delivery-timeout`.")
        @Default("5s")
        @Range(min = "1s", max = "1m")
        Duration requestTimeout,

        @Key("back-off")
        @Doc("The first pause before a request or a connection is tried again; it doubles up to `max-back-off`.")
        @Default("100ms")
        @Range(min = "10ms", max = "10s")
        Duration backOff,

        @Key("max-back-off")
        @Doc("The longest pause between two tries.")
        @Default("1s")
        @Range(min = "10ms", max = "1m")
        Duration maxBackOff,

        @Key("transaction-timeout")
        @Doc(
                "A writer that does not answer for so long is shut out by Kafka and opens its channel anew. At most the brokers' transaction.max.timeout.ms.")
        @Default("5m")
        @Range(min = "30s", max = "15m")
        Duration transactionTimeout,

        @Key("security-protocol")
        @Doc(
                "How to talk to the brokers: with TLS (ssl, sasl-ssl) and with logging in (sasl-plaintext, sasl-ssl), or not.")
        @Default("plaintext")
        SecurityProtocol securityProtocol,

        @Key("tls-truststore")
        @Doc(
                "File with the certificates that are trusted: PKCS12 or JKS, or PEM when its name ends in .pem. The JDK's own when not given.")
        Optional<Path> tlsTruststore,

        @Key("tls-truststore-password") @Doc("Password of that file. PEM files have none.") @Secret
        Optional<String> tlsTruststorePassword,

        @Key("tls-keystore")
        @Doc(
                "File with the key and certificate to prove who this server is: PKCS12 or JKS, or PEM when its name ends in .pem.")
        Optional<Path> tlsKeystore,

        @Key("tls-keystore-password") @Doc("Password of that file. PEM files have none.") @Secret
        Optional<String> tlsKeystorePassword,

        @Key("tls-key-password") @Doc("Password of the key in that file, when it has one of its own.") @Secret
        Optional<String> tlsKeyPassword,

        @Key("tls-verify-host-name")
        @Doc("Whether a broker's certificate must bear the host name that it was reached by.")
        @Default("true")
        boolean tlsVerifyHostName,

        @Key("sasl-mechanism") @Doc("How to log in, with `sasl-plaintext` and `sasl-ssl`.") @Default("scram-sha-512")
        SaslMechanism saslMechanism,

        @Key("sasl-username") @Doc("Whom to log in as.") Optional<String> saslUsername,

        @Key("sasl-password") @Doc("The password to log in with.") @Secret
        Optional<String> saslPassword) {

    /** How batches are compressed. */
    public enum Compression {
        NONE,
        GZIP,
        LZ4,
        ZSTD
    }

    /** With TLS or not, logging in or not. */
    public enum SecurityProtocol {
        PLAINTEXT,
        SSL,
        SASL_PLAINTEXT,
        SASL_SSL;

        boolean tls() {
            return this == SSL || this == SASL_SSL;
        }

        boolean sasl() {
            return this == SASL_PLAINTEXT || this == SASL_SSL;
        }
    }

    /** How to log in. */
    public enum SaslMechanism {
        PLAIN("PLAIN", "org.apache.kafka.common.security.plain.PlainLoginModule"),
        SCRAM_SHA_256("SCRAM-SHA-256", "org.apache.kafka.common.security.scram.ScramLoginModule"),
        SCRAM_SHA_512("SCRAM-SHA-512", "org.apache.kafka.common.security.scram.ScramLoginModule");

        private final String standardName;
        private final String loginModule;

        SaslMechanism(String standardName, String loginModule) {
            this.standardName = standardName;
            this.loginModule = loginModule;
        }

        String standardName() {
            return standardName;
        }

        String loginModule() {
            return loginModule;
        }
    }

    public WalKafkaConfig {
        bootstrapServers = List.copyOf(bootstrapServers);
        require(!bootstrapServers.isEmpty(), "bootstrap-servers must name at least one host:port");
        for (String server : bootstrapServers) {
            require(
                    server.matches("(\\[[0-9A-Fa-f:.%]+]|[^\\s:/]+):[0-9]{1,5}"),
                    "bootstrap-servers: '" + server + "' must be host:port");
        }
        require(
                topicPrefix.matches("[A-Za-z0-9._-]{1,100}"),
                "topic-prefix '" + topicPrefix + "' must be 1 to 100 letters, digits, '.', '_' or '-'");
        require(
                minInsyncReplicas <= replicationFactor,
                "min-insync-replicas (%d) must be at most replication-factor (%d)"
                        .formatted(minInsyncReplicas, replicationFactor));
        require(
                requestTimeout.plus(linger).compareTo(deliveryTimeout) <= 0,
                "request-timeout (%s) and linger (%s) together must be at most delivery-timeout (%s)"
                        .formatted(text(requestTimeout), text(linger), text(deliveryTimeout)));
        require(
                backOff.compareTo(maxBackOff) <= 0,
                "back-off (%s) must be at most max-back-off (%s)".formatted(text(backOff), text(maxBackOff)));
        require(
                deliveryTimeout.multipliedBy(2).compareTo(transactionTimeout) <= 0,
                "transaction-timeout (%s) must be at least twice delivery-timeout (%s)"
                        .formatted(text(transactionTimeout), text(deliveryTimeout)));
        requireSecurity(
                securityProtocol,
                tlsTruststore.isPresent() || tlsKeystore.isPresent(),
                saslUsername.isPresent(),
                saslPassword.isPresent());
        require(
                tlsTruststore.isPresent() || tlsTruststorePassword.isEmpty(),
                "tls-truststore-password is given without tls-truststore");
        require(
                tlsKeystore.isPresent() || (tlsKeystorePassword.isEmpty() && tlsKeyPassword.isEmpty()),
                "tls-keystore-password or tls-key-password is given without tls-keystore");
    }

    private static void requireSecurity(SecurityProtocol protocol, boolean tls, boolean username, boolean password) {
        require(
                protocol.tls() || !tls,
                "tls-truststore or tls-keystore is given, but security-protocol is neither ssl nor sasl-ssl");
        require(
                protocol.sasl() || !(username || password),
                "sasl-username or sasl-password is given, but security-protocol is neither sasl-plaintext nor sasl-ssl");
        require(
                !protocol.sasl() || (username && password),
                "sasl-username and sasl-password must be given when security-protocol is sasl-plaintext or sasl-ssl");
    }

    private static void require(boolean right, String message) {
        if (!right) {
            throw new IllegalArgumentException(message);
        }
    }

    private static String text(Duration duration) {
        return duration.toMillis() + "ms";
    }

    /** The servers, as messages name them. */
    String servers() {
        return String.join(",", bootstrapServers);
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "WalKafkaConfig[" + servers() + ", " + topicPrefix + "]";
    }
}
