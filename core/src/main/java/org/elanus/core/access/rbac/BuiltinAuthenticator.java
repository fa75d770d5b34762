package org.elanus.core.access.rbac;

import java.util.Optional;
import java.util.Set;
import org.elanus.core.catalog.AccessRecords.Key;
import org.elanus.core.catalog.AccessRecords.User;
import org.elanus.core.catalog.AccessStore;
import org.elanus.core.catalog.AccessView;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;

/** Recognises the users of the metadata store by their passwords, and API keys. */
public final class BuiltinAuthenticator implements Authenticator {

    public static final String NAME = "builtin";

    /** What the name of a key's holder begins with; no user can be called so. */
    public static final String API_KEY_PREFIX = ApiKeys.PRINCIPAL;

    /** Longer ones are no password that could have been set. */
    private static final int LONGEST_PASSWORD = 1_024;

    private final AccessStore store;
    private final RbacSettings settings;
    private final PasswordHashes hashes;
    private final ApiKeys keys;
    private final Clock clock;

    public BuiltinAuthenticator(
            AccessStore store,
            RbacSettings settings,
            PasswordHashes hashes,
            StoredAccessControl access,
            Clock clock) {
        this.store = store;
        this.settings = settings;
        this.hashes = hashes;
        this.keys = access.keys();
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        return switch (credentials) {
            case Credentials.Password password -> Optional.of(user(password));
            case Credentials.Token token -> keys.find(token.text()).map(this::identity);
            case Credentials.None none -> Optional.empty();
            case Credentials.Certificate certificate -> Optional.empty();
        };
    }

    private Identity user(Credentials.Password given) {
        String password = given.password().length() > LONGEST_PASSWORD ? "" : given.password();
        User user = store.view().users().get(given.user());
        if (user == null) {
            hashes.matchesNobody(password);
            throw refused();
        }
        if (!hashes.matches(password, settings.hashOf(user))) {
            throw refused();
        }
        return identity(user);
    }

    private static ElanusException refused() {
        return new ElanusException(StandardErrorCode.UNAUTHENTICATED, "the user name or the password is wrong");
    }

    private Identity identity(User user) {
        return new Identity(new Principal(user.name(), user.roles()), Identity.NEVER, PasswordHashes.salt(settings.hashOf(user)));
    }

    private Identity identity(Key key) {
        return new Identity(
                new Principal(ApiKeys.PRINCIPAL + key.id(), ApiKeys.roles(store.view(), key)),
                key.expiresAt());
    }

    @Override
    public boolean stillHolds(Identity identity) {
        AccessView view = store.view();
        String name = identity.principal().name();
        Set<String> roles = identity.principal().roles();
        if (name.startsWith(ApiKeys.PRINCIPAL)) {
            Key key = view.keys().get(name.substring(ApiKeys.PRINCIPAL.length()));
            return key != null
                    && key.expiresAt() > clock.millis()
                    && ApiKeys.roles(view, key).equals(roles);
        }
        User user = view.users().get(name);
        return user != null
                && user.roles().equals(roles)
                && PasswordHashes.salt(settings.hashOf(user)).equals(identity.stamp());
    }
}
