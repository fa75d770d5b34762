package org.elanus.core.catalog;

import java.util.LinkedHashMap;
import java.util.Map;
import org.elanus.core.catalog.AccessRecords.Group;
import org.elanus.core.catalog.AccessRecords.Key;
import org.elanus.core.catalog.AccessRecords.Role;
import org.elanus.core.catalog.AccessRecords.User;
import org.jspecify.annotations.Nullable;

/** Collects what one change of users and roles writes. For one thread. */
public final class AccessEdit {

    private final Map<String, byte @Nullable []> writes = new LinkedHashMap<>();

    AccessEdit() {}

    public AccessEdit put(User user) {
        writes.put(AccessFormat.USERS + user.name(), AccessFormat.user(user));
        return this;
    }

    public AccessEdit put(Role role) {
        writes.put(AccessFormat.ROLES + role.name(), AccessFormat.role(role));
        return this;
    }

    public AccessEdit put(Group group) {
        writes.put(AccessFormat.GROUPS + group.name(), AccessFormat.group(group));
        return this;
    }

    public AccessEdit put(Key key) {
        writes.put(AccessFormat.KEYS + key.id(), AccessFormat.key(key));
        return this;
    }

    public AccessEdit deleteUser(String name) {
        writes.put(AccessFormat.USERS + name, null);
        return this;
    }

    public AccessEdit deleteRole(String name) {
        writes.put(AccessFormat.ROLES + name, null);
        return this;
    }

    public AccessEdit deleteGroup(String name) {
        writes.put(AccessFormat.GROUPS + name, null);
        return this;
    }

    public AccessEdit deleteKey(String id) {
        writes.put(AccessFormat.KEYS + id, null);
        return this;
    }

    /** The new values by key; null for a deleted key. */
    Map<String, byte @Nullable []> writes() {
        return writes;
    }
}
