package org.elanus.plugin.authjwt;

import org.jspecify.annotations.Nullable;

/** What came from outside, for a line of a log. */
final class Printable {

    private static final int LONGEST = 64;

    private Printable() {}

    static String of(@Nullable Object value) {
        if (!(value instanceof String text)) {
            return "one without an id";
        }
        StringBuilder printable = new StringBuilder("'");
        text.codePoints()
                .limit(LONGEST)
                .map(character -> character > ' ' && character < 127 && character != '\'' ? character : '?')
                .forEach(printable::appendCodePoint);
        return printable.append(text.length() > LONGEST ? "…'" : "'").toString();
    }
}
