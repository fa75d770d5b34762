package org.elanus.core.access.rbac;

import java.util.Map;
import java.util.Set;
import org.elanus.core.catalog.AccessRecords.Group;
import org.elanus.core.catalog.AccessRecords.Privilege;
import org.elanus.core.catalog.AccessRecords.Role;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.database.CallContext;
import org.jspecify.annotations.Nullable;

/** What one role may do, laid out for quick answers. Immutable. */
final class RolePermissions {

    private static final int ACTIONS = Action.values().length;

    private final Role role;
    private final Map<String, Group> groups;
    private final @Nullable Reach[] byAction = new Reach[ACTIONS];

    private RolePermissions(Role role, Map<String, Group> groups) {
        this.role = role;
        this.groups = groups;
        for (Privilege privilege : role.privileges()) {
            for (Action action : effective(privilege, groups)) {
                Reach reach = byAction[action.ordinal()];
                if (reach == null) {
                    reach = new Reach();
                    byAction[action.ordinal()] = reach;
                }
                if (action.scope() == Action.Scope.CLUSTER) {
                    reach.add(AccessControl.ANY, AccessControl.ANY);
                } else if (action.scope() == Action.Scope.USER) {
                    reach.add(AccessControl.ANY, privilege.objectName());
                } else {
                    reach.add(privilege.database(), privilege.objectName());
                }
            }
        }
    }

    /** @param before that of an earlier moment, which is used again when nothing of it has changed */
    static RolePermissions of(Role role, Map<String, Group> groups, @Nullable RolePermissions before) {
        return before != null && before.role == role && before.groups == groups
                ? before
                : new RolePermissions(role, groups);
    }

    /**
     * The actions that a grant allows. What is the cluster's is allowed by its own name wherever that is granted, and
     * together with others only where these are granted on everything. All privileges of one database are that database's
     * alone; the default one stands for the server in grants of the first version, which need not name a database.
     */
    static Set<Action> effective(Privilege privilege, Map<String, Group> groups) {
        Set<Action> actions = Privileges.actions(privilege.privilege(), type(privilege), groups)
                .orElse(Set.of());
        String name = privilege.privilege();
        boolean anyName = privilege.objectName().equals(AccessControl.ANY);
        boolean several = name.equals(AccessControl.ANY) || name.equals(Privileges.ALL);
        boolean anyDatabase = privilege.database().equals(AccessControl.ANY)
                || (several && privilege.database().equals(CallContext.DEFAULT_DATABASE));
        if (!(anyName && anyDatabase) && (several || Privileges.isGroup(name, groups))) {
            boolean ofUsers = several && type(privilege) == Action.ObjectType.USER;
            actions.removeIf(action -> action.scope() == Action.Scope.CLUSTER
                    || (action.scope() == Action.Scope.USER && !ofUsers));
        }
        return actions;
    }

    static Action.ObjectType type(Privilege privilege) {
        for (Action.ObjectType type : Action.ObjectType.values()) {
            if (type.wireName().equals(privilege.objectType())) {
                return type;
            }
        }
        return Action.ObjectType.GLOBAL;
    }

    boolean allows(Action action, Resource resource) {
        Reach reach = byAction[action.ordinal()];
        if (reach == null) {
            return false;
        }
        return action.scope() == Action.Scope.USER
                ? reach.holds("", resource.user())
                : reach.holds(resource.database(), resource.collection());
    }

    /** Whether the role reaches at least as far as this grant does for the action. */
    boolean covers(Action action, Privilege privilege) {
        Reach reach = byAction[action.ordinal()];
        if (reach == null) {
            return false;
        }
        return switch (action.scope()) {
            case CLUSTER -> true;
            case USER -> reach.covers(AccessControl.ANY, privilege.objectName());
            case DATABASE, COLLECTION -> reach.covers(privilege.database(), privilege.objectName());
        };
    }
}
