package org.elanus.core.access.rbac;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.elanus.spi.auth.AccessControl;

/** On what a role may do one action. Filled by one thread, then read by many without a lock. */
final class Reach {

    private boolean everything;
    private final Set<String> databases = new HashSet<>();
    private final Set<String> namesInAnyDatabase = new HashSet<>();
    private final Map<String, Set<String>> namesByDatabase = new HashMap<>();

    /** @param name of a collection, {@code *} for all; the database likewise */
    void add(String database, String name) {
        boolean anyDatabase = database.equals(AccessControl.ANY);
        boolean anyName = name.equals(AccessControl.ANY);
        if (anyDatabase && anyName) {
            everything = true;
        } else if (anyName) {
            databases.add(database);
        } else if (anyDatabase) {
            namesInAnyDatabase.add(name);
        } else {
            namesByDatabase.computeIfAbsent(database, none -> new HashSet<>()).add(name);
        }
    }

    /** Whether it reaches one resource; a name that is empty asks for a database as a whole. */
    boolean holds(String database, String name) {
        if (everything || databases.contains(database)) {
            return true;
        }
        if (name.isEmpty()) {
            return false;
        }
        if (namesInAnyDatabase.contains(name)) {
            return true;
        }
        Set<String> names = namesByDatabase.get(database);
        return names != null && names.contains(name);
    }

    /** Whether it reaches at least as far as a grant would. */
    boolean covers(String database, String name) {
        if (everything) {
            return true;
        }
        boolean anyName = name.equals(AccessControl.ANY);
        if (database.equals(AccessControl.ANY)) {
            return !anyName && namesInAnyDatabase.contains(name);
        }
        return anyName ? databases.contains(database) : holds(database, name);
    }
}
