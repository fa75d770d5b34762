package org.elanus.core.access;

import java.util.List;
import java.util.Optional;
import java.util.Set;
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

/** Users, roles and API keys behind the door: every method asks for its action first. */
public final class GuardedAccessControl implements AccessControl {

    private final AccessControl inner;
    private final Door door;

    public GuardedAccessControl(AccessControl inner, Door door) {
        this.inner = inner;
        this.door = door;
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
        allowed(context, Action.CREATE_OWNERSHIP).createUser(context, user, password, description);
    }

    @Override
    public void updatePassword(CallContext context, String user, String oldPassword, String newPassword) {
        allowed(context, Action.UPDATE_USER, Resource.user(user))
                .updatePassword(context, user, oldPassword, newPassword);
    }

    @Override
    public void describeUser(CallContext context, String user, String description) {
        allowed(context, Action.UPDATE_USER, Resource.user(user)).describeUser(context, user, description);
    }

    @Override
    public void dropUser(CallContext context, String user) {
        allowed(context, Action.DROP_OWNERSHIP).dropUser(context, user);
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
        allowed(context, Action.CREATE_OWNERSHIP).createRole(context, role, description);
    }

    @Override
    public void describeRole(CallContext context, String role, String description) {
        allowed(context, Action.CREATE_OWNERSHIP).describeRole(context, role, description);
    }

    @Override
    public void dropRole(CallContext context, String role, boolean force) {
        allowed(context, Action.DROP_OWNERSHIP).dropRole(context, role, force);
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
        allowed(context, Action.MANAGE_OWNERSHIP).assignRole(context, user, role);
    }

    @Override
    public void unassignRole(CallContext context, String user, String role) {
        allowed(context, Action.MANAGE_OWNERSHIP).unassignRole(context, user, role);
    }

    @Override
    public void grant(CallContext context, Grant grant) {
        allowed(context, Action.MANAGE_OWNERSHIP).grant(context, grant);
    }

    @Override
    public void revoke(CallContext context, Grant grant) {
        allowed(context, Action.MANAGE_OWNERSHIP).revoke(context, grant);
    }

    @Override
    public void grant(CallContext context, String role, String privilege, String database, String collection) {
        allowed(context, Action.MANAGE_OWNERSHIP).grant(context, role, privilege, database, collection);
    }

    @Override
    public void revoke(CallContext context, String role, String privilege, String database, String collection) {
        allowed(context, Action.MANAGE_OWNERSHIP).revoke(context, role, privilege, database, collection);
    }

    @Override
    public List<Grant> grants(CallContext context, String role) {
        return allowed(context, Action.SELECT_OWNERSHIP).grants(context, role);
    }

    @Override
    public void createPrivilegeGroup(CallContext context, String group) {
        allowed(context, Action.CREATE_PRIVILEGE_GROUP).createPrivilegeGroup(context, group);
    }

    @Override
    public void dropPrivilegeGroup(CallContext context, String group) {
        allowed(context, Action.DROP_PRIVILEGE_GROUP).dropPrivilegeGroup(context, group);
    }

    @Override
    public List<PrivilegeGroup> privilegeGroups(CallContext context) {
        return allowed(context, Action.LIST_PRIVILEGE_GROUPS).privilegeGroups(context);
    }

    @Override
    public void addPrivileges(CallContext context, String group, Set<String> privileges) {
        allowed(context, Action.OPERATE_PRIVILEGE_GROUP).addPrivileges(context, group, privileges);
    }

    @Override
    public void removePrivileges(CallContext context, String group, Set<String> privileges) {
        allowed(context, Action.OPERATE_PRIVILEGE_GROUP).removePrivileges(context, group, privileges);
    }

    @Override
    public NewApiKey createApiKey(CallContext context, ApiKeySpec spec) {
        return allowed(context, Action.CREATE_API_KEY, self(context)).createApiKey(context, spec);
    }

    @Override
    public List<ApiKeyInfo> apiKeys(CallContext context) {
        return allowed(context, Action.LIST_API_KEYS, self(context)).apiKeys(context);
    }

    @Override
    public void revokeApiKey(CallContext context, String id) {
        allowed(context, Action.DROP_API_KEY, self(context)).revokeApiKey(context, id);
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
        allowed(context, Action.RESTORE_RBAC).restore(context, backup);
    }
}
