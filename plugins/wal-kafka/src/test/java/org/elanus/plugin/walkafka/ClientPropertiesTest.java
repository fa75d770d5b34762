package org.elanus.plugin.walkafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.elanus.plugin.walkafka.KafkaFixture.bind;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.elanus.spi.error.ElanusException;
import org.junit.jupiter.api.Test;

class ClientPropertiesTest {

    private static Map<String, String> keyed(String... keysAndValues) {
        Map<String, String> keyed = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            keyed.put("plugins.wal-kafka." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return keyed;
    }

    private static ClientProperties properties(String... keysAndValues) {
        return new ClientProperties(bind(keyed(keysAndValues)));
    }

    @Test
    void everyDefaultIsSafe() {
        WalKafkaConfig config = bind(Map.of());
        assertThat(config.bootstrapServers()).isEqualTo(List.of("localhost:9092"));
        assertThat(config.replicationFactor()).isEqualTo(3);
        assertThat(config.minInsyncReplicas()).isEqualTo(2);
        assertThat(new ClientProperties(config).producer("t", "t.1"))
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", true)
                .containsEntry("transactional.id", "t.1")
                .containsEntry("delivery.timeout.ms", 20_000)
                .containsEntry("max.in.flight.requests.per.connection", 5);
        assertThat(new ClientProperties(config).consumer("t"))
                .containsEntry("auto.offset.reset", "none")
                .containsEntry("enable.auto.commit", false)
                .containsEntry("check.crcs", true)
                .containsEntry("fetch.min.bytes", 1)
                .doesNotContainKey("group.id");
    }

    @Test
    void kafkaItselfTakesTheProperties() {
        ClientProperties properties = properties(
                "security-protocol", "sasl-ssl",
                "sasl-username", "u",
                "sasl-password", "p",
                "compression", "zstd",
                "linger", "5ms",
                "bootstrap-servers", "a:1,[::1]:2");
        assertThat(new ProducerConfig(with(properties.producer("t", "t.1"), "Serializer")).unused())
                .isNotNull();
        assertThat(new ConsumerConfig(with(properties.consumer("t"), "Deserializer")).unused())
                .isNotNull();
    }

    private static Map<String, Object> with(Map<String, Object> properties, String kind) {
        String name = "org.apache.kafka.common.serialization.ByteArray" + kind;
        properties.put("key." + kind.toLowerCase(Locale.ROOT), name);
        properties.put("value." + kind.toLowerCase(Locale.ROOT), name);
        return properties;
    }

    @Test
    void aLoginBecomesJaasWhateverItsCharacters() {
        assertThat(properties(
                                "security-protocol", "sasl-plaintext",
                                "sasl-mechanism", "scram-sha-256",
                                "sasl-username", "a b",
                                "sasl-password", "x\"y\\z;")
                        .admin())
                .containsEntry("security.protocol", "SASL_PLAINTEXT")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-256")
                .containsEntry(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"a b\" password=\"x\\\"y\\\\z;\";");
    }

    @Test
    void storesBecomeTlsSettings() {
        Map<String, Object> admin = properties(
                        "security-protocol", "ssl",
                        "tls-truststore", "/etc/trust.pem",
                        "tls-keystore", "/etc/key.p12",
                        "tls-keystore-password", "one",
                        "tls-key-password", "two",
                        "tls-verify-host-name", "false")
                .admin();
        assertThat(admin)
                .containsEntry("security.protocol", "SSL")
                .containsEntry("ssl.truststore.type", "PEM")
                .containsEntry("ssl.truststore.location", "/etc/trust.pem")
                .containsEntry("ssl.keystore.type", "PKCS12")
                .containsEntry("ssl.keystore.location", "/etc/key.p12")
                .containsEntry("ssl.keystore.password", "one")
                .containsEntry("ssl.key.password", "two")
                .containsEntry("ssl.endpoint.identification.algorithm", "")
                .doesNotContainKey("sasl.mechanism");
        assertThat(properties("security-protocol", "ssl").admin())
                .containsEntry("ssl.endpoint.identification.algorithm", "https");
    }

    @Test
    void secretsStandInNoText() {
        WalKafkaConfig config = bind(keyed(
                "security-protocol", "sasl-ssl",
                "sasl-username", "u",
                "sasl-password", "hidden-word",
                "tls-truststore", "/t.p12",
                "tls-truststore-password", "hidden-word"));
        assertThat(config.toString()).doesNotContain("hidden-word");
    }

    @Test
    void settingsThatDoNotGoTogetherAreRefused() {
        assertRefused("min-insync-replicas (2) must be at most replication-factor (1)", "replication-factor", "1");
        assertRefused("'nonsense' must be host:port", "bootstrap-servers", "a:1,nonsense");
        assertRefused("must name at least one", "bootstrap-servers", " ");
        assertRefused("topic-prefix", "topic-prefix", "with space");
        assertRefused("sasl-username and sasl-password must be given", "security-protocol", "sasl-ssl");
        assertRefused("neither sasl-plaintext nor sasl-ssl", "sasl-username", "u");
        assertRefused("neither ssl nor sasl-ssl", "tls-truststore", "/t");
        assertRefused("without tls-truststore", "security-protocol", "ssl", "tls-truststore-password", "x");
        assertRefused("request-timeout (5000ms)", "delivery-timeout", "2s");
        assertRefused("must be at least twice delivery-timeout", "transaction-timeout", "30s");
        assertRefused("back-off (2000ms) must be at most max-back-off", "back-off", "2s");
        assertRefused("plugins.wal-kafka.acks", "acks", "1");
    }

    private static void assertRefused(String message, String... keysAndValues) {
        assertThatThrownBy(() -> bind(keyed(keysAndValues)))
                .isInstanceOf(ElanusException.class)
                .hasMessageContaining(message);
    }
}
