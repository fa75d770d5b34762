package org.elanus.spi.auth;

import org.elanus.spi.database.Principal;

/**
 * Whom an authenticator recognised.
 *
 * @param principal its name is neither blank nor begins with {@code plugin:}, which is kept for plugins
 * @param expiresAtMillis until when, in milliseconds since 1970; {@link #NEVER} for no end
 * @param stamp the authenticator's own note of what this rests on, such as the revision of the stored password, for
 *     {@link Authenticator#stillHolds}; no secret
 */
public record Identity(Principal principal, long expiresAtMillis, String stamp) {

    /** For what does not expire by itself. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Without a stamp. */
    public Identity(Principal principal, long expiresAtMillis) {
        this(principal, expiresAtMillis, "");
    }
}
