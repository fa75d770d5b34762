package org.elanus.spi.auth;

import java.time.Duration;
import java.util.Set;

/**
 * An API key to be made.
 *
 * @param description what it is for, up to 1,024 bytes
 * @param roles 1 or more of the caller's roles; any for an admin
 * @param lifetime 1 minute to 3,650 days
 */
public record ApiKeySpec(String description, Set<String> roles, Duration lifetime) {
    public ApiKeySpec {
        roles = Set.copyOf(roles);
    }
}
