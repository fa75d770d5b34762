package org.elanus.spi.auth;

import java.util.List;

/** A user. @param roles in order of name, {@code public} not among them */
public record UserInfo(String name, String description, List<String> roles) {
    public UserInfo {
        roles = List.copyOf(roles);
    }
}
