package org.elanus.plugin.authjwt;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;

/** Reads from the claims of a token whose signature holds who the caller is. */
final class CallerClaims {

    private static final int LONGEST_NAME = 255;
    /** Names that mean something else than a user of the identity provider. */
    private static final Set<String> RESERVED = Set.of(AccessControl.ROOT, Principal.ANONYMOUS.name());

    private static final List<String> RESERVED_BEGINNINGS = List.of("plugin:", "apikey:");

    private final AuthJwtConfig config;

    CallerClaims(AuthJwtConfig config) {
        this.config = config;
    }

    /** @throws org.elanus.spi.error.ElanusException UNAUTHENTICATED when they do not say so in an acceptable way */
    Principal principal(Map<String, ?> claims) {
        return new Principal(user(claims), roles(claims));
    }

    private String user(Map<String, ?> claims) {
        if (!(ClaimPath.find(claims, config.userClaim()).orElse(null) instanceof String name)
                || name.isBlank()
                || !isPrintable(name)) {
            throw Refusal.INVALID.exception("its claim '" + config.userClaim() + "' is no name of 1 to " + LONGEST_NAME
                    + " printable characters");
        }
        String user = config.userPrefix() + name;
        if (RESERVED.contains(user) || RESERVED_BEGINNINGS.stream().anyMatch(user::startsWith)) {
            throw Refusal.INVALID.exception("its user has a name that is reserved for a built-in one");
        }
        return user;
    }

    private Set<String> roles(Map<String, ?> claims) {
        Set<String> roles = new TreeSet<>();
        Collection<?> names =
                switch (ClaimPath.find(claims, config.rolesClaim()).orElse(List.of())) {
                    case Collection<?> list -> list;
                    case String text -> List.of(text.split("[\\s,]+"));
                    default -> throw noRoles();
                };
        for (Object name : names) {
            if (!(name instanceof String text) || !isPrintable(text)) {
                throw noRoles();
            }
            if (text.startsWith(config.rolesPrefix())) {
                String role = text.substring(config.rolesPrefix().length());
                if (!role.isBlank()) {
                    roles.add(role);
                }
            }
        }
        return roles;
    }

    private ElanusException noRoles() {
        return Refusal.INVALID.exception("its claim '" + config.rolesClaim()
                + "' is no list of names of roles of at most " + LONGEST_NAME + " printable characters");
    }

    /** Names stand in logs, in metrics and in answers. */
    private static boolean isPrintable(String name) {
        return name.length() <= LONGEST_NAME
                && name.codePoints().noneMatch(character -> switch (Character.getType(character)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.UNASSIGNED -> true;
                    default -> false;
                });
    }
}
