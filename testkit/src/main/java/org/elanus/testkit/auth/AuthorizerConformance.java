package org.elanus.testkit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.elanus.core.registry.Registry;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.auth.Decision;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.database.Principal;
import org.elanus.testkit.HostedPlugin;
import org.elanus.testkit.PluginContent;
import org.elanus.testkit.auth.AuthorizerSubject.Question;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every authoriser does. The test of an implementation extends this class and says, in {@link #subject}, what it
 * allows and what it denies; that is enough.
 */
@Timeout(600)
public abstract class AuthorizerConformance {

    /** What a caller without any role, whom nobody knows, must not do. */
    private static final Set<Action> CHANGES = Set.of(
            Action.INSERT,
            Action.UPSERT,
            Action.DELETE,
            Action.CREATE_COLLECTION,
            Action.DROP_COLLECTION,
            Action.CREATE_DATABASE,
            Action.DROP_DATABASE,
            Action.CREATE_OWNERSHIP,
            Action.DROP_OWNERSHIP,
            Action.MANAGE_OWNERSHIP,
            Action.RESTORE_RBAC,
            Action.UPDATE_USER,
            Action.OPERATE);

    private AuthorizerSubject subject = AuthorizerSubject.of(new NoAuthorizer());

    /** The authoriser, started anew, with its examples. Called once a test. */
    protected abstract AuthorizerSubject subject() throws Exception;

    /** Ends what {@link #subject} began; called after each test. */
    protected void endSubject() throws Exception {}

    /** How long the plugin's classes may take to be collected: generous, since no sound plugin takes it. */
    protected Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** The content of the plugin's jar, for the check that its classes can be unloaded after use. */
    protected Optional<PluginContent> pluginContent() throws Exception {
        return Optional.empty();
    }

    @BeforeEach
    final void openSubject() throws Exception {
        subject = subject();
        assertThat(subject.allowed()).as("examples that are allowed").isNotEmpty();
        assertThat(subject.denied()).as("examples that are denied").isNotEmpty();
    }

    @AfterEach
    final void closeSubject() throws Exception {
        endSubject();
    }

    @Test
    final void hasANameThatTheConfigurationCanChoose() {
        assertThat(authorizer().name())
                .matches("[a-z][a-z0-9-]{0,63}")
                .isEqualTo(authorizer().name());
    }

    @Test
    final void whatIsAllowedIsAllowedWithoutAReason() {
        for (Question question : subject.allowed()) {
            Decision decision = decide(question);
            assertThat(decision.allowed()).as("%s", question).isTrue();
            assertThat(decision.reason()).as("%s", question).isEmpty();
        }
    }

    @Test
    final void whatIsDeniedIsDeniedForAReason() {
        for (Question question : subject.denied()) {
            Decision decision = decide(question);
            assertThat(decision.allowed()).as("%s", question).isFalse();
            assertThat(decision.reason()).as("%s", question).isNotBlank();
            assertThat(decision.rowFilter()).as("%s", question).isEmpty();
        }
    }

    @Test
    final void aCollectionOfWhichAnythingIsAllowedMayBeKnown() {
        for (Question question : subject.allowed()) {
            if (question.action().scope() == Action.Scope.COLLECTION
                    && !question.resource().collection().isEmpty()) {
                assertThat(authorizer().mayKnow(question.caller(), question.resource()))
                        .as("%s", question)
                        .isTrue();
            }
        }
    }

    @Test
    final void everyActionOnEveryResourceHasADecision() {
        for (Question question : examples()) {
            for (Action action : Action.values()) {
                for (Resource resource : List.of(
                        question.resource(),
                        Resource.CLUSTER,
                        Resource.database("default"),
                        Resource.database("no such database"),
                        Resource.collection("default", "no such collection"),
                        Resource.user("no such user"))) {
                    assertSound(new Question(question.caller(), action, resource));
                }
            }
        }
    }

    @Test
    final void aStrangerWithoutRolesChangesNothing() {
        for (String name :
                List.of("a-stranger", Principal.ANONYMOUS.name(), "Root", "ROOT", "root ", "root\0", "admin")) {
            for (Action action : CHANGES) {
                for (Resource resource :
                        List.of(Resource.CLUSTER, Resource.database("default"), Resource.collection("default", "c"))) {
                    Question question = new Question(new Principal(name, Set.of()), action, resource);
                    assertThat(decide(question).allowed()).as("%s", question).isFalse();
                }
            }
        }
    }

    @Test
    final void rolesAreComparedExactly() {
        List<UnaryOperator<String>> changes = List.of(
                role -> role.toUpperCase(Locale.ROOT) + "X",
                role -> role + " ",
                role -> " " + role,
                role -> role + "\0",
                role -> role.substring(1),
                role -> "*",
                role -> "");
        for (Question question : subject.allowed()) {
            Principal without = new Principal(question.caller().name(), Set.of());
            if (decide(new Question(without, question.action(), question.resource()))
                    .allowed()) {
                continue;
            }
            for (UnaryOperator<String> change : changes) {
                Set<String> roles =
                        question.caller().roles().stream().map(change).collect(Collectors.toSet());
                Question changed = new Question(
                        new Principal(question.caller().name(), roles), question.action(), question.resource());
                assertThat(decide(changed).allowed()).as("%s", changed).isFalse();
            }
        }
    }

    @Test
    final void hostileNamesGetADecisionWithHarmlessWords() {
        for (String name : Changes.hostileTexts()) {
            for (Resource resource : List.of(
                    Resource.database(name),
                    Resource.collection("default", name),
                    Resource.collection(name, name),
                    Resource.user(name))) {
                Action action = resource.user().isEmpty() ? Action.INSERT : Action.UPDATE_USER;
                Decision decision = assertSound(new Question(new Principal("a-stranger", Set.of()), action, resource));
                assertThat(decision.allowed()).isFalse();
            }
            assertThat(assertSound(new Question(
                                    new Principal("a-stranger", Set.of(name)),
                                    Action.INSERT,
                                    Resource.collection("default", "c")))
                            .allowed())
                    .isFalse();
        }
    }

    @Test
    final void manyThreadsGetEqualDecisions() throws Exception {
        List<Question> asked = examples();
        Map<Question, Decision> expected = new HashMap<>();
        asked.forEach(question -> expected.put(question, decide(question)));
        int threads = 8;
        CyclicBarrier together = new CyclicBarrier(threads);
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < threads; thread++) {
                int begin = thread;
                running.add(executor.submit(() -> {
                    together.await();
                    for (int round = 0; round < 1_000; round++) {
                        Question question = asked.get((begin + round) % asked.size());
                        assertThat(decide(question)).isEqualTo(expected.get(question));
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
        try (Registry.Lease<Authorizer> lease =
                registry.leases(Authorizer.class).getFirst()) {
            for (Question question : examples()) {
                lease.get().authorize(question.caller(), question.action(), question.resource());
            }
        }
    }

    private Decision assertSound(Question question) {
        Decision decision = decide(question);
        assertThat(decision.reason().isEmpty()).isEqualTo(decision.allowed());
        assertThat(decision.reason())
                .matches(words -> words.chars().noneMatch(c -> c == '\r' || c == '\n' || c == '\0'), "is one line");
        return decision;
    }

    private Decision decide(Question question) {
        return authorizer().authorize(question.caller(), question.action(), question.resource());
    }

    private List<Question> examples() {
        List<Question> examples = new ArrayList<>(subject.allowed());
        examples.addAll(subject.denied());
        return examples;
    }

    private Authorizer authorizer() {
        return subject.authorizer();
    }

    /** Stands in until a test begins. */
    private static final class NoAuthorizer implements Authorizer {
        @Override
        public String name() {
            return "none";
        }

        @Override
        public Decision authorize(Principal caller, Action action, Resource resource) {
            return Decision.denied("no test runs");
        }
    }
}
