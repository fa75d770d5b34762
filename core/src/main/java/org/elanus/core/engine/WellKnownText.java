package org.elanus.core.engine;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a text is a shape in well-known text (OGC 06-103r4, section 7): brackets, tags and numbers are right. What
 * the numbers describe is not looked at.
 */
final class WellKnownText {

    private static final int DEEPEST = 32;
    private static final Set<String> POINTS = Set.of("POINT", "LINESTRING", "MULTIPOINT");
    private static final Set<String> NESTED = Set.of("POLYGON", "MULTILINESTRING", "MULTIPOLYGON");
    private static final String COLLECTION = "GEOMETRYCOLLECTION";

    private final String text;
    private int at;

    private WellKnownText(String text) {
        this.text = text;
    }

    /** What is wrong with the text; null when nothing is. */
    static @Nullable String fault(String text) {
        WellKnownText reader = new WellKnownText(text);
        if (!reader.shape(0) || !reader.atEnd()) {
            return "is no shape in well-known text such as POINT (1 2); it goes wrong at character " + (reader.at + 1);
        }
        return null;
    }

    private boolean shape(int depth) {
        String tag = word();
        if (depth > DEEPEST || !POINTS.contains(tag) && !NESTED.contains(tag) && !tag.equals(COLLECTION)) {
            return false;
        }
        int before = at;
        String next = word();
        if (next.equals("Z") || next.equals("M") || next.equals("ZM")) {
            before = at;
            next = word();
        }
        if (next.equals("EMPTY")) {
            return true;
        }
        at = before;
        if (tag.equals(COLLECTION)) {
            return list(() -> shape(depth + 1));
        }
        return coordinates(depth);
    }

    /** Coordinates in brackets, or such lists in brackets. */
    private boolean coordinates(int depth) {
        return depth <= DEEPEST && list(() -> {
            skip();
            if (at < text.length() && text.charAt(at) == '(') {
                return coordinates(depth + 1);
            }
            int numbers = 0;
            while (number()) {
                numbers++;
            }
            return numbers >= 2 && numbers <= 4;
        });
    }

    private boolean list(java.util.function.BooleanSupplier element) {
        if (!sign('(')) {
            return false;
        }
        do {
            if (!element.getAsBoolean()) {
                return false;
            }
        } while (sign(','));
        return sign(')');
    }

    private boolean number() {
        skip();
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (start == at) {
            return false;
        }
        try {
            if (Double.isFinite(Double.parseDouble(text.substring(start, at)))) {
                return true;
            }
        } catch (NumberFormatException e) {
            at = start;
            return false;
        }
        at = start;
        return false;
    }

    private String word() {
        skip();
        int start = at;
        while (at < text.length() && Character.isLetter(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at).toUpperCase(Locale.ROOT);
    }

    private boolean sign(char wanted) {
        skip();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private boolean atEnd() {
        skip();
        return at == text.length();
    }

    private void skip() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
