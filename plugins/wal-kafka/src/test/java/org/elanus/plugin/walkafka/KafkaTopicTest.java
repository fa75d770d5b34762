package org.elanus.plugin.walkafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.elanus.plugin.walkafka.KafkaFixture.CHANNEL;
import static org.elanus.plugin.walkafka.KafkaFixture.append;
import static org.elanus.plugin.walkafka.KafkaFixture.freshPrefix;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.testkit.servers.KafkaServer;
import org.elanus.testkit.servers.Ports;
import org.junit.jupiter.api.Test;

/** Topics, logins and addresses that are right, and those that are not. */
class KafkaTopicTest {

    private final String prefix = freshPrefix();

    @Test
    void aMissingTopicIsCreatedSoThatItLosesNothing() throws Exception {
        Map<String, String> more = Map.of("topic-prefix", prefix, "sync-to-disk", "true", "segment-size", "2MiB");
        try (WalOpener opener = KafkaFixture.builder(TestBroker.direct(), more).build()) {
            append(opener.open(new ChannelInfo(CHANNEL, 1)), "a");
        }
        Config settings = settings(prefix + CHANNEL);
        assertThat(settings.get("cleanup.policy").value()).isEqualTo("delete");
        assertThat(settings.get("retention.ms").value()).isEqualTo("-1");
        assertThat(settings.get("retention.bytes").value()).isEqualTo("-1");
        assertThat(settings.get("min.insync.replicas").value()).isEqualTo("1");
        assertThat(settings.get("unclean.leader.election.enable").value()).isEqualTo("false");
        assertThat(settings.get("max.message.bytes").value()).isEqualTo("" + ((1 << 20) + (16 << 10)));
        assertThat(settings.get("segment.bytes").value()).isEqualTo("" + (2 << 20));
        assertThat(settings.get("flush.messages").value()).isEqualTo("1");
        // What it created, it takes.
        try (WalOpener opener = KafkaFixture.builder(TestBroker.direct(), more).build()) {
            append(opener.open(new ChannelInfo(CHANNEL, 2)), "b");
        }
    }

    @Test
    void aTopicThatWouldLoseRecordsIsRefusedWithTheWayToMendIt() {
        assertRefused(
                1,
                Map.of("cleanup.policy", "compact", "retention.ms", "604800000", "max.message.bytes", "1000"),
                Map.of(),
                "cleanup.policy is compact and must be delete",
                "retention.ms is 604800000 and must be -1",
                "max.message.bytes is 1000 and must be 1064960",
                "--alter --topic " + prefix + CHANNEL + " --add-config retention.ms=-1");
        assertRefused(3, Map.of("retention.ms", "-1"), Map.of(), "it has 3 partitions and a log needs exactly 1");
        assertRefused(
                1,
                Map.of("retention.ms", "-1", "retention.bytes", "1000000", "compression.type", "snappy"),
                Map.of("replication-factor", "2", "min-insync-replicas", "2", "sync-to-disk", "true"),
                "retention.bytes is 1000000 and must be -1",
                "it has 1 copies and replication-factor asks for 2",
                "min.insync.replicas is 1 and must be 2",
                "flush.messages is 9223372036854775807 and must be 1",
                "compression.type is snappy and must be producer");
        assertRefused(
                1,
                Map.of("retention.ms", "-1", "unclean.leader.election.enable", "true"),
                Map.of(),
                "unclean.leader.election.enable is true and must be false");
    }

    private void assertRefused(
            int partitions, Map<String, String> topic, Map<String, String> settings, String... messages) {
        String topicName = prefix + CHANNEL;
        Map<String, String> more = new HashMap<>(settings);
        more.put("topic-prefix", prefix);
        try (Admin admin = admin();
                WalOpener opener =
                        KafkaFixture.builder(TestBroker.direct(), more).build()) {
            admin.createTopics(List.of(new NewTopic(topicName, partitions, (short) 1).configs(topic)))
                    .all()
                    .get();
            Throwable thrown = catchThrowable(() -> opener.open(new ChannelInfo(CHANNEL, 1)));
            assertCode(StandardErrorCode.CONFIGURATION_INVALID, thrown);
            assertThat(thrown).hasMessageContainingAll(messages);
            admin.deleteTopics(List.of(topicName)).all().get();
            await().atMost(KafkaFixture.PATIENCE)
                    .until(() -> !admin.listTopics().names().get().contains(topicName));
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tooFewBrokersAreNamed() {
        Map<String, String> more =
                Map.of("topic-prefix", prefix, "replication-factor", "3", "min-insync-replicas", "2");
        try (WalOpener opener = KafkaFixture.builder(TestBroker.direct(), more).build()) {
            assertThatThrownBy(() -> opener.open(new ChannelInfo(CHANNEL, 1)))
                    .satisfies(e -> assertCode(StandardErrorCode.CONFIGURATION_INVALID, e))
                    .hasMessageContainingAll("cannot keep 3 copies", "replication-factor and min-insync-replicas");
        }
    }

    @Test
    void anAddressWhereNobodyAnswersIsNamedInTime() {
        String nowhere = "127.0.0.1:" + Ports.free();
        Map<String, String> more = Map.of("topic-prefix", prefix, "open-timeout", "1s");
        KafkaWalOpenerBuilder builder = KafkaFixture.builder(nowhere, more);
        try (WalOpener opener = builder.build()) {
            assertThatThrownBy(() -> opener.open(new ChannelInfo(CHANNEL, 1)))
                    .satisfies(e -> assertCode(StandardErrorCode.TIMEOUT, e))
                    .hasMessageContainingAll("opening Kafka topic", nowhere, "did not answer in time");
        }
        assertThat(builder.health().message()).isEmpty();
    }

    @Test
    void aNameThatDoesNotResolveMayResolveLater() {
        String nowhere = "no-such-host.invalid:9092";
        try (WalOpener opener =
                KafkaFixture.builder(nowhere, Map.of("open-timeout", "1s")).build()) {
            assertThatThrownBy(() -> opener.open(new ChannelInfo(CHANNEL, 1)))
                    .satisfies(e -> assertCode(StandardErrorCode.NOT_READY, e))
                    .hasMessageContaining(nowhere);
        }
    }

    @Test
    void aLoginWithTheRightPasswordPassesAndAnotherIsRefusedWithoutBeingShown() {
        Map<String, String> login = Map.of(
                "topic-prefix",
                prefix,
                "security-protocol",
                "sasl-plaintext",
                "sasl-mechanism",
                "plain",
                "sasl-username",
                KafkaServer.USER,
                "sasl-password",
                KafkaServer.PASSWORD);
        String servers = TestBroker.SERVER.saslBootstrapServers();
        try (WalOpener opener = KafkaFixture.builder(servers, login).build()) {
            Wal wal = opener.open(new ChannelInfo(CHANNEL, 1));
            MessageId last = append(wal, "logged in");
            assertThat(KafkaFixture.read(wal, DeliverPolicy.EARLIEST, last)).isEqualTo(List.of("logged in"));
        }
        Map<String, String> wrong = new HashMap<>(login);
        wrong.put("sasl-password", "wrong-word");
        try (WalOpener opener = KafkaFixture.builder(servers, wrong).build()) {
            assertThatThrownBy(() -> opener.open(new ChannelInfo(CHANNEL, 2)))
                    .satisfies(e -> assertCode(StandardErrorCode.CONFIGURATION_INVALID, e))
                    .hasMessageContaining("refuses this server")
                    .hasMessageNotContaining("wrong-word");
        }
    }

    private static void assertCode(StandardErrorCode code, Throwable thrown) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).as(e.toString()).isEqualTo(code));
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", TestBroker.direct()));
    }

    private static Config settings(String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = admin()) {
            return admin.describeConfigs(List.of(resource))
                    .values()
                    .get(resource)
                    .get();
        }
    }
}
