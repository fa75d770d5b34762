package org.elanus.plugin.apimilvus;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.elanus.core.access.Access;
import org.elanus.core.config.AuthConfig;
import org.elanus.core.registry.Registry;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Decision;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;

/**
 * An endpoint behind a real door. Tokens say what their bearers may do: {@code only-Search}, {@code but-Search}, {@code all},
 * {@code nothing}. The one password is that of {@code ann}.
 */
final class GuardedEndpoint implements AutoCloseable, Authenticator, Authorizer {

    static final String PASSWORD = "s3cret:with colon";

    final Queue<Event> events = new ConcurrentLinkedQueue<>();
    final Set<String> revoked = ConcurrentHashMap.newKeySet();
    final Endpoint endpoint;

    GuardedEndpoint() {
        Registry registry = new Registry();
        registry.register(Authenticator.class, "test", this, "test");
        registry.register(Authorizer.class, "test", this, "test");
        TestHost host = new TestHost(Endpoint.config(0));
        AtomicReference<Database> behind = new AtomicReference<>();
        Access access = Access.builder()
                .configuration(new AuthConfig(true, List.of("test"), "test", "", List.of()))
                .registry(registry)
                .events(events::add)
                .build(behind::get, host, host, host);
        endpoint = new Endpoint(
                0,
                database -> {
                    behind.set(database);
                    return access.database();
                },
                access);
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        return switch (credentials) {
            case Credentials.Password password -> {
                if (!password.user().equals("ann") || !password.password().equals(PASSWORD)) {
                    throw new ElanusException(StandardErrorCode.UNAUTHENTICATED, "wrong password or no such user");
                }
                yield Optional.of(identity("ann", Set.of()));
            }
            case Credentials.Token token -> {
                if (revoked.contains(token.text())) {
                    throw new ElanusException(StandardErrorCode.UNAUTHENTICATED, "the token is revoked");
                }
                yield rights(token.text()).map(rights -> identity("bearer", rights));
            }
            default -> Optional.empty();
        };
    }

    private static Identity identity(String user, Collection<String> rights) {
        return new Identity(new Principal(user, new HashSet<>(rights)), Identity.NEVER);
    }

    private static Optional<Collection<String>> rights(String token) {
        List<String> all = Arrays.stream(Action.values()).map(Action::wireName).toList();
        if (token.startsWith("only-")) {
            return Optional.of(List.of(token.substring("only-".length())));
        }
        if (token.startsWith("but-")) {
            String not = token.substring("but-".length());
            return Optional.of(all.stream().filter(name -> !name.equals(not)).toList());
        }
        return switch (token) {
            case "all" -> Optional.of(all);
            case "nothing" -> Optional.of(List.of());
            default -> Optional.empty();
        };
    }

    @Override
    public Decision authorize(Principal caller, Action action, Resource resource) {
        return caller.roles().contains(action.wireName()) ? Decision.ALLOWED : Decision.denied("no such right");
    }

    @Override
    public void close() throws InterruptedException {
        endpoint.close();
    }
}
