package org.elanus.plugin.authjwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.plugin.Health;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys that change, and a key server that does not do what it should. */
final class KeySetRotationTest extends JwtTestBase {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestKey old = TestKey.rsa("rsa-1");
    private final TestKey next = TestKey.rsa("rsa-2");
    private KeyServer server;

    @BeforeEach
    void startServer() throws Exception {
        server = keep(KeyServer.start(TestKey.keySet(old)));
    }

    @Test
    void aTokenByANewKeyIsTakenAtOnceAndByARemovedOneNoLonger() throws Exception {
        Authenticator jwt = byUrl(server);
        String before = old.sign("RS256", claims("alice", ""));
        Identity identity = signIn(jwt, before);
        assertThat(jwt.stillHolds(identity)).isTrue();

        server.serve(TestKey.keySet(next));
        clock.advance(Duration.ofSeconds(31));
        assertUser(jwt, next.sign("RS256", claims("bob", "")), "bob");
        assertRefused(jwt, before, Refusal.UNKNOWN_KEY);
        assertThat(jwt.stillHolds(identity)).isFalse();
    }

    @Test
    void keysAreReadAgainWithoutBeingAskedFor() throws Exception {
        Authenticator jwt = byUrl(server, "refresh-interval", "1h", "retry-interval", "100ms");
        Identity identity = signIn(jwt, old.sign("RS256", claims("alice", "")));
        server.serve(TestKey.keySet(old, next));
        clock.advance(Duration.ofHours(1));
        await().atMost(PATIENCE).until(() -> !jwt.stillHolds(identity));
        int asked = server.requests();
        assertUser(jwt, next.sign("RS256", claims("bob", "")), "bob");
        assertUser(jwt, old.sign("RS256", claims("alice", "")), "alice");
        assertThat(server.requests()).isEqualTo(asked);
    }

    @Test
    void theSameKeysAgainChangeNothing() throws Exception {
        Authenticator jwt = byUrl(server, "refresh-interval", "1h", "retry-interval", "100ms");
        Identity identity = signIn(jwt, old.sign("RS256", claims("alice", "")));
        clock.advance(Duration.ofHours(1));
        await().atMost(PATIENCE).until(() -> server.requests() > 1);
        clock.advance(Duration.ofSeconds(31));
        assertRefused(jwt, next.sign("RS256", claims("alice", "")), Refusal.UNKNOWN_KEY);
        assertThat(jwt.stillHolds(identity)).isTrue();
    }

    @Test
    void unknownKeysAskTheServerOnceAnInterval() throws Exception {
        Authenticator jwt = byUrl(server, "unknown-key-interval", "30s");
        clock.advance(Duration.ofSeconds(31));
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < 200; number++) {
                String token = next.signWith(
                        "RS256", "{\"alg\":\"RS256\",\"kid\":\"guess-" + number + "\"}", claims("alice", ""));
                running.add(threads.submit(() -> assertRefused(jwt, token, Refusal.UNKNOWN_KEY)));
            }
        }
        for (Future<?> each : running) {
            each.get();
        }
        assertThat(server.requests()).isEqualTo(2);
        clock.advance(Duration.ofSeconds(31));
        assertRefused(jwt, next.sign("RS256", claims("alice", "")), Refusal.UNKNOWN_KEY);
        assertThat(server.requests()).isEqualTo(3);
    }

    @Test
    void cachedKeysGoOnForALimitedTimeWhileTheServerIsDown() throws Exception {
        Authenticator jwt = byUrl(
                server, "refresh-interval", "1m", "retry-interval", "100ms", "max-stale", "1h", "fetch-timeout", "1s");
        String token =
                old.sign("RS256", claims("alice", ",\"nbf\":1").replaceAll("\"exp\":\\d+", "\"exp\":9999999999"));
        int port = server.port();
        server.close();

        clock.advance(Duration.ofMinutes(2));
        await().atMost(PATIENCE).until(() -> plugin.health().state() == Health.State.DEGRADED);
        assertUser(jwt, token, "alice");
        Identity identity = signIn(jwt, token);
        clock.advance(Duration.ofMinutes(50));
        assertUser(jwt, token, "alice");
        assertRefused(jwt, next.sign("RS256", claims("bob", "")), Refusal.UNKNOWN_KEY);
        assertUser(jwt, token, "alice");

        clock.advance(Duration.ofHours(1));
        assertRefused(jwt, token, Refusal.NO_KEYS);
        assertThat(jwt.stillHolds(identity)).isFalse();
        assertThat(plugin.health().state()).isEqualTo(Health.State.UNHEALTHY);

        keep(KeyServer.start(port, TestKey.keySet(old, next)));
        await().atMost(PATIENCE).until(() -> plugin.health().state() == Health.State.HEALTHY);
        assertUser(jwt, token, "alice");
        assertUser(jwt, next.sign("RS256", claims("bob", "")), "bob");
    }

    @Test
    void aServerThatIsDownAtTheStartIsAskedAgain() throws Exception {
        int port = server.port();
        server.close();
        Authenticator jwt = byUrl(server, "retry-interval", "100ms", "fetch-timeout", "1s");
        assertRefused(jwt, old.sign("RS256", claims("alice", "")), Refusal.NO_KEYS);
        assertThat(plugin.health().state()).isEqualTo(Health.State.UNHEALTHY);
        assertThat(plugin.health().message()).contains(server.url());

        keep(KeyServer.start(port, TestKey.keySet(old)));
        await().atMost(PATIENCE).until(() -> plugin.health().state() == Health.State.HEALTHY);
        assertUser(jwt, old.sign("RS256", claims("alice", "")), "alice");
    }

    @Test
    void aServerThatIsDownAtTheStartIsAnErrorWhenTheOperatorWantsSo() {
        server.close();
        assertThatThrownBy(() -> byUrl(server, "require-keys-at-start", "true"))
                .isInstanceOf(ElanusException.class)
                .hasMessageContaining("plugins.auth-jwt.jwks-url (" + server.url() + ")");
    }

    @Test
    void aKeySetOfTenMegabytesIsNotRead() throws Exception {
        server.answer(KeyServer.endless(TestKey.keySet(next), 10 << 20));
        Authenticator jwt = byUrl(server, "retry-interval", "100ms");
        assertThat(plugin.health().message()).contains("more than 262144 bytes", "max-key-set-size");
        assertRefused(jwt, next.sign("RS256", claims("alice", "")), Refusal.NO_KEYS);

        server.serve(TestKey.keySet(old));
        await().atMost(PATIENCE).until(() -> plugin.health().state() == Health.State.HEALTHY);
        // Ten megabytes that it announces, ten that it does not, and ten that are many keys.
        String padding = " ".repeat(10 << 20);
        for (KeyServer.Answer large : List.of(
                KeyServer.text(200, TestKey.keySet(next) + padding),
                KeyServer.endless(TestKey.keySet(next), 10 << 20),
                KeyServer.text(200, "{\"keys\":[" + (next.jwk() + ",").repeat(20_000) + next.jwk() + "]}"))) {
            server.answer(large);
            clock.advance(Duration.ofSeconds(31));
            assertRefused(jwt, next.sign("RS256", claims("alice", "")), Refusal.UNKNOWN_KEY);
            assertUser(jwt, old.sign("RS256", claims("alice", "")), "alice");
        }
    }

    @Test
    void aServerThatAnswersNonsenseChangesNothing() throws Exception {
        Authenticator jwt = byUrl(server);
        for (KeyServer.Answer nonsense : List.of(
                KeyServer.text(500, TestKey.keySet(next)),
                KeyServer.text(404, TestKey.keySet(next)),
                KeyServer.text(200, ""),
                KeyServer.text(200, "<html>"),
                KeyServer.text(200, "[]"),
                KeyServer.text(200, "{\"keys\":{}}"),
                KeyServer.text(200, "{\"keys\":[]}"),
                KeyServer.text(200, "{\"keys\":[7,null,{}]}"),
                KeyServer.text(200, TestKey.keySet(next).replace("\"e\":\"AQAB\"", "\"e\":\"!\"")),
                KeyServer.text(200, "[".repeat(100_000)),
                KeyServer.text(200, "{\"keys\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}"),
                KeyServer.text(200, TestKey.keySet(next).substring(0, 100)))) {
            server.answer(nonsense);
            clock.advance(Duration.ofSeconds(31));
            assertRefused(jwt, next.sign("RS256", claims("alice", "")), Refusal.UNKNOWN_KEY);
            assertThat(plugin.health().state()).isEqualTo(Health.State.DEGRADED);
            assertUser(jwt, old.sign("RS256", claims("alice", "")), "alice");
        }
    }

    @Test
    void aServerThatDoesNotAnswerHoldsUpNobodyWithAKnownKey() throws Exception {
        Authenticator jwt = byUrl(server, "fetch-timeout", "500ms");
        for (KeyServer.Answer slow : List.of(server.silence(), server.half(TestKey.keySet(next)))) {
            server.answer(slow);
            clock.advance(Duration.ofSeconds(31));
            int asked = server.requests();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<?> unknown = threads.submit(
                        () -> assertRefused(jwt, next.sign("RS256", claims("bob", "")), Refusal.UNKNOWN_KEY));
                await().atMost(PATIENCE).until(() -> server.requests() > asked);
                assertUser(jwt, old.sign("RS256", claims("alice", "")), "alice");
                unknown.get();
            }
            assertThat(plugin.health().message()).contains("500 ms");
        }
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        try (KeyServer elsewhere = KeyServer.start(TestKey.keySet(next))) {
            Authenticator jwt = byUrl(server);
            server.answer(KeyServer.redirect(elsewhere.url()));
            clock.advance(Duration.ofSeconds(31));
            assertRefused(jwt, next.sign("RS256", claims("alice", "")), Refusal.UNKNOWN_KEY);
            assertThat(elsewhere.requests()).isZero();
            assertThat(plugin.health().message()).contains("redirects");
        }
    }

    @Test
    void keysThatCannotBeUsedAreLeftOut() throws Exception {
        TestKey encrypting = TestKey.ec("enc", "secp256r1");
        TestKey weak = TestKey.rsa("weak", 1024);
        TestKey shared = TestKey.secret("shared", new byte[64]);
        server.serve(TestKey.keySet(
                encrypting.jwk(",\"use\":\"enc\""),
                TestKey.ec("wrap", "secp256r1").jwk(",\"key_ops\":[\"wrapKey\"]"),
                weak.jwk(),
                shared.jwk(),
                TestKey.ec("alien", "secp256r1").jwk(",\"alg\":\"ES256K\""),
                "{\"kty\":\"AKP\",\"kid\":\"ml-dsa\",\"alg\":\"ML-DSA-44\",\"pub\":\"AAAA\"}",
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"off-curve\",\"x\":\"AQ\",\"y\":\"AQ\"}",
                old.jwk(",\"use\":\"sig\",\"key_ops\":[\"verify\"],\"x5u\":\"http://127.0.0.1:1/\",\"x5c\":[\"!\"]")));
        Authenticator jwt = byUrl(server);
        assertUser(jwt, old.sign("RS256", claims("alice", "")), "alice");
        assertRefused(jwt, encrypting.sign("ES256", claims("alice", "")), Refusal.UNKNOWN_KEY);
        assertRefused(jwt, weak.sign("RS256", claims("alice", "")), Refusal.UNKNOWN_KEY);
        assertRefused(jwt, shared.sign("HS256", claims("alice", "")), Refusal.UNKNOWN_KEY);
    }

    @Test
    void withoutAKeyIdThereMustBeNoDoubtWhichKeyIsMeant() throws Exception {
        TestKey ec = TestKey.ec("ec-1", "secp256r1");
        server.serve(TestKey.keySet(old, ec));
        Authenticator jwt = byUrl(server);
        String anonymous = old.signWith("RS256", "{\"alg\":\"RS256\"}", claims("alice", ""));
        assertUser(jwt, anonymous, "alice");
        server.serve(TestKey.keySet(old, next, ec));
        clock.advance(Duration.ofSeconds(31));
        assertUser(jwt, next.sign("RS256", claims("bob", "")), "bob");
        assertRefused(jwt, anonymous, Refusal.UNKNOWN_KEY);
        assertUser(jwt, ec.signWith("ES256", "{\"alg\":\"ES256\"}", claims("carol", "")), "carol");
    }

    @Test
    void aFileIsReadAgainToo() throws Exception {
        String jwks = file(
                "jwks.json",
                TestKey.keySet(old.jwk(), TestKey.secret("shared", new byte[32]).jwk()));
        Authenticator jwt = authenticator("jwks-file", jwks);
        assertUser(jwt, old.sign("RS256", claims("alice", "")), "alice");
        assertUser(jwt, TestKey.secret("shared", new byte[32]).sign("HS256", claims("bob", "")), "bob");
        assertThat(jwt.authenticate(new Credentials.Password("alice", old.sign("RS256", claims("alice", "")))))
                .isEmpty();

        file("jwks.json", TestKey.keySet(next));
        clock.advance(Duration.ofSeconds(31));
        assertUser(jwt, next.sign("RS256", claims("alice", "")), "alice");
        assertRefused(jwt, old.sign("RS256", claims("alice", "")), Refusal.UNKNOWN_KEY);

        Files.delete(Path.of(jwks));
        clock.advance(Duration.ofSeconds(31));
        assertRefused(jwt, old.sign("RS256", claims("alice", "")), Refusal.UNKNOWN_KEY);
        assertThat(plugin.health().message()).contains(jwks, "does not exist");
        assertUser(jwt, next.sign("RS256", claims("alice", "")), "alice");
    }
}
