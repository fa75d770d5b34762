package org.elanus.core.access.rbac;

import java.util.Set;
import org.elanus.core.catalog.AccessRecords.User;

/**
 * What the operator decided.
 *
 * @param enforced whether callers sign in; otherwise everybody may change everything
 * @param superUsers who change passwords without the old one
 * @param firstRootPasswordHash counts until root's password is changed; empty for none
 */
public record RbacSettings(boolean enforced, Set<String> superUsers, String firstRootPasswordHash) {

    public RbacSettings {
        superUsers = Set.copyOf(superUsers);
    }

    /** Nothing matches an empty one. */
    String hashOf(User user) {
        return user.passwordHash().isEmpty() ? firstRootPasswordHash : user.passwordHash();
    }

    @Override
    public String toString() {
        return "RbacSettings[enforced=" + enforced + ", superUsers=" + superUsers + "]";
    }
}
