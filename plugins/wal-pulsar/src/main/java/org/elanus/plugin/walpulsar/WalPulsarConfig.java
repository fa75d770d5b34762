package org.elanus.plugin.walpulsar;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.elanus.spi.config.DataSize;
import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Range;
import org.elanus.spi.config.Secret;

/** The configuration of the log on Pulsar. Nothing else can be set on its client. */
@Doc("The write-ahead log on Apache Pulsar.")
public record WalPulsarConfig(
        @Key("service-url")
        @Doc(
                "Where the brokers are, such as pulsar://broker-1:6650,broker-2:6650, or pulsar+ssl://broker:6651 for TLS. "
                        + "Must be given when the log is used.")
        Optional<String> serviceUrl,

        @Key("admin-url")
        @Doc("The REST address of the brokers, such as http://broker-1:8080. When given, a channel is refused while "
                + "policies of its topic would lose records.")
        Optional<String> adminUrl,

        @Key("tenant") @Doc("The tenant of the topics.") @Default("public")
        String tenant,

        @Key("namespace") @Doc("The namespace of the topics.") @Default("default")
        String namespace,

        @Key("topic-prefix")
        @Doc("What the topics' names begin with; the channel's name follows. Each database has its own.")
        @Default("elanus-")
        String topicPrefix,

        @Key("max-record-size")
        @Doc(
                "The largest record that is taken. The brokers' maxMessageSize, 5 MiB by default, must be larger by 64 KiB.")
        @Default("1MiB")
        @Range(min = "64KiB", max = "64MiB")
        DataSize maxRecordSize,

        @Key("max-batch-size")
        @Doc("Records that wait together travel in one message of at most this size, unless a single record is larger.")
        @Default("256KiB")
        @Range(min = "4KiB", max = "4MiB")
        DataSize maxBatchSize,

        @Key("batch-delay")
        @Doc("The longest that a record waits for company while earlier ones are under way. A lone record never waits.")
        @Default("1ms")
        @Range(min = "1ms", max = "100ms")
        Duration batchDelay,

        @Key("max-bytes-under-way")
        @Doc("Appends wait while this much is waiting to become durable, for each channel.")
        @Default("64MiB")
        @Range(min = "64KiB", max = "16GiB")
        DataSize maxBytesUnderWay,

        @Key("read-ahead")
        @Doc("How many records a scanner asks the broker for ahead of its reader.")
        @Default("128")
        @Range(min = "1", max = "10000")
        int readAhead,

        @Key("reconnect-timeout")
        @Doc(
                "Appends fail, and with them all that follow until the channel is opened again, when the connection to the "
                        + "broker has been lost for this long. A shorter loss is bridged.")
        @Default("5s")
        @Range(min = "100ms", max = "10m")
        Duration reconnectTimeout,

        @Key("append-timeout")
        @Doc("As reconnect-timeout, for an append that a connected broker has not confirmed after this long.")
        @Default("10s")
        @Range(min = "500ms", max = "10m")
        Duration appendTimeout,

        @Key("open-timeout")
        @Doc("Opening and scanning a channel fails when the brokers have not answered for this long.")
        @Default("15s")
        @Range(min = "500ms", max = "10m")
        Duration openTimeout,

        @Key("reconnect-backoff")
        @Doc("The pause before a lost connection is made again; it doubles with each attempt.")
        @Default("100ms")
        @Range(min = "10ms", max = "1m")
        Duration reconnectBackoff,

        @Key("max-reconnect-backoff")
        @Doc("The longest pause between two attempts to connect.")
        @Default("2s")
        @Range(min = "10ms", max = "5m")
        Duration maxReconnectBackoff,

        @Key("io-threads")
        @Doc("Threads that speak with the brokers, for all channels together.")
        @Default("2")
        @Range(min = "1", max = "64")
        int ioThreads,

        @Key("token") @Doc("The token to authenticate with.") @Secret
        Optional<String> token,

        @Key("tls-trust-certificates")
        @Doc("The certificates (PEM) that the brokers' must be signed with. The JDK's when not given.")
        Optional<Path> tlsTrustCertificates,

        @Key("tls-certificate") @Doc("The certificate (PEM) to authenticate with. Goes with tls-key.")
        Optional<Path> tlsCertificate,

        @Key("tls-key") @Doc("The private key (PEM, PKCS #8) of tls-certificate.")
        Optional<Path> tlsKey,

        @Key("tls-verify-hostname")
        @Doc("Whether a broker's certificate must bear the name that it was reached by.")
        @Default("true")
        boolean tlsVerifyHostname) {

    public WalPulsarConfig {
        serviceUrl.ifPresent(url -> require(
                url.matches("pulsar(\\+ssl)?://[^/\\s]+/?"),
                "service-url must be pulsar://host:port or pulsar+ssl://host:port, not '" + url + "'"));
        adminUrl.ifPresent(url -> require(
                url.matches("https?://[^/\\s,]+/?"),
                "admin-url must be http://host:port or https://host:port, not '" + url + "'"));
        requireName("tenant", tenant);
        requireName("namespace", namespace);
        require(
                topicPrefix.matches("[A-Za-z0-9_.-]{0,100}"),
                "topic-prefix must be at most 100 letters, digits, '-', '_' or '.', not '" + topicPrefix + "'");
        require(
                tlsCertificate.isPresent() == tlsKey.isPresent(),
                "tls-certificate and tls-key go together: give both or neither");
        require(
                token.isEmpty() || tlsCertificate.isEmpty(),
                "authenticate with token or with tls-certificate, not both");
        require(
                maxReconnectBackoff.compareTo(reconnectBackoff) >= 0,
                "max-reconnect-backoff must be at least reconnect-backoff");
    }

    private static void requireName(String key, String value) {
        require(
                value.matches("[A-Za-z0-9_.-]{1,100}"),
                key + " must be 1 to 100 letters, digits, '-', '_' or '.', not '" + value + "'");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "WalPulsarConfig[" + serviceUrl.orElse("") + ", " + tenant + "/" + namespace + ", " + topicPrefix + "]";
    }
}
