package org.elanus.core.access;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.elanus.spi.auth.AccessBackup;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.ApiKeyInfo;
import org.elanus.spi.auth.ApiKeySpec;
import org.elanus.spi.auth.Door;
import org.elanus.spi.auth.Grant;
import org.elanus.spi.auth.NewApiKey;
import org.elanus.spi.auth.PrivilegeGroup;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.auth.RoleInfo;
import org.elanus.spi.auth.UserInfo;
import org.elanus.spi.database.CallContext;

/** Users, roles and API keys behind the door: every method asks for its action first, and every change is announced. */
public final class GuardedAccessControl implements AccessControl {

    private static final int LONGEST_SUBJECT = 128;

    /** Hears of every change that was made. Returns at once. */
    @FunctionalInterface
    public interface Changes {
        /** @param operation the method, and what it was about */
        void changed(CallContext context, String operation, Action action, Resource resource);
    }

    private final AccessControl inner;
    private final Door door;
    private final Changes changes;

    public GuardedAccessControl(AccessControl inner, Door door, Changes changes) {
        this.inner = inner;
        this.door = door;
        this.changes = changes;
    }

    /** @param subject ends up in the announcement; names that a client gave, of any length and with any characters */
    private void change(
            CallContext context, Action action, String method, String subject, Consumer<AccessControl> body) {
        change(context, action, Resource.CLUSTER, method, subject, body);
    }

    private void change(
            CallContext context,
            Action action,
            Resource resource,
            String method,
            String subject,
            Consumer<AccessControl> body) {
        body.accept(allowed(context, action, resource));
        String cut = subject.length() > LONGEST_SUBJECT ? subject.substring(0, LONGEST_SUBJECT) + "…" : subject;
        changes.changed(context, (method + " " + cut.replaceAll("[^\\x20-\\x7e…]", "?")).strip(), action, resource);
    }

    private AccessControl allowed(CallContext context, Action action) {
        return allowed(context, action, Resource.CLUSTER);
    }

    private AccessControl allowed(CallContext context, Action action, Resource resource) {
        door.require(context, action, resource);
        return inner;
    }

    @Override
    public void createUser(CallContext context, String user, String password, String description) {
        change(
                context, Action.CREATE_OWNERSHIP, "createUser", user,
                access -> access.createUser(context, user, password, description));
    }

    @Override
    public void updatePassword(CallContext context, String user, String oldPassword, String newPassword) {
        change(
                context, Action.UPDATE_USER, Resource.user(user), "updatePassword", user,
                access -> access.updatePassword(context, user, oldPassword, newPassword));
    }

    @Override
    public void describeUser(CallContext context, String user, String description) {
        change(
                context, Action.UPDATE_USER, Resource.user(user), "describeUser", user,
                access -> access.describeUser(context, user, description));
    }

    @Override
    public void dropUser(CallContext context, String user) {
        change(context, Action.DROP_OWNERSHIP, "dropUser", user, access -> access.dropUser(context, user));
    }

    /** The protocol has a call that shows names alone, and asks for another action. */
    @Override
    public List<UserInfo> users(CallContext context) {
        if (context.action() == Action.SELECT_OWNERSHIP) {
            return allowed(context, Action.SELECT_OWNERSHIP).users(context);
        }
        return allowed(context, Action.SELECT_USER, Resource.user(ANY)).users(context);
    }

    @Override
    public Optional<UserInfo> user(CallContext context, String user) {
        return allowed(context, Action.SELECT_USER, Resource.user(user)).user(context, user);
    }

    @Override
    public void createRole(CallContext context, String role, String description) {
        change(
                context, Action.CREATE_OWNERSHIP, "createRole", role,
                access -> access.createRole(context, role, description));
    }

    @Override
    public void describeRole(CallContext context, String role, String description) {
        change(
                context, Action.CREATE_OWNERSHIP, "describeRole", role,
                access -> access.describeRole(context, role, description));
    }

    @Override
    public void dropRole(CallContext context, String role, boolean force) {
        change(context, Action.DROP_OWNERSHIP, "dropRole", role, access -> access.dropRole(context, role, force));
    }

    @Override
    public List<RoleInfo> roles(CallContext context) {
        return allowed(context, Action.SELECT_OWNERSHIP).roles(context);
    }

    @Override
    public Optional<RoleInfo> role(CallContext context, String role) {
        return allowed(context, Action.SELECT_OWNERSHIP).role(context, role);
    }

    @Override
    public void assignRole(CallContext context, String user, String role) {
        change(
                context, Action.MANAGE_OWNERSHIP, "assignRole", role + " to " + user,
                access -> access.assignRole(context, user, role));
    }

    @Override
    public void unassignRole(CallContext context, String user, String role) {
        change(
                context, Action.MANAGE_OWNERSHIP, "unassignRole", role + " from " + user,
                access -> access.unassignRole(context, user, role));
    }

    @Override
    public void grant(CallContext context, Grant grant) {
        change(context, Action.MANAGE_OWNERSHIP, "grant", text(grant), access -> access.grant(context, grant));
    }

    @Override
    public void revoke(CallContext context, Grant grant) {
        change(context, Action.MANAGE_OWNERSHIP, "revoke", text(grant), access -> access.revoke(context, grant));
    }

    @Override
    public void grant(CallContext context, String role, String privilege, String database, String collection) {
        change(
                context, Action.MANAGE_OWNERSHIP, "grant", text(role, privilege, database, collection),
                access -> access.grant(context, role, privilege, database, collection));
    }

    @Override
    public void revoke(CallContext context, String role, String privilege, String database, String collection) {
        change(
                context, Action.MANAGE_OWNERSHIP, "revoke", text(role, privilege, database, collection),
                access -> access.revoke(context, role, privilege, database, collection));
    }

    @Override
    public List<Grant> grants(CallContext context, String role) {
        return allowed(context, Action.SELECT_OWNERSHIP).grants(context, role);
    }

    @Override
    public void createPrivilegeGroup(CallContext context, String group) {
        change(
                context, Action.CREATE_PRIVILEGE_GROUP, "createPrivilegeGroup", group,
                access -> access.createPrivilegeGroup(context, group));
    }

    @Override
    public void dropPrivilegeGroup(CallContext context, String group) {
        change(
                context, Action.DROP_PRIVILEGE_GROUP, "dropPrivilegeGroup", group,
                access -> access.dropPrivilegeGroup(context, group));
    }

    @Override
    public List<PrivilegeGroup> privilegeGroups(CallContext context) {
        return allowed(context, Action.LIST_PRIVILEGE_GROUPS).privilegeGroups(context);
    }

    @Override
    public void addPrivileges(CallContext context, String group, Set<String> privileges) {
        change(
                context, Action.OPERATE_PRIVILEGE_GROUP, "addPrivileges", group + " " + privileges,
                access -> access.addPrivileges(context, group, privileges));
    }

    @Override
    public void removePrivileges(CallContext context, String group, Set<String> privileges) {
        change(
                context, Action.OPERATE_PRIVILEGE_GROUP, "removePrivileges", group + " " + privileges,
                access -> access.removePrivileges(context, group, privileges));
    }

    @Override
    public NewApiKey createApiKey(CallContext context, ApiKeySpec spec) {
        NewApiKey made = allowed(context, Action.CREATE_API_KEY, self(context)).createApiKey(context, spec);
        changes.changed(
                context,
                "createApiKey " + made.info().id() + " " + made.info().roles(),
                Action.CREATE_API_KEY,
                self(context));
        return made;
    }

    @Override
    public List<ApiKeyInfo> apiKeys(CallContext context) {
        return allowed(context, Action.LIST_API_KEYS, self(context)).apiKeys(context);
    }

    @Override
    public void revokeApiKey(CallContext context, String id) {
        change(
                context, Action.DROP_API_KEY, self(context), "revokeApiKey", id,
                access -> access.revokeApiKey(context, id));
    }

    private static String text(Grant grant) {
        return text(grant.role(), grant.privilege(), grant.database(), grant.objectName());
    }

    private static String text(String role, String privilege, String database, String name) {
        return privilege + " on " + database + "." + name + " of " + role;
    }

    private static Resource self(CallContext context) {
        return Resource.user(context.caller().name());
    }

    @Override
    public AccessBackup backup(CallContext context) {
        return allowed(context, Action.BACKUP_RBAC).backup(context);
    }

    @Override
    public void restore(CallContext context, AccessBackup backup) {
        change(context, Action.RESTORE_RBAC, "restore", "", access -> access.restore(context, backup));
    }
}
