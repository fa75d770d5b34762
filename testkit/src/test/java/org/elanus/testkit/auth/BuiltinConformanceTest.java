package org.elanus.testkit.auth;

import java.time.Duration;
import java.util.Set;
import org.elanus.core.access.BuiltinAccess;
import org.elanus.core.runtime.SystemClock;
import org.elanus.core.runtime.SystemRandomness;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.ApiKeySpec;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.NewApiKey;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Principal;
import org.elanus.testkit.metadata.InMemoryMetadataStore;
import org.junit.jupiter.api.Nested;

/** The kits, with the users, roles and API keys that the server keeps itself. */
class BuiltinConformanceTest {

    /** Fewer than a server takes, for the sake of time. */
    private static final int ITERATIONS = 1_000;

    private static final CallContext ROOT =
            CallContext.of(new Principal(AccessControl.ROOT, Set.of(AccessControl.ADMIN)));

    private final InMemoryMetadataStore store = new InMemoryMetadataStore();
    private final BuiltinAccess access = BuiltinAccess.open(
            store, true, Set.of(), "the first password", ITERATIONS, new SystemClock(), new SystemRandomness());

    private void makeUsers() {
        AccessControl control = access.control();
        control.createUser(ROOT, "alice", "alice's password", "");
        control.createUser(ROOT, "bob", "bob's password", "");
        control.createRole(ROOT, "reader", "");
        control.grant(ROOT, "reader", "Search", "default", "books");
        control.grant(ROOT, "reader", "DescribeDatabase", "default", "*");
        control.assignRole(ROOT, "alice", "reader");
    }

    private void close() {
        access.close();
        store.close();
    }

    @Nested
    class TheAuthenticator extends AuthenticatorConformance {

        @Override
        protected AuthenticatorSubject subject() {
            makeUsers();
            Principal alice = new Principal("alice", Set.of("reader"));
            ApiKeySpec spec = new ApiKeySpec("", Set.of("reader"), Duration.ofHours(1));
            NewApiKey key = access.control().createApiKey(CallContext.of(alice), spec);
            NewApiKey revoked = access.control().createApiKey(CallContext.of(alice), spec);
            access.control().revokeApiKey(CallContext.of(alice), revoked.info().id());
            return AuthenticatorSubject.of(access.authenticator())
                    .accepts(new Credentials.Password("alice", "alice's password"), alice)
                    .accepts(new Credentials.Password("bob", "bob's password"), new Principal("bob", Set.of()))
                    .accepts(
                            new Credentials.Password("root", "the first password"),
                            new Principal("root", Set.of(AccessControl.ADMIN)))
                    .accepts(
                            new Credentials.Token(key.key()),
                            new Principal("apikey:" + key.info().id(), Set.of("reader")))
                    .refuses("user or password", new Credentials.Password("alice", "bob's password"))
                    .refuses("user or password", new Credentials.Password("carol", "alice's password"))
                    .refuses("user or password", new Credentials.Password("Alice", "alice's password"))
                    .refuses("user or password", new Credentials.Password("root", "Milvus"))
                    .refuses("revoked", new Credentials.Token(revoked.key()));
        }

        @Override
        protected void endSubject() {
            close();
        }
    }

    @Nested
    class TheAuthorizer extends AuthorizerConformance {

        @Override
        protected AuthorizerSubject subject() {
            makeUsers();
            Principal root = new Principal("root", Set.of(AccessControl.ADMIN));
            Principal alice = new Principal("alice", Set.of("reader"));
            Principal bob = new Principal("bob", Set.of());
            Resource books = Resource.collection("default", "books");
            return AuthorizerSubject.of(access.authorizer())
                    .allows(root, Action.DROP_DATABASE, Resource.database("default"))
                    .allows(root, Action.SEARCH, books)
                    .allows(root, Action.RESTORE_RBAC, Resource.CLUSTER)
                    .allows(alice, Action.SEARCH, books)
                    .allows(alice, Action.DESCRIBE_DATABASE, Resource.database("default"))
                    .allows(alice, Action.UPDATE_USER, Resource.user("alice"))
                    .allows(bob, Action.DESCRIBE_COLLECTION, books)
                    .denies(alice, Action.SEARCH, Resource.collection("default", "notes"))
                    .denies(alice, Action.SEARCH, Resource.collection("other", "books"))
                    .denies(alice, Action.QUERY, books)
                    .denies(alice, Action.UPDATE_USER, Resource.user("bob"))
                    .denies(bob, Action.SEARCH, books)
                    .denies(bob, Action.DESCRIBE_DATABASE, Resource.database("default"));
        }

        @Override
        protected void endSubject() {
            close();
        }
    }
}
