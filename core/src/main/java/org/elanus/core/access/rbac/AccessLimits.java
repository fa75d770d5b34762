package org.elanus.core.access.rbac;

import java.nio.charset.StandardCharsets;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** How many of everything there may be, and what names may look like. */
final class AccessLimits {

    static final int USERS = 10_000;
    static final int ROLES = 1_000;
    static final int ROLES_OF_USER = 100;
    static final int PRIVILEGES_OF_ROLE = 2_048;
    static final int GROUPS = 1_000;
    static final int KEYS = 10_000;
    static final int KEYS_OF_OWNER = 1_000;

    private static final int USER_BYTES = 32;
    private static final int NAME_BYTES = 255;
    private static final int DESCRIPTION_BYTES = 1_024;
    private static final int MIN_PASSWORD_BYTES = 6;
    private static final int MAX_PASSWORD_BYTES = 72;
    private static final int SHOWN = 48;

    private AccessLimits() {}

    static void user(String name) {
        check("username", name, USER_BYTES, false, "_-.");
        if (name.equals(Principal.ANONYMOUS.name())) {
            throw ElanusException.invalid("invalid username '%s': it is the name of callers who are nobody", name);
        }
    }

    static void role(String name) {
        check("role name", name, NAME_BYTES, true, "_");
    }

    static void group(String name) {
        check("privilege group name", name, NAME_BYTES, true, "_");
    }

    /** A collection, or all. */
    static void collection(String name) {
        if (!name.equals(AccessControl.ANY)) {
            check("collection name", name, NAME_BYTES, true, "_");
        }
    }

    /** A database, or all. */
    static void database(String name) {
        if (!name.equals(AccessControl.ANY)) {
            check("database name", name, NAME_BYTES, true, "_");
        }
    }

    private static void check(String what, String name, int longest, boolean underscoreFirst, String alsoAllowed) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > longest) {
            throw ElanusException.invalid(
                    "invalid %s '%s': the length of a %s must be 1 to %d bytes, not %d",
                    what, shown(name), what, longest, bytes);
        }
        char first = name.charAt(0);
        if (!isLetter(first) && !(underscoreFirst && first == '_')) {
            throw ElanusException.invalid(
                    "invalid %s '%s': the first character must be a letter%s",
                    what, shown(name), underscoreFirst ? " or an underscore" : "");
        }
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isLetter(c) && (c < '0' || c > '9') && alsoAllowed.indexOf(c) < 0) {
                throw ElanusException.invalid(
                        "invalid %s '%s': it can only contain letters, numbers and %s", what, shown(name), alsoAllowed);
            }
        }
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static boolean isPassword(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        return bytes >= MIN_PASSWORD_BYTES && bytes <= MAX_PASSWORD_BYTES && text.indexOf('\0') < 0;
    }

    static void password(String password) {
        int bytes = password.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < MIN_PASSWORD_BYTES || bytes > MAX_PASSWORD_BYTES) {
            throw ElanusException.invalid(
                    "a password must have %d to %d bytes, not %d", MIN_PASSWORD_BYTES, MAX_PASSWORD_BYTES, bytes);
        }
        if (password.indexOf('\0') >= 0) {
            throw ElanusException.invalid("a password must not have the character NUL");
        }
    }

    static void description(String description) {
        int bytes = description.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > DESCRIPTION_BYTES) {
            throw ElanusException.invalid(
                    "a description may have %d bytes, not %d", DESCRIPTION_BYTES, bytes);
        }
        if (description.chars().anyMatch(Character::isISOControl)) {
            throw ElanusException.invalid("a description must not have control characters");
        }
    }

    /** @param count how many there are, the new one not among them */
    static void number(String what, int count, int most) {
        if (count >= most) {
            throw new ElanusException(
                    StandardErrorCode.QUOTA_EXCEEDED, "there are " + count + " " + what + "; at most " + most + " are allowed");
        }
    }

    /** A name of any length as errors show it: short, and without characters that change what a terminal shows. */
    static String shown(String name) {
        String cut = name.length() > SHOWN ? name.substring(0, SHOWN) + "…" : name;
        return cut.replaceAll("[^\\x20-\\x7e…]", "?");
    }
}
