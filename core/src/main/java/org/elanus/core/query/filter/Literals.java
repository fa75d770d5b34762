package org.elanus.core.query.filter;

import java.math.BigInteger;
import java.time.ZoneOffset;
import org.antlr.v4.runtime.Token;
import org.elanus.spi.database.Moments;
import org.elanus.spi.error.ElanusException;

/** Reads the texts of literals. */
final class Literals {

    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
    /** The most digits that a 64-bit number can have in any base, leading zeros not counted. */
    private static final int MAX_DIGITS = 64;

    private Literals() {}

    /** Decimal, octal with a leading 0, hexadecimal with 0x, binary with 0b. */
    static long integer(Token token, boolean negative, FilterError error) {
        String text = token.getText();
        if (!negative && text.length() < 19 && (text.length() == 1 || text.charAt(0) != '0')) {
            return Long.parseLong(text);
        }
        int base = 10;
        int start = 0;
        if (text.length() > 1 && text.charAt(0) == '0') {
            char second = text.charAt(1);
            base = second == 'x' || second == 'X' ? 16 : second == 'b' || second == 'B' ? 2 : 8;
            start = base == 8 ? 1 : 2;
        }
        while (start < text.length() - 1 && text.charAt(start) == '0') {
            start++;
        }
        BigInteger value = MAX.add(MAX);
        if (text.length() - start <= MAX_DIGITS) {
            try {
                value = new BigInteger(text.substring(start), base);
            } catch (NumberFormatException e) {
                throw error.at(token, "'%s' is not an octal number (a leading 0 means octal)", text);
            }
        }
        if (negative) {
            value = value.negate();
        }
        if (value.compareTo(MIN) < 0 || value.compareTo(MAX) > 0) {
            throw error.at(
                    token,
                    "the integer %s%s does not fit into 64 bits",
                    negative ? "-" : "",
                    FilterError.shorten(text));
        }
        return value.longValue();
    }

    /** The microseconds of a moment such as {@code ISO '2026-01-31T12:00:00Z'}; without an offset it is in UTC. */
    static long moment(Token token, FilterError error) {
        String text = token.getText();
        int quote = text.indexOf(text.charAt(text.length() - 1));
        try {
            return Moments.parse(text.substring(quote + 1, text.length() - 1), ZoneOffset.UTC);
        } catch (ElanusException e) {
            throw error.at(token, "%s", String.valueOf(e.getMessage()));
        }
    }

    static double number(Token token, FilterError error) {
        double value = Double.parseDouble(token.getText());
        if (Double.isInfinite(value)) {
            throw error.at(token, "the number %s is too large for a double", FilterError.shorten(token.getText()));
        }
        return value;
    }

    static boolean bool(Token token) {
        return Character.toLowerCase(token.getText().charAt(0)) == 't';
    }

    /**
     * Resolves the C escapes of a quoted string.
     *
     * @param pattern keeps the backslash before {@code %}, {@code _} and itself, for like
     */
    static String string(Token token, boolean pattern, FilterError error) {
        String text = token.getText();
        int end = text.length() - 1;
        if (text.indexOf('\\') < 0) {
            return text.substring(1, end);
        }
        StringBuilder result = new StringBuilder(end);
        int position = 1;
        while (position < end) {
            char c = text.charAt(position++);
            if (c != '\\') {
                result.append(c);
                continue;
            }
            char escape = text.charAt(position++);
            switch (escape) {
                case 'n' -> result.append('\n');
                case 't' -> result.append('\t');
                case 'r' -> result.append('\r');
                case 'a' -> result.append('\u0007');
                case 'b' -> result.append('\b');
                case 'f' -> result.append('\f');
                case 'v' -> result.append('\u000b');
                case '\'', '"', '?', '/' -> result.append(escape);
                case '\\' -> result.append('\\');
                case '%', '_' -> result.append(pattern ? "\\" : "").append(escape);
                case 'x' -> position = codePoint(text, position, end, 16, 1, 2, token, result, error);
                case 'u' -> position = codePoint(text, position, end, 16, 4, 4, token, result, error);
                case 'U' -> position = codePoint(text, position, end, 16, 8, 8, token, result, error);
                case '0', '1', '2', '3', '4', '5', '6', '7' ->
                    position = codePoint(text, position - 1, end, 8, 1, 3, token, result, error);
                default -> throw error.at(token, "the escape '\\%s' in a string is unknown", escape);
            }
        }
        return result.toString();
    }

    private static int codePoint(
            String text,
            int from,
            int end,
            int base,
            int minDigits,
            int maxDigits,
            Token token,
            StringBuilder result,
            FilterError error) {
        int position = from;
        long value = 0;
        while (position < end && position - from < maxDigits && Character.digit(text.charAt(position), base) >= 0) {
            value = value * base + Character.digit(text.charAt(position++), base);
        }
        if (position - from < minDigits || value > Character.MAX_CODE_POINT) {
            throw error.at(token, "an escape in a string has too few digits or names no character");
        }
        result.appendCodePoint((int) value);
        return position;
    }
}
