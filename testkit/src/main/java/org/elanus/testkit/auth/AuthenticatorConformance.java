package org.elanus.testkit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.SystemClock;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.testkit.HostedPlugin;
import org.elanus.testkit.PluginContent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every authenticator does. The test of an implementation extends this class and says, in {@link #subject}, what it
 * takes and what it refuses; that is enough.
 *
 * <pre>{@code
 * class MyAuthenticatorTest extends AuthenticatorConformance {
 *     @TempDir Path directory;
 *
 *     protected AuthenticatorSubject subject() throws Exception {
 *         return AuthenticatorSubject.of(StartedPlugin.start(new MyPlugin(), directory, settings).authenticator())
 *                 .accepts(new Credentials.Token(goodToken), new Principal("alice", Set.of("reader")))
 *                 .refuses("expired", new Credentials.Token(oldToken));
 *     }
 * }
 * }</pre>
 */
@Timeout(600)
public abstract class AuthenticatorConformance {

    private static final Logger log = LoggerFactory.getLogger(AuthenticatorConformance.class);
    private static final int LONGEST_MESSAGE = 500;

    private AuthenticatorSubject subject = AuthenticatorSubject.of(new NoAuthenticator());
    private Random random = new Random();

    /** The authenticator, started anew, with its examples. Called once a test. */
    protected abstract AuthenticatorSubject subject() throws Exception;

    /** Ends what {@link #subject} began; called after each test. */
    protected void endSubject() throws Exception {}

    /** How often accepted credentials are changed in one place; fewer where each check costs a slow hash. */
    protected int changes() {
        return 200;
    }

    /** How often each of 8 threads asks. */
    protected int rounds() {
        return 50;
    }

    /** How long the plugin's classes may take to be collected: generous, since no sound plugin takes it. */
    protected Duration patience() {
        return Duration.ofSeconds(60);
    }

    /**
     * The content of the plugin's jar, for the check that its classes can be unloaded after use. With its settings, the
     * first accepted example is accepted, too.
     */
    protected Optional<PluginContent> pluginContent() throws Exception {
        return Optional.empty();
    }

    @BeforeEach
    final void openSubject() throws Exception {
        long seed = Long.getLong("elanus.auth.seed", new Random().nextLong());
        log.info("changes by -Delanus.auth.seed={}", seed);
        random = new Random(seed);
        subject = subject();
        assertThat(subject.accepted()).as("examples that are accepted").isNotEmpty();
        assertThat(subject.refused()).as("examples that are refused").isNotEmpty();
    }

    @AfterEach
    final void closeSubject() throws Exception {
        endSubject();
    }

    @Test
    final void hasANameThatTheConfigurationCanChoose() {
        assertThat(authenticator().name())
                .matches("[a-z][a-z0-9-]{0,63}")
                .isEqualTo(authenticator().name());
    }

    @Test
    final void acceptedCredentialsGiveTheirPrincipal() {
        long now = new SystemClock().millis();
        for (AuthenticatorSubject.Accepted example : subject.accepted()) {
            Identity identity =
                    authenticator().authenticate(example.credentials()).orElseThrow();
            assertThat(identity.principal()).isEqualTo(example.principal());
            assertThat(identity.principal().name()).isNotBlank().doesNotStartWith("plugin:");
            assertThat(identity.expiresAtMillis()).isGreaterThan(now);
        }
    }

    @Test
    final void askingWhetherAnIdentityStillHoldsIsNoError() {
        for (AuthenticatorSubject.Accepted example : subject.accepted()) {
            Identity identity =
                    authenticator().authenticate(example.credentials()).orElseThrow();
            boolean first = authenticator().stillHolds(identity);
            assertThat(authenticator().stillHolds(identity)).isEqualTo(first);
        }
        Principal nobody = new Principal("nobody-" + random.nextInt(1_000_000), Set.of());
        assertThat(authenticator().stillHolds(new Identity(nobody, Identity.NEVER, "of another's")))
                .as("an identity that it did not give out")
                .isFalse();
    }

    @Test
    final void credentialsOfOtherKindsAreLeftToOthers() {
        List<Class<?>> own = new ArrayList<>();
        subject.accepted().forEach(example -> own.add(example.credentials().getClass()));
        subject.refused().forEach(example -> own.add(example.credentials().getClass()));
        for (Credentials other : List.of(
                Credentials.NONE,
                new Credentials.Password("kit", "kit-password"),
                new Credentials.Token("kit-token"),
                new Credentials.Certificate(List.of("DNS:kit.example.org")))) {
            if (!own.contains(other.getClass())) {
                assertThat(authenticator().authenticate(other))
                        .as("%s: empty, so that the next authenticator is asked", other)
                        .isEmpty();
            }
        }
    }

    @Test
    final void eachCauseIsRefusedInWordsOfItsOwn() {
        Map<String, String> wordsByCause = new HashMap<>();
        Map<String, String> causeByWords = new HashMap<>();
        for (AuthenticatorSubject.Refused example : subject.refused()) {
            Answer answer = Answer.of(authenticator(), example.credentials());
            assertThat(answer.error()).as(example.cause()).isEqualTo(StandardErrorCode.UNAUTHENTICATED.name());
            assertThat(answer.words()).as(example.cause()).isNotBlank();
            assertThat(wordsByCause.computeIfAbsent(example.cause(), _ -> answer.words()))
                    .as("all that are refused as '%s' get the same words", example.cause())
                    .isEqualTo(answer.words());
            assertThat(causeByWords.computeIfAbsent(answer.words(), _ -> example.cause()))
                    .as("'%s' stands for one cause", answer.words())
                    .isEqualTo(example.cause());
        }
    }

    @Test
    final void changedCredentialsAreNotAccepted() {
        for (AuthenticatorSubject.Accepted example : subject.accepted()) {
            for (Credentials changed : Changes.of(example.credentials(), random, changes())) {
                assertThat(Answer.of(authenticator(), changed).principal())
                        .as("%s, changed to %s", text(example.credentials()), text(changed))
                        .isEmpty();
            }
            assertThat(Answer.of(authenticator(), example.credentials()).isAccepted())
                    .isTrue();
        }
    }

    @Test
    final void hostileInputIsRefusedInFewAndHarmlessWords() {
        for (Credentials hostile : Changes.hostile()) {
            Answer answer = Answer.of(authenticator(), hostile);
            assertThat(answer.isAccepted()).as("%.60s", text(hostile)).isFalse();
            assertThat(answer.words())
                    .hasSizeLessThanOrEqualTo(LONGEST_MESSAGE)
                    .matches(words -> words.chars().noneMatch(Character::isISOControl), "no control characters");
        }
        AuthenticatorSubject.Accepted example = subject.accepted().getFirst();
        assertThat(Answer.of(authenticator(), example.credentials()).principal())
                .contains(example.principal());
    }

    @Test
    final void secretsAreShownNowhere() {
        List<Credentials> shown = new ArrayList<>();
        subject.accepted().forEach(example -> shown.add(example.credentials()));
        subject.refused().forEach(example -> shown.add(example.credentials()));
        for (AuthenticatorSubject.Accepted example : subject.accepted()) {
            shown.addAll(Changes.of(example.credentials(), random, Math.min(20, changes())));
        }
        List<String> texts = new ArrayList<>();
        texts.add(authenticator() + " " + authenticator().name());
        shown.forEach(credentials -> texts.add(credentials + " " + Answer.trace(authenticator(), credentials)));
        List<String> secrets = new ArrayList<>(subject.secrets());
        shown.forEach(credentials -> secrets.addAll(secrets(credentials)));
        for (String secret : secrets) {
            assertThat(texts)
                    .allSatisfy(text -> assertThat(text.contains(secret))
                            .as("shows a secret: %.300s", text)
                            .isFalse());
        }
    }

    /** Long enough that no message has them by chance. */
    private static List<String> secrets(Credentials credentials) {
        List<String> secrets = new ArrayList<>();
        if (credentials instanceof Credentials.Password(String _, String password)) {
            secrets.add(password);
        } else if (credentials instanceof Credentials.Token(String token)) {
            secrets.add(token);
            Collections.addAll(secrets, token.split("\\."));
        }
        secrets.removeIf(secret -> secret.strip().length() < 8);
        return secrets;
    }

    @Test
    final void answersAreEqualInWhateverOrderTheyAreAskedFor() {
        List<Credentials> asked = examples();
        Map<Credentials, Answer> first = new HashMap<>();
        for (int round = 0; round < 3; round++) {
            Collections.shuffle(asked, random);
            for (Credentials credentials : asked) {
                Answer answer = Answer.of(authenticator(), credentials);
                assertThat(answer).isEqualTo(first.computeIfAbsent(credentials, _ -> answer));
            }
        }
    }

    @Test
    final void manyThreadsGetEqualAnswers() throws Exception {
        List<Credentials> asked = examples();
        Map<Credentials, Answer> expected = new HashMap<>();
        asked.forEach(credentials -> expected.put(credentials, Answer.of(authenticator(), credentials)));
        int threads = 8;
        CyclicBarrier together = new CyclicBarrier(threads);
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < threads; thread++) {
                int begin = thread;
                running.add(executor.submit(() -> {
                    together.await();
                    for (int round = 0; round < rounds(); round++) {
                        Credentials credentials = asked.get((begin + round) % asked.size());
                        assertThat(Answer.of(authenticator(), credentials)).isEqualTo(expected.get(credentials));
                    }
                    return null;
                }));
            }
        }
        for (Future<?> each : running) {
            each.get();
        }
    }

    @Test
    final void thePluginsClassesAreCollectedAfterUse() throws Exception {
        Optional<PluginContent> offered = pluginContent();
        assumeTrue(offered.isPresent(), "not offered: pluginContent()");
        // The server's threads outlive the plugin: nothing of it may stay in their thread locals.
        try (HostedPlugin plugin = HostedPlugin.start(offered.get(), patience());
                ExecutorService outliving = Executors.newSingleThreadExecutor()) {
            outliving.submit(() -> useHosted(plugin.registry())).get();
            assertThat(plugin.stop()).isEmpty();
        }
    }

    private void useHosted(Registry registry) {
        try (Registry.Lease<Authenticator> lease =
                registry.leases(Authenticator.class).getFirst()) {
            AuthenticatorSubject.Accepted example = subject.accepted().getFirst();
            assertThat(lease.get().authenticate(example.credentials()).map(Identity::principal))
                    .contains(example.principal());
            for (Credentials credentials : examples()) {
                Answer.of(lease.get(), credentials);
            }
        }
    }

    private List<Credentials> examples() {
        List<Credentials> examples = new ArrayList<>();
        subject.accepted().forEach(example -> examples.add(example.credentials()));
        subject.refused().forEach(example -> examples.add(example.credentials()));
        return examples;
    }

    private Authenticator authenticator() {
        return subject.authenticator();
    }

    /** For the report of a failed test, whose secrets are the test's own. */
    private static String text(Credentials credentials) {
        return switch (credentials) {
            case Credentials.Password(String user, String password) -> user + ":" + password;
            case Credentials.Token(String text) -> text;
            default -> credentials.toString();
        };
    }

    /** Stands in until a test begins. */
    private static final class NoAuthenticator implements Authenticator {
        @Override
        public String name() {
            return "none";
        }

        @Override
        public Optional<Identity> authenticate(Credentials credentials) {
            throw new ElanusException(StandardErrorCode.NOT_READY, "no test runs");
        }
    }
}
