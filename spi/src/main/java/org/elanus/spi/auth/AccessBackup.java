package org.elanus.spi.auth;

import java.util.List;

/**
 * Users, roles, grants and groups of privileges as a whole. {@code toString} shows no password.
 *
 * @param roles their users are in {@code users}
 */
public record AccessBackup(
        List<User> users, List<RoleInfo> roles, List<Grant> grants, List<PrivilegeGroup> privilegeGroups) {

    public AccessBackup {
        users = List.copyOf(users);
        roles = List.copyOf(roles);
        grants = List.copyOf(grants);
        privilegeGroups = List.copyOf(privilegeGroups);
    }

    /** @param passwordHash as {@link AccessControl#backup} gave it */
    public record User(String name, String description, String passwordHash, List<String> roles) {
        public User {
            roles = List.copyOf(roles);
        }

        @Override
        public String toString() {
            return "User[name=" + name + ", roles=" + roles + "]";
        }
    }
}
