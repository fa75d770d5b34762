package org.elanus.spi.auth;

import java.util.List;

/**
 * An API key without its secret.
 *
 * @param id what names it in lists, logs and {@link AccessControl#revokeApiKey}; the key itself begins with it
 * @param owner who made it
 * @param roles in order of name
 * @param createdAtMillis since 1970
 * @param expiresAtMillis since 1970
 */
public record ApiKeyInfo(
        String id, String description, String owner, List<String> roles, long createdAtMillis, long expiresAtMillis) {
    public ApiKeyInfo {
        roles = List.copyOf(roles);
    }
}
