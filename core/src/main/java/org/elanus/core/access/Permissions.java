package org.elanus.core.access;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.elanus.core.registry.Registry;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.auth.Decision;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.Definitions;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.elanus.spi.runtime.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the authoriser that the configuration names, and says no in one voice. What cannot be decided is denied. Safe for
 * use by many threads.
 */
final class Permissions {

    /** Names of principals that no authenticator may give out. */
    static final String SERVICE_PREFIX = "plugin:";

    private static final Logger log = LoggerFactory.getLogger(Permissions.class);

    private final boolean enabled;
    private final String authorizer;
    private final Registry registry;
    private final Supplier<? extends Definitions> definitions;
    private final Consumer<Event> events;
    private final Clock clock;

    Permissions(
            boolean enabled,
            String authorizer,
            Registry registry,
            Supplier<? extends Definitions> definitions,
            Consumer<Event> events,
            Clock clock) {
        this.enabled = enabled;
        this.authorizer = authorizer;
        this.registry = registry;
        this.definitions = definitions;
        this.events = events;
        this.clock = clock;
    }

    boolean isEnabled() {
        return enabled;
    }

    /** The caller, when somebody was signed in. */
    private static Principal caller(CallContext context) {
        Principal caller = context.caller();
        if (caller.equals(Principal.ANONYMOUS)) {
            throw new ElanusException(
                    StandardErrorCode.UNAUTHENTICATED, "missing authorization in header: nobody is signed in");
        }
        return caller;
    }

    /**
     * Returns the decision when it is a yes.
     *
     * @param resource as it is called
     * @param named as the caller named it, for the denial
     */
    Decision require(CallContext context, Action action, Resource resource, Resource named) {
        if (!enabled) {
            return Decision.ALLOWED;
        }
        Principal caller = caller(context);
        Decision decision = decide(caller, action, resource);
        if (decision.allowed()) {
            return decision;
        }
        throw denied(context, action, named, decision.reason());
    }

    /** The same words whether there is such a thing or not. */
    ElanusException denied(CallContext context, Action action, Resource named, String reason) {
        String user = context.caller().name();
        log.debug("{} denied {} on {} ({}): {}", user, action.wireName(), named, context.requestId(), reason);
        events.accept(new Event.AccessDenied(clock.millis(), user, action, named, context.requestId(), reason));
        return new ElanusException(
                StandardErrorCode.PERMISSION_DENIED,
                "user '%s' may not %s on %s".formatted(user, action.wireName(), named));
    }

    /** Tells listeners what was changed. */
    void announce(CallContext context, String operation, Action action, Resource resource) {
        events.accept(new Event.DefinitionChanged(
                clock.millis(), context.caller().name(), operation, action, resource, context.requestId()));
    }

    private Decision decide(Principal caller, Action action, Resource resource) {
        if (action == Action.CONNECT || isService(caller)) {
            return Decision.ALLOWED;
        }
        try (Registry.Lease<Authorizer> lease = lease()) {
            Authorizer asked = lease.get();
            Decision decision = asked.authorize(caller, action, resource);
            // A collection is on its list for everybody who may do something to it.
            boolean seen = !decision.allowed()
                    && action == Action.SHOW_COLLECTIONS
                    && !resource.collection().isEmpty()
                    && asked.mayKnow(caller, resource);
            return seen ? Decision.ALLOWED : decision;
        } catch (ElanusException e) {
            if (e.code() == StandardErrorCode.NOT_READY) {
                throw e;
            }
            return failed(e);
        } catch (RuntimeException e) {
            return failed(e);
        }
    }

    private Decision failed(RuntimeException e) {
        log.warn("authoriser {} failed; the call is denied", authorizer, e);
        return Decision.denied("the authoriser failed");
    }

    private Registry.Lease<Authorizer> lease() {
        try {
            return registry.lease(Authorizer.class, authorizer);
        } catch (ElanusException e) {
            throw new ElanusException(
                    StandardErrorCode.NOT_READY, "nobody can tell now what callers may do; try again", e);
        }
    }

    private boolean allows(Principal caller, Action action, Resource resource) {
        return decide(caller, action, resource).allowed();
    }

    /** Whether the caller may learn that the collection exists. */
    boolean mayKnow(CallContext context, CollectionInfo collection) {
        return !enabled
                || allows(
                        caller(context),
                        Action.SHOW_COLLECTIONS,
                        Resource.collection(collection.database(), collection.name()));
    }

    /** Whether the caller may learn that the database exists; everybody knows the default one. */
    boolean mayKnow(CallContext context, String database) {
        if (!enabled || database.equals(CallContext.DEFAULT_DATABASE)) {
            return true;
        }
        Principal caller = caller(context);
        for (Action action : Action.values()) {
            if ((action.scope() == Action.Scope.DATABASE || action == Action.LIST_DATABASES)
                    && allows(caller, action, Resource.database(database))) {
                return true;
            }
        }
        for (CollectionInfo collection : definitions.get().collections(context.in(database))) {
            if (mayKnow(context, collection)) {
                return true;
            }
        }
        return false;
    }

    static boolean isService(Principal caller) {
        return caller.name().startsWith(SERVICE_PREFIX);
    }

    /** The collection that a name or an alias stands for; one that is not there is called as it is named. */
    Resource collection(CallContext context, String name) {
        try {
            CollectionInfo info = definitions.get().collection(context, name);
            return Resource.collection(info.database(), info.name());
        } catch (ElanusException e) {
            if (e.code().category() != ErrorCategory.USER) {
                throw e;
            }
            return Resource.collection(databaseName(context.database()), name);
        }
    }

    /** Empty text means the default one, wherever a database is named. */
    static String databaseName(String name) {
        return name.isEmpty() ? CallContext.DEFAULT_DATABASE : name;
    }

    /** The error as callers may see it who do not know every database. */
    ElanusException discreet(ElanusException error, String database) {
        return enabled && error.code() == StandardErrorCode.DATABASE_NOT_FOUND
                ? new ElanusException(
                        StandardErrorCode.DATABASE_NOT_FOUND,
                        "database not found[database=" + databaseName(database) + "]")
                : error;
    }
}
