package org.elanus.core.access.rbac;

import java.util.List;
import java.util.Set;
import java.util.List;
import java.util.stream.Stream;
import org.elanus.core.catalog.AccessStore;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.auth.Decision;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.database.Principal;

/** Allows what the caller's roles are granted, and everybody what concerns itself. */
public final class RoleAuthorizer implements Authorizer {

    public static final String NAME = "rbac";

    private static final int SHOWN_ROLES = 20;

    private static final List<Action> OF_COLLECTIONS = Stream.of(Action.values())
            .filter(action -> action.scope() == Action.Scope.COLLECTION)
            .toList();

    private final AccessStore store;
    private final Permissions permissions;

    public RoleAuthorizer(AccessStore store) {
        this.store = store;
        this.permissions = new Permissions(store);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Decision authorize(Principal caller, Action action, Resource resource) {
        if (permissions.allows(caller.roles(), action, resource)
                || (action.scope() == Action.Scope.USER && isSelf(caller, action, resource))) {
            return Decision.ALLOWED;
        }
        return Decision.denied(
                caller.roles().isEmpty()
                        ? "the caller has no role, and 'public' has no grant for it"
                        : "none of the roles " + shown(caller.roles()) + " has a grant for it");
    }

    /** A token may name roles that could not be made here. */
    private static List<String> shown(Set<String> roles) {
        return roles.stream().sorted().limit(SHOWN_ROLES).map(AccessLimits::shown).toList();
    }

    /** As the interface says, without a reason for every action that is denied: lists ask for each collection. */
    @Override
    public boolean mayKnow(Principal caller, Resource collection) {
        for (Action action : OF_COLLECTIONS) {
            if (permissions.allows(caller.roles(), action, collection)) {
                return true;
            }
        }
        return false;
    }

    /** Everybody sees itself and changes its own password; users of this server have API keys of their own. */
    private boolean isSelf(Principal caller, Action action, Resource resource) {
        if (!resource.user().equals(caller.name()) || caller.name().startsWith(ApiKeys.PRINCIPAL)) {
            return false;
        }
        return switch (action) {
            case SELECT_USER, UPDATE_USER -> true;
            default -> store.view().users().containsKey(caller.name());
        };
    }
}
