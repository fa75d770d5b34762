package org.elanus.plugin.walpulsar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.junit.jupiter.api.Test;

/** What needs no broker. */
class PulsarPartsTest {

    private static final Position POSITION = new Position(700, 12, 3);

    @Test
    void positionsAreOrderedByLedgerThenEntryThenIndexAndComeBackFromTheirBytes() {
        assertThat(POSITION)
                .isGreaterThan(new Position(700, 12, 2))
                .isGreaterThan(new Position(700, 11, 900))
                .isGreaterThan(new Position(699, 5000, 0))
                .isLessThan(new Position(700, 13, -1));
        assertThat(Position.of(POSITION.id())).isEqualTo(POSITION);
        assertThat(Position.parse(POSITION.toString())).isEqualTo(POSITION);
        Position alone = new Position(Long.MAX_VALUE, 0, -1);
        assertThat(Position.of(alone.id())).isEqualTo(alone);
        assertThat(Position.parse(alone.toString())).isEqualTo(alone);
        assertThat(Position.of(POSITION.pulsarId())).isEqualTo(POSITION);
    }

    @Test
    void anotherLogsPositionIsRefused() {
        assertThatThrownBy(
                        () -> Position.of(new MessageId("local", POSITION.id().bytes())))
                .isInstanceOf(ElanusException.class);
        assertThatThrownBy(() -> Position.of(new MessageId("pulsar", new byte[8])))
                .isInstanceOf(ElanusException.class);
    }

    @Test
    void anEntryIsReleasedOnlyWhenNothingOfItIsNeeded() {
        assertThat(Position.of(POSITION.lastWholeEntry())).isEqualTo(new Position(700, 11, -1));
        assertThat(Position.of(new Position(700, 12, -1).lastWholeEntry())).isEqualTo(new Position(700, 12, -1));
    }

    @Test
    void copiesAreRecognisedByProducerAndNumber() {
        RepeatFilter filter = new RepeatFilter();
        assertThat(filter.isRepeat("a", 0)).isFalse();
        assertThat(filter.isRepeat("a", 1)).isFalse();
        assertThat(filter.isRepeat("a", 0)).isTrue();
        assertThat(filter.isRepeat("a", 1)).isTrue();
        assertThat(filter.isRepeat("b", 0)).isFalse();
        assertThat(filter.isRepeat("a", 1)).isTrue();
        assertThat(filter.isRepeat("a", 2)).isFalse();
    }

    @Test
    void theTokenIsNotPrinted() {
        PulsarSettings settings = withToken("http://localhost:1");
        assertThat(settings.config().token()).contains("hush");
        assertThat(settings.config().toString()).contains("pulsar://localhost:6650").doesNotContain("hush");
        assertThat(settings.toString()).doesNotContain("hush");
    }

    private static PulsarSettings withToken(String adminUrl) {
        return PulsarFixture.withToken(
                PulsarFixture.settings("pulsar://localhost:6650", Optional.of(adminUrl), PulsarFixture.PATIENCE), "hush");
    }

    /** Notes the path and token of each request, and answers with a redirect to the location, or with 0 when it is empty. */
    private static HttpServer broker(Queue<String> asked, String location) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            if (location.isEmpty()) {
                exchange.sendResponseHeaders(200, 1);
                exchange.getResponseBody().write('0');
            } else {
                exchange.getResponseHeaders().add("Location", location + exchange.getRequestURI());
                exchange.sendResponseHeaders(307, -1);
            }
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String address(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Test
    void policiesAreAskedOfTheBrokerThatOwnsTheTopicWithTheToken() throws Exception {
        Queue<String> owner = new ConcurrentLinkedQueue<>();
        HttpServer second = broker(owner, "");
        HttpServer first = broker(new ConcurrentLinkedQueue<>(), address(second));
        try {
            TopicPolicies.check(withToken(address(first)), "persistent://public/default/t-c-0");
        } finally {
            first.stop(0);
            second.stop(0);
        }
        assertThat(owner)
                .containsExactly(
                        "/admin/v2/persistent/public/default/t-c-0/messageTTL?applied=true Bearer hush",
                        "/admin/v2/persistent/public/default/t-c-0/backlogQuotaMap?applied=true Bearer hush",
                        "/admin/v2/namespaces/public/default/subscriptionExpirationTime Bearer hush");
    }

    @Test
    void redirectsInACircleOrOutOfTheSchemeAreRefused() throws Exception {
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        HttpServer circle = broker(asked, "/again");
        HttpServer elsewhere = broker(new ConcurrentLinkedQueue<>(), "ftp://127.0.0.1");
        try {
            assertThatThrownBy(() -> TopicPolicies.check(withToken(address(circle)), "persistent://public/default/t"))
                    .isInstanceOf(ElanusException.class)
                    .hasMessageContaining("more than 5 times");
            assertThat(asked).hasSize(6);
            assertThatThrownBy(
                            () -> TopicPolicies.check(withToken(address(elsewhere)), "persistent://public/default/t"))
                    .isInstanceOf(ElanusException.class)
                    .hasMessageContaining("ftp://");
        } finally {
            circle.stop(0);
            elsewhere.stop(0);
        }
    }

    @Test
    void aPositionInWhatWasTruncatedIsRefusedAndOneAtItsEndIsNot() {
        TopicEnd end = new TopicEnd(Optional.of(new Position(701, 0, -1)), 4, Optional.of(POSITION));
        MessageId before = new Position(700, 12, 2).id();
        for (DeliverPolicy gone : new DeliverPolicy[] {
            new DeliverPolicy.From(before), new DeliverPolicy.After(before), new DeliverPolicy.From(POSITION.id())
        }) {
            assertThatThrownBy(() -> StartPoint.of(gone, end))
                    .isInstanceOf(ElanusException.class)
                    .hasMessageContaining("truncated");
        }
        assertThat(StartPoint.of(new DeliverPolicy.After(POSITION.id()), end))
                .isEqualTo(StartPoint.behind(Optional.of(POSITION)));
        assertThat(StartPoint.of(DeliverPolicy.EARLIEST, end)).isEqualTo(StartPoint.behind(Optional.of(POSITION)));
        assertThat(StartPoint.of(DeliverPolicy.LATEST, end)).isEqualTo(StartPoint.behind(end.position()));
        assertThat(StartPoint.of(DeliverPolicy.LATEST, TopicEnd.EMPTY)).isEqualTo(StartPoint.behind(Optional.empty()));
    }
}
