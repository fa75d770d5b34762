package org.elanus.core.access.rbac;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.elanus.core.catalog.AccessStore;
import org.elanus.core.catalog.AccessView;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Resource;
import org.jspecify.annotations.Nullable;

/**
 * What roles may do, as of the newest view of the store. Safe for use by many threads, which take no lock: whoever is the
 * first to see a new view lays it out, and several who are at once do it twice.
 */
final class Permissions {

    private record Compiled(AccessView view, Map<String, RolePermissions> roles) {}

    private final AccessStore store;
    private volatile @Nullable Compiled newest;

    Permissions(AccessStore store) {
        this.store = store;
    }

    private Compiled compiled() {
        AccessView view = store.view();
        Compiled now = newest;
        if (now == null || now.view() != view) {
            Compiled before = now;
            Map<String, RolePermissions> roles = new HashMap<>();
            view.roles().forEach((name, role) -> roles.put(
                    name,
                    RolePermissions.of(
                            role, view.groups(), before == null ? null : before.roles().get(name))));
            now = new Compiled(view, roles);
            newest = now;
        }
        return now;
    }

    boolean allows(Collection<String> roles, Action action, Resource resource) {
        if (roles.contains(AccessControl.ADMIN)) {
            return true;
        }
        Map<String, RolePermissions> known = compiled().roles();
        RolePermissions everybody = known.get(AccessControl.PUBLIC);
        if (everybody != null && everybody.allows(action, resource)) {
            return true;
        }
        for (String name : roles) {
            RolePermissions role = known.get(name);
            if (role != null && role.allows(action, resource)) {
                return true;
            }
        }
        return false;
    }
}
