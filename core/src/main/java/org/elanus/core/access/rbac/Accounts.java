package org.elanus.core.access.rbac;

import java.util.Set;
import java.util.TreeSet;
import org.elanus.core.catalog.AccessEdit;
import org.elanus.core.catalog.AccessRecords.Key;
import org.elanus.core.catalog.AccessRecords.User;
import org.elanus.core.catalog.AccessStore;
import org.elanus.core.catalog.AccessView;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/** Changes of users. Passwords are hashed before the change begins, which may run several times. */
final class Accounts {

    private final AccessStore store;
    private final PasswordHashes hashes;
    private final RbacSettings settings;
    private final Clock clock;
    /** Nobody's password where it is empty. */
    private volatile String refusedForRoot = "";

    Accounts(AccessStore store, PasswordHashes hashes, RbacSettings settings, Clock clock) {
        this.store = store;
        this.hashes = hashes;
        this.settings = settings;
        this.clock = clock;
    }

    void refuseForRoot(String password) {
        refusedForRoot = password;
    }

    void create(String name, String password, String description) {
        AccessLimits.user(name);
        AccessLimits.password(password);
        AccessLimits.description(description);
        requireFree(store.view(), name);
        String hash = hashes.hash(password);
        store.change((view, edit) -> {
            requireFree(view, name);
            AccessLimits.number("users", view.users().size(), AccessLimits.USERS);
            return edit.put(new User(name, description, hash, Set.of(), clock.millis()));
        });
    }

    private static void requireFree(AccessView view, String name) {
        if (view.users().containsKey(name)) {
            throw ElanusException.invalid("user already exists: %s", name);
        }
    }

    void updatePassword(Principal caller, String name, String oldPassword, String newPassword) {
        AccessLimits.password(newPassword);
        if (name.equals(AccessControl.ROOT) && newPassword.equals(refusedForRoot)) {
            throw ElanusException.invalid(
                    "everybody knows this password, and other machines reach this server: choose another one");
        }
        User before = store.view().users().get(name);
        // Whoever takes over a super-user's session does not get its account, too.
        if (settings.superUsers().contains(caller.name()) && !caller.name().equals(name)) {
            if (before == null) {
                throw notFound(name);
            }
        } else if (!hasPassword(before, oldPassword)) {
            throw new ElanusException(
                    StandardErrorCode.UNAUTHENTICATED,
                    "old password not correct for " + AccessLimits.shown(name) + ": not authenticated");
        }
        String hash = hashes.hash(newPassword);
        store.change((view, edit) -> {
            User now = view.users().get(name);
            if (now == null) {
                throw notFound(name);
            }
            if (before == null || !now.passwordHash().equals(before.passwordHash())) {
                throw new ElanusException(
                        StandardErrorCode.CONFLICT,
                        "the password of '" + name + "' was changed by somebody else at the same time; try again");
            }
            return edit.put(now.withPasswordHash(hash));
        });
    }

    /** Takes the same time for a user that is not there. */
    private boolean hasPassword(@Nullable User user, String password) {
        if (user == null) {
            hashes.matchesNobody(password);
            return false;
        }
        return hashes.matches(password, settings.hashOf(user));
    }

    void describe(String name, String description) {
        AccessLimits.description(description);
        store.change((view, edit) -> edit.put(get(view, name).withDescription(description)));
    }

    void drop(Principal caller, String name) {
        if (name.equals(AccessControl.ROOT)) {
            throw new ElanusException(StandardErrorCode.PERMISSION_DENIED, "user root can't be deleted");
        }
        store.change((view, edit) -> {
            User user = view.users().get(name);
            if (user != null) {
                Holdings holdings = new Holdings(view, caller, settings.enforced());
                user.roles().forEach(holdings::requireRole);
                requireAnotherAdmin(view, user);
                edit.deleteUser(name);
                for (Key key : view.keys().values()) {
                    if (key.owner().equals(name)) {
                        edit.deleteKey(key.id());
                    }
                }
            }
            return null;
        });
    }

    void assign(Principal caller, String name, String role) {
        changeRoles(caller, name, role, true);
    }

    void unassign(Principal caller, String name, String role) {
        changeRoles(caller, name, role, false);
    }

    private void changeRoles(Principal caller, String name, String role, boolean add) {
        store.change((view, edit) -> {
            User user = get(view, name);
            RoleDefinitions.require(view, role);
            new Holdings(view, caller, settings.enforced()).requireRole(role);
            boolean has = user.roles().contains(role);
            // Everybody has the role public already.
            if (has == add || (role.equals(AccessControl.PUBLIC) && add)) {
                return edit;
            }
            Set<String> roles = new TreeSet<>(user.roles());
            if (add) {
                AccessLimits.number("roles of the user '" + name + "'", roles.size(), AccessLimits.ROLES_OF_USER);
                roles.add(role);
            } else {
                if (role.equals(AccessControl.ADMIN)) {
                    requireAnotherAdmin(view, user);
                }
                roles.remove(role);
            }
            return edit.put(user.withRoles(roles));
        });
    }

    /** Somebody must be left who can repair what others break. */
    private static void requireAnotherAdmin(AccessView view, User user) {
        boolean another = view.users().values().stream()
                .anyMatch(other ->
                        !other.name().equals(user.name()) && other.roles().contains(AccessControl.ADMIN));
        if (user.roles().contains(AccessControl.ADMIN) && !another) {
            throw new ElanusException(
                    StandardErrorCode.PERMISSION_DENIED,
                    "'" + user.name() + "' is the last user with the role 'admin': give it to another user first");
        }
    }

    static User get(AccessView view, String name) {
        User user = view.users().get(name);
        if (user == null) {
            throw notFound(name);
        }
        return user;
    }

    private static ElanusException notFound(String name) {
        return ElanusException.invalid("not found the user[%s]", AccessLimits.shown(name));
    }

    /** The keys and users that have a role, without it. */
    static void forget(AccessView view, AccessEdit edit, String role) {
        for (User user : view.users().values()) {
            if (user.roles().contains(role)) {
                Set<String> roles = new TreeSet<>(user.roles());
                roles.remove(role);
                edit.put(user.withRoles(roles));
            }
        }
        for (Key key : view.keys().values()) {
            if (key.roles().contains(role)) {
                Set<String> roles = new TreeSet<>(key.roles());
                roles.remove(role);
                edit.put(key.withRoles(roles));
            }
        }
    }
}
