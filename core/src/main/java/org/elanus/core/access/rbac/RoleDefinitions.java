package org.elanus.core.access.rbac;

import java.util.List;
import org.elanus.core.catalog.AccessRecords.Role;
import org.elanus.core.catalog.AccessStore;
import org.elanus.core.catalog.AccessView;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;

/** Changes of roles, apart from what they are granted. */
final class RoleDefinitions {

    private final AccessStore store;
    private final RbacSettings settings;
    private final Clock clock;

    RoleDefinitions(AccessStore store, RbacSettings settings, Clock clock) {
        this.store = store;
        this.settings = settings;
        this.clock = clock;
    }

    void create(String name, String description) {
        AccessLimits.role(name);
        AccessLimits.description(description);
        store.change((view, edit) -> {
            if (exists(view, name)) {
                throw ElanusException.invalid("role [%s] already exists", name);
            }
            AccessLimits.number("roles", view.roles().size(), AccessLimits.ROLES);
            return edit.put(new Role(name, description, List.of(), clock.millis()));
        });
    }

    void describe(Principal caller, String name, String description) {
        AccessLimits.description(description);
        store.change((view, edit) -> {
            if (isBuiltIn(name)) {
                throw builtIn(name, "altered");
            }
            Role role = get(view, name);
            new Holdings(view, caller, settings.enforced()).requireRole(name);
            return edit.put(role.withDescription(description));
        });
    }

    void drop(Principal caller, String name, boolean force) {
        if (isBuiltIn(name)) {
            throw builtIn(name, "dropped");
        }
        store.change((view, edit) -> {
            Role role = get(view, name);
            if (!role.privileges().isEmpty() && !force) {
                throw ElanusException.invalid(
                        "fail to drop the role that it has privileges. Use REVOKE API to revoke privileges: role '%s' has %d",
                        name, role.privileges().size());
            }
            new Holdings(view, caller, settings.enforced()).requireRole(name);
            Accounts.forget(view, edit, name);
            return edit.deleteRole(name);
        });
    }

    static boolean isBuiltIn(String name) {
        return name.equals(AccessControl.ADMIN) || name.equals(AccessControl.PUBLIC);
    }

    private static ElanusException builtIn(String name, String what) {
        return new ElanusException(
                StandardErrorCode.PERMISSION_DENIED, "the role[" + name + "] is a default role, which can't be " + what);
    }

    static boolean exists(AccessView view, String name) {
        return name.equals(AccessControl.ADMIN) || view.roles().containsKey(name);
    }

    static void require(AccessView view, String name) {
        if (!exists(view, name)) {
            throw ElanusException.invalid(
                    "not found the role, maybe the role isn't existed: role '%s'", AccessLimits.shown(name));
        }
    }

    /** A role whose privileges may change: every one but admin. */
    static Role get(AccessView view, String name) {
        require(view, name);
        Role role = view.roles().get(name);
        if (role == null) {
            throw builtIn(name, "changed: it may do everything");
        }
        return role;
    }
}
