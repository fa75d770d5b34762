package org.elanus.plugin.apimilvus.wire;

import java.nio.charset.StandardCharsets;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCode;
import org.elanus.spi.error.StandardErrorCode;

/** The rules for names of things that are made. */
public final class Names {

    /** In bytes. */
    private static final int LONGEST = 255;

    private Names() {}

    public static String collection(String name) {
        return checked("collection", name, StandardErrorCode.INVALID_ARGUMENT);
    }

    public static String alias(String name) {
        return checked("collection alias", name, StandardErrorCode.INVALID_ARGUMENT);
    }

    public static String database(String name) {
        return checked("database", name, StandardErrorCode.DATABASE_INVALID_NAME);
    }

    public static String field(String name) {
        return checked("field", name, StandardErrorCode.INVALID_ARGUMENT);
    }

    /** A partition's name may hold any characters. */
    public static String partition(String name) {
        if (name.isBlank()) {
            throw ElanusException.invalid("partition name should not be empty");
        }
        checkLength("partition", name, StandardErrorCode.INVALID_ARGUMENT);
        return name;
    }

    /** A name in a request that needs one. */
    public static String given(String what, String name) {
        if (name.isBlank()) {
            throw ElanusException.invalid("%s name should not be empty", what);
        }
        return name;
    }

    private static String checked(String what, String name, ErrorCode code) {
        if (name.isBlank()) {
            throw new ElanusException(code, what + " name should not be empty");
        }
        checkLength(what, name, code);
        char first = name.charAt(0);
        if (first != '_' && !isLetter(first)) {
            throw invalid(what, name, code, "the first character must be an underscore or a letter");
        }
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c != '_' && !isLetter(c) && (c < '0' || c > '9')) {
                throw invalid(what, name, code, "it can only contain numbers, letters and underscores");
            }
        }
        return name;
    }

    private static void checkLength(String what, String name, ErrorCode code) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST) {
            throw invalid(what, name, code, "it has " + bytes + " bytes, at most " + LONGEST + " are allowed");
        }
    }

    private static ElanusException invalid(String what, String name, ErrorCode code, String why) {
        return new ElanusException(code, "Invalid " + what + " name '" + KeyValues.shortened(name) + "': " + why);
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
