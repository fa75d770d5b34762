package org.elanus.core.catalog;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.elanus.core.catalog.AccessRecords.Group;
import org.elanus.core.catalog.AccessRecords.Key;
import org.elanus.core.catalog.AccessRecords.Role;
import org.elanus.core.catalog.AccessRecords.User;
import org.elanus.core.catalog.CatalogRows.StoredRow;

/**
 * All users, roles, privilege groups and API keys as of one moment, by name. Immutable: read without a lock, replaced as a
 * whole. A map that a change did not touch is the very same object in the next view.
 */
public final class AccessView {

    static final AccessView EMPTY = new AccessView(0, 0, Map.of(), Map.of(), Map.of(), Map.of());

    private final long changes;
    private final long revision;
    private final Map<String, User> users;
    private final Map<String, Role> roles;
    private final Map<String, Group> groups;
    private final Map<String, Key> keys;

    private AccessView(
            long changes,
            long revision,
            Map<String, User> users,
            Map<String, Role> roles,
            Map<String, Group> groups,
            Map<String, Key> keys) {
        this.changes = changes;
        this.revision = revision;
        this.users = users;
        this.roles = roles;
        this.groups = groups;
        this.keys = keys;
    }

    /** This view with some rows written or deleted; keys of other kinds are skipped. */
    AccessView with(Iterable<StoredRow> rows) {
        long newChanges = changes;
        long newRevision = revision;
        for (StoredRow row : rows) {
            byte[] value = row.value();
            if (row.key().equals(AccessFormat.HEAD) && value != null) {
                newChanges = AccessFormat.head(row.key(), value);
                newRevision = row.revision();
            }
        }
        return new AccessView(
                newChanges,
                newRevision,
                changed(users, AccessFormat.USERS, rows, AccessFormat::user),
                changed(roles, AccessFormat.ROLES, rows, AccessFormat::role),
                changed(groups, AccessFormat.GROUPS, rows, AccessFormat::group),
                changed(keys, AccessFormat.KEYS, rows, AccessFormat::key));
    }

    private static <V> Map<String, V> changed(
            Map<String, V> before, String prefix, Iterable<StoredRow> rows, BiFunction<String, byte[], V> decode) {
        Map<String, V> after = before;
        for (StoredRow row : rows) {
            if (row.key().startsWith(prefix)) {
                if (after == before) {
                    after = new TreeMap<>(before);
                }
                String name = row.key().substring(prefix.length());
                byte[] value = row.value();
                if (value == null) {
                    after.remove(name);
                } else {
                    after.put(name, decode.apply(row.key(), value));
                }
            }
        }
        return after == before ? before : Collections.unmodifiableMap(after);
    }

    /** In order of name, as are the others. */
    public Map<String, User> users() {
        return users;
    }

    public Map<String, Role> roles() {
        return roles;
    }

    public Map<String, Group> groups() {
        return groups;
    }

    public Map<String, Key> keys() {
        return keys;
    }

    /** How many changes were ever made; 0 in a store that has no users yet. */
    long changes() {
        return changes;
    }

    /** Of the row that every change writes; 0 when there is none. */
    long revision() {
        return revision;
    }
}
