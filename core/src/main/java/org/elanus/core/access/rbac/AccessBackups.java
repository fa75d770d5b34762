package org.elanus.core.access.rbac;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.elanus.core.catalog.AccessEdit;
import org.elanus.core.catalog.AccessRecords.Group;
import org.elanus.core.catalog.AccessRecords.Privilege;
import org.elanus.core.catalog.AccessRecords.Role;
import org.elanus.core.catalog.AccessRecords.User;
import org.elanus.core.catalog.AccessStore;
import org.elanus.core.catalog.AccessView;
import org.elanus.spi.auth.AccessBackup;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Grant;
import org.elanus.spi.auth.PrivilegeGroup;
import org.elanus.spi.auth.RoleInfo;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.runtime.Clock;

/** Users, roles, grants and groups as a whole, out and in again. */
final class AccessBackups {

    private final AccessStore store;
    private final RbacSettings settings;
    private final Clock clock;

    AccessBackups(AccessStore store, RbacSettings settings, Clock clock) {
        this.store = store;
        this.settings = settings;
        this.clock = clock;
    }

    AccessBackup backup() {
        AccessView view = store.view();
        List<AccessBackup.User> users = view.users().values().stream()
                .filter(user -> !user.name().equals(AccessControl.ROOT))
                .map(user -> new AccessBackup.User(
                        user.name(), user.description(), user.passwordHash(), List.copyOf(user.roles())))
                .toList();
        List<Role> roles = view.roles().values().stream()
                .filter(role -> !RoleDefinitions.isBuiltIn(role.name()))
                .toList();
        return new AccessBackup(
                users,
                roles.stream()
                        .map(role -> new RoleInfo(role.name(), role.description(), List.of()))
                        .toList(),
                roles.stream()
                        .flatMap(role -> RoleGrants.grants(role).stream())
                        .toList(),
                view.groups().values().stream().map(PrivilegeGroups::custom).toList());
    }

    void restore(Principal caller, AccessBackup backup) {
        if (backup.users().isEmpty()
                && backup.roles().isEmpty()
                && backup.grants().isEmpty()
                && backup.privilegeGroups().isEmpty()) {
            throw ElanusException.invalid("restore rbac meta is empty: there is nothing to restore");
        }
        store.change((view, edit) -> {
            Map<String, Group> groups = groups(view, backup, edit);
            AccessEdit definitions = roles(view, groups, caller, backup, edit);
            return users(view, caller, backup, definitions);
        });
    }

    private Map<String, Group> groups(AccessView view, AccessBackup backup, AccessEdit edit) {
        Map<String, Group> groups = new TreeMap<>(view.groups());
        for (PrivilegeGroup group : backup.privilegeGroups()) {
            AccessLimits.group(group.name());
            PrivilegeGroups.requireFree(view, group.name());
            Set<String> members = new TreeSet<>(group.privileges());
            members.forEach(Privileges::action);
            PrivilegeGroups.requireOneLevel(members);
            AccessLimits.number("privilege groups", groups.size(), AccessLimits.GROUPS);
            Group restored = new Group(group.name(), members, clock.millis());
            if (groups.put(group.name(), restored) != null) {
                throw twice("privilege group", group.name());
            }
            edit.put(restored);
        }
        return groups;
    }

    private AccessEdit roles(
            AccessView view, Map<String, Group> groups, Principal caller, AccessBackup backup, AccessEdit edit) {
        Map<String, Role> restored = new LinkedHashMap<>();
        for (RoleInfo role : backup.roles()) {
            AccessLimits.role(role.name());
            AccessLimits.description(role.description());
            if (RoleDefinitions.exists(view, role.name())) {
                throw ElanusException.invalid("role [%s] already exists", role.name());
            }
            AccessLimits.number("roles", view.roles().size() + restored.size(), AccessLimits.ROLES);
            if (restored.put(role.name(), new Role(role.name(), role.description(), List.of(), clock.millis()))
                    != null) {
                throw twice("role", role.name());
            }
        }
        Holdings holdings = new Holdings(view, caller, settings.enforced());
        Map<String, List<Privilege>> granted = new LinkedHashMap<>();
        for (Grant grant : backup.grants()) {
            if (!restored.containsKey(grant.role())) {
                throw ElanusException.invalid(
                        "a grant is of the role '%s', which the backup does not define", AccessLimits.shown(grant.role()));
            }
            Privilege privilege = RoleGrants.checked(groups, grant, grantor(grant, caller));
            holdings.require(privilege, groups);
            List<Privilege> privileges = granted.computeIfAbsent(grant.role(), none -> new ArrayList<>());
            AccessLimits.number(
                    "privileges of the role '" + grant.role() + "'", privileges.size(), AccessLimits.PRIVILEGES_OF_ROLE);
            privileges.add(privilege);
        }
        restored.forEach((name, role) -> edit.put(role.withPrivileges(granted.getOrDefault(name, List.of()))));
        return edit;
    }

    private static String grantor(Grant grant, Principal caller) {
        return grant.grantor().isEmpty() || grant.grantor().length() > 255 ? caller.name() : grant.grantor();
    }

    private AccessEdit users(AccessView view, Principal caller, AccessBackup backup, AccessEdit edit) {
        Set<String> newRoles = new HashSet<>();
        backup.roles().forEach(role -> newRoles.add(role.name()));
        Holdings holdings = new Holdings(view, caller, settings.enforced());
        Set<String> names = new HashSet<>();
        for (AccessBackup.User user : backup.users()) {
            AccessLimits.user(user.name());
            AccessLimits.description(user.description());
            if (view.users().containsKey(user.name())) {
                throw ElanusException.invalid("user [%s] already exists", user.name());
            }
            if (!names.add(user.name())) {
                throw twice("user", user.name());
            }
            if (!PasswordHashes.isHash(user.passwordHash())) {
                throw ElanusException.invalid(
                        "the password hash of the user '%s' is of an unknown kind; only those of this server's own backups"
                                + " can be restored",
                        user.name());
            }
            AccessLimits.number("users", view.users().size() + names.size() - 1, AccessLimits.USERS);
            if (user.roles().size() > AccessLimits.ROLES_OF_USER) {
                throw ElanusException.invalid(
                        "the user '%s' has %d roles; at most %d are allowed",
                        user.name(), user.roles().size(), AccessLimits.ROLES_OF_USER);
            }
            for (String role : user.roles()) {
                if (!newRoles.contains(role)) {
                    RoleDefinitions.require(view, role);
                    holdings.requireRole(role);
                }
            }
            edit.put(new User(
                    user.name(),
                    user.description(),
                    user.passwordHash(),
                    new TreeSet<>(user.roles()),
                    clock.millis()));
        }
        return edit;
    }

    private static ElanusException twice(String what, String name) {
        return ElanusException.invalid("the %s '%s' is in the backup twice", what, AccessLimits.shown(name));
    }
}
