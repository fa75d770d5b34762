package org.elanus.core.access.rbac;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.elanus.core.catalog.AccessRecords.Group;
import org.elanus.core.catalog.AccessRecords.Privilege;
import org.elanus.core.catalog.AccessRecords.Role;
import org.elanus.core.catalog.AccessStore;
import org.elanus.core.catalog.AccessView;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.PrivilegeGroup;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.runtime.Clock;

/** Groups of privileges. */
final class PrivilegeGroups {

    private final AccessStore store;
    private final RbacSettings settings;
    private final Clock clock;

    PrivilegeGroups(AccessStore store, RbacSettings settings, Clock clock) {
        this.store = store;
        this.settings = settings;
        this.clock = clock;
    }

    void create(String name) {
        AccessLimits.group(name);
        store.change((view, edit) -> {
            requireFree(view, name);
            AccessLimits.number("privilege groups", view.groups().size(), AccessLimits.GROUPS);
            return edit.put(new Group(name, Set.of(), clock.millis()));
        });
    }

    static void requireFree(AccessView view, String name) {
        if (view.groups().containsKey(name)) {
            throw ElanusException.invalid("privilege group name [%s] already exists", name);
        }
        if (Privileges.isTaken(name)) {
            throw ElanusException.invalid("privilege group name [%s] is defined by the system already", name);
        }
    }

    void drop(String name) {
        requireCustom(name);
        store.change((view, edit) -> {
            if (!view.groups().containsKey(name)) {
                return edit;
            }
            for (Role role : view.roles().values()) {
                if (role.privileges().stream().anyMatch(privilege -> privilege.privilege().equals(name))) {
                    throw ElanusException.invalid(
                            "privilege group [%s] is used by role [%s], Use REVOKE API to revoke it first",
                            name, role.name());
                }
            }
            return edit.deleteGroup(name);
        });
    }

    private static void requireCustom(String name) {
        if (Privileges.isBuiltInGroup(name)) {
            throw ElanusException.invalid("the privilege group name [%s] is defined by the system and stays as it is", name);
        }
    }

    void add(Principal caller, String name, Set<String> privileges) {
        change(caller, name, privileges, true);
    }

    void remove(Principal caller, String name, Set<String> privileges) {
        change(caller, name, privileges, false);
    }

    private void change(Principal caller, String name, Set<String> privileges, boolean add) {
        requireCustom(name);
        if (privileges.isEmpty()) {
            throw ElanusException.invalid("name 1 or more privileges for the group [%s]", AccessLimits.shown(name));
        }
        store.change((view, edit) -> {
            Group group = view.groups().get(name);
            if (group == null) {
                throw ElanusException.invalid(
                        "there is no privilege group name [%s] defined in system to operate", AccessLimits.shown(name));
            }
            Set<String> singles = Privileges.singles(privileges, view.groups());
            Set<String> members = new TreeSet<>(group.privileges());
            boolean changed = add ? members.addAll(singles) : members.removeAll(singles);
            requireOneLevel(members);
            requireHeld(view, caller, name, singles);
            return changed ? edit.put(new Group(name, members, group.createdAt())) : edit;
        });
    }

    static void requireOneLevel(Set<String> members) {
        Set<Action.Scope> levels = new TreeSet<>();
        for (String member : members) {
            Action.named(member).ifPresent(action -> levels.add(Privileges.level(action)));
        }
        if (levels.size() > 1) {
            throw ElanusException.invalid(
                    "privileges are not the same privilege level: there are those of level %s", levels);
        }
    }

    /** Where the group is granted, its members come and go for others. */
    private void requireHeld(AccessView view, Principal caller, String group, Set<String> privileges) {
        Holdings holdings = new Holdings(view, caller, settings.enforced());
        if (holdings.isAdmin()) {
            return;
        }
        for (Role role : view.roles().values()) {
            for (Privilege granted : role.privileges()) {
                if (granted.privilege().equals(group)) {
                    privileges.forEach(privilege -> holdings.require(new Privilege(
                            granted.objectType(),
                            granted.objectName(),
                            privilege,
                            granted.database(),
                            caller.name())));
                }
            }
        }
    }

    List<PrivilegeGroup> all() {
        List<PrivilegeGroup> groups = new ArrayList<>();
        for (Map.Entry<String, List<String>> builtIn : Privileges.builtInGroups().entrySet()) {
            groups.add(new PrivilegeGroup(builtIn.getKey(), builtIn.getValue(), true));
        }
        for (Group group : store.view().groups().values()) {
            groups.add(custom(group));
        }
        groups.sort(Comparator.comparing(PrivilegeGroup::name));
        return groups;
    }

    static PrivilegeGroup custom(Group group) {
        return new PrivilegeGroup(group.name(), List.copyOf(group.privileges()), false);
    }
}
