package org.elanus.testkit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Decision;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The kits fail each authenticator and authoriser that is broken on purpose, in the check that is about it. */
class BrokenAuthenticatorTest {

    private static final String KEY = "key-7f3a9c51d2e84b06";
    private static final String EXPIRED = "key-0000000000000old";
    private static final Principal ALICE = new Principal("alice", Set.of("reader"));

    /** A sound one, parts of which a test breaks. */
    private static class Sound implements Authenticator {
        @Override
        public String name() {
            return "keys";
        }

        @Override
        public Optional<Identity> authenticate(Credentials credentials) {
            return credentials instanceof Credentials.Token(String text) ? Optional.of(find(text)) : Optional.empty();
        }

        Identity find(String text) {
            if (text.equals(KEY)) {
                return new Identity(ALICE, Identity.NEVER);
            }
            throw refused(text.equals(EXPIRED) ? "the key has expired" : "the key is unknown");
        }

        static ElanusException refused(String words) {
            return new ElanusException(StandardErrorCode.UNAUTHENTICATED, words);
        }
    }

    private static final class Kit extends AuthenticatorConformance {
        private final Authenticator authenticator;

        Kit(Authenticator authenticator) {
            this.authenticator = authenticator;
        }

        @Override
        protected AuthenticatorSubject subject() {
            return AuthenticatorSubject.of(authenticator)
                    .secret("a configured secret")
                    .accepts(new Credentials.Token(KEY), ALICE)
                    .refuses("expired", new Credentials.Token(EXPIRED))
                    .refuses("unknown", new Credentials.Token("key-1"))
                    .refuses("unknown", new Credentials.Token("key-2"));
        }
    }

    private static DynamicTest caught(String name, Authenticator broken, Consumer<AuthenticatorConformance> check) {
        return DynamicTest.dynamicTest(name, () -> {
            assertThat(run(new Sound(), check))
                    .as("the check of a sound authenticator")
                    .isNull();
            assertThat(run(broken, check)).as("what the check says").isInstanceOf(Throwable.class);
        });
    }

    private static Throwable run(Authenticator authenticator, Consumer<AuthenticatorConformance> check)
            throws Exception {
        Kit kit = new Kit(authenticator);
        kit.openSubject();
        Throwable thrown = catchThrowable(() -> check.accept(kit));
        kit.closeSubject();
        return thrown;
    }

    @TestFactory
    Stream<DynamicTest> brokenAuthenticators() {
        return Stream.of(
                caught(
                        "its name has a space",
                        new Sound() {
                            @Override
                            public String name() {
                                return "my keys";
                            }
                        },
                        AuthenticatorConformance::hasANameThatTheConfigurationCanChoose),
                caught(
                        "it looks at the beginning only",
                        new Sound() {
                            @Override
                            Identity find(String text) {
                                return super.find(text.startsWith(KEY) ? KEY : text);
                            }
                        },
                        AuthenticatorConformance::changedCredentialsAreNotAccepted),
                caught(
                        "it looks at the first half only",
                        new Sound() {
                            @Override
                            Identity find(String text) {
                                String half = KEY.substring(0, KEY.length() / 2);
                                return super.find(text.length() == KEY.length() && text.startsWith(half) ? KEY : text);
                            }
                        },
                        AuthenticatorConformance::changedCredentialsAreNotAccepted),
                caught(
                        "it takes an empty key",
                        new Sound() {
                            @Override
                            Identity find(String text) {
                                return super.find(text.isEmpty() ? KEY : text);
                            }
                        },
                        AuthenticatorConformance::hostileInputIsRefusedInFewAndHarmlessWords),
                caught(
                        "it gives the wrong roles",
                        new Sound() {
                            @Override
                            Identity find(String text) {
                                Identity found = super.find(text);
                                return new Identity(
                                        new Principal(found.principal().name(), Set.of("admin")), Identity.NEVER);
                            }
                        },
                        AuthenticatorConformance::acceptedCredentialsGiveTheirPrincipal),
                caught(
                        "what it accepts is over at once",
                        new Sound() {
                            @Override
                            Identity find(String text) {
                                return new Identity(super.find(text).principal(), 0);
                            }
                        },
                        AuthenticatorConformance::acceptedCredentialsGiveTheirPrincipal),
                caught(
                        "it holds whatever was given out by anybody",
                        new Sound() {
                            @Override
                            public boolean stillHolds(Identity identity) {
                                return true;
                            }
                        },
                        AuthenticatorConformance::askingWhetherAnIdentityStillHoldsIsNoError),
                caught(
                        "it refuses what is another's",
                        new Sound() {
                            @Override
                            public Optional<Identity> authenticate(Credentials credentials) {
                                Optional<Identity> found = super.authenticate(credentials);
                                if (found.isEmpty()) {
                                    throw refused("this is no key");
                                }
                                return found;
                            }
                        },
                        AuthenticatorConformance::credentialsOfOtherKindsAreLeftToOthers),
                caught(
                        "it has one sentence for everything",
                        new Sound() {
                            @Override
                            Identity find(String text) {
                                try {
                                    return super.find(text);
                                } catch (ElanusException e) {
                                    throw refused("no");
                                }
                            }
                        },
                        AuthenticatorConformance::eachCauseIsRefusedInWordsOfItsOwn),
                caught(
                        "it quotes what it was given",
                        new Sound() {
                            @Override
                            Identity find(String text) {
                                if (!text.equals(KEY)) {
                                    throw refused("the key '" + text + "' is unknown");
                                }
                                return super.find(text);
                            }
                        },
                        AuthenticatorConformance::secretsAreShownNowhere),
                caught(
                        "it quotes what it was given in the cause",
                        new Sound() {
                            @Override
                            Identity find(String text) {
                                try {
                                    return super.find(text);
                                } catch (ElanusException e) {
                                    throw new ElanusException(
                                            e.code(), e.getMessage(), new IllegalArgumentException(text));
                                }
                            }
                        },
                        AuthenticatorConformance::secretsAreShownNowhere),
                caught(
                        "its own toString shows what it was configured with",
                        new Sound() {
                            @Override
                            public String toString() {
                                return "Keys[a configured secret]";
                            }
                        },
                        AuthenticatorConformance::secretsAreShownNowhere),
                caught(
                        "it answers a hostile text in its own words",
                        new Sound() {
                            @Override
                            Identity find(String text) {
                                throw refused("'" + text + "' is unknown");
                            }
                        },
                        AuthenticatorConformance::hostileInputIsRefusedInFewAndHarmlessWords),
                caught(
                        "it throws what it should not",
                        new Sound() {
                            @Override
                            public Optional<Identity> authenticate(Credentials credentials) {
                                if (credentials instanceof Credentials.Token(String text) && text.indexOf('\0') >= 0) {
                                    throw new IllegalArgumentException("bad");
                                }
                                return super.authenticate(credentials);
                            }
                        },
                        AuthenticatorConformance::hostileInputIsRefusedInFewAndHarmlessWords),
                caught(
                        "it accepts on the second try",
                        new Sound() {
                            private final Map<String, AtomicInteger> tries = new ConcurrentHashMap<>();

                            @Override
                            Identity find(String text) {
                                int number = tries.computeIfAbsent(text, _ -> new AtomicInteger())
                                        .incrementAndGet();
                                return super.find(number > 1 ? KEY : text);
                            }
                        },
                        AuthenticatorConformance::answersAreEqualInWhateverOrderTheyAreAskedFor),
                caught(
                        "threads share what it looks at",
                        new Sound() {
                            private volatile String current = "";

                            @Override
                            Identity find(String text) {
                                current = text;
                                Thread.yield();
                                return super.find(current);
                            }
                        },
                        check -> {
                            // A race is not lost each time.
                            for (int round = 0; round < 200; round++) {
                                try {
                                    check.manyThreadsGetEqualAnswers();
                                } catch (Exception e) {
                                    throw new AssertionError(e);
                                }
                            }
                        }));
    }

    /** Allows readers to search. */
    private static class SoundRules implements Authorizer {
        @Override
        public String name() {
            return "rules";
        }

        @Override
        public Decision authorize(Principal caller, Action action, Resource resource) {
            return caller.roles().contains("reader") && action == Action.SEARCH
                    ? Decision.ALLOWED
                    : Decision.denied("no rule allows it");
        }
    }

    private static final class RulesKit extends AuthorizerConformance {
        private final Authorizer authorizer;

        RulesKit(Authorizer authorizer) {
            this.authorizer = authorizer;
        }

        @Override
        protected AuthorizerSubject subject() {
            Resource books = Resource.collection("default", "books");
            return AuthorizerSubject.of(authorizer)
                    .allows(ALICE, Action.SEARCH, books)
                    .denies(ALICE, Action.INSERT, books)
                    .denies(new Principal("bob", Set.of()), Action.SEARCH, books);
        }
    }

    private static DynamicTest caught(String name, Authorizer broken, Consumer<AuthorizerConformance> check) {
        return DynamicTest.dynamicTest(name, () -> {
            for (Authorizer each : new Authorizer[] {new SoundRules(), broken}) {
                RulesKit kit = new RulesKit(each);
                kit.openSubject();
                Throwable thrown = catchThrowable(() -> check.accept(kit));
                kit.closeSubject();
                if (each == broken) {
                    assertThat(thrown).as("what the check says").isNotNull();
                } else {
                    assertThat(thrown).as("the check of a sound authoriser").isNull();
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> brokenAuthorizers() {
        return Stream.of(
                caught(
                        "it allows whatever it does not know",
                        new SoundRules() {
                            @Override
                            public Decision authorize(Principal caller, Action action, Resource resource) {
                                return action == Action.INSERT
                                        ? super.authorize(caller, action, resource)
                                        : Decision.ALLOWED;
                            }
                        },
                        AuthorizerConformance::aStrangerWithoutRolesChangesNothing),
                caught(
                        "it knows root by a part of the name",
                        new SoundRules() {
                            @Override
                            public Decision authorize(Principal caller, Action action, Resource resource) {
                                return caller.name().strip().equals("root")
                                        ? Decision.ALLOWED
                                        : super.authorize(caller, action, resource);
                            }
                        },
                        AuthorizerConformance::aStrangerWithoutRolesChangesNothing),
                caught(
                        "it strips what roles are called",
                        new SoundRules() {
                            @Override
                            public Decision authorize(Principal caller, Action action, Resource resource) {
                                boolean reader = caller.roles().stream()
                                        .anyMatch(role -> role.strip().equals("reader"));
                                return super.authorize(
                                        reader ? ALICE : new Principal(caller.name(), Set.of()), action, resource);
                            }
                        },
                        AuthorizerConformance::rolesAreComparedExactly),
                caught(
                        "it denies without a reason",
                        new SoundRules() {
                            @Override
                            public Decision authorize(Principal caller, Action action, Resource resource) {
                                Decision decision = super.authorize(caller, action, resource);
                                return decision.allowed() ? decision : Decision.denied("");
                            }
                        },
                        AuthorizerConformance::whatIsDeniedIsDeniedForAReason),
                caught(
                        "it throws for a resource that it does not know",
                        new SoundRules() {
                            @Override
                            public Decision authorize(Principal caller, Action action, Resource resource) {
                                if (resource.database().startsWith("no ")) {
                                    throw new IllegalArgumentException("no such database");
                                }
                                return super.authorize(caller, action, resource);
                            }
                        },
                        AuthorizerConformance::everyActionOnEveryResourceHasADecision),
                caught(
                        "its reasons have the lines of whoever asks",
                        new SoundRules() {
                            @Override
                            public Decision authorize(Principal caller, Action action, Resource resource) {
                                Decision decision = super.authorize(caller, action, resource);
                                return decision.allowed() ? decision : Decision.denied("not on " + resource);
                            }
                        },
                        AuthorizerConformance::hostileNamesGetADecisionWithHarmlessWords),
                caught(
                        "what may be searched may not be known",
                        new SoundRules() {
                            @Override
                            public boolean mayKnow(Principal caller, Resource collection) {
                                return false;
                            }
                        },
                        AuthorizerConformance::aCollectionOfWhichAnythingIsAllowedMayBeKnown));
    }
}
