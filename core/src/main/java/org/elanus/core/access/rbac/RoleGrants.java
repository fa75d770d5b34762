package org.elanus.core.access.rbac;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.elanus.core.catalog.AccessRecords.Group;
import org.elanus.core.catalog.AccessRecords.Privilege;
import org.elanus.core.catalog.AccessRecords.Role;
import org.elanus.core.catalog.AccessStore;
import org.elanus.core.catalog.AccessView;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Grant;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;

/** What roles are granted. */
final class RoleGrants {

    private final AccessStore store;
    private final RbacSettings settings;

    RoleGrants(AccessStore store, RbacSettings settings) {
        this.store = store;
        this.settings = settings;
    }

    /** A grant of the protocol's first version, which names the object type. */
    void change(Principal caller, Grant grant, boolean add) {
        change(caller, grant.role(), add, view -> checked(view.groups(), grant, caller.name()));
    }

    /** A grant of the second version, whose object type follows from the privilege. */
    void change(
            Principal caller, String role, String privilege, String database, String collection, boolean add) {
        AccessLimits.database(database);
        AccessLimits.collection(collection);
        String name = privilege.equals(AccessControl.ANY) ? Privileges.ALL : privilege;
        change(caller, role, add, view -> {
            Action.ObjectType type = Action.named(name).map(Action::objectType).orElse(Action.ObjectType.GLOBAL);
            if (Privileges.actions(name, type, view.groups()).isEmpty()) {
                throw Privileges.unknown(name);
            }
            checkLevel(view.groups(), name, database, collection);
            return new Privilege(type.wireName(), collection, name, database, caller.name());
        });
    }

    private void change(Principal caller, String roleName, boolean add, Function<AccessView, Privilege> wanted) {
        store.change((view, edit) -> {
            Role role = RoleDefinitions.get(view, roleName);
            Privilege privilege = wanted.apply(view);
            Holdings holdings = new Holdings(view, caller, settings.enforced());
            if (roleName.equals(AccessControl.PUBLIC)) {
                holdings.requireAdmin("a change of the role 'public', which everybody has,");
            }
            holdings.require(privilege);
            List<Privilege> privileges = new ArrayList<>(role.privileges());
            boolean had = privileges.removeIf(privilege::sameAs);
            if (had == add) {
                return edit;
            }
            if (add) {
                AccessLimits.number(
                        "privileges of the role '" + roleName + "'", privileges.size(), AccessLimits.PRIVILEGES_OF_ROLE);
                privileges.add(privilege);
            }
            return edit.put(role.withPrivileges(privileges));
        });
    }

    /** A grant that is well formed, and names a privilege that is there. */
    static Privilege checked(Map<String, Group> groups, Grant grant, String grantor) {
        AccessLimits.database(grant.database());
        if (grant.objectType() == Action.ObjectType.USER) {
            if (!grant.objectName().equals(AccessControl.ANY)) {
                AccessLimits.user(grant.objectName());
            }
        } else {
            AccessLimits.collection(grant.objectName());
        }
        String name = grant.privilege();
        if (Privileges.actions(name, grant.objectType(), groups).isEmpty()) {
            throw Privileges.unknown(name);
        }
        boolean single = Action.named(name).isPresent();
        if ((single && Privileges.action(name).objectType() != grant.objectType())
                || (name.equals(Privileges.ALL) && grant.objectType() != Action.ObjectType.GLOBAL)) {
            throw ElanusException.invalid(
                    "the privilege '%s' is not one of object type '%s', but of '%s'",
                    name,
                    grant.objectType().wireName(),
                    single
                            ? Privileges.action(name).objectType().wireName()
                            : Action.ObjectType.GLOBAL.wireName());
        }
        if (Privileges.isGroup(name, groups)) {
            checkLevel(groups, name, grant.database(), grant.objectName());
        }
        return new Privilege(
                grant.objectType().wireName(), grant.objectName(), name, grant.database(), grantor);
    }

    /** A group must be granted on as much as its members are about. */
    private static void checkLevel(Map<String, Group> groups, String name, String database, String collection) {
        boolean anyDatabase = database.equals(AccessControl.ANY);
        boolean anyCollection = collection.equals(AccessControl.ANY);
        Privileges.level(name, groups).ifPresent(level -> {
            switch (level) {
                case CLUSTER, USER -> {
                    if (!anyDatabase || !anyCollection) {
                        throw ElanusException.invalid(
                                "dbName and collectionName should be * for the cluster level privilege: %s", name);
                    }
                }
                case DATABASE -> {
                    if (!anyCollection) {
                        throw ElanusException.invalid(
                                "collectionName should be * for the database level privilege: %s", name);
                    }
                }
                case COLLECTION -> {
                    if (anyDatabase && !anyCollection) {
                        throw ElanusException.invalid(
                                "please specify database name for the collection level privilege: %s", name);
                    }
                }
            }
        });
    }

    List<Grant> of(String role) {
        AccessView view = store.view();
        if (role.equals(AccessControl.ADMIN)) {
            return List.of(new Grant(
                    role,
                    Action.ObjectType.GLOBAL,
                    AccessControl.ANY,
                    Privileges.ALL,
                    AccessControl.ANY,
                    AccessControl.ROOT));
        }
        return grants(RoleDefinitions.get(view, role));
    }

    static List<Grant> grants(Role role) {
        return role.privileges().stream()
                .map(privilege -> new Grant(
                        role.name(),
                        RolePermissions.type(privilege),
                        privilege.objectName(),
                        privilege.privilege(),
                        privilege.database(),
                        privilege.grantor()))
                .toList();
    }
}
