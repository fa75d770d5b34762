package org.elanus.spi.auth;

import java.util.List;

/** Privileges under a name. @param privileges in order of name */
public record PrivilegeGroup(String name, List<String> privileges, boolean builtIn) {
    public PrivilegeGroup {
        privileges = List.copyOf(privileges);
    }
}
