package org.elanus.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.elanus.core.config.AuthConfig;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.auth.Session;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.junit.jupiter.api.Test;

class SignInTest {

    private static final Credentials ANN = new Credentials.Password("ann", "secret");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ManualClock clock = new ManualClock();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final Registry registry = new Registry();

    /** Knows users by their passwords, or tokens by their texts, and can tell from memory or not. */
    private final class Known implements Authenticator {

        final Map<Credentials, Identity> identities = new ConcurrentHashMap<>();
        final AtomicInteger asked = new AtomicInteger();
        final String name;
        final Class<? extends Credentials> kind;
        final boolean remembers;

        Known(String name, Class<? extends Credentials> kind, boolean remembers) {
            this.name = name;
            this.kind = kind;
            this.remembers = remembers;
            registry.register(Authenticator.class, name, this, "test");
        }

        Known with(Credentials credentials, String user) {
            identities.put(credentials, new Identity(new Principal(user, Set.of()), Identity.NEVER));
            return this;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Optional<Identity> authenticate(Credentials credentials) {
            asked.incrementAndGet();
            if (!kind.isInstance(credentials)) {
                return Optional.empty();
            }
            Identity identity = identities.get(credentials);
            if (identity == null) {
                throw new ElanusException(StandardErrorCode.UNAUTHENTICATED, "not known to " + name);
            }
            return Optional.of(identity);
        }

        @Override
        public boolean stillHolds(Identity identity) {
            return remembers && identities.containsValue(identity);
        }
    }

    private Access door(String... authenticators) {
        Seams seams = Seams.system();
        return Access.builder()
                .configuration(new AuthConfig(true, List.of(authenticators), "none", "", List.of()))
                .registry(registry)
                .events(events::add)
                .build(
                        () -> {
                            throw new AssertionError("signing in needs no database");
                        },
                        clock,
                        seams.threads(),
                        seams.randomness());
    }

    private static String refusal(Access door, Credentials credentials) {
        return refusal(door, credentials, StandardErrorCode.UNAUTHENTICATED);
    }

    private static String refusal(Access door, Credentials credentials, StandardErrorCode code) {
        try {
            door.signIn(credentials, "192.0.2.1");
        } catch (ElanusException e) {
            assertThat(e.code()).isEqualTo(code);
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("signed in");
    }

    @Test
    void authenticatorsAreAskedInTheirOrderUntilOneKnowsTheKind() {
        Known tokens = new Known("tokens", Credentials.Token.class, false).with(new Credentials.Token("t"), "bearer");
        Known passwords = new Known("passwords", Credentials.Password.class, false).with(ANN, "ann");
        Access door = door("tokens", "passwords");

        assertThat(door.signIn(ANN, "").principal().name()).isEqualTo("ann");
        assertThat(door.signIn(new Credentials.Token("t"), "").principal().name()).isEqualTo("bearer");
        assertThat(tokens.asked).hasValue(2);
        assertThat(passwords.asked).hasValue(1);
        assertThat(refusal(door, new Credentials.Token("x"))).isEqualTo("not known to tokens");
        assertThat(passwords.asked).hasValue(1);
        assertThat(refusal(door, new Credentials.Certificate(List.of("DNS:a")))).contains("nobody here knows");
    }

    @Test
    void refusalTellsNothingAboutTheUser() {
        new Known("passwords", Credentials.Password.class, false).with(ANN, "ann");
        Access door = door("passwords");
        assertThat(refusal(door, new Credentials.Password("ann", "wrong")))
                .isEqualTo("auth check failure, please check username [ann] and password are correct");
        assertThat(refusal(door, new Credentials.Password("who", "wrong")))
                .isEqualTo("auth check failure, please check username [who] and password are correct");
        assertThat(refusal(door, Credentials.NONE)).contains("missing authorization");
        assertThat(events).hasSize(3).allSatisfy(event -> assertThat(event.toString()).doesNotContain("wrong"));
    }

    @Test
    void nobodySignsInAsAPluginOrAsNobody() {
        Known passwords = new Known("passwords", Credentials.Password.class, false);
        for (String name : List.of("plugin:api-milvus", "anonymous", "apikey:0", " ", "a\nb")) {
            Credentials credentials = new Credentials.Token("token of " + name.strip().replace("\n", ""));
            new Known("as " + name, Credentials.Token.class, false).with(credentials, name);
            assertThat(refusal(door("passwords", "as " + name), credentials))
                    .as(name)
                    .contains("is not for users");
        }
        assertThat(passwords.asked).hasValue(5);
    }

    @Test
    void whoWasRecognisedIsNotHashedAgainWhileItsAuthenticatorRemembersIt() {
        Known passwords = new Known("passwords", Credentials.Password.class, true).with(ANN, "ann");
        Access door = door("passwords");
        Session session = door.signIn(ANN, "");
        for (int i = 0; i < 100; i++) {
            clock.pass(Duration.ofMinutes(1));
            assertThat(door.recognise(ANN)).isPresent();
        }
        assertThat(session.isEnded()).isFalse();
        assertThat(passwords.asked).hasValue(1);

        passwords.identities.clear();
        assertThat(door.recognise(ANN)).isEmpty();
        refusal(door, ANN);
    }

    @Test
    void callersThatNobodyRemembersAreCheckedBesideTheirCalls() {
        Known tokens = new Known("tokens", Credentials.Token.class, false);
        Credentials token = new Credentials.Token("t");
        tokens.with(token, "bearer");
        Access door = door("tokens");
        door.signIn(token, "");
        clock.pass(Duration.ofMillis(900));
        assertThat(door.recognise(token)).isPresent();
        assertThat(tokens.asked).hasValue(1);

        clock.pass(Duration.ofMillis(200));
        assertThat(door.recognise(token)).isPresent();
        await().atMost(PATIENCE).until(() -> tokens.asked.get() == 2);
        clock.pass(Duration.ofSeconds(5));
        assertThat(door.recognise(token)).isEmpty();
        assertThat(door.signIn(token, "").principal().name()).isEqualTo("bearer");
    }

    @Test
    void aCallUnderWayEndsWhenItsCallerIsRevoked() {
        Known tokens = new Known("tokens", Credentials.Token.class, false);
        Credentials token = new Credentials.Token("t");
        tokens.with(token, "bearer");
        Access door = door("tokens");
        Session session = door.signIn(token, "");
        clock.pass(Duration.ofSeconds(60));
        assertThat(session.isEnded()).isFalse();
        await().atMost(PATIENCE).until(() -> tokens.asked.get() == 2);
        await().atMost(PATIENCE).until(() -> !session.isEnded() && tokens.asked.get() == 2);

        tokens.identities.clear();
        clock.pass(Duration.ofMillis(1_100));
        await().atMost(PATIENCE).until(session::isEnded);
        assertThat(door.recognise(token)).isEmpty();
    }

    @Test
    void aCallUnderWayEndsWhenItsCallerExpires() {
        Known tokens = new Known("tokens", Credentials.Token.class, true);
        Credentials token = new Credentials.Token("t");
        tokens.identities.put(token, new Identity(new Principal("bearer", Set.of()), clock.millis() + 2_000));
        Access door = door("tokens");
        Session session = door.signIn(token, "");
        clock.pass(Duration.ofMillis(1_900));
        assertThat(session.isEnded()).isFalse();
        clock.pass(Duration.ofMillis(200));
        assertThat(session.isEnded()).isTrue();
        assertThat(door.recognise(token)).isEmpty();
        assertThat(refusal(door, token)).contains("expired");
    }

    @Test
    void anotherPasswordIsAnotherCaller() {
        Known passwords = new Known("passwords", Credentials.Password.class, true).with(ANN, "ann");
        Access door = door("passwords");
        door.signIn(ANN, "");
        for (Credentials other : List.of(
                new Credentials.Password("ann", "secret2"),
                new Credentials.Password("ann ", "secret"),
                new Credentials.Password("an", "nsecret"),
                new Credentials.Token("ann:secret"))) {
            assertThat(door.recognise(other)).isEmpty();
        }
        assertThat(passwords.asked).hasValue(1);
    }

    @Test
    void whoGuessesWaitsAndWhoKnowsDoesNot() {
        Known passwords = new Known("passwords", Credentials.Password.class, true).with(ANN, "ann");
        Access door = door("passwords");
        Map<String, Integer> answers = new HashMap<>();
        for (int i = 0; i < 50; i++) {
            String text = refusal(door, new Credentials.Password("ann", "guess" + i));
            answers.merge(text.replaceAll("\\d+ s", "n s"), 1, Integer::sum);
        }
        assertThat(answers)
                .containsEntry("too many failed attempts to sign in; try again in n s", 50 - Throttle.FREE);
        assertThat(passwords.asked).hasValue(Throttle.FREE);
        assertThat(door.signIn(ANN, "198.51.100.7").principal().name()).isEqualTo("ann");

        clock.pass(Throttle.FIRST_WAIT);
        refusal(door, new Credentials.Password("ann", "guess"));
        assertThat(refusal(door, new Credentials.Password("ann", "guess"))).contains("try again in 3 s");
        clock.pass(Duration.ofHours(1));
        refusal(door, new Credentials.Password("ann", "guess"));
        assertThat(refusal(door, new Credentials.Password("ann", "guess"))).contains("please check");
    }

    @Test
    void whoGuessesInParallelIsSlowedDownTheSame() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        registry.register(
                Authenticator.class,
                "slow",
                new Authenticator() {
                    @Override
                    public String name() {
                        return "slow";
                    }

                    @Override
                    public Optional<Identity> authenticate(Credentials credentials) {
                        asked.incrementAndGet();
                        try {
                            gate.await();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                        throw new ElanusException(StandardErrorCode.UNAUTHENTICATED, "wrong");
                    }
                },
                "test");
        Access door = door("slow");
        List<Thread> guessers = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            Credentials guess = new Credentials.Password("ann", "guess" + i);
            guessers.add(Thread.ofPlatform().daemon().start(() -> refusal(door, guess)));
        }
        await().atMost(PATIENCE)
                .until(() -> guessers.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));
        gate.countDown();
        for (Thread guesser : guessers) {
            guesser.join();
        }
        int atOnce = Math.max(2, Runtime.getRuntime().availableProcessors());
        assertThat(asked.get()).isBetween(Throttle.FREE, Throttle.FREE + atOnce);
    }

    @Test
    void junkTokensHideNoGuessesAndFillNoQueue() {
        new Known("tokens", Credentials.Token.class, true);
        new Known("passwords", Credentials.Password.class, true);
        Access door = door("tokens", "passwords");
        for (int i = 0; i < Throttle.FREE; i++) {
            refusal(door, new Credentials.Password("ann", "guess" + i));
        }
        for (int i = 0; i < 11_000; i++) {
            assertThat(refusal(door, new Credentials.Token("junk" + i))).isEqualTo("not known to tokens");
        }
        for (int i = 0; i < 100; i++) {
            assertThat(refusal(door, new Credentials.Password("ann", "guess"))).contains("too many failed attempts");
        }
        assertThat(events).hasSize(Throttle.FREE + 2);
        assertThat(events.toString()).contains("too many failed attempts");
        clock.pass(Duration.ofSeconds(1));
        refusal(door, new Credentials.Token("junk"));
        assertThat(events).hasSize(Throttle.FREE + 3);
        assertThat(events.toString()).contains("not known to tokens (and 10999 more like it before)");
    }

    @Test
    void implausibleCredentialsReachNoAuthenticator() {
        Known tokens = new Known("tokens", Credentials.Token.class, true);
        Access door = door("tokens");
        for (Credentials credentials : List.of(
                new Credentials.Token("x".repeat(1 << 20)),
                new Credentials.Token("a\0b"),
                new Credentials.Token("a\r\nb"),
                new Credentials.Token(""),
                new Credentials.Password("u".repeat(300), "p"),
                new Credentials.Password("u\n", "p"))) {
            refusal(door, credentials);
            assertThat(door.recognise(credentials)).isEmpty();
        }
        assertThat(tokens.asked).hasValue(0);
    }

    @Test
    void anAuthenticatorThatFailsLetsNobodyIn() {
        registry.register(
                Authenticator.class,
                "broken",
                new Authenticator() {
                    @Override
                    public String name() {
                        return "broken";
                    }

                    @Override
                    public Optional<Identity> authenticate(Credentials credentials) {
                        throw new IllegalStateException("internals");
                    }
                },
                "test");
        assertThat(refusal(door("broken"), ANN, StandardErrorCode.NOT_READY)).doesNotContain("internals");
        assertThat(refusal(door("absent"), ANN, StandardErrorCode.NOT_READY)).contains("absent");
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> door("absent").check())
                .withMessageContaining("auth.authenticators = absent")
                .withMessageContaining("available: broken");
    }
}
