package org.elanus.spi.auth;

import java.util.List;

/** A role. @param users who have it, in order of name; nobody in particular has {@code public} */
public record RoleInfo(String name, String description, List<String> users) {
    public RoleInfo {
        users = List.copyOf(users);
    }
}
