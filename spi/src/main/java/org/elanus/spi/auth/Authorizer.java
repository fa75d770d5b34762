package org.elanus.spi.auth;

import org.elanus.spi.PluginImplements;
import org.elanus.spi.database.Principal;

/**
 * Says what callers may do. Used by many threads, several times a call: it answers from memory in well below a
 * microsecond, takes no lock that a writer holds for long, and never blocks. A change of permissions has effect on
 * the next call. {@code auth.authorizer} names the one that is used.
 */
@PluginImplements
public interface Authorizer {

    /** The name by which {@code auth.authorizer} chooses it, in lower case. */
    String name();

    /**
     * Whether the caller may do this. What it throws counts as denied. Not asked for {@link Action#CONNECT}, which
     * every caller may that is signed in, nor for the service principals of plugins.
     */
    Decision authorize(Principal caller, Action action, Resource resource);

    /**
     * Whether the caller may learn that the collection exists: it then appears in lists. By default, when the caller
     * may do anything at all to it.
     */
    default boolean mayKnow(Principal caller, Resource collection) {
        for (Action action : Action.values()) {
            if (action.scope() == Action.Scope.COLLECTION
                    && authorize(caller, action, collection).allowed()) {
                return true;
            }
        }
        return false;
    }
}
