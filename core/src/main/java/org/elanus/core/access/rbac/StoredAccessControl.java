package org.elanus.core.access.rbac;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.elanus.core.catalog.AccessRecords.User;
import org.elanus.core.catalog.AccessStore;
import org.elanus.core.catalog.AccessView;
import org.elanus.spi.auth.AccessBackup;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.ApiKeyInfo;
import org.elanus.spi.auth.ApiKeySpec;
import org.elanus.spi.auth.Grant;
import org.elanus.spi.auth.NewApiKey;
import org.elanus.spi.auth.PrivilegeGroup;
import org.elanus.spi.auth.RoleInfo;
import org.elanus.spi.auth.UserInfo;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;

/**
 * Users, roles and all that belongs to them, in the metadata store. Keeps the rules of what a caller may give and take; the
 * actions that the methods need are asked for in front of it.
 */
public final class StoredAccessControl implements AccessControl {

    private final AccessStore store;
    private final Accounts accounts;
    private final RoleDefinitions roles;
    private final RoleGrants grants;
    private final PrivilegeGroups groups;
    private final ApiKeys keys;
    private final AccessBackups backups;

    public StoredAccessControl(
            AccessStore store, RbacSettings settings, PasswordHashes hashes, Clock clock, Randomness randomness) {
        this.store = store;
        this.accounts = new Accounts(store, hashes, settings, clock);
        this.roles = new RoleDefinitions(store, settings, clock);
        this.grants = new RoleGrants(store, settings);
        this.groups = new PrivilegeGroups(store, settings, clock);
        this.keys = new ApiKeys(store, settings, clock, randomness);
        this.backups = new AccessBackups(store, settings, clock);
    }

    /** Whether a user can be given this password. */
    public static boolean isPassword(String text) {
        return AccessLimits.isPassword(text);
    }

    /** From now on root cannot be given this password. */
    public void refuseForRoot(String password) {
        accounts.refuseForRoot(password);
    }

    ApiKeys keys() {
        return keys;
    }

    @Override
    public void createUser(CallContext context, String user, String password, String description) {
        accounts.create(user, password, description);
    }

    @Override
    public void updatePassword(CallContext context, String user, String oldPassword, String newPassword) {
        accounts.updatePassword(context.caller(), user, oldPassword, newPassword);
    }

    @Override
    public void describeUser(CallContext context, String user, String description) {
        accounts.describe(user, description);
    }

    @Override
    public void dropUser(CallContext context, String user) {
        accounts.drop(context.caller(), user);
    }

    @Override
    public List<UserInfo> users(CallContext context) {
        return store.view().users().values().stream()
                .map(StoredAccessControl::info)
                .toList();
    }

    @Override
    public Optional<UserInfo> user(CallContext context, String user) {
        return Optional.ofNullable(store.view().users().get(user)).map(StoredAccessControl::info);
    }

    private static UserInfo info(User user) {
        return new UserInfo(user.name(), user.description(), List.copyOf(user.roles()));
    }

    @Override
    public void createRole(CallContext context, String role, String description) {
        roles.create(role, description);
    }

    @Override
    public void describeRole(CallContext context, String role, String description) {
        roles.describe(context.caller(), role, description);
    }

    @Override
    public void dropRole(CallContext context, String role, boolean force) {
        roles.drop(context.caller(), role, force);
    }

    @Override
    public List<RoleInfo> roles(CallContext context) {
        AccessView view = store.view();
        TreeMap<String, List<String>> users = new TreeMap<>();
        view.roles().keySet().forEach(role -> users.put(role, new ArrayList<>()));
        users.put(ADMIN, new ArrayList<>());
        for (User user : view.users().values()) {
            for (String role : user.roles()) {
                List<String> members = users.get(role);
                if (members != null) {
                    members.add(user.name());
                }
            }
        }
        return users.entrySet().stream()
                .map(entry -> new RoleInfo(entry.getKey(), description(view, entry.getKey()), entry.getValue()))
                .toList();
    }

    @Override
    public Optional<RoleInfo> role(CallContext context, String role) {
        AccessView view = store.view();
        if (!RoleDefinitions.exists(view, role)) {
            return Optional.empty();
        }
        List<String> users = view.users().values().stream()
                .filter(user -> user.roles().contains(role))
                .map(User::name)
                .toList();
        return Optional.of(new RoleInfo(role, description(view, role), users));
    }

    private static String description(AccessView view, String role) {
        return role.equals(ADMIN)
                ? "may do everything"
                : Optional.ofNullable(view.roles().get(role))
                        .map(found -> found.description())
                        .orElse("");
    }

    @Override
    public void assignRole(CallContext context, String user, String role) {
        accounts.assign(context.caller(), user, role);
    }

    @Override
    public void unassignRole(CallContext context, String user, String role) {
        accounts.unassign(context.caller(), user, role);
    }

    @Override
    public void grant(CallContext context, Grant grant) {
        grants.change(context.caller(), grant, true);
    }

    @Override
    public void revoke(CallContext context, Grant grant) {
        grants.change(context.caller(), grant, false);
    }

    @Override
    public void grant(CallContext context, String role, String privilege, String database, String collection) {
        grants.change(context.caller(), role, privilege, database, collection, true);
    }

    @Override
    public void revoke(CallContext context, String role, String privilege, String database, String collection) {
        grants.change(context.caller(), role, privilege, database, collection, false);
    }

    @Override
    public List<Grant> grants(CallContext context, String role) {
        return grants.of(role);
    }

    @Override
    public void createPrivilegeGroup(CallContext context, String group) {
        groups.create(group);
    }

    @Override
    public void dropPrivilegeGroup(CallContext context, String group) {
        groups.drop(group);
    }

    @Override
    public List<PrivilegeGroup> privilegeGroups(CallContext context) {
        return groups.all();
    }

    @Override
    public void addPrivileges(CallContext context, String group, Set<String> privileges) {
        groups.add(context.caller(), group, privileges);
    }

    @Override
    public void removePrivileges(CallContext context, String group, Set<String> privileges) {
        groups.remove(context.caller(), group, privileges);
    }

    @Override
    public NewApiKey createApiKey(CallContext context, ApiKeySpec spec) {
        return keys.create(context.caller(), spec);
    }

    @Override
    public List<ApiKeyInfo> apiKeys(CallContext context) {
        return keys.list(context.caller());
    }

    @Override
    public void revokeApiKey(CallContext context, String id) {
        keys.revoke(context.caller(), id);
    }

    @Override
    public AccessBackup backup(CallContext context) {
        return backups.backup();
    }

    @Override
    public void restore(CallContext context, AccessBackup backup) {
        backups.restore(context.caller(), backup);
    }
}
