package org.elanus.core.access.rbac;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.elanus.core.catalog.AccessRecords.Group;
import org.elanus.core.catalog.AccessRecords.Privilege;
import org.elanus.core.catalog.AccessRecords.Role;
import org.elanus.core.catalog.AccessView;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** What a caller holds as of one view: nobody gives or takes more than that. */
final class Holdings {

    private final AccessView view;
    private final Principal caller;
    private final boolean everything;
    private final List<RolePermissions> roles = new ArrayList<>();

    /** @param enforced whether callers sign in at all; otherwise everybody holds everything */
    Holdings(AccessView view, Principal caller, boolean enforced) {
        this.view = view;
        this.caller = caller;
        this.everything = !enforced || caller.roles().contains(AccessControl.ADMIN);
        for (Map.Entry<String, Role> role : view.roles().entrySet()) {
            if (role.getKey().equals(AccessControl.PUBLIC) || caller.roles().contains(role.getKey())) {
                roles.add(RolePermissions.of(role.getValue(), view.groups(), null));
            }
        }
    }

    boolean isAdmin() {
        return everything;
    }

    void requireAdmin(String what) {
        if (!everything) {
            throw denied(what + " takes the role 'admin'");
        }
    }

    /** @throws ElanusException PERMISSION_DENIED when the grant reaches beyond what the caller holds */
    void require(Privilege privilege) {
        require(privilege, view.groups());
    }

    /** As above, with groups that are not in the view yet. */
    void require(Privilege privilege, Map<String, Group> groups) {
        if (everything) {
            return;
        }
        for (Action action : RolePermissions.effective(privilege, groups)) {
            require(action, privilege);
        }
    }

    /** As above, for one action where the grant is. */
    void require(Action action, Privilege privilege) {
        if (everything || roles.stream().anyMatch(role -> role.covers(action, privilege))) {
            return;
        }
        throw denied("'" + action.wireName() + "' on " + privilege.objectType() + " '" + privilege.objectName()
                + "' in database '" + privilege.database() + "' is more than the caller holds");
    }

    /** The caller must hold all that the role has. A role that is not there has nothing. */
    void requireRole(String name) {
        if (everything) {
            return;
        }
        if (name.equals(AccessControl.ADMIN)) {
            throw denied("the role 'admin' is more than the caller holds");
        }
        Role role = view.roles().get(name);
        if (role != null) {
            role.privileges().forEach(this::require);
        }
    }

    private ElanusException denied(String why) {
        return new ElanusException(
                StandardErrorCode.PERMISSION_DENIED,
                "user '" + AccessLimits.shown(caller.name()) + "' may not do this: " + why);
    }
}
