package org.elanus.core.catalog;

import java.nio.charset.StandardCharsets;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** What names may look like. */
final class NameRules {

    private NameRules() {}

    static void database(String name) {
        String problem = problem("database", name, false);
        if (!problem.isEmpty()) {
            throw new ElanusException(StandardErrorCode.DATABASE_INVALID_NAME, problem);
        }
    }

    static void collection(String name) {
        check("collection", name, false);
    }

    static void alias(String name) {
        check("collection alias", name, false);
    }

    static void field(String name) {
        check("field", name, false);
    }

    static void index(String name) {
        check("index", name, false);
    }

    /** May begin with a digit and hold hyphens. */
    static void partition(String name) {
        check("partition", name, true);
    }

    private static void check(String kind, String name, boolean lenient) {
        String problem = problem(kind, name, lenient);
        if (!problem.isEmpty()) {
            throw new ElanusException(StandardErrorCode.INVALID_ARGUMENT, problem);
        }
    }

    private static String problem(String kind, String name, boolean lenient) {
        if (name.isEmpty()) {
            return kind + " name should not be empty: write 1 to " + Limits.NAME_BYTES + " bytes";
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.NAME_BYTES) {
            return "Invalid " + kind + " name: " + name.substring(0, Math.min(32, name.length()))
                    + "... The length of a " + kind + " name must be 1 to " + Limits.NAME_BYTES + " bytes, not "
                    + bytes;
        }
        char first = name.charAt(0);
        if (!isLetter(first) && first != '_' && !(lenient && isDigit(first))) {
            return "Invalid " + kind + " name: " + name + ". The first character of a " + kind
                    + " name must be an underscore or letter" + (lenient ? " or digit" : "");
        }
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isLetter(c) && !isDigit(c) && c != '_' && !(lenient && c == '-')) {
                return "Invalid " + kind + " name: " + name + ". A " + kind
                        + " name can only contain numbers, letters and underscores" + (lenient ? " and hyphens" : "");
            }
        }
        return "";
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
