package org.elanus.spi.database;

import java.util.Set;

/** Who calls, as an authenticator established it. */
public record Principal(String name, Set<String> roles) {

    /** Calls while authorisation is off. */
    public static final Principal ANONYMOUS = new Principal("anonymous", Set.of());

    public Principal {
        roles = Set.copyOf(roles);
    }

    /** The service principal of a plugin. */
    public static Principal plugin(String id) {
        return new Principal("plugin:" + id, Set.of());
    }
}
