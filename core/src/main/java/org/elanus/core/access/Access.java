package org.elanus.core.access;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.elanus.core.config.AuthConfig;
import org.elanus.core.registry.Registry;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Door;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.auth.Session;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;

/**
 * The one door to a database. Callers sign in here, and every call goes through one chain of steps to the database
 * behind. Safe for use by many threads; nothing to close.
 */
public final class Access implements Door {

    private static final Session ANYBODY = new Session() {
        @Override
        public Principal principal() {
            return Principal.ANONYMOUS;
        }

        @Override
        public boolean isEnded() {
            return false;
        }
    };

    /** Whoever is signed in may ask for them, and gets what it may know of. */
    private static final Set<Action> LISTS =
            EnumSet.of(Action.LIST_DATABASES, Action.SHOW_COLLECTIONS, Action.LIST_ALIASES);

    private final AuthConfig config;
    private final Registry registry;
    private final Permissions permissions;
    private final SignIn signIn;
    private final Database guarded;
    private final BiConsumer<Action, Throwable> failures;
    private volatile @Nullable AccessControl stored;

    private Access(
            AuthConfig config,
            Registry registry,
            Permissions permissions,
            SignIn signIn,
            Database guarded,
            BiConsumer<Action, Throwable> failures) {
        this.failures = failures;
        this.config = config;
        this.registry = registry;
        this.permissions = permissions;
        this.signIn = signIn;
        this.guarded = guarded;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The database behind the door. */
    public Database database() {
        return guarded;
    }

    /**
     * Makes sure that what the configuration names is there.
     *
     * @throws ElanusException CONFIGURATION_INVALID naming the setting and what is available
     */
    public void check() {
        if (!config.enabled()) {
            return;
        }
        if (config.authenticators().isEmpty()) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID,
                    "auth.authenticators is empty, so nobody could sign in; name at least one");
        }
        config.authenticators()
                .forEach(name -> check(
                        "auth.authenticators", Authenticator.class, name, Authenticator::requireConfigured));
        check("auth.authorizer", Authorizer.class, config.authorizer(), _ -> {});
    }

    private <T> void check(String key, Class<T> kind, String name, Consumer<T> check) {
        try (Registry.Lease<T> lease = registry.lease(kind, name)) {
            check.accept(lease.get());
        } catch (ElanusException e) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID, key + " = " + name + ": " + e.getMessage(), e);
        }
    }

    /** From now on endpoints get these users and roles; null for none any more. */
    public void accessControl(@Nullable AccessControl control) {
        stored = control == null ? null : new GuardedAccessControl(control, this, permissions::announce);
    }

    @Override
    public AccessControl accessControl() {
        AccessControl control = stored;
        if (control == null) {
            throw new ElanusException(StandardErrorCode.NOT_READY, "users and roles are not open yet");
        }
        return control;
    }

    @Override
    public boolean isEnabled() {
        return config.enabled();
    }

    @Override
    public Optional<Session> recognise(Credentials credentials) {
        return config.enabled() ? signIn.recognise(credentials) : Optional.of(ANYBODY);
    }

    @Override
    public Session signIn(Credentials credentials, String remoteAddress) {
        return config.enabled() ? signIn.signIn(credentials, remoteAddress) : ANYBODY;
    }

    @Override
    public void failed(Action action, Throwable error) {
        failures.accept(action, error);
    }

    @Override
    public void require(CallContext context, Action action, Resource resource) {
        if (!config.enabled()) {
            return;
        }
        if (resource.collection().isEmpty() && LISTS.contains(action)) {
            permissions.require(context, Action.CONNECT, resource, resource);
            return;
        }
        Resource called = resource.collection().isEmpty()
                ? resource
                : permissions.collection(context.in(resource.database()), resource.collection());
        permissions.require(context, action, called, resource);
    }

    /** Collects what the door is made of. */
    public static final class Builder {

        private AuthConfig config = new AuthConfig(false, List.of(), "", "", List.of());
        private Registry registry = new Registry();
        private Consumer<Event> events = event -> {};
        private BiConsumer<Action, Throwable> failures = (action, error) -> {};
        private final List<Step> steps = new ArrayList<>();

        private Builder() {}

        public Builder configuration(AuthConfig newConfig) {
            config = newConfig;
            return this;
        }

        /** Has the authenticators and authorisers that plugins contribute. */
        public Builder registry(Registry newRegistry) {
            registry = newRegistry;
            return this;
        }

        /** Hears of what matters to security. Returns at once. */
        public Builder events(Consumer<Event> listener) {
            events = listener;
            return this;
        }

        /** Hears of the calls that endpoints say have failed. Returns at once. */
        public Builder failures(BiConsumer<Action, Throwable> listener) {
            failures = listener;
            return this;
        }

        /** Adds a step that hears of every call, those too that are refused further on. */
        public Builder step(Step step) {
            steps.add(step);
            return this;
        }

        /** @param database asked on every call; throws while there is none */
        public Access build(Supplier<Database> database, Clock clock, Threads threads, Randomness randomness) {
            Permissions permissions =
                    new Permissions(config.enabled(), config.authorizer(), registry, database, events, clock);
            List<Step> all = new ArrayList<>(steps);
            all.add(new Authorization(permissions));
            all.add(new Announcement(events, clock));
            return new Access(
                    config,
                    registry,
                    permissions,
                    new SignIn(config.authenticators(), registry, clock, threads, randomness, events),
                    new GuardedDatabase(database, permissions, new Chain(all), clock),
                    failures);
        }
    }
}
