package org.elanus.core.catalog;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Users, roles, privilege groups and API keys as the metadata store holds them. Immutable. */
public final class AccessRecords {

    private AccessRecords() {}

    /**
     * Someone who signs in with a password.
     *
     * @param passwordHash empty while the configured first password counts; never shown
     * @param createdAt in milliseconds since 1970
     */
    public record User(String name, String description, String passwordHash, Set<String> roles, long createdAt) {
        public User {
            roles = sorted(roles);
        }

        public User withPasswordHash(String newHash) {
            return new User(name, description, newHash, roles, createdAt);
        }

        public User withDescription(String newDescription) {
            return new User(name, newDescription, passwordHash, roles, createdAt);
        }

        public User withRoles(Set<String> newRoles) {
            return new User(name, description, passwordHash, newRoles, createdAt);
        }

        @Override
        public String toString() {
            return "User[name=" + name + ", roles=" + roles + "]";
        }
    }

    /** A set of grants under a name. */
    public record Role(String name, String description, List<Privilege> privileges, long createdAt) {
        public Role {
            privileges = List.copyOf(privileges);
        }

        public Role withDescription(String newDescription) {
            return new Role(name, newDescription, privileges, createdAt);
        }

        public Role withPrivileges(List<Privilege> newPrivileges) {
            return new Role(name, description, newPrivileges, createdAt);
        }
    }

    /**
     * A privilege, or a group of them, on something.
     *
     * @param objectType {@code Collection}, {@code Global} or {@code User}
     * @param objectName {@code *} for all
     * @param privilege {@code *} for all of the object type
     * @param database {@code *} for all
     * @param grantor who granted it
     */
    public record Privilege(String objectType, String objectName, String privilege, String database, String grantor) {

        /** Whether both grant the same, whoever granted it. */
        public boolean sameAs(Privilege other) {
            return objectType.equals(other.objectType)
                    && objectName.equals(other.objectName)
                    && privilege.equals(other.privilege)
                    && database.equals(other.database);
        }
    }

    /** Privileges under a name, which is granted like a privilege. */
    public record Group(String name, Set<String> privileges, long createdAt) {
        public Group {
            privileges = sorted(privileges);
        }
    }

    /**
     * A secret that stands for some of its owner's roles.
     *
     * @param id what the key shows of itself
     * @param secretHash SHA-256 of the secret, in hexadecimal digits; never shown
     * @param expiresAt in milliseconds since 1970
     */
    public record Key(
            String id,
            String description,
            String owner,
            Set<String> roles,
            String secretHash,
            long createdAt,
            long expiresAt) {
        public Key {
            roles = sorted(roles);
        }

        public Key withRoles(Set<String> newRoles) {
            return new Key(id, description, owner, newRoles, secretHash, createdAt, expiresAt);
        }

        @Override
        public String toString() {
            return "Key[id=" + id + ", owner=" + owner + ", roles=" + roles + "]";
        }
    }

    private static Set<String> sorted(Set<String> names) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(names));
    }
}
