package org.elanus.core.query.filter;

import org.antlr.v4.runtime.Token;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** Makes the exceptions that refuse a filter: the text, the place in it, what is wrong. */
final class FilterError {

    private static final int SHOWN = 200;

    private final String text;

    FilterError(String text) {
        this.text = text;
    }

    /** A mistake at a place. */
    ElanusException at(@Nullable Token token, String format, Object... arguments) {
        String place = token == null ? "" : "line " + token.getLine() + ":" + token.getCharPositionInLine() + " ";
        return new ElanusException(
                StandardErrorCode.INVALID_ARGUMENT,
                "cannot parse expression: " + shorten(text) + ", error: " + place + format.formatted(arguments));
    }

    /** A text for a message, cut when it is long. */
    static String shorten(String text) {
        if (text.length() <= SHOWN) {
            return text;
        }
        return text.substring(0, SHOWN) + "… (" + text.length() + " characters)";
    }
}
