package org.elanus.plugin.walpulsar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.elanus.plugin.walpulsar.PulsarFixture.get;
import static org.elanus.plugin.walpulsar.PulsarFixture.opener;
import static org.elanus.plugin.walpulsar.PulsarFixture.read;
import static org.elanus.plugin.walpulsar.PulsarFixture.record;
import static org.elanus.plugin.walpulsar.PulsarFixture.server;
import static org.elanus.plugin.walpulsar.PulsarFixture.settings;

import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.junit.jupiter.api.Test;

/** What is Pulsar's own, beside what every log does. */
class PulsarWalTest {

    private static final ChannelInfo CHANNEL = new ChannelInfo("c-0", 1);

    @Test
    void theAcknowledgedRecordsOfABrokerThatIsKilledComeBackOnceAndInOrder() throws Exception {
        PulsarSettings settings = PulsarFixture.impatientSettings();
        try (PulsarWalOpener opener = opener(settings);
                Wal wal = opener.open(CHANNEL);
                WalScanner following = wal.scan(DeliverPolicy.EARLIEST)) {
            List<CompletionStage<MessageId>> appends = new ArrayList<>();
            for (int number = 0; number < 3000; number++) {
                appends.add(wal.append(record("record " + number)));
                if (number == 1500) {
                    get(appends.get(700));
                    server().kill();
                }
            }
            // Down for longer than an append may take.
            assertThatThrownBy(() -> get(appends.getLast()))
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code()).isIn(StandardErrorCode.TIMEOUT, StandardErrorCode.NOT_READY));
            assertThat(opener.status().getFirst().failure()).isPresent();
            server().restart();
            Set<String> acknowledged = new HashSet<>();
            for (int number = 0; number < appends.size(); number++) {
                if (!appends.get(number).toCompletableFuture().isCompletedExceptionally()) {
                    acknowledged.add("record " + number);
                }
            }
            assertThat(acknowledged).hasSizeGreaterThan(700);
            wal.close();
            try (Wal again = reopened(opener);
                    WalScanner whole = again.scan(DeliverPolicy.EARLIEST)) {
                get(again.append(record("end")));
                List<String> found = read(whole, "end");
                assertThat(found).doesNotHaveDuplicates().containsAll(acknowledged);
                List<String> expected = new ArrayList<>();
                for (int number = 0; number < found.size() - 1; number++) {
                    expected.add("record " + number);
                }
                expected.add("end");
                assertThat(found).isEqualTo(expected);
                assertThat(opener.status().getFirst().reachable()).isTrue();
                assertThat(opener.status().getFirst().failure()).isEmpty();
            }
            // Closed with its handle.
            assertThatThrownBy(() -> following.poll(Duration.ZERO))
                    .isInstanceOfSatisfying(
                            ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CLOSED));
        }
    }

    private static Wal reopened(PulsarWalOpener opener) {
        List<Wal> opened = new ArrayList<>();
        await().atMost(PulsarFixture.PATIENCE).ignoreExceptions().until(() -> {
            opened.add(opener.open(CHANNEL));
            return true;
        });
        return opened.getLast();
    }

    @Test
    void aShortInterruptionIsBridgedWithoutAFailureOrACopy() throws Exception {
        PulsarSettings settings = settings(server().serviceUrl(), Optional.empty(), PulsarFixture.PATIENCE);
        try (PulsarWalOpener opener = opener(settings);
                Wal wal = opener.open(CHANNEL);
                WalScanner following = wal.scan(DeliverPolicy.EARLIEST)) {
            List<CompletionStage<MessageId>> appends = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            for (int number = 0; number < 2000; number++) {
                appends.add(wal.append(record("record " + number)));
                expected.add("record " + number);
                if (number == 1000) {
                    get(appends.get(500));
                    server().kill();
                    server().restart();
                }
            }
            for (CompletionStage<MessageId> append : appends) {
                get(append);
            }
            assertThat(read(following, "record 1999")).isEqualTo(expected);
            try (WalScanner whole = wal.scan(DeliverPolicy.EARLIEST)) {
                assertThat(read(whole, "record 1999")).isEqualTo(expected);
            }
        }
    }

    @Test
    void aSecondOwnerStopsTheFirstAndAStaleOneIsRefusedWithoutDisturbing() throws Exception {
        PulsarSettings settings = settings();
        try (PulsarWalOpener first = opener(settings);
                PulsarWalOpener second = opener(settings);
                Wal older = first.open(CHANNEL)) {
            get(older.append(record("of the first")));
            try (Wal newer = second.open(new ChannelInfo("c-0", 2))) {
                assertThatThrownBy(() -> get(older.append(record("late"))))
                        .isInstanceOfSatisfying(
                                ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FENCED));
                older.close();
                assertThatThrownBy(() -> first.open(CHANNEL))
                        .isInstanceOfSatisfying(
                                ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FENCED))
                        .hasMessageContaining("term 2")
                        .hasMessageContaining("lower term 1");
                get(newer.append(record("of the second")));
                try (WalScanner whole = newer.scan(DeliverPolicy.EARLIEST)) {
                    assertThat(read(whole, "of the second")).containsExactly("of the first", "of the second");
                }
            }
        }
    }

    @Test
    void truncationMovesTheSubscriptionAndTheBrokerFreesLedgers() throws Exception {
        PulsarSettings settings = settings();
        String stats = "persistent/public/default/" + settings.config().topicPrefix() + "c-0/internalStats";
        try (PulsarWalOpener opener = opener(settings);
                Wal wal = opener.open(CHANNEL)) {
            List<MessageId> ids = new ArrayList<>();
            // One entry each, and more than a ledger of the test's broker takes.
            for (int part = 0; part < 600; part++) {
                ids.add(get(wal.append(record("record " + part))));
            }
            String before = server().admin("GET", stats, "");
            long firstLedger = firstLedger(before);
            wal.truncate(ids.get(590));
            Position released = Position.of(ids.get(590));
            MessageId behind = new Position(released.ledger() + 1_000_000, 0, -1).id();
            assertThatThrownBy(() -> wal.truncate(behind))
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT));
            assertThat(markDeleted(server().admin("GET", stats, "")))
                    .isEqualTo(released.ledger() + ":" + released.entry());
            await().atMost(PulsarFixture.PATIENCE)
                    .until(() -> firstLedger(server().admin("GET", stats, "")) > firstLedger);
            try (WalScanner whole = wal.scan(DeliverPolicy.EARLIEST)) {
                assertThat(read(whole, "record 599")).startsWith("record 591").hasSize(9);
            }
            assertThatThrownBy(() -> wal.scan(new DeliverPolicy.From(ids.get(590))))
                    .hasMessageContaining("truncated");
            // A point before the last one changes nothing.
            wal.truncate(ids.get(3));
            assertThat(markDeleted(server().admin("GET", stats, "")))
                    .isEqualTo(released.ledger() + ":" + released.entry());
        }
        try (PulsarWalOpener opener = opener(settings);
                Wal wal = opener.open(new ChannelInfo("c-0", 2));
                WalScanner whole = wal.scan(DeliverPolicy.EARLIEST)) {
            assertThat(read(whole, "record 599")).startsWith("record 591").hasSize(9);
        }
    }

    private static long firstLedger(String stats) {
        Matcher ledger = Pattern.compile("\"ledgers\"\\s*:\\s*\\[\\s*\\{\\s*\"ledgerId\"\\s*:\\s*(\\d+)")
                .matcher(stats);
        assertThat(ledger.find()).as(stats).isTrue();
        return Long.parseLong(ledger.group(1));
    }

    private static String markDeleted(String stats) {
        Matcher position = Pattern.compile(
                        "\"elanus-truncation\"\\s*:\\s*\\{\\s*\"markDeletePosition\"\\s*:\\s*\"([^\"]*)\"")
                .matcher(stats);
        assertThat(position.find()).as(stats).isTrue();
        return position.group(1);
    }

    @Test
    void policiesThatWouldLoseRecordsAreRefusedWithTheirRepair() throws Exception {
        String namespace = "public/careless";
        server().admin("PUT", "namespaces/" + namespace, "{}");
        PulsarSettings settings = settings("careless", Optional.of(server().adminUrl()));
        try (PulsarWalOpener opener = opener(settings)) {
            server().admin("POST", "namespaces/" + namespace + "/messageTTL", "3600");
            requireRefused(opener, "3600 seconds", "set-message-ttl");
            server().admin("DELETE", "namespaces/" + namespace + "/messageTTL", "");
            server().admin(
                            "POST",
                            "namespaces/" + namespace + "/backlogQuota",
                            "{\"limitSize\":1000000,\"limitTime\":-1,\"policy\":\"consumer_backlog_eviction\"}");
            requireRefused(opener, "evicts", "producer_request_hold");
            server().admin("DELETE", "namespaces/" + namespace + "/backlogQuota", "");
            server().admin("POST", "namespaces/" + namespace + "/subscriptionExpirationTime", "5");
            requireRefused(opener, "5 minutes", "set-subscription-expiration-time");
            server().admin("DELETE", "namespaces/" + namespace + "/subscriptionExpirationTime", "");
            await().atMost(PulsarFixture.PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> opener.open(CHANNEL).close());
        }
    }

    /** A policy reaches the broker's cache a moment after it is set. */
    private static void requireRefused(PulsarWalOpener opener, String why, String repair) {
        await().atMost(PulsarFixture.PATIENCE)
                .untilAsserted(() -> assertThatThrownBy(
                                () -> opener.open(CHANNEL).close())
                        .isInstanceOfSatisfying(
                                ElanusException.class,
                                e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CONFIGURATION_INVALID))
                        .hasMessageContaining(why)
                        .hasMessageContaining(repair));
    }

    @Test
    void propertiesMayBearAnyName() throws Exception {
        try (PulsarWalOpener opener = opener(settings());
                Wal wal = opener.open(CHANNEL);
                WalScanner scanner = wal.scan(DeliverPolicy.EARLIEST)) {
            Map<String, String> properties = Map.of("~t", "a", "~m", "b", "~~", "c", "plain", "", "ö", "ü");
            WalRecord record = new WalRecord(record("x").payload(), properties);
            get(wal.append(record));
            get(wal.append(record));
            assertThat(scanner.poll(PulsarFixture.PATIENCE))
                    .satisfies(entry -> assertThat(entry.properties()).isEqualTo(properties));
        }
    }

    @Test
    void brokerAndClientShowTheirCertificates() throws Exception {
        Duration timeout = Duration.ofSeconds(15);
        PulsarSettings known = settings(
                server().tlsServiceUrl(),
                "default",
                Optional.of(server().tlsAdminUrl()),
                timeout,
                timeout,
                Optional.of(PulsarFixture.brokerCertificate()),
                Optional.of(PulsarFixture.clientCertificate()));
        try (PulsarWalOpener opener = opener(known);
                Wal wal = opener.open(CHANNEL);
                WalScanner scanner = wal.scan(DeliverPolicy.EARLIEST)) {
            get(wal.append(record("over TLS")));
            assertThat(read(scanner, "over TLS")).hasSize(1);
        }
        // A client that trusts another broker, and one that the broker does not know.
        for (SelfSigned trusted : List.of(PulsarFixture.clientCertificate(), PulsarFixture.brokerCertificate())) {
            Optional<SelfSigned> own = trusted.equals(PulsarFixture.clientCertificate())
                    ? Optional.of(PulsarFixture.clientCertificate())
                    : Optional.empty();
            PulsarSettings stranger = settings(
                    server().tlsServiceUrl(),
                    "default",
                    Optional.empty(),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2),
                    Optional.of(trusted),
                    own);
            try (PulsarWalOpener opener = opener(stranger)) {
                assertThatThrownBy(() -> opener.open(CHANNEL))
                        .isInstanceOf(ElanusException.class)
                        .hasMessageContaining(server().tlsServiceUrl());
            }
        }
    }

    @Test
    void aBrokerThatIsNotThereIsNamedInBoundedTime() throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        String url = "pulsar://127.0.0.1:" + nobody;
        try (PulsarWalOpener opener = opener(settings(url, Optional.empty(), Duration.ofSeconds(1)))) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> opener.open(CHANNEL))
                        .isInstanceOfSatisfying(
                                ElanusException.class,
                                e -> assertThat(e.code()).isIn(StandardErrorCode.NOT_READY, StandardErrorCode.TIMEOUT))
                        .hasMessageContaining(url);
            }
            assertThat(opener.status()).singleElement().matches(status -> !status.reachable());
        }
    }
}
